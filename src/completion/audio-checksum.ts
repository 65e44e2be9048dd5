/** The checksums that audio files carry. */

/** A cyclic redundancy check, highest bit first and starting from 0, as FLAC and Ogg have them. */
export function crc(bytes: Buffer, width: 8 | 16 | 32, polynomial: number): number {
  // The remainder is kept at the top of 32 bits, so that one loop serves every width.
  const shift = 32 - width
  let rest = 0
  for (const byte of bytes) {
    rest ^= byte << 24
    for (let bit = 0; bit < 8; bit++) rest = rest & 0x80000000 ? (rest << 1) ^ (polynomial << shift) : rest << 1
  }
  return rest >>> shift
}
