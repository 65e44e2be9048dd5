/** The laws of the house as data: each has a checker that a test runs on src/ and on wrong trees. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import {
  errorsSentElsewhere,
  exchangesWrittenElsewhere,
  furtherHijacks,
  internalsElsewhere,
  otherLoggers,
  unknownErrors
} from './answers.js'
import { leftOpen } from './closing.js'
import { exportedTwice, membersWithoutDoc, resultsWithoutType } from './exports.js'
import {
  importCircles,
  importsUpward,
  librariesWithoutKeeper,
  loadedAtStart,
  misplacedFiles,
  tooManyImports
} from './imports.js'
import { changingVariables, countsBesideStore } from './memory.js'
import { type Contract, contractOf, otherPaths, repeatsOfContract } from './paths.js'
import { impurities, processReaders } from './purity.js'
import { longFiles, longFunctions } from './size.js'
import { parseTree, readFiles, type Tree, type Violation } from './tree.js'

/** What the checkers look at. */
export interface House {
  tree: Tree
  contract: Contract
  /** The names of errors in `fixtures/errors/`. */
  errors: ReadonlySet<string>
  /** The libraries of package.json. */
  libraries: readonly string[]
  /** The files that the bundle loads when an export is first used. */
  lazyFiles: readonly string[]
}

export interface Law {
  /** Its number in ARCHITECTURE.md, and what it says. */
  name: string
  check(house: House): Violation[]
}

/** The laws that hold for the text of src/. Laws 4 and 7 are checked by running a server. */
export const laws: readonly Law[] = [
  { name: '1 imports go down, or stay in their folder', check: ({ tree }) => importsUpward(tree) },
  { name: '1 imports never go in a circle', check: ({ tree }) => importCircles(tree) },
  { name: '1 each file lies in a folder that has a floor', check: ({ tree }) => misplacedFiles(tree) },
  { name: '1 no file of http/ imports more than 15 files', check: ({ tree }) => tooManyImports(tree) },
  {
    name: '2 each library has its keepers',
    check: ({ tree, libraries }) => librariesWithoutKeeper(tree, libraries)
  },
  {
    name: '3 no code repeats what the contract says',
    check: ({ tree, contract }) => repeatsOfContract(tree, contract)
  },
  { name: '5 one path leads to a completion, and one to a stream', check: ({ tree }) => otherPaths(tree) },
  { name: '6 pure files know no clock, no disk, no network and no dice', check: ({ tree }) => impurities(tree) },
  { name: '6 only the front doors know the process', check: ({ tree }) => processReaders(tree) },
  { name: '8 one file sends errors', check: ({ tree }) => errorsSentElsewhere(tree) },
  { name: '8 each error that is thrown has its words', check: ({ tree, errors }) => unknownErrors(tree, errors) },
  { name: '8 one file takes responses from Fastify', check: ({ tree }) => furtherHijacks(tree) },
  { name: '8 one file uses undocumented members of Node', check: ({ tree }) => internalsElsewhere(tree) },
  { name: '9 one file logs and journals requests', check: ({ tree }) => otherLoggers(tree) },
  { name: '9 two files write exchanges', check: ({ tree }) => exchangesWrittenElsewhere(tree) },
  { name: '10 no variable of a module changes', check: ({ tree }) => changingVariables(tree) },
  { name: '11 counts across requests go through the Store', check: ({ tree }) => countsBesideStore(tree) },
  { name: '12 whatever opens is closed', check: ({ tree }) => leftOpen(tree) },
  { name: '13 no file is above 250 lines', check: ({ tree }) => longFiles(tree) },
  { name: '13 no function is above 60 lines', check: ({ tree }) => longFunctions(tree) },
  { name: '14 no exported name is defined twice', check: ({ tree }) => exportedTwice(tree) },
  { name: '15 every member of a public type has TSDoc', check: ({ tree }) => membersWithoutDoc(tree) },
  { name: '15 every public function names the type of its result', check: ({ tree }) => resultsWithoutType(tree) },
  { name: '16 a start loads no library that few need', check: ({ tree, lazyFiles }) => loadedAtStart(tree, lazyFiles) }
]

const readYaml = (file: string) => parse(readFileSync(file, 'utf8'))

const yamlFiles = (folder: string) => readdirSync(folder).filter(name => /\.ya?ml$/.test(name))

/** Reads a checkout of this project. */
export function readHouse(root: string): House {
  const overlays = yamlFiles(join(root, 'openapi/overlays')).map(name => `overlays/${name}`)
  const documents = ['chat-completions.yaml', ...overlays].map(name => readYaml(join(root, 'openapi', name)))
  const errors = yamlFiles(join(root, 'fixtures/errors')).map(name => readYaml(join(root, 'fixtures/errors', name)))
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, lazyFiles = ''] = /const lazyFiles = \[([^\]]*)\]/.exec(readFileSync(join(root, 'build.js'), 'utf8')) ?? []
  return {
    tree: parseTree(readFiles(join(root, 'src'))),
    contract: contractOf(documents),
    errors: new Set(errors.flatMap(Object.keys)),
    libraries: Object.keys({ ...dependencies, ...devDependencies }),
    lazyFiles: [...lazyFiles.matchAll(/'src\/([^']+)'/g)].map(([, file = '']) => file)
  }
}
