/** Shows fixtures, keys and faults as `/_mock/` lists them: with masked API keys. */
import { type ApiKey, secretHeaders } from '../../core/api-key.js'
import type { FaultRate } from '../../core/fault-rate.js'
import type { KeyMask } from '../../core/key-mask.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { maskCredentials } from '../../state/exchange-record.js'

export function toFixtureJson({ name, location, input }: Fixture, keyMask: KeyMask) {
  const { match } = input
  const shown = match && {
    ...match,
    ...(match.key === undefined ? {} : { key: mapEach(match.key, keyMask) }),
    ...(match.headers === undefined ? {} : { headers: maskSecretHeaders(match.headers, keyMask) })
  }
  return { ...input, ...(shown && { match: shown }), name, place: location }
}

const mapEach = <T>(value: T | T[], map: (each: T) => T): T | T[] =>
  Array.isArray(value) ? value.map(map) : map(value)

function maskSecretHeaders<T>(headers: Record<string, T>, keyMask: KeyMask): Record<string, T | string> {
  const masked = Object.entries(headers).map(([name, expected]) => {
    if (!secretHeaders.test(name.toLowerCase())) return [name, expected]
    return [name, maskCredentials(typeof expected === 'string' ? expected : JSON.stringify(expected), keyMask)]
  })
  return Object.fromEntries(masked)
}

export const toKeyJson = ([key, entry]: [string, ApiKey], keyMask: KeyMask) => ({ key: keyMask(key), ...entry })

/** Nothing tells a session that is a key from another session, so every name is masked. */
export const toFaultJson = ({ session, fault, rate, model }: FaultRate, keyMask: KeyMask) => ({
  fault,
  rate,
  model,
  ...(session === undefined ? {} : { session: keyMask(session) })
})
