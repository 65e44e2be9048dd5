/** Strings that match a regular expression, made from its parsed form and looked at again before they are used. */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import type { Chance } from '../core/random.js'
import { type Has, matches } from './regex-match.js'

export interface Pattern {
  source: string
  /** The fewest characters that can match. */
  shortest: number
  /** Undefined when a hostile pattern makes the answer too costly. */
  matches(text: string): boolean | undefined
  /** A matching string of `min` to `max` code points; undefined when none was found. */
  generate(chance: Chance, min: number, max: number): string | undefined
}

/** Parses as validators do, with the `u` flag; patterns that are valid only without it are read without. */
export function compilePattern(source: string): Pattern {
  const [pattern, flags] = parse(source)
  const testers = new Map<AST.Node, RegExp>()
  const pools = new Map<AST.Node, string[]>()
  const has: Has = (node, char) => {
    const tester = testers.get(node) ?? new RegExp(`^${node.raw}$`, flags)
    testers.set(node, tester)
    return tester.test(char)
  }
  const pool = (node: Class) => {
    const chars = pools.get(node) ?? poolOf(node, has)
    pools.set(node, chars)
    return chars
  }
  const sizes: Sizes = new Map()
  const [shortest, longest] = sizeOfAny(pattern.alternatives, sizes)
  const test = (text: string) => matches(pattern, text, has)

  const attempt = (chance: Chance, min: number, max: number, turn: number) => {
    const low = Math.max(min, Math.min(shortest, max))
    const high = Math.min(max, longest, Math.max(low, shortest + 4) + (turn < 50 ? 8 : 60))
    const target = turn % 4 === 3 ? low : chance.integer(low, Math.max(low, high))
    const maker: Maker = { chance, sizes, pool, groups: new Map(), ahead: turn % 2 === 1 }
    return pad(alternative(maker, pattern.alternatives, target), min, test)
  }
  // Without lookarounds a text is right as it was built, even when looking again costs too much.
  const plain = ![...sizes.keys()].some(
    node => node.type === 'Assertion' && node.kind !== 'start' && node.kind !== 'end'
  )
  const generate = (chance: Chance, min: number, max: number) => {
    let costly = 0
    for (let turn = 0; turn < (min > 1000 ? 20 : 200) && costly < 5; turn++) {
      const text = attempt(chance, min, max, turn)
      const length = [...text].length
      if (length < min || length > max) continue
      const found = test(text)
      if (found || (found === undefined && plain)) return text
      if (found === undefined) costly++
    }
    return undefined
  }
  return { source, shortest, matches: test, generate }
}

type Class = AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass
type Sizes = Map<AST.Node, [least: number, most: number]>

interface Maker {
  chance: Chance
  sizes: Sizes
  pool(node: Class): string[]
  groups: Map<AST.CapturingGroup, string>
  /** Write what a lookaround asks for at its place, which meets many of them. */
  ahead: boolean
}

function parse(source: string): [AST.Pattern, string] {
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

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))

/** Characters to draw from: letters and digits when the class has any, other ASCII, otherwise what Unicode offers. */
function poolOf(node: Class, has: Has): string[] {
  const ascii = printable.filter(char => has(node, char))
  const plain = ascii.filter(char => /[A-Za-z0-9]/.test(char))
  if (node.type === 'CharacterSet' || (node.type === 'CharacterClass' && node.negate)) {
    if (plain.length > 0) return plain
  }
  if (ascii.length > 0) return ascii
  const found: string[] = []
  for (let code = 0; code <= 0x1ffff && found.length < 50; code = code === 0xd7ff ? 0xe000 : code + 1) {
    const char = String.fromCodePoint(code)
    if (has(node, char)) found.push(char)
  }
  return found
}

function sizeOfAny(alternatives: AST.Alternative[], sizes: Sizes): [number, number] {
  const all = alternatives.map(each => {
    const parts = each.elements.map(element => sizeOf(element, sizes))
    const size: [number, number] = [
      parts.reduce((sum, [least]) => sum + least, 0),
      parts.reduce((sum, [, most]) => sum + most, 0)
    ]
    sizes.set(each, size)
    return size
  })
  return [Math.min(...all.map(([least]) => least)), Math.max(...all.map(([, most]) => most))]
}

