/** The hooks of test runners, seen as one: vitest and jest, node:test, and tap. None of them is imported. */

/** What a runner calls back: once before all tests and after them, and around each. */
export interface RunnerHooks {
  beforeAll(): Promise<void>
  beforeEach(): void
  /** @param failed undefined where the runner does not say */
  afterEach(name: string | undefined, failed: boolean | undefined): Promise<void>
  afterAll(): Promise<void>
}

// Runners want callbacks of different shapes; a function that takes `never` is what all of them are.
type Hook = (callback: never) => unknown
type HookWithContext = (callback: (...args: HookContext[]) => unknown) => unknown

/** The hooks under the names of vitest and jest, of node:test, or of tap. */
export type Runner =
  | { beforeAll: Hook; beforeEach: Hook; afterEach: Hook; afterAll: Hook }
  | { before: Hook; beforeEach: Hook; afterEach: Hook; after: Hook }
  | { before: Hook; beforeEach: Hook; afterEach: Hook; teardown: Hook }
  | typeof globalThis

export function registerHooks(runner: Runner, hooks: RunnerHooks): void {
  const hooksByName = runner as unknown as Record<string, HookWithContext | undefined>
  const findHook = (...names: string[]): HookWithContext => {
    const name = names.find(name => typeof hooksByName[name] === 'function')
    if (name === undefined)
      throw new Error(
        `mockOpenAI: the runner has no ${names.join(' or ')}; expected vitest or @jest/globals as a whole, node:test's test, or tap's t`
      )
    return callback => hooksByName[name]!(callback)
  }
  const found = [
    findHook('beforeAll', 'before'),
    findHook('beforeEach'),
    findHook('afterEach'),
    findHook('afterAll', 'teardown', 'after')
  ]
  const [beforeAll, beforeEach, afterEach, afterAll] = found as [
    HookWithContext,
    HookWithContext,
    HookWithContext,
    HookWithContext
  ]
  beforeAll(() => hooks.beforeAll())
  beforeEach(() => hooks.beforeEach())
  // Vitest wants to see what of its context is used; jest takes a callback with a parameter for one that calls back.
  if ('vi' in runner) afterEach(({ task }: HookContext) => hooks.afterEach(task?.name, hasFailed({ task })))
  else afterEach((...[context]: HookContext[]) => hooks.afterEach(findTestName(context), hasFailed(context)))
  afterAll(() => hooks.afterAll())
}

/** What runners hand to a hook: vitest `task`, node:test `error`, tap `passing`. */
interface HookContext {
  task?: { name: string; result?: { state?: string } }
  name?: string
  error?: unknown
  passing?(): boolean
}

function findTestName(context: HookContext | undefined): string | undefined {
  return context?.task?.name ?? context?.name ?? findJestTest()?.name
}

function hasFailed(context: HookContext | undefined): boolean | undefined {
  if (context?.task) return context.task.result?.state === 'fail'
  if (typeof context?.passing === 'function') return !context.passing()
  if (context && 'error' in context) return context.error != null
  const test = findJestTest()
  return test && test.errors.length > 0
}

/** The test that jest runs: it tells its hooks nothing, and keeps its state under a symbol. */
function findJestTest(): { name: string; errors: unknown[] } | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const state = symbol && (globalThis as unknown as Record<symbol, JestState | undefined>)[symbol]
  return state?.currentlyRunningTest ?? undefined
}

interface JestState {
  currentlyRunningTest?: { name: string; errors: unknown[] } | null
}
