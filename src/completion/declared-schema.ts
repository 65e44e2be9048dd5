/** Writes the parameters of functions as the TypeScript that the service shows to its models. */
import { isJsonObject } from '../core/json-pointer.js'
import type { FunctionDefinition, Json, JsonObject } from '../core/openai-types.js'
import { toText } from '../core/to-text.js'
import { formatPythonJson, limitKeywords } from './tool-prompt.js'

/** Writes the block that declares the functions of a request. */
export function declareFunctions(functions: readonly FunctionDefinition[]): string {
  const limit = new DeclarationLimit()
  const declarations = functions.map(each => declareFunction(each, limit))
  return `namespace functions {\n\n${declarations.join('\n\n')}\n\n} // namespace functions`
}

function declareFunction({ name, description, parameters }: FunctionDefinition, limit: DeclarationLimit): string {
  const { type, notes } = new DeclaredSchema(parameters ?? {}, limit).formatRoot()
  return `${formatComment(description ?? '')}type ${name} = (${type === '' ? '' : `_: ${notes}${type}`}) => any;`
}

// A client's schema may be nested deeply or circular, so types below this depth are `any`.
const maxDeclaredDepth = 24
// References repeat their targets, so a small schema may declare a huge type.
const maxDeclaredParts = 20_000
const charsPerPart = 50
// JSON Schema has seven types.
const maxTypes = 7

/** Counts the parts of all declarations of a request. The types of further parts are `any`. */
class DeclarationLimit {
  #partsLeft = maxDeclaredParts

  get isReached(): boolean {
    return this.#partsLeft <= 0
  }

  countParts(parts: number): void {
    this.#partsLeft -= parts
  }

  /** Returns the text, or nothing above the limit. */
  countText(text: string): string {
    this.countParts(Math.ceil(text.length / charsPerPart))
    return this.isReached ? '' : text
  }
}

/** A schema as TypeScript. */
interface DeclaredType {
  type: string
  /** The comment lines before it: title, description, examples. */
  notes: string
  /** The comment after it: its default and limits. */
  limits: string
}

const anyType: DeclaredType = { type: 'any', notes: '', limits: '' }

/** Formats the schema of one function. */
class DeclaredSchema {
  /** The number of arrays around the schema. */
  #arrays = 0

  constructor(
    private readonly root: JsonObject,
    private readonly limit: DeclarationLimit
  ) {}

  /** Formats the parameters of the function. A function without parameters has no type. */
  formatRoot(): DeclaredType {
    const { root } = this
    const hasNames = isJsonObject(root.properties) && Object.keys(root.properties).length > 0
    const type = hasNames || root.additionalProperties === true ? this.#formatObject(root, 0) : ''
    return { type, notes: this.#formatNotes(root), limits: '' }
  }

  #declare(schema: Json | undefined, depth: number): DeclaredType {
    this.limit.countParts(1)
    if (schema === false) return { ...anyType, type: 'never' }
    if (!isJsonObject(schema) || depth > maxDeclaredDepth || this.limit.isReached) return anyType
    if (typeof schema.$ref === 'string') return this.#declare(findRefTarget(schema.$ref, this.root), depth + 1)
    const nullable = schema.nullable === true ? ' | null' : ''
    return {
      type: this.#formatType(schema, depth) + nullable,
      notes: this.#formatNotes(schema),
      limits: this.limit.countText(formatDefaultAndLimits(schema))
    }
  }

  #formatType(schema: JsonObject, depth: number, type = schema.type): string {
    if (Array.isArray(schema.enum)) return this.#formatValues(schema.enum)
    if (schema.const !== undefined) return this.#formatValues([schema.const])
    const branches = schema.anyOf ?? schema.oneOf
    if (Array.isArray(branches)) return formatBranches(this.#declareAll(branches, depth), '|')
    if (Array.isArray(schema.allOf)) return formatBranches(this.#declareAll(schema.allOf, depth), '&')
    if (Array.isArray(type)) return formatBranches(this.#declareTypes(schema, type, depth), '|')
    if (type === 'array') return this.#formatArray(schema.items, depth)
    if (type === 'object' || isJsonObject(schema.properties)) return this.#formatObject(schema, depth)
    return type === 'integer' ? 'number' : typeof type === 'string' ? type : 'any'
  }

  #declareAll(schemas: readonly Json[], depth: number): DeclaredType[] {
    return schemas.map(each => this.#declare(each, depth + 1))
  }

  /** Each type of a list has its limits. Inside arrays it has the notes of the schema too, as recorded. */
  #declareTypes(schema: JsonObject, types: readonly Json[], depth: number): DeclaredType[] {
    return types.slice(0, maxTypes).map(type => ({
      type: this.#formatType(schema, depth + 1, Array.isArray(type) ? 'any' : type),
      notes: this.#arrays > 0 ? this.#formatNotes(schema) : '',
      limits: this.limit.countText(formatLimits(schema, type))
    }))
  }

  #formatValues(values: readonly Json[]): string {
    this.limit.countParts(values.length)
    return this.limit.countText(values.map(formatPythonJson).join(' | ')) || 'any'
  }

