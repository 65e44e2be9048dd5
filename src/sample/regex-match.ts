/** Matches a text against a parsed regular expression in a bounded number of steps. */
import type { AST } from '@eslint-community/regexpp'

/** Whether one character belongs to a class such as `[a-z]`, `\d` or `.`. */
export type HasCharacter = (
  node: AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass,
  char: string
) => boolean

/** Returns what `RegExp.test` would return; undefined if the match takes too many steps. */
export function matchesPattern(
  pattern: AST.Pattern,
  text: string,
  has: HasCharacter,
  spend: (units: number) => void
): boolean | undefined {
  const chars = [...text]
  const run: MatchRun = { chars, has, steps: maxSteps, groups: new Map() }
  try {
    for (let at = 0; at <= chars.length; at++)
      if (matchAlternatives(run, pattern.alternatives, at, () => true)) return true
    return false
  } catch (error) {
    if (error === outOfSteps || error instanceof RangeError) return undefined
    throw error
  } finally {
    spend(unitsPerMatch + Math.ceil((maxSteps - run.steps) / stepsPerUnit))
  }
}

const unitsPerMatch = 4
const maxSteps = 200_000
const stepsPerUnit = 2

interface MatchRun {
  chars: string[]
  has: HasCharacter
  steps: number
  groups: Map<AST.CapturingGroup, [start: number, end: number]>
}
type Continuation = (at: number) => boolean

const outOfSteps = new Error('too many steps')

function matchAlternatives(run: MatchRun, alternatives: AST.Alternative[], at: number, next: Continuation): boolean {
  return alternatives.some(alternative => matchSequence(run, alternative.elements, 0, at, next))
}

function matchSequence(run: MatchRun, elements: AST.Element[], index: number, at: number, next: Continuation): boolean {
  if (index === elements.length) return next(at)
  return matchElement(run, elements[index]!, at, after => matchSequence(run, elements, index + 1, after, next))
}

function matchElement(run: MatchRun, node: AST.Element, at: number, next: Continuation): boolean {
  if (--run.steps < 0) throw outOfSteps
  switch (node.type) {
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return matchesChar(run, node, at) && next(at + 1)
    case 'Group':
      return matchAlternatives(run, node.alternatives, at, next)
    case 'CapturingGroup':
      return matchCapture(run, node, at, next)
    case 'Backreference':
      return matchBackreference(run, node, at, next)
    case 'Quantifier':
      return isSingleChar(node.element)
        ? matchMany(run, node, node.element, at, next)
        : matchRepeated(run, node, 0, at, next)
    default:
      return assertionHolds(run, node, at) && next(at)
  }
}

type SingleCharNode = AST.Character | AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass

function isSingleChar(node: AST.Element): node is SingleCharNode {
  return ['Character', 'CharacterClass', 'CharacterSet', 'ExpressionCharacterClass'].includes(node.type)
}

function matchesChar(run: MatchRun, node: SingleCharNode, at: number): boolean {
  const char = run.chars[at]
  if (char === undefined) return false
  return node.type === 'Character' ? char.codePointAt(0) === node.value : run.has(node, char)
}

function matchCapture(run: MatchRun, node: AST.CapturingGroup, at: number, next: Continuation): boolean {
  const before = run.groups.get(node)
  const matched = matchAlternatives(run, node.alternatives, at, end => {
    const inner = run.groups.get(node)
    run.groups.set(node, [at, end])
    if (next(end)) return true
    restoreGroup(run, node, inner)
    return false
  })
  if (!matched) restoreGroup(run, node, before)
  return matched
}

function restoreGroup(run: MatchRun, node: AST.CapturingGroup, value: [number, number] | undefined) {
  if (value) run.groups.set(node, value)
  else run.groups.delete(node)
}

function matchBackreference(run: MatchRun, node: AST.Backreference, at: number, next: Continuation): boolean {
  const group = [node.resolved].flat().find(each => run.groups.has(each))
  const [start, end] = group ? run.groups.get(group)! : [0, 0]
  for (let i = 0; i < end - start; i++) if (run.chars[start + i] !== run.chars[at + i]) return false
  return next(at + end - start)
}

/** Matches repeated single characters in a loop, so that a long run needs no deep stack. */
function matchMany(
  run: MatchRun,
  { min, max, greedy }: AST.Quantifier,
  element: SingleCharNode,
  at: number,
  next: Continuation
): boolean {
  let count = 0
  while (count < max && matchesChar(run, element, at + count)) count++
  run.steps -= count
  for (let i = 0; i <= count - min; i++) {
    if (--run.steps < 0) throw outOfSteps
    if (next(at + (greedy ? count - i : min + i))) return true
  }
  return false
}

function matchRepeated(run: MatchRun, node: AST.Quantifier, count: number, at: number, next: Continuation): boolean {
  const again = () =>
    count < node.max &&
    // A repetition that consumes nothing, beyond the required ones, would never end.
    matchElement(
      run,
      node.element,
      at,
      after => (after > at || count < node.min) && matchRepeated(run, node, count + 1, after, next)
    )
  const stop = () => count >= node.min && next(at)
  return node.greedy ? again() || stop() : stop() || again()
}

function assertionHolds(run: MatchRun, node: AST.Assertion, at: number): boolean {
  const word = (index: number) => /^\w$/.test(run.chars[index] ?? '')
  switch (node.kind) {
    case 'start':
      return at === 0
    case 'end':
      return at === run.chars.length
    case 'word':
      return (word(at - 1) !== word(at)) !== node.negate
    case 'lookahead':
      return matchAlternatives(run, node.alternatives, at, () => true) !== node.negate
    case 'lookbehind': {
      let matched = false
      for (let start = at; start >= 0 && !matched; start--)
        matched = matchAlternatives(run, node.alternatives, start, end => end === at)
      return matched !== node.negate
    }
  }
}
