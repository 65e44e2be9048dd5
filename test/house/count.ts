/**
 * Counts the house: what one request enters, and how many places a reader could stumble over.
 *
 *   npm run count                       this checkout
 *   npm run count -- --list             with each file, function and place
 *   npm run count -- --root ../before   another checkout of this project, with the same laws
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exchangeWrites, hijacks } from './answers.js'
import { countEntered } from './entered.js'
import { exportedTwice, publicMembers, sharedNames, topLevelNames } from './exports.js'
import { importsUpward, misplacedFiles, tooManyImports } from './imports.js'
import { publicFiles } from './names.js'
import { longFiles, longFunctions } from './size.js'
import { parseTree, readFiles, report, type Tree, violation } from './tree.js'

interface Figure {
  name: string
  value: string | number
  /** What was counted, for `--list`. */
  list: readonly string[]
}

function staticFigures(tree: Tree, doors: readonly string[]): Figure[] {
  const tops = topLevelNames(tree)
  const names = new Set(tops.map(({ name }) => name))
  const shared = sharedNames(tops)
  const percent = ((shared.size / names.size) * 100).toFixed(1)
  // The journal writes to copies of its own.
  const writes = exchangeWrites(tree).filter(({ file }) => !file.startsWith('state/'))
  const writers = new Set(writes.map(({ file }) => file))
  const members = publicMembers(tree, doors)
  const bare = members.filter(({ hasDoc }) => !hasDoc)
  const counted = (name: string, found: ReturnType<typeof longFiles>): Figure => ({
    name,
    value: found.length,
    list: found.map(report)
  })
  return [
    {
      name: 'top-level names defined in several files',
      value: `${shared.size} of ${names.size} (${percent} %)`,
      list: [...shared].map(([name, found]) => `${name}: ${found.map(({ file }) => file).join(', ')}`)
    },
    counted('exported names defined again', exportedTwice(tree)),
    counted('functions above 60 lines', longFunctions(tree)),
    counted('files above 250 lines', longFiles(tree)),
    counted('calls of hijack', hijacks(tree)),
    {
      name: 'files that write exchange fields',
      value: `${writers.size}, at ${writes.length} places`,
      list: writes.map(report)
    },
    {
      name: 'public members without TSDoc',
      value: `${bare.length} of ${members.length}`,
      list: bare.map(({ node, name }) => report(violation(node, name)))
    },
    counted('imports upward or between siblings', importsUpward(tree)),
    counted('files or folders without a floor', misplacedFiles(tree)),
    counted('files of http/ with more than 15 imports', tooManyImports(tree))
  ]
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: 'string', default: '.' }, list: { type: 'boolean' } } })
  const root = resolve(values.root)
  const doors = [...publicFiles, 'testing.ts'].filter(file => existsSync(join(root, 'src', file)))
  const print = ({ name, value, list }: Figure) => {
    console.log(`${name.padEnd(56)}${value}`)
    if (values.list) for (const each of list) console.log(`    ${each}`)
  }
  for (const { name, status, files, functions } of await countEntered(root))
    print({
      name: `files / functions entered by a ${name}`,
      value: `${files.length} / ${functions.length} (status ${status})`,
      list: functions
    })
  staticFigures(parseTree(readFiles(join(root, 'src'))), doors).forEach(print)
}

await main()
