/** A refusal is thrown anywhere as data: a name in the catalog and the facts its words need. http/failure writes it. */

export type ErrorParams = Record<string, string | number | boolean | null | undefined>

/** What of the document, or beside it, a body broke. */
export interface ErrorReason {
  /** A keyword of the schema, or a rule that no schema can say. */
  kind: 'schema' | 'rule'
  /** The keyword and where it stands in the document, or the field or moment that the rule is about. */
  detail: string
  /** A JSON pointer into the body, where it is known. */
  pointer?: string
  /** How the rule is known. */
  evidence?: string
}

export class ApiError implements Error {
  readonly name = 'ApiError'
  /** The answer that says it, once one was laid out, and the wording that it follows. */
  formatted: { template: ErrorTemplate; body: ErrorResponse } | undefined = undefined

  /**
   * @param errorName the name under which the catalog (`fixtures/errors/`) words it
   * @param params what the words need: `p` is the parameter's path, the others are named by the template
   */
  constructor(
    readonly errorName: string,
    readonly params: ErrorParams = {},
    /** Headers to add to the answer. */
    readonly headers: Record<string, string> | undefined = undefined,
    /** What decided so, where a body was looked at. */
    readonly reason?: ErrorReason,
    /** Words of its own, in place of the catalog's. */
    readonly template?: ErrorTemplate,
    /** The answer's body to the letter, in place of what is laid out of the words. */
    readonly body?: string
  ) {}

  get message(): string {
    return this.errorName
  }
}

// Whoever catches one finds an Error. It is an answer and not a fault of the program, so it is made without a stack trace, which
// would cost more than the rest of the request.
Object.setPrototypeOf(ApiError.prototype, Error.prototype)

/** The service has several servers behind one URL; each lays its errors out in its own way. */
export type Layer = 'edge' | 'backend' | 'stored' | 'gate' | 'models' | 'models-gate' | 'models-delete' | 'router'

/** What the catalog says about one refusal. `message`, `param` and `headers` are templates: `{{ p }}` is replaced by the fact `p`. */
export interface ErrorTemplate {
  status: number
  layer: Layer
  message: string
  type: string
  param: string | null
  code: string | null
  /** A header whose template comes out empty is not sent. */
  headers?: Record<string, string>
  /** The facts of a refusal that was asked for by its name, with no request to take them from. */
  defaults?: ErrorParams
  /** Whether this is the refusal that stands for its status, as in `Prefer: code=429`. */
  default?: boolean
  /** recorded, measured, documented, thread, inferred, or standin (our own): how we know these words. */
  evidence?: string
  /** One sentence for docs/errors.md: when the service says this. */
  when?: string
}

export type ErrorCatalog = Record<string, ErrorTemplate>

/** The error if a catalog lacks even `server_error`, and the error event of a broken stream. */
export const fallbackErrorTemplate: ErrorTemplate = {
  status: 500,
  layer: 'backend',
  message: 'The server had an error while processing your request. Sorry about that!',
  type: 'server_error',
  param: null,
  code: null
}

/** A refusal as it goes out. Nobody may change it: it may be sent again. */
export interface ErrorResponse {
  status: number
  headers: Readonly<Record<string, string>>
  /** Absent when the answer has no body. */
  contentType?: string | undefined
  body: string
}

/** The names of the facts that a template fills in. */
export const findParamNames = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name!)

/** Splits a template: texts at the even places, and the parameter names between them at the odd places. */
export const splitTemplate = (text: string): [string, ...string[]] =>
  text.split(/\{\{\s*(\w+)\s*\}\}/) as [string, ...string[]]

/** A catalog template, cut once. A fact that is missing leaves nothing behind, so no template can leak its own syntax. */
export function compileErrorTemplate(text: string): (...params: (ErrorParams | undefined)[]) => string {
  const [start, ...rest] = splitTemplate(text)
  if (!rest.length) return () => start
  return (...params) => {
    let filled = start
    for (let at = 0; at < rest.length; at += 2) filled += `${findParam(rest[at]!, params)}${rest[at + 1]}`
    return filled
  }
}

// The first of the facts that knows it.
function findParam(name: string, params: (ErrorParams | undefined)[]): unknown {
  for (const each of params) if (each?.[name] != null) return each[name]
  return ''
}

/** What a person must mend: a file, flag or document of theirs. Each problem is one line that says where, what and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
  }
}
