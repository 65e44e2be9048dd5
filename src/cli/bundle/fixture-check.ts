/** The compiled check of fixtures. The build replaces this file; here is its type. */
import type { AjvValidator } from '../../core/schema.js'

export declare const check: AjvValidator
