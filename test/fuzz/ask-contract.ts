/** Sends requests that demand something of their answers, and collects the answers that break the demand. */
import type { ChatRequest, Completion } from '../../src/core/openai-types.js'
import type { Server } from '../../src/index.js'
import { findWrongAnswer, joinStream } from './contract-check.js'
import { makeContractRequest } from './contract-requests.js'

export interface ContractRun {
  answered: number
  /** Messages of rejected requests. */
  rejected: string[]
  failures: string[]
}

export async function askContract(server: Server, count: number, seed: string): Promise<ContractRun> {
  const run: ContractRun = { answered: 0, rejected: [], failures: [] }
  const send = async (request: ChatRequest) => {
    const { statusCode, body } = await server.app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      payload: JSON.stringify(request)
    })
    return { statusCode, body }
  }
  for (let number = 0; number < count; number++) {
    const request = makeContractRequest(seed, number)
    const json = await send(request)
    if (json.statusCode !== 200) {
      run.rejected.push(`${number}: ${json.body}`)
      continue
    }
    run.answered++
    const stream = await send({ ...request, stream: true, stream_options: { include_usage: true } })
    const answers: Completion[] = [JSON.parse(json.body), joinStream(stream.body)]
    const problems = answers.flatMap(answer => findWrongAnswer(request, answer))
    const [first, second] = answers.map(say)
    if (first !== second) problems.push(`the stream says ${second}, and not ${first}`)
    if (problems.length) run.failures.push(`${number}: ${problems.join('; ')}\n${JSON.stringify(request)}`)
  }
  return run
}

/** What an answer says, without its ids. */
const say = ({ choices, usage }: Completion): string =>
  JSON.stringify([
    choices.map(({ message, finish_reason }) => [
      message.content,
      message.audio?.transcript,
      message.function_call,
      message.tool_calls?.map(call => call.function ?? call.custom),
      // The stream of a spoken answer ends without a finish_reason.
      message.audio ? undefined : finish_reason
    ]),
    usage.completion_tokens
  ])
