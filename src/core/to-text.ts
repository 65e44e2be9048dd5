/** Formats any JSON value as text. */

/** A text stays, and any other value becomes JSON. `String` fails for an object of a stranger that has a member `toString`. */
export const toText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
