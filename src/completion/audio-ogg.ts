/** Silence as Opus in Ogg (RFC 7845): two header pages, then pages of a second each. Its clock always runs at 48 kHz. */
import { computeCrc } from './audio-checksum.js'

const opusClock = 48_000
const samplesPerPacket = 960
/** What a decoder throws away at the start while it settles. */
const preSkip = 312
/** One frame of 20 ms, fullband CELT, mono, that says only that there is silence. */
const silentPacket = Buffer.from([0xf8, 0xff, 0xfe])
const [firstPageFlag, lastPageFlag] = [2, 4]

export function encodeOggOpus(samples: number, rate: number): Buffer {
  const end = preSkip + Math.round((samples * opusClock) / rate)
  const packets = Math.ceil(end / samplesPerPacket)
  const perPage = opusClock / samplesPerPacket
  const pages = [
    encodeOggPage(0, { flags: firstPageFlag, granule: 0, packets: [encodeOpusHead(rate)] }),
    encodeOggPage(1, { flags: 0, granule: 0, packets: [encodeOpusTags()] })
  ]
  for (let sent = 0; sent < packets; ) {
    const count = Math.min(perPage, packets - sent)
    sent += count
    // The last page's position, when it comes before the end of its packets, says where to cut.
    const isLast = sent === packets
    const granule = isLast ? end : sent * samplesPerPacket
    pages.push(
      encodeOggPage(pages.length, {
        flags: isLast ? lastPageFlag : 0,
        granule,
        packets: new Array<Buffer>(count).fill(silentPacket)
      })
    )
  }
  return Buffer.concat(pages)
}

function encodeOpusHead(rate: number): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 'latin1')
  head.writeUInt8(1, 8) // version
  head.writeUInt8(1, 9) // mono
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(rate, 12)
  return head
}

function encodeOpusTags(): Buffer {
  const vendor = Buffer.from('standin')
  const tags = Buffer.alloc(16 + vendor.length)
  tags.write('OpusTags', 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  vendor.copy(tags, 12)
  return tags
}

/** No packet here is longer than 254 bytes, so each has one entry in the page's table of lengths. */
function encodeOggPage(
  sequence: number,
  { flags, granule, packets }: { flags: number; granule: number; packets: Buffer[] }
): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS', 'latin1')
  head.writeUInt8(flags, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(1, 14) // the stream's serial number
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(packets.length, 26)
  const pageBytes = Buffer.concat([head, Buffer.from(packets.map(packet => packet.length)), ...packets])
  pageBytes.writeUInt32LE(computeCrc(pageBytes, 32, 0x04c11db7), 22)
  return pageBytes
}
