/** Checks days in the form of ISO 8601, which sort as text. */

/** Whether a text is a day of the calendar, such as `2026-10-23`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  // Some days that no month has, such as February 30, are parsed as days of the next month.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
