#!/usr/bin/env node
/** Starts the bundled command. */
import { executionAsyncResource } from 'node:async_hooks'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRunner } from './bundle/run-file.js'

// V8 forgets the hidden class of what nextTick queues when a full collection finds none of it alive, and from then on takes
// the slow way for each, six times a request. The start makes such collections, so one is kept from before them.
export const pinnedResource = await new Promise(resolve => process.nextTick(() => resolve(executionAsyncResource())))

createRunner(dirname(fileURLToPath(import.meta.url)))('standin.cjs')
