/** Whether a text matches a parsed regular expression, in bounded time: a hostile pattern gives up instead of hanging. */
import type { AST } from '@eslint-community/regexpp'

/** Whether one character belongs to a class such as `[a-z]`, `\d` or `.`. */
export type Has = (node: AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass, char: string) => boolean

/** True or false as `RegExp.test` would say; undefined when the answer would cost too many steps. */
export function matches(pattern: AST.Pattern, text: string, has: Has): boolean | undefined {
  const chars = [...text]
  const run: Run = { chars, has, steps: 200_000, groups: new Map() }
  try {
    for (let at = 0; at <= chars.length; at++) if (anyOf(run, pattern.alternatives, at, () => true)) return true
    return false
  } catch (error) {
    if (error === exhausted || error instanceof RangeError) return undefined
    throw error
  }
}

interface Run {
  chars: string[]
  has: Has
  steps: number
  groups: Map<AST.CapturingGroup, [start: number, end: number]>
}
type Next = (at: number) => boolean

const exhausted = new Error('too many steps')

function anyOf(run: Run, alternatives: AST.Alternative[], at: number, next: Next): boolean {
  return alternatives.some(alternative => sequence(run, alternative.elements, 0, at, next))
}

function sequence(run: Run, elements: AST.Element[], index: number, at: number, next: Next): boolean {
  if (index === elements.length) return next(at)
  return one(run, elements[index]!, at, after => sequence(run, elements, index + 1, after, next))
}

function one(run: Run, node: AST.Element, at: number, next: Next): boolean {
  if (--run.steps < 0) throw exhausted
  switch (node.type) {
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return isChar(run, node, at) && next(at + 1)
    case 'Group':
      return anyOf(run, node.alternatives, at, next)
    case 'CapturingGroup':
      return captured(run, node, at, next)
    case 'Backreference':
      return repeated(run, node, at, next)
    case 'Quantifier':
      return isSingle(node.element) ? many(run, node, node.element, at, next) : times(run, node, 0, at, next)
    default:
      return holds(run, node, at) && next(at)
  }
}

type Single = AST.Character | AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass

function isSingle(node: AST.Element): node is Single {
  return ['Character', 'CharacterClass', 'CharacterSet', 'ExpressionCharacterClass'].includes(node.type)
}

function isChar(run: Run, node: Single, at: number): boolean {
  const char = run.chars[at]
  if (char === undefined) return false
  return node.type === 'Character' ? char.codePointAt(0) === node.value : run.has(node, char)
}

function captured(run: Run, node: AST.CapturingGroup, at: number, next: Next): boolean {
  const before = run.groups.get(node)
  const found = anyOf(run, node.alternatives, at, end => {
    const inner = run.groups.get(node)
    run.groups.set(node, [at, end])
    if (next(end)) return true
    restore(run, node, inner)
    return false
  })
  if (!found) restore(run, node, before)
  return found
}

function restore(run: Run, node: AST.CapturingGroup, value: [number, number] | undefined) {
  if (value) run.groups.set(node, value)
  else run.groups.delete(node)
}

function repeated(run: Run, node: AST.Backreference, at: number, next: Next): boolean {
  const group = [node.resolved].flat().find(each => run.groups.has(each))
  const [start, end] = group ? run.groups.get(group)! : [0, 0]
  for (let i = 0; i < end - start; i++) if (run.chars[start + i] !== run.chars[at + i]) return false
  return next(at + end - start)
}

/** Single characters are counted in a loop, so that a long run needs no deep stack. */
function many(run: Run, { min, max, greedy }: AST.Quantifier, element: Single, at: number, next: Next): boolean {
  let count = 0
  while (count < max && isChar(run, element, at + count)) count++
  run.steps -= count
  for (let i = 0; i <= count - min; i++) {
    if (--run.steps < 0) throw exhausted
    if (next(at + (greedy ? count - i : min + i))) return true
  }
  return false
}

function times(run: Run, node: AST.Quantifier, done: number, at: number, next: Next): boolean {
  const again = () =>
    done < node.max &&
    // A turn that consumed nothing, beyond those required, would go on for ever.
    one(run, node.element, at, after => (after > at || done < node.min) && times(run, node, done + 1, after, next))
  const stop = () => done >= node.min && next(at)
  return node.greedy ? again() || stop() : stop() || again()
}

function holds(run: Run, node: AST.Assertion, at: number): boolean {
  const word = (index: number) => /^\w$/.test(run.chars[index] ?? '')
  switch (node.kind) {
    case 'start':
      return at === 0
    case 'end':
      return at === run.chars.length
    case 'word':
      return (word(at - 1) !== word(at)) !== node.negate
    case 'lookahead':
      return anyOf(run, node.alternatives, at, () => true) !== node.negate
    case 'lookbehind': {
      let found = false
      for (let start = at; start >= 0 && !found; start--)
        found = anyOf(run, node.alternatives, start, end => end === at)
      return found !== node.negate
    }
  }
}