  #formatArray(items: Json | undefined, depth: number): string {
    this.#arrays++
    const item = this.#declare(items, depth + 1)
    this.#arrays--
    const { type, notes, limits } = item
    return isCommented(item) ? `Array<\n${notes}${type}${limits && ` // ${limits}`}\n>` : `${type}[]`
  }

  #formatObject(schema: JsonObject, depth: number): string {
    const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
    const required = new Set(Array.isArray(schema.required) ? schema.required : [])
    this.limit.countParts(properties.length + required.size)
    const members = properties.map(([name, property]): [string, DeclaredType] => [
      required.has(name) ? name : `${name}?`,
      this.#declare(property, depth + 1)
    ])
    const { additionalProperties: others } = schema
    if (others === true || isJsonObject(others)) members.push(['[key: string]', this.#declare(others, depth + 1)])
    if (members.length === 0) return 'object'
    // An object without comments is on one line, without its last comma.
    return members.some(([, type]) => isCommented(type))
      ? `{\n${members.map(each => `${formatProperty(...each)}\n`).join('')}}`
      : `{ ${members
          .map(each => formatProperty(...each))
          .join(' ')
          .slice(0, -1)} }`
  }

  #formatNotes({ title, description, examples }: JsonObject): string {
    const texts = [title, description].filter(Boolean).map(text => formatComment(toText(text)))
    const list = Array.isArray(examples) ? examples : []
    this.limit.countParts(list.length)
    const shown =
      list.length === 1
        ? formatComment(`Example: ${formatPythonJson(list[0] as Json)}`)
        : list.length > 1
          ? formatComment(['Examples:', ...list.map(each => `- ${formatPythonJson(each)}`)].join('\n'))
          : ''
    // An empty comment line separates the title from the description.
    return this.limit.countText(texts.join('//\n') + shown)
  }
}

const isCommented = ({ type, notes, limits }: DeclaredType): boolean =>
  notes !== '' || limits !== '' || type.includes('\n')

/** Formats the branches of a union: on one line, or each on a line if some have comments. */
function formatBranches(branches: readonly DeclaredType[], operator: '|' | '&'): string {
  if (branches.length === 1 || !branches.some(isCommented))
    return branches.map(({ type }) => type).join(` ${operator} `)
  const lines = branches.map(({ type, notes, limits }) => `${notes} ${operator} ${type}${limits && ` // ${limits}`}\n`)
  return `\n${lines.join('')}`
}

/** Formats a property. The limits of a type on several lines come before it. */
function formatProperty(name: string, { type, notes, limits }: DeclaredType): string {
  const isLong = type.includes('\n')
  const space = type.startsWith('\n') ? '' : ' '
  return `${notes}${isLong && limits ? `// ${limits}\n` : ''}${name}:${space}${type},${!isLong && limits ? ` // ${limits}` : ''}`
}

function formatDefaultAndLimits(schema: JsonObject): string {
  const limits = formatLimits(schema, schema.type)
  if (schema.default === undefined) return limits
  return `default: ${formatPythonJson(schema.default)}${limits && `, ${limits}`}`
}

/** Formats the limits of a type. */
function formatLimits(schema: JsonObject, type: Json | undefined): string {
  const keywords = typeof type === 'string' && Object.hasOwn(limitKeywords, type) ? limitKeywords[type]! : []
  return keywords
    .filter(keyword => schema[keyword] !== undefined)
    .map(keyword => `${keyword}: ${formatLimit(keyword, schema[keyword]!, type)}`)
    .join(', ')
}

/** A number that limits a `number` is written as Python writes a float. */
function formatLimit(keyword: string, value: Json, type: Json | undefined): string {
  if (keyword === 'pattern') return `/${toText(value)}/`
  const isFloat = type === 'number' && Number.isInteger(value)
  return isFloat ? (value as number).toFixed(1) : formatPythonJson(value)
}

function formatComment(text: string): string {
  const trimmed = text.trim()
  return trimmed === ''
    ? ''
    : trimmed
        .split('\n')
        .map(line => `// ${line.trim()}`.trimEnd() + '\n')
        .join('')
}

function findRefTarget(ref: string, root: JsonObject): Json | undefined {
  let at: Json | undefined = root
  for (const step of ref.split('/').slice(1)) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  return at
}