function sizeOf(node: AST.Element, sizes: Sizes): [number, number] {
  const size = measure(node, sizes)
  sizes.set(node, size)
  return size
}

function measure(node: AST.Element, sizes: Sizes): [number, number] {
  switch (node.type) {
    case 'Assertion':
      if (node.kind === 'lookahead' || node.kind === 'lookbehind') sizeOfAny(node.alternatives, sizes)
      return [0, 0]
    case 'Group':
    case 'CapturingGroup':
      return sizeOfAny(node.alternatives, sizes)
    case 'Quantifier': {
      const [least, most] = sizeOf(node.element, sizes)
      return [least * node.min, most === 0 ? 0 : node.max === 0 ? 0 : most * node.max]
    }
    case 'Backreference':
      return [0, Infinity]
    default:
      return [1, 1]
  }
}

function alternative(maker: Maker, alternatives: AST.Alternative[], target: number): string {
  const fitting = alternatives.filter(each => {
    const [least, most] = maker.sizes.get(each)!
    return least <= target && target <= most
  })
  const chosen = maker.chance.pick(fitting.length > 0 ? fitting : alternatives)
  const shares = share(
    maker,
    chosen.elements.map(element => maker.sizes.get(element)!),
    target
  )
  return chosen.elements.map((element, index) => write(maker, element, shares[index]!)).join('')
}

/** Splits a length over the parts: each gets its least, the rest goes by chance to those that can grow. */
function share(maker: Maker, sizes: [number, number][], target: number): number[] {
  const shares = sizes.map(([least]) => least)
  let rest = target - shares.reduce((sum, each) => sum + each, 0)
  const growing = sizes.flatMap(([least, most], index) => (most > least ? [index] : []))
  while (rest > 0 && growing.length > 0) {
    const place = maker.chance.integer(0, growing.length - 1)
    const index = growing[place]!
    const room = sizes[index]![1] - shares[index]!
    const grown = Math.min(
      room,
      growing.length === 1 ? rest : maker.chance.integer(1, Math.max(1, Math.ceil(rest / 2)))
    )
    shares[index]! += grown
    rest -= grown
    if (grown === room) growing.splice(place, 1)
  }
  return shares
}

function write(maker: Maker, node: AST.Element, target: number): string {
  switch (node.type) {
    case 'Character':
      return String.fromCodePoint(node.value)
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass': {
      const chars = maker.pool(node)
      return chars.length > 0 ? maker.chance.pick(chars) : ''
    }
    case 'Group':
      return alternative(maker, node.alternatives, target)
    case 'CapturingGroup': {
      const text = alternative(maker, node.alternatives, target)
      maker.groups.set(node, text)
      return text
    }
    case 'Backreference':
      return maker.groups.get([node.resolved].flat().find(each => maker.groups.has(each))!) ?? ''
    case 'Quantifier':
      return repeat(maker, node, target)
    case 'Assertion': {
      if (!maker.ahead || (node.kind !== 'lookahead' && node.kind !== 'lookbehind') || node.negate) return ''
      const least = Math.min(...node.alternatives.map(each => maker.sizes.get(each)![0]))
      return alternative(maker, node.alternatives, least)
    }
  }
}

function repeat(maker: Maker, node: AST.Quantifier, target: number): string {
  const [least, most] = maker.sizes.get(node.element)!
  const low = Math.max(node.min, most === 0 ? 0 : Math.ceil(target / most))
  const high = Math.min(node.max, least === 0 ? Math.max(target, low) : Math.floor(target / least))
  const count = low <= high ? maker.chance.integer(low, high) : Math.min(Math.max(high, node.min), node.max)
  const shares = share(
    maker,
    Array.from({ length: count }, () => [least, most]),
    target
  )
  return shares.map(each => write(maker, node.element, each)).join('')
}

/** A pattern without anchors matches inside a longer text, so a text that is too short can grow at its ends. */
function pad(text: string, min: number, test: (text: string) => boolean | undefined): string {
  const missing = min - [...text].length
  if (missing <= 0) return text
  const filler = 'a'.repeat(missing)
  return [text + filler, filler + text].find(longer => test(longer) === true) ?? text
}
