/** Generates strings from a parsed regular expression, and checks that they match. */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import type { Random } from '../core/random.js'
import { type HasCharacter, matchesPattern } from './regex-match.js'

/** A compiled pattern. */
export interface RegexPattern {
  source: string
  /** The fewest characters that can match. */
  shortest: number
  /** Undefined if the match takes too many steps. */
  matches(text: string): boolean | undefined
  /** Generates a matching string of `min` to `max` code points; undefined if none was found. */
  generate(random: Random, min: number, max: number): string | undefined
}

const unitsPerAttempt = 10

/** Spends units of work. Throws above the limit of the budget. */
export type Spend = (units: number) => void

/**
 * Compiles a pattern with the `u` flag as validators do, or without it if the pattern is valid only without. Throws
 * otherwise.
 */
export function compilePattern(source: string, spend: Spend): RegexPattern {
  spend(4 * source.length)
  const [pattern, flags] = parsePattern(source)
  const testers = new Map<AST.Node, RegExp>()
  const pools = new Map<AST.Node, string[]>()
  const has: HasCharacter = (node, char) => {
    const tester = testers.get(node) ?? new RegExp(`^${node.raw}$`, flags)
    testers.set(node, tester)
    return tester.test(char)
  }
  const pool = (node: CharClassNode) => {
    const chars = pools.get(node) ?? listClassChars(node, has, spend)
    pools.set(node, chars)
    return chars
  }
  const sizes: NodeSizes = new Map()
  const [shortest, longest] = measureAlternatives(pattern.alternatives, sizes)
  const test = (text: string) => matchesPattern(pattern, text, has, spend)

  const attempt = (random: Random, min: number, max: number, turn: number) => {
    spend(unitsPerAttempt)
    const low = Math.max(min, Math.min(shortest, max))
    const high = Math.min(max, longest, Math.max(low, shortest + 4) + (turn < 50 ? 8 : 60))
    const target = turn % 4 === 3 ? low : random.integer(low, Math.max(low, high))
    const state: GeneratorState = { random, sizes, pool, spend, groups: new Map(), writesLookarounds: turn % 2 === 1 }
    return padText(writeAlternative(state, pattern.alternatives, target), min, test)
  }
  // Without lookarounds a generated text always matches, even if the check takes too many steps.
  const hasNoLookarounds = ![...sizes.keys()].some(
    node => node.type === 'Assertion' && node.kind !== 'start' && node.kind !== 'end'
  )
  const generate = (random: Random, min: number, max: number) => {
    let costly = 0
    for (let turn = 0; turn < (min > 1000 ? 20 : 200) && costly < 5; turn++) {
      const text = attempt(random, min, max, turn)
      const length = [...text].length
      if (length < min || length > max) continue
      const matched = test(text)
      if (matched || (matched === undefined && hasNoLookarounds)) return text
      if (matched === undefined) costly++
    }
    return undefined
  }
  return { source, shortest, matches: test, generate }
}

type CharClassNode = AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass
type NodeSizes = Map<AST.Node, [least: number, most: number]>

interface GeneratorState {
  random: Random
  sizes: NodeSizes
  pool(node: CharClassNode): string[]
  spend: Spend
  groups: Map<AST.CapturingGroup, string>
  /** Whether the text of a lookahead or lookbehind is generated at its position, which satisfies many of them. */
  writesLookarounds: boolean
}

function parsePattern(source: string): [AST.Pattern, string] {
  const parser = new RegExpParser({ ecmaVersion: 2025 })
  try {
    return [parser.parsePattern(source, 0, source.length, { unicode: true }), 'u']
  } catch (error) {
    try {
      return [parser.parsePattern(source, 0, source.length, { unicode: false }), '']
    } catch {
      throw error
    }
  }
}

const printableAscii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))

/** Lists characters of a class: letters and digits if it has any, else other ASCII, else up to 50 of Unicode. */
function listClassChars(node: CharClassNode, has: HasCharacter, spend: Spend): string[] {
  spend(2 * printableAscii.length + node.raw.length)
  const ascii = printableAscii.filter(char => has(node, char))
  const plain = ascii.filter(char => /[A-Za-z0-9]/.test(char))
  if (node.type === 'CharacterSet' || (node.type === 'CharacterClass' && node.negate)) {
    if (plain.length > 0) return plain
  }
  if (ascii.length > 0) return ascii
  const others: string[] = []
  for (let code = 0; code <= 0x1ffff && others.length < 50; code = code === 0xd7ff ? 0xe000 : code + 1) {
    if (code % 100 === 0) spend(20)
    const char = String.fromCodePoint(code)
    if (has(node, char)) others.push(char)
  }
  return others
}

