/** Checks sizes: no file above 250 lines, no function above 60. */
import {
  isFunction,
  isTypeScript,
  lastLineOf,
  lineOf,
  nameOf,
  nodesIn,
  type Tree,
  type Violation,
  violation
} from './tree.js'

const mostFileLines = 250
const mostFunctionLines = 60

/** Files that are too long, at their first line too many. */
export function longFiles({ files }: Tree): Violation[] {
  return [...files].flatMap(([file, text]) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    if (!isTypeScript(file) || lines <= mostFileLines) return []
    return [{ file, line: mostFileLines + 1, message: `has ${lines} lines; ${mostFileLines} are allowed` }]
  })
}

/** Functions that are too long. The functions in a function are part of it. */
export function longFunctions(tree: Tree): Violation[] {
  return nodesIn(tree)
    .filter(isFunction)
    .flatMap(node => {
      const lines = lastLineOf(node) - lineOf(node) + 1
      if (lines <= mostFunctionLines) return []
      return [violation(node, `${nameOf(node)} has ${lines} lines; ${mostFunctionLines} are allowed`)]
    })
}
