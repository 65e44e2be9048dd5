/** All hostile inputs, and the servers that get them. */
import { inputs as admin } from './admin.mjs'
import { inputs as cost } from './cost.mjs'
import { inputs as faults } from './faults.mjs'
import { inputs as fixtures } from './fixtures.mjs'
import { inputs as http } from './http.mjs'
import { inputs as json } from './json.mjs'
import { inputs as shapes } from './shapes.mjs'

/** The options of each server. An input without `server` goes to `spec`. */
export const serverOptions = {
  spec: [],
  warn: ['--validate', 'warn'],
  off: ['--validate', 'off'],
  guarded: ['--admin-key', 'sk-admin']
}

/**
 * Each input has a name, a request (`method`, `path`, `headers`, `body`, or `parts` as bytes) and `expect`, which returns what is
 * wrong with the response. `fixture` is planted before, and `logs` allows a stack trace in the log.
 */
export const inputs = [...http, ...json, ...shapes, ...cost, ...fixtures, ...faults, ...admin]
