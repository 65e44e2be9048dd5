/** Shortens names from requests and fixtures, so that maps with such keys stay small. */
import { maxNameChars } from './fixed-limits.js'
import { sha256Hex } from './hash.js'

/** Returns a long name as its hash, so that no part of a key is readable in it. Other names stay unchanged. */
export const shortenName = (name: string): string =>
  name.length <= maxNameChars ? name : `sha256-${sha256Hex(name).slice(0, 32)}`

/** Joins the parts of a key in the store. The first part is the session, whose keys `sessionPrefix` finds. */
export const joinStoreKey = (...parts: readonly string[]): string => parts.map(shortenName).join('\n')

/** The start of all keys of a session in the store. */
export const sessionPrefix = (session: string): string => `${shortenName(session)}\n`
