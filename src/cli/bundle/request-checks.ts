/** The compiled checks of requests, by the operation's id. The build replaces this file; here are their types. */
import type { AjvValidator } from '../../core/schema.js'

export declare const requests: Record<string, AjvValidator>
