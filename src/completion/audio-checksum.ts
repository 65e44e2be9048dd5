/** The checksums that audio files carry. */

/** A cyclic redundancy check, highest bit first and starting from 0, as FLAC and Ogg have them. */
export function computeCrc(bytes: Buffer, width: 8 | 16 | 32, polynomial: number): number {
  // The remainder is kept at the top of 32 bits, so that one loop serves every width.
  const shift = 32 - width
  let remainder = 0
  for (const byte of bytes) {
    remainder ^= byte << 24
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 0x80000000 ? (remainder << 1) ^ (polynomial << shift) : remainder << 1
  }
  return remainder >>> shift
}
