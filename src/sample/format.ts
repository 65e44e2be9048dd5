/** Generates and tests the string formats of JSON Schema. */

import type { Random } from '../core/random.js'
import { twoDigits } from '../prompt/dates.js'

interface StringFormat {
  generate(random: Random, bounds: { min: number; max: number }): string
  test: RegExp | ((text: string) => boolean)
}

/** Whether the format can be generated and tested. */
export function isKnownFormat(name: string): boolean {
  return Object.hasOwn(stringFormats, name)
}

/** Generates a string of the format. A format that cannot be within the bounds gives a string outside them. */
export function generateFormat(name: string, random: Random, bounds: { min: number; max: number }): string {
  return stringFormats[name]!.generate(random, bounds)
}

/** Whether a text has the format. Every text has a format that is unknown. */
export function matchesFormat(name: string, text: string): boolean {
  if (!isKnownFormat(name)) return true
  const { test } = stringFormats[name]!
  return typeof test === 'function' ? test(text) : test.test(text)
}

/** Formats a number below 100 with two digits. */
const pickWord = (random: Random) =>
  random.pick(['harbor', 'maple', 'orbit', 'river', 'cedar', 'summit', 'lumen', 'willow'])

/** Generates a date such as 2025-03-09. */
export const generateDate = (random: Random) =>
  `${random.integer(2024, 2026)}-${twoDigits(random.integer(1, 12))}-${twoDigits(random.integer(1, 28))}`
const generateTime = (random: Random) =>
  `${twoDigits(random.integer(7, 21))}:${twoDigits(5 * random.integer(0, 11))}:00`
const formatFraction = (min: number) => (min > 20 ? '.' + '0'.repeat(min - 21) + (min > 21 ? '' : '0') : '')

/** Lengthens a text at an index where the format allows letters. */
const lengthen = (text: string, min: number, at = text.length) =>
  text.slice(0, at) + 'a'.repeat(Math.max(0, min - text.length)) + text.slice(at)

const pickFitting = (candidates: string[], max: number) =>
  candidates.find(text => text.length <= max) ?? candidates.at(-1)!

