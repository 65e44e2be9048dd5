/** Hashes texts to integers of 32 bits, with a sign: V8 keeps these without memory of their own. */

export const hashText = (text: string, seed = 0): number => hashRange(text, 0, text.length, seed)

/** Hashes a part of a text with FNV-1a. */
export function hashRange(text: string, from: number, to: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  const end = Math.min(to, text.length)
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

/** Spreads the bits of a number, as the last step of MurmurHash3 does. */
export function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
