/** Defines the error for mistakes of the user. */

/**
 * A mistake in an option, file, fixture or document of the user. Its message has a line for each problem: the location, the problem
 * and the expected value.
 */
export class ConfigError extends Error {
  /** Tells this error from others without `instanceof`. */
  override readonly name = 'ConfigError'
  /** @param problems a line for each problem, such as `fixtures/a.yaml:4:14: unknown key "txt", did you mean "text"?` */
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
  }
}

/** Waits for all. @throws one ConfigError with the problems of all that failed */
export async function settleAll<T>(work: Iterable<T | Promise<T>>): Promise<T[]> {
  const problems: string[] = []
  const values: T[] = []
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'fulfilled') values.push(result.value)
    else if (result.reason instanceof ConfigError) problems.push(...result.reason.problems)
    else throw result.reason
  }
  if (problems.length) throw new ConfigError(problems)
  return values
}
