/** Finds values of one kind that stand together in a prompt, such as `Paris, Rome and Oslo`. */
import type { PromptToken } from './tokens.js'
import type { PromptValue } from './value.js'
import { requestVerbs, stopWords } from './word-lists.js'

/** The lists of a text: neighbours of one kind with only a comma, `and` and the like between them. */
export function findLists(text: string, values: readonly PromptValue[]): PromptValue[] {
  const lists: PromptValue[] = []
  let members: PromptValue[] = []
  const close = () => {
    if (members.length > 1) lists.push(toList(text, members))
    members = []
  }
  for (const value of values) {
    if (value.kind === 'phrase' || value.kind === 'pair' || value.kind === 'expression') continue
    const last = members.at(-1)
    if (last && !(last.kind === value.kind && isJoin(text.slice(last.end, value.start)))) close()
    members.push(value)
  }
  close()
  return lists
}

/** Whether a text joins the values of a list. The second value may repeat the preposition or the call of the first. */
function isJoin(gap: string): boolean {
  return (
    gap.length < 60 &&
    /^["'”’`»)\s]{0,3}(?:[€$%]\s?)?(?:[,;/&+]|\s-\s)?\s*(?:(?:and|or|plus|as well as|also|then|and also|und|et|y)\s+)?(?:(?:in|for|at|of|to)\s+)?(?:the\s+)?(?:\w{1,40}\()?["'“‘`«(\s[]{0,3}$/i.test(
      gap
    ) &&
    /[,;/&+]|\b(?:and|or|plus|also|then|und|et|y)\b/i.test(gap)
  )
}

/** A list of values. */
export const toList = (text: string, members: PromptValue[]): PromptValue => {
  const start = members[0]!.start
  const end = members.at(-1)!.end
  return { kind: 'list', text: text.slice(start, end), value: '', start, end, members }
}

/** The lists of plain words: `apples, red pears and plums`, and the lines of a list with bullets. */
export function findWordLists(text: string, tokens: readonly PromptToken[]): PromptValue[] {
  const lists: PromptValue[] = []
  let parts: PromptToken[][] = []
  let part: PromptToken[] = []
  const closePart = () => {
    if (part.length > 0) parts.push(part)
    part = []
  }
  const closeList = () => {
    closePart()
    for (const group of splitParts(parts)) {
      const members = trimParts(group).filter(words => words.length > 0)
      if (members.length < 2) continue
      const values = members.map(words => toWord(text, words[0]!.start, words.at(-1)!.end))
      lists.push(toList(text, values))
    }
    parts = []
  }
  let end = 0
  for (const token of tokens) {
    const gap = text.slice(end, token.start)
    if (gap.includes(',') && gap.trim() === ',') closePart()
    else if (gap.trim() !== '' || gap.includes('\n')) closeList()
    // Only the first and the last part may be long: a list stands within a sentence.
    if (part.length > maxWords && parts.length > 0) closeList()
    if (token.lower === 'and' || token.lower === 'or') closePart()
    else part.push(token)
    end = token.end
  }
  closeList()
  const bullets = [...text.matchAll(/^[ \t]{0,8}(?:[-*•]|\d{1,2}[.)])[ \t]{1,8}(\S[^\n]{0,200})$/gm)].slice(0, 60)
  if (bullets.length > 1)
    lists.push(
      toList(
        text,
        bullets.map(({ 0: line, 1: item = '', index }) => {
          const start = index + line.length - item.length
          return toWord(text, start, start + item.trimEnd().length)
        })
      )
    )
  return lists
}

const maxWords = 12

const toWord = (text: string, start: number, end: number): PromptValue => ({
  kind: 'word',
  text: text.slice(start, end),
  value: text.slice(start, end),
  start,
  end
})

/** Splits parts at a part with words that are no part of a list: `chess` of `my hobbies are chess` begins a new list. */
function splitParts(parts: readonly PromptToken[][]): PromptToken[][][] {
  const groups: PromptToken[][][] = [[]]
  parts.forEach((words, at) => {
    groups.at(-1)!.push(words)
    if (at > 0 && at < parts.length - 1 && words.some(({ lower }) => noItems.has(lower))) groups.push([words])
  })
  return groups
}

/** Of the first part, keeps only the words after the last word that is no part of a list; of the last part, the words before such a word. */
function trimParts(parts: readonly PromptToken[][]): PromptToken[][] {
  if (parts.length < 2) return []
  return parts.map((words, at) => {
    const isBound = words.map(({ lower }, index) => noItems.has(lower) || (at === 0 && index === 0 && verbs.has(lower)))
    const from = at === 0 ? isBound.lastIndexOf(true) + 1 : 0
    const stop = at === parts.length - 1 ? isBound.indexOf(true) : -1
    const kept = words.slice(from, stop < 0 ? undefined : stop)
    if (at === 0) return kept.slice(-3)
    return kept.length > 4 ? [] : kept
  })
}

const noItems = new Set([
  ...stopWords,
  ...'need needs want wants like likes has contains requires includes uses are buy called named list items ingredients tags topics following please'.split(
    ' '
  )
])
const verbs = new Set(requestVerbs)
