/** The hooks of test runners, seen as one: vitest and jest, node:test, and tap. None of them is imported. */

/** What a runner calls back: once before all tests and after them, and around each. */
export interface Hooks {
  start(): Promise<void>
  begin(): void
  /** @param failed undefined where the runner does not say */
  end(name: string | undefined, failed: boolean | undefined): Promise<void>
  stop(): Promise<void>
}

// Runners want callbacks of different shapes; a function that takes `never` is what all of them are.
type Hook = (callback: never) => unknown
type Call = (callback: (...args: Context[]) => unknown) => unknown

/** The hooks under the names of vitest and jest, of node:test, or of tap. */
export type Runner =
  | { beforeAll: Hook; beforeEach: Hook; afterEach: Hook; afterAll: Hook }
  | { before: Hook; beforeEach: Hook; afterEach: Hook; after: Hook }
  | { before: Hook; beforeEach: Hook; afterEach: Hook; teardown: Hook }
  | typeof globalThis

export function register(runner: Runner, hooks: Hooks): void {
  const named = runner as unknown as Record<string, Call | undefined>
  const hook = (...names: string[]): Call => {
    const name = names.find(name => typeof named[name] === 'function')
    if (name === undefined)
      throw new Error(
        `mockOpenAI: the runner has no ${names.join(' or ')}; expected vitest or @jest/globals as a whole, node:test's test, or tap's t`
      )
    return callback => named[name]!(callback)
  }
  const all = [
    hook('beforeAll', 'before'),
    hook('beforeEach'),
    hook('afterEach'),
    hook('afterAll', 'teardown', 'after')
  ]
  const [beforeAll, beforeEach, afterEach, afterAll] = all as [Call, Call, Call, Call]
  beforeAll(() => hooks.start())
  beforeEach(() => hooks.begin())
  // Vitest wants to see what of its context is used; jest takes a callback with a parameter for one that calls back.
  if ('vi' in runner) afterEach(({ task }: Context) => hooks.end(task?.name, failedIn({ task })))
  else afterEach((...[context]: Context[]) => hooks.end(nameIn(context), failedIn(context)))
  afterAll(() => hooks.stop())
}

/** What runners hand to a hook: vitest `task`, node:test `error`, tap `passing`. */
interface Context {
  task?: { name: string; result?: { state?: string } }
  name?: string
  error?: unknown
  passing?(): boolean
}

function nameIn(context: Context | undefined): string | undefined {
  return context?.task?.name ?? context?.name ?? jestTest()?.name
}

function failedIn(context: Context | undefined): boolean | undefined {
  if (context?.task) return context.task.result?.state === 'fail'
  if (typeof context?.passing === 'function') return !context.passing()
  if (context && 'error' in context) return context.error != null
  const test = jestTest()
  return test && test.errors.length > 0
}

/** The test that jest runs: it tells its hooks nothing, and keeps its state under a symbol. */
function jestTest(): { name: string; errors: unknown[] } | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const state = symbol && (globalThis as unknown as Record<symbol, JestState | undefined>)[symbol]
  return state?.currentlyRunningTest ?? undefined
}

interface JestState {
  currentlyRunningTest?: { name: string; errors: unknown[] } | null
}
