/** Packs large values: what threads send each other unpacked takes memory that the system gets back late or never. */
import { deserialize, serialize } from 'node:v8'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

export const packValue = (value: unknown): Uint8Array => deflateRawSync(serialize(value), { level: 1 })

export const unpackValue = (bytes: Uint8Array): unknown => deserialize(inflateRawSync(bytes))
