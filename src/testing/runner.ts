/** Registers hooks with test runners: vitest, jest, node:test and tap. It imports none of them. */

interface RunnerHooks {
  beforeAll(): Promise<void>
  beforeEach(): void
  /** @param hasFailed undefined if the runner does not report it */
  afterEach(name: string | undefined, hasFailed: boolean | undefined): Promise<void>
  afterAll(): Promise<void>
}

// Runners define different callbacks. A callback with a parameter of type `never` is assignable to all of them.
type Hook = (callback: never) => unknown
type HookWithContext = (callback: (...args: HookContext[]) => unknown) => unknown

interface EachHooks {
  /** Registers a function that runs before each test. */
  beforeEach: Hook
  /** Registers a function that runs after each test. */
  afterEach: Hook
}

interface VitestHooks extends EachHooks {
  /** Registers a function that runs once before the tests. */
  beforeAll: Hook
  /** Registers a function that runs once after the tests. */
  afterAll: Hook
}

interface NodeTestHooks extends EachHooks {
  /** Registers a function that runs once before the tests. */
  before: Hook
  /** Registers a function that runs once after the tests. */
  after: Hook
}

interface TapHooks extends EachHooks {
  /** Registers a function that runs once before the tests. */
  before: Hook
  /** Registers a function that runs once after the tests. */
  teardown: Hook
}

/**
 * An object with the hooks of a test runner: the module `vitest` or `@jest/globals`, `test` of `node:test`, or `t` of tap. With
 * the globals of jest or vitest, `globalThis`.
 */
export type Runner = VitestHooks | NodeTestHooks | TapHooks | typeof globalThis

export function registerHooks(runner: Runner, hooks: RunnerHooks): void {
  const hooksByName = runner as unknown as Record<string, HookWithContext | undefined>
  const findHook = (...names: string[]): HookWithContext => {
    const name = names.find(name => typeof hooksByName[name] === 'function')
    if (name === undefined)
      throw new Error(
        `mockOpenAI: the runner has no ${names.join(' or ')}; expected the module vitest or @jest/globals, test of node:test, or t of tap`
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
  // Vitest requires a destructured context. Jest waits for a call of `done` when the callback has a parameter.
  if ('vi' in runner) afterEach(({ task }: HookContext) => hooks.afterEach(task?.name, hasFailed({ task })))
  else afterEach((...[context]: HookContext[]) => hooks.afterEach(findTestName(context), hasFailed(context)))
  afterAll(() => hooks.afterAll())
}

/** The parameter of a hook: vitest passes `task`, node:test `error`, tap `passing`. */
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

/** Finds the running test of jest, which passes nothing to hooks and keeps its state under a symbol. */
function findJestTest(): { name: string; errors: unknown[] } | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const state = symbol && (globalThis as unknown as Record<symbol, JestState | undefined>)[symbol]
  return state?.currentlyRunningTest ?? undefined
}

interface JestState {
  currentlyRunningTest?: { name: string; errors: unknown[] } | null
}
