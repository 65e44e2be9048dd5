/** Changes texts as errors ask for it: their case, or a form such as an email address. */
import { PromptReading } from '../prompt/reading.js'

/** Corrects a text; undefined if this row cannot. */
export type Correction = (
  text: string,
  match: RegExpExecArray,
  find: (kind: string) => string | undefined
) => string | undefined

export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
export const titleCase = (text: string): string =>
  text.toLowerCase().replace(/(?<![\p{L}\p{N}'’])\p{L}/gu, char => char.toUpperCase())
export const splitCases = (text: string): string[] =>
  text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []
const withoutMarks = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')
export const slug = (text: string, separator: string): string =>
  splitCases(withoutMarks(text)).join(separator) || 'user'
export const tidy = (text: string): string => text.replace(/\s{2,}/g, ' ').trim()

/** A text without its last marks and spaces, and the marks. */
export function splitEnd(text: string): { body: string; end: string } {
  let at = text.length
  while (at > 0 && /[.!?\s]/.test(text[at - 1]!)) at--
  return { body: text.slice(0, at), end: text.slice(at).trim() }
}

/** A longer name of the prompt that has the text in it, or else a name of two words. */
export function addSpace(text: string, _match: RegExpExecArray, find: (kind: string) => string | undefined): string {
  const name = find(`name:${text}`)
  return name ?? `${text} ${/^\p{Lu}/u.test(text) ? 'Smith' : 'more'}`
}

export function toEmail(text: string, _match: RegExpExecArray, find: (kind: string) => string | undefined): string {
  return valueIn(text, 'email') ?? find('email') ?? `${slug(text, '.')}@example.com`
}

export function toUrl(text: string, _match: RegExpExecArray, find: (kind: string) => string | undefined): string {
  if (/^[\w-]+(?:\.[\w-]+)+(?:\/\S*)?$/.test(text)) return `https://${text}`
  return valueIn(text, 'url') ?? find('url') ?? `https://example.com/${slug(text, '-')}`
}

const valueIn = (text: string, kind: string): string | undefined =>
  new PromptReading(text.slice(0, 400)).values.find(value => value.kind === kind)?.text

/** The date in a text, in the order of year, month and day that the error names. */
export function toDate(
  text: string,
  [form]: RegExpExecArray,
  find: (kind: string) => string | undefined
): string | undefined {
  const date = new PromptReading(text.slice(0, 200)).values.find(value => value.kind === 'date')?.value ?? find('date')
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(String(date))
  if (!parts) return undefined
  const [iso, year, month, day] = parts
  return /^[YMD]{2,4}\W/.test(form!)
    ? form!.replace(/Y{4}/i, year!).replace(/M{2}/i, month!).replace(/D{2}/i, day!)
    : iso
}
