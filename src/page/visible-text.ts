/** Makes texts of strangers safe to read: nothing in them can hide, colour or reorder what is around them. */

// Controls but tab and line break, marks and overrides of the writing direction, and characters without a width.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Replaces characters that cannot be seen by their escapes, as in `\u202e`. */
export const showHidden = (text: string): string =>
  text.replace(hidden, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Formats JSON in one line, so that each character of it can be seen. */
export const toAsciiSafeJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, undefined, indent) ?? 'null').replace(
    hidden,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )

export const shorten = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text

/** Formats milliseconds as people read them: `0.4 ms`, `38 ms`, `1.2 s`, `3 min`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 360_000) / 10} h`
}

/** The time of day of an ISO date, in the time zone of the reader. */
export const formatTime = (iso: string): string => new Date(iso).toLocaleTimeString('en-GB')

export const formatCount = (count: number): string => count.toLocaleString('en-US')

/** Formats a number with its noun: `1 request`, `2 requests`. */
export const countOf = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
