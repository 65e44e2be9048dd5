/** The version of this package; the build puts it in. */
import { readFileSync } from 'node:fs'

export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
