/** Shortens a text for a message. */

/** Keeps the first `keptLength` characters of a text that is longer than `maxLength`. */
export const abbreviate = (text: string, maxLength: number, keptLength = maxLength): string =>
  text.length > maxLength ? `${text.slice(0, keptLength)}…` : text