const dateTest = (text: string) => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!match) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
const timeTest = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)$/i
const hostnameTest = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i
const uriTest = /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9._~%:@-]*)?(?:\/?[a-z0-9._~!$&'()*+,;=:@/%?#-]*)$/i
const ipv4Test = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/

const hostname: StringFormat = {
  generate: (random, { min, max }) => {
    let host = pickFitting(
      [`www.${pickWord(random)}.example.com`, `${pickWord(random)}.example`, 'a.io', 'ab', 'a'],
      max
    )
    while (host.length < min) host = `${'a'.repeat(Math.min(60, Math.max(1, min - host.length - 1)))}.${host}`
    return host
  },
  test: hostnameTest
}
const email: StringFormat = {
  generate: (random, { min, max }) => {
    const person = `${random.pick(['alex', 'maria', 'sam', 'nina', 'jon', 'priya'])}.${pickWord(random)}`
    return lengthen(
      pickFitting([`${person}@example.com`, `${pickWord(random)}@example.com`, 'sam@ex.com', 'a@b.co', 'a@b.c'], max),
      min,
      1
    )
  },
  test: /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i
}
const uri: StringFormat = {
  generate: (random, { min, max }) =>
    lengthen(
      pickFitting(
        [
          `https://${pickWord(random)}.example.com/${pickWord(random)}`,
          `https://${pickWord(random)}.example`,
          'https://a.io',
          'urn:a',
          'a:b'
        ],
        max
      ),
      min
    ),
  test: uriTest
}
const url: StringFormat = {
  generate: (random, { min, max }) =>
    lengthen(
      pickFitting(
        [
          `https://${pickWord(random)}.example.com/${pickWord(random)}`,
          'https://example.com',
          'https://a.io',
          'ftp://a.io'
        ],
        max
      ),
      min
    ),
  test: text => /^(?:https?|ftp):\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?$/i.test(text) && uriTest.test(text)
}
const uriReference: StringFormat = {
  generate: (random, { min, max }) =>
    lengthen(pickFitting([`/${pickWord(random)}/${random.integer(1, 99)}`, '/a', 'a', ''], max), min),
  test: /^[a-z0-9._~!$&'()*+,;=:@/%?#-]*$/i
}
const dateTime: StringFormat = {
  generate: (random, { min }) => `${generateDate(random)}T${generateTime(random)}${formatFraction(min)}Z`,
  test: text => {
    const [day = '', clock = '', ...rest] = text.split(/[tT ]/)
    return rest.length === 0 && dateTest(day) && timeTest.test(clock)
  }
}
const time: StringFormat = {
  generate: (random, { min }) => `${generateTime(random)}${min > 9 ? `.${'0'.repeat(Math.max(1, min - 10))}` : ''}Z`,
  test: timeTest
}
const base64: StringFormat = {
  generate: (random, { min, max }) => {
    const length = Math.max(Math.ceil(min / 4) * 4, Math.min(16, Math.floor(max / 4) * 4))
    return random.base62(length)
  },
  test: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
}

const stringFormats: Record<string, StringFormat> = {
  'date-time': dateTime,
  'iso-date-time': dateTime,
  date: { generate: generateDate, test: dateTest },
  time,
  'iso-time': time,
  duration: {
    generate: (random, { min, max }) => {
      const text = pickFitting(
        [
          `P${random.integer(1, 9)}DT${random.integer(1, 9)}H30M`,
          `PT${random.integer(10, 50)}M`,
          `P${random.integer(1, 9)}D`
        ],
        max
      )
      return min > text.length ? `PT${'1'.repeat(min - 3)}S` : text
    },
    test: /^P(?!$)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|\d+W)$/
  },
  email,
  'idn-email': email,
  hostname,
  'idn-hostname': hostname,
  ipv4: {
    generate: (random, { min, max }) =>
      max < 11
        ? '10.0.0.1'.slice(0, 8)
        : min > 11
          ? '192.168.100.200'.slice(0, 15)
          : `10.${random.integer(10, 99)}.${random.integer(10, 99)}.${random.integer(1, 99)}`,
    test: ipv4Test
  },
  ipv6: {
    generate: (random, { min, max }) => {
      if (max < 12) return max < 3 ? '::' : '::1'
      const group = () => random.integer(4096, 65535).toString(16)
      const short = `2001:db8::${group()}`.slice(0, 14)
      return short.length <= max && short.length >= min
        ? short
        : `2001:0db8:${group()}:${group()}:${group()}:${group()}:${group()}:${group()}`
    },
    test: text => /^[0-9a-f:]+$/i.test(text) && /:/.test(text) && ipv6Groups(text)
  },
  uuid: {
    generate: random => {
      const hex = random.hex(32)
      const variant = random.pick(['8', '9', 'a', 'b'])
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    test: /^(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
  },
  uri,
  iri: uri,
  'uri-reference': uriReference,
  'iri-reference': uriReference,
  'uri-template': {
    generate: (random, bounds) => `${uri.generate(random, bounds)}`,
    test: /^[^\s"'<>\\^`{|}]*(?:\{[\w.,*]+\}[^\s"'<>\\^`{|}]*)*$/
  },
  url,
  'json-pointer': {
    generate: (random, { min }) => lengthen(`/${pickWord(random)}/${random.integer(0, 9)}`, min),
    test: /^(?:\/(?:[^~/]|~[01])*)*$/
  },
  'json-pointer-uri-fragment': {
    generate: (random, { min }) => lengthen(`#/${pickWord(random)}`, min),
    test: /^#(?:\/[a-z0-9_.!$&'()*+,;:=@-]*)*$/i
  },
  'relative-json-pointer': {
    generate: (random, { min }) => lengthen(`1/${pickWord(random)}`, min),
    test: /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/
  },
  regex: { generate: (random, { min }) => lengthen(`^${pickWord(random)}$`, min, 1), test: isRegex },
  byte: base64
}

function ipv6Groups(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  return (
    groups.every(group => /^[0-9a-f]{1,4}$/i.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  )
}

function isRegex(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'))
  } catch {
    return false
  }
}
