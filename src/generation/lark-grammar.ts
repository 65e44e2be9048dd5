/** Generates texts of a Lark grammar, in bounded time. */
import type { Budget } from '../core/budget.js'
import type { Random } from '../core/random.js'
import { matchRegex } from './match-regex.js'

/** Generates a text that the rule `start` of a Lark grammar allows; undefined if the grammar has parts that are not known. */
export function generateByGrammar(definition: string, random: Random, budget: Budget): string | undefined {
  const text = definition.slice(0, maxGrammarChars)
  budget.spendWork(text.length, task)
  const rules = parseGrammar(text)
  if (!rules?.has('start')) return undefined
  const run: GrammarRun = {
    rules,
    depths: measureDepths(rules),
    random,
    budget,
    steps: 0,
    joins: /%ignore\s+(?:WS|\/\\s|" ")/.test(text)
  }
  return writeNode(run, { kind: 'name', name: 'start' }, 0)?.trim()
}

const task = 'a text of the grammar'
const maxGrammarChars = 20_000
const maxRules = 300
const maxSteps = 3000
const maxNesting = 60
const unitsPerNode = 20

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'regex'; source: string }
  | { kind: 'name'; name: string }
  | { kind: 'sequence'; items: Node[] }
  | { kind: 'choice'; options: Node[] }
  | { kind: 'repeat'; item: Node; min: number; max: number }

const commonTerminals: Readonly<Record<string, string>> = {
  INT: '[1-9][0-9]?',
  SIGNED_INT: '[1-9][0-9]?',
  NUMBER: '[1-9][0-9]?',
  SIGNED_NUMBER: '[1-9][0-9]?',
  FLOAT: '[0-9]\\.[0-9]',
  SIGNED_FLOAT: '[0-9]\\.[0-9]',
  DIGIT: '[0-9]',
  HEXDIGIT: '[0-9a-f]',
  LETTER: '[a-z]',
  LCASE_LETTER: '[a-z]',
  UCASE_LETTER: '[A-Z]',
  WORD: '[a-z]{4,8}',
  CNAME: '[a-z]{4,8}',
  ESCAPED_STRING: '"[a-z]{4,8}"',
  WS: ' ',
  WS_INLINE: ' ',
  NEWLINE: '\\n'
}

const tokenPattern =
  /"((?:[^"\\\n]|\\.)*)"(i?)|\/((?:[^/\\\n]|\\.)+)\/([a-z]*)|([A-Za-z_]\w*)|(->\s*\w+)|~\s*(\d+)(?:\s*\.\.\s*(\d+))?|(\.\.)|([|()[\]?*+])|(\s+)|([\s\S])/g
const ruleStart = /^[?!]*(_?[A-Za-z]\w*)(?:\.-?\d+)?\s*:(.*)$/

function parseGrammar(text: string): Map<string, Node> | undefined {
  const bodies = new Map<string, string>()
  const rules = new Map<string, Node>()
  let current: string | undefined
  for (const line of text.split('\n')) {
    const plain = line.replace(/(^|\s)\/\/.*$/, '')
    const start = ruleStart.exec(plain)
    const imported = /^%import\s+common\.(\w+)(?:\s*->\s*(\w+))?/.exec(plain)
    if (imported)
      rules.set(imported[2] ?? imported[1]!, { kind: 'regex', source: commonTerminals[imported[1]!] ?? '[a-z]' })
    else if (start) {
      current = start[1]!
      bodies.set(current, start[2]!)
    } else if (current !== undefined && /^\s*[^%\s]/.test(plain)) bodies.set(current, `${bodies.get(current)} ${plain}`)
  }
  if (bodies.size > maxRules) return undefined
  for (const [name, body] of bodies) {
    const node = new GrammarReader(body).read()
    if (!node) return undefined
    rules.set(name, node)
  }
  return rules
}

/** Reads the body of a rule. */
class GrammarReader {
  readonly #tokens: RegExpExecArray[]
  #at = 0

