/** Decides how long the scheduler writes before requests get their turn. */

/** The longest time of writes without a turn for requests, in milliseconds. */
export const maxTurnMs = 2

/** While both wait, requests have two thirds of the time: due events go out in fewer, longer writes, and requests cannot. */
const writeShare = 0.5

/**
 * The limit of the writes after a request, in milliseconds.
 *
 * @param requestMs the time that requests took since the last writes
 */
export const limitAfterRequest = (requestMs: number): number => Math.min(maxTurnMs, requestMs * writeShare)