function measureAlternatives(alternatives: AST.Alternative[], sizes: NodeSizes): [number, number] {
  const all = alternatives.map(each => {
    const parts = each.elements.map(element => measureElement(element, sizes))
    const size: [number, number] = [
      parts.reduce((sum, [least]) => sum + least, 0),
      parts.reduce((sum, [, most]) => sum + most, 0)
    ]
    sizes.set(each, size)
    return size
  })
  return [Math.min(...all.map(([least]) => least)), Math.max(...all.map(([, most]) => most))]
}

function measureElement(node: AST.Element, sizes: NodeSizes): [number, number] {
  const size = computeSize(node, sizes)
  sizes.set(node, size)
  return size
}

function computeSize(node: AST.Element, sizes: NodeSizes): [number, number] {
  switch (node.type) {
    case 'Assertion':
      if (node.kind === 'lookahead' || node.kind === 'lookbehind') measureAlternatives(node.alternatives, sizes)
      return [0, 0]
    case 'Group':
    case 'CapturingGroup':
      return measureAlternatives(node.alternatives, sizes)
    case 'Quantifier': {
      const [least, most] = measureElement(node.element, sizes)
      return [least * node.min, most === 0 ? 0 : node.max === 0 ? 0 : most * node.max]
    }
    case 'Backreference':
      return [0, Infinity]
    default:
      return [1, 1]
  }
}

function writeAlternative(state: GeneratorState, alternatives: AST.Alternative[], target: number): string {
  state.spend(Math.ceil(alternatives.length / 8))
  const fitting = alternatives.filter(each => {
    const [least, most] = state.sizes.get(each)!
    return least <= target && target <= most
  })
  const chosen = state.random.pick(fitting.length > 0 ? fitting : alternatives)
  state.spend(chosen.elements.length)
  const shares = splitLength(
    state,
    chosen.elements.map(element => state.sizes.get(element)!),
    target
  )
  return chosen.elements.map((element, index) => writeElement(state, element, shares[index]!)).join('')
}

/** Splits a length over the parts: each gets its minimum, and the rest goes to random parts that can grow. */
function splitLength(state: GeneratorState, sizes: [number, number][], target: number): number[] {
  const shares = sizes.map(([least]) => least)
  let rest = target - shares.reduce((sum, each) => sum + each, 0)
  const growing = sizes.flatMap(([least, most], index) => (most > least ? [index] : []))
  while (rest > 0 && growing.length > 0) {
    const position = state.random.integer(0, growing.length - 1)
    const index = growing[position]!
    const room = sizes[index]![1] - shares[index]!
    const grown = Math.min(
      room,
      growing.length === 1 ? rest : state.random.integer(1, Math.max(1, Math.ceil(rest / 2)))
    )
    shares[index]! += grown
    rest -= grown
    if (grown === room) growing.splice(position, 1)
  }
  return shares
}

function writeElement(state: GeneratorState, node: AST.Element, target: number): string {
  switch (node.type) {
    case 'Character':
      return String.fromCodePoint(node.value)
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass': {
      const chars = state.pool(node)
      return chars.length > 0 ? state.random.pick(chars) : ''
    }
    case 'Group':
      return writeAlternative(state, node.alternatives, target)
    case 'CapturingGroup': {
      const text = writeAlternative(state, node.alternatives, target)
      state.groups.set(node, text)
      return text
    }
    case 'Backreference':
      return state.groups.get([node.resolved].flat().find(each => state.groups.has(each))!) ?? ''
    case 'Quantifier':
      return writeRepeated(state, node, target)
    case 'Assertion': {
      if (!state.writesLookarounds || (node.kind !== 'lookahead' && node.kind !== 'lookbehind') || node.negate)
        return ''
      const least = Math.min(...node.alternatives.map(each => state.sizes.get(each)![0]))
      return writeAlternative(state, node.alternatives, least)
    }
  }
}

function writeRepeated(state: GeneratorState, node: AST.Quantifier, target: number): string {
  const [least, most] = state.sizes.get(node.element)!
  const low = Math.max(node.min, most === 0 ? 0 : Math.ceil(target / most))
  const high = Math.min(node.max, least === 0 ? Math.max(target, low) : Math.floor(target / least))
  const count = low <= high ? state.random.integer(low, high) : Math.min(Math.max(high, node.min), node.max)
  state.spend(count)
  const shares = splitLength(
    state,
    Array.from({ length: count }, () => [least, most]),
    target
  )
  return shares.map(each => writeElement(state, node.element, each)).join('')
}

/** Lengthens a short text at its ends, where a pattern without anchors still matches. */
function padText(text: string, min: number, test: (text: string) => boolean | undefined): string {
  const missing = min - [...text].length
  if (missing <= 0) return text
  const filler = 'a'.repeat(missing)
  return [text + filler, filler + text].find(longer => test(longer) === true) ?? text
}