  constructor(body: string) {
    this.#tokens = [...body.matchAll(tokenPattern)].filter(
      token => token[11] === undefined && token[6] === undefined
    ) as RegExpExecArray[]
  }

  read(): Node | undefined {
    const node = this.#readChoice(0)
    return this.#at === this.#tokens.length ? node : undefined
  }

  get #mark(): string | undefined {
    return this.#tokens[this.#at]?.[10]
  }

  #readChoice(depth: number): Node | undefined {
    if (depth > maxNesting) return undefined
    const options: Node[] = []
    do {
      const option = this.#readSequence(depth)
      if (!option) return undefined
      options.push(option)
    } while (this.#mark === '|' && ++this.#at)
    return options.length === 1 ? options[0] : { kind: 'choice', options }
  }

  #readSequence(depth: number): Node | undefined {
    const items: Node[] = []
    while (this.#at < this.#tokens.length && !['|', ')', ']'].includes(this.#mark ?? '')) {
      const item = this.#readItem(depth)
      if (!item) return undefined
      items.push(this.#readRepeat(item))
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', items }
  }

  #readRepeat(item: Node): Node {
    const token = this.#tokens[this.#at]
    if (token?.[7] !== undefined) {
      this.#at++
      return { kind: 'repeat', item, min: Number(token[7]), max: Number(token[8] ?? token[7]) }
    }
    const counts = { '?': [0, 1], '*': [0, 2], '+': [1, 2] }[token?.[10] ?? '']
    if (!counts) return item
    this.#at++
    return { kind: 'repeat', item, min: counts[0]!, max: counts[1]! }
  }

  #readItem(depth: number): Node | undefined {
    const token = this.#tokens[this.#at++]!
    const [, text, , regex, , name] = token
    if (regex !== undefined) return { kind: 'regex', source: regex }
    if (name !== undefined) return { kind: 'name', name }
    if (text !== undefined) {
      const last = this.#tokens[this.#at]?.[9] === undefined ? undefined : this.#tokens[this.#at + 1]?.[1]
      if (last === undefined) return { kind: 'text', text: unescapeText(text) }
      this.#at += 2
      return { kind: 'regex', source: `[${text.replace(/[\]\\^-]/g, '\\$&')}-${last.replace(/[\]\\^-]/g, '\\$&')}]` }
    }
    const close = { '(': ')', '[': ']' }[token[10] ?? '']
    if (!close) return undefined
    const inner = this.#readChoice(depth + 1)
    if (!inner || this.#mark !== close) return undefined
    this.#at++
    return close === ']' ? { kind: 'repeat', item: inner, min: 0, max: 1 } : inner
  }
}

const unescapeText = (text: string): string =>
  text.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t' })[char] ?? char)

interface GrammarRun {
  rules: ReadonlyMap<string, Node>
  /** The fewest rules below each rule. */
  depths: ReadonlyMap<string, number>
  random: Random
  budget: Budget
  steps: number
  /** Whether spaces stand between the parts of a rule. */
  joins: boolean
}

function measureDepths(rules: ReadonlyMap<string, Node>): Map<string, number> {
  const depths = new Map<string, number>()
  for (let round = 0, changed = true; changed && round < 40; round++) {
    changed = false
    for (const [name, node] of rules) {
      const depth = 1 + measureNode(node, depths)
      if (depth < (depths.get(name) ?? Infinity)) {
        depths.set(name, depth)
        changed = true
      }
    }
  }
  return depths
}

function measureNode(node: Node, depths: ReadonlyMap<string, number>): number {
  switch (node.kind) {
    case 'name':
      return depths.get(node.name) ?? Infinity
    case 'sequence':
      return Math.max(0, ...node.items.map(item => measureNode(item, depths)))
    case 'choice':
      return Math.min(...node.options.map(option => measureNode(option, depths)))
    case 'repeat':
      return node.min === 0 ? 0 : measureNode(node.item, depths)
    default:
      return 0
  }
}

const deepAfter = 8

function writeNode(run: GrammarRun, node: Node, depth: number): string | undefined {
  run.budget.spendWork(unitsPerNode, task)
  if (++run.steps > maxSteps || depth > maxNesting) return undefined
  switch (node.kind) {
    case 'text':
      return node.text
    case 'regex':
      return matchRegex(node.source, run.random.fork(run.steps), run.budget)
    case 'name': {
      const rule = run.rules.get(node.name)
      return rule && writeNode({ ...run, joins: run.joins && /^_?[a-z]/.test(node.name) }, rule, depth + 1)
    }
    case 'sequence':
      return joinParts(run, node.items, depth)
    case 'repeat': {
      const count = depth > deepAfter ? node.min : run.random.integer(node.min, Math.min(node.max, node.min + 3))
      return joinParts(run, Array<Node>(Math.min(count, maxSteps)).fill(node.item), depth)
    }
    case 'choice': {
      const least = Math.min(...node.options.map(option => measureNode(option, run.depths)))
      const options = node.options.filter(
        option => measureNode(option, run.depths) <= (depth > deepAfter ? least : deepAfter + least)
      )
      return writeNode(run, run.random.pick(options.length ? options : node.options), depth)
    }
  }
}

function joinParts(run: GrammarRun, items: readonly Node[], depth: number): string | undefined {
  const parts: string[] = []
  for (const item of items) {
    const part = writeNode(run, item, depth)
    if (part === undefined) return undefined
    if (part) parts.push(part)
  }
  return parts.join(run.joins ? ' ' : '')
}
