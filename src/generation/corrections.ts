/** Corrects a generated value: by the rule that the prompt gives for a verdict, and by the feedback on earlier answers. */
import type { Budget } from '../core/budget.js'
import { isJsonObject, isObject } from '../core/json-pointer.js'
import { messageText, toolCallArguments, toolCallName } from '../core/message-text.js'
import type { ChatRequest, Json, JsonObject, Message } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { PromptReading } from '../prompt/reading.js'
import { SchemaMerger } from '../sample/schema-merger.js'
import { conforms } from '../sample/value-plan.js'
import { correctValue } from './corrected-value.js'
import { mayHoldVerdict } from './field-hints.js'
import { isFeedback, lastQuestionAt, type PromptText } from './prompt-topic.js'
import { locateError, readReportedErrors, valueAt } from './reported-errors.js'
import { findVerdictMembers } from './rule-verdicts.js'
import { asksForRetry, isResultMessage } from './tool-results.js'

/** A generated value, and the conversation that it is for. */
export interface GeneratedAnswer {
  request: ChatRequest
  schema: JsonObject
  /** The tool whose arguments the value is; undefined if it is the answer itself. */
  toolName?: string
  prompt: PromptText
  random: Random
  reading: () => PromptReading
  budget: Budget
}

/** An answer that a program rejected, and why. */
interface Rejection {
  /** Its JSON. */
  attempt: string
  /** Whether the message with the attempt has no other call of the tool. */
  isSingle: boolean
  feedback: string
}

const maxMessages = 40
const maxRejections = 10
const maxCorrections = 20
const maxFeedbackChars = 8000
const unitsPerError = 200
const task = 'the corrections of a generated value'

/** Corrects a value. A correction that the schema forbids is left out. */
export function correctAnswer(value: Json, answer: GeneratedAnswer): Json {
  const { schema, budget, prompt, random } = answer
  if (mayHoldVerdict(schema)) budget.spendWork(prompt.user.length, task)
  const verdict = isJsonObject(value) && mayHoldVerdict(schema) ? findVerdictMembers(schema, prompt, random) : []
  const rejections = listRejections(answer)
  if (!verdict.length && !rejections.length) return value
  const merger = new SchemaMerger(schema, budget)
  const merged = merger.merge([[schema, '#']])
  const allows: SchemaTest = each => conforms(merger, merged, each)
  let corrected = value
  for (const [name, member] of verdict) {
    const changed = withValueAt(corrected, [name], member)
    if (allows(changed)) corrected = changed
  }
  return applyFeedback(corrected, rejections, answer, allows)
}

type SchemaTest = (value: Json) => boolean

function applyFeedback(
  value: Json,
  rejections: readonly Rejection[],
  { budget, reading }: GeneratedAnswer,
  allows: SchemaTest
): Json {
  const find = (kind: string) => findInPrompt(reading(), kind)
  let corrected = value
  let left = maxCorrections
  for (const { attempt: json, isSingle, feedback } of rejections) {
    budget.spendWork(feedback.length + Math.ceil(json.length / 16), task)
    const attempt = parseJson(json) ?? value
    for (const error of readReportedErrors(feedback)) {
      budget.spendWork(unitsPerError, task)
      const path = left > 0 ? locateError(attempt, error) : undefined
      const wrong = path && valueAt(attempt, path)
      if (wrong === undefined || (!isSingle && JSON.stringify(wrong) !== JSON.stringify(valueAt(value, path!))))
        continue
      left--
      if (typeof wrong === 'string') budget.spendWork(Math.ceil(wrong.length / 4), task)
      const right = correctValue(wrong, error.message, find)
      if (right === undefined) continue
      const candidates = [right, String(right)].map(each => withValueAt(corrected, path!, each))
      corrected = candidates.find(allows) ?? corrected
    }
  }
  return corrected
}

/** The rejected answers since the last question. A result without an error ends the rejections before it. */
function listRejections({ request, toolName, budget }: GeneratedAnswer): Rejection[] {
  const { messages } = request
  const from = lastQuestionAt(request) + 1
  if (from === 0 || !messages.slice(from).some(isAssistant)) return []
  let rejections: Rejection[] = []
  let attempts: Message | undefined
  for (const message of messages.slice(from).slice(-maxMessages)) {
    if (isAssistant(message)) attempts = message
    else if (attempts) {
      const attempt = findAttempt(attempts, message, toolName)
      if (!attempt) continue
      const feedback = messageText(message, '\n').slice(0, maxFeedbackChars)
      budget.spendWork(Math.ceil(feedback.length / 16), task)
      if (reportsError(message, feedback)) rejections.push({ ...attempt, feedback })
      else rejections = []
    }
  }
  return rejections.slice(-maxRejections)
}

const isAssistant = ({ role }: Message): boolean => role === 'assistant'

const errorReport =
  /\bvalidation (?:errors?|feedback)\b|\bfix (?:the|your|these) (?:errors?|mistakes?)\b|\binvalid (?:arguments?|input|parameters?|values?)\b|^\W{0,4}error\b|"errors?"\s{0,4}:/i

/** A user message after the question is feedback; a result may be. */
const reportsError = (message: Message, text: string): boolean =>
  isResultMessage(message) ? errorReport.test(text) || asksForRetry(text) : isFeedback(text)

/** The answer that feedback is about; undefined if it is about another tool. */
function findAttempt(
  attempts: Message,
  feedback: Message,
  toolName: string | undefined
): Pick<Rejection, 'attempt' | 'isSingle'> | undefined {
  if (toolName === undefined)
    return isResultMessage(feedback) ? undefined : { attempt: messageText(attempts), isSingle: true }
  const calls = (attempts.tool_calls ?? []).filter(call => toolCallName(call) === toolName)
  if (feedback.role === 'tool') {
    const call = calls.find(({ id }) => id === feedback.tool_call_id)
    return call && { attempt: toolCallArguments(call), isSingle: calls.length === 1 }
  }
  const made = attempts.function_call?.name === toolName ? attempts.function_call.arguments : undefined
  const last = made ?? (calls[0] && toolCallArguments(calls[0]))
  return last === undefined ? undefined : { attempt: last, isSingle: calls.length < 2 }
}

/** The JSON of a text, which may stand in a code fence. */
function parseJson(text: string): Json | undefined {
  const start = text.search(/[[{]/)
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1
  if (start < 0 || end <= start || end - start > maxAttemptChars) return undefined
  try {
    return JSON.parse(text.slice(start, end))
  } catch {
    return undefined
  }
}

const maxAttemptChars = 100_000

/** A value with another value at a path; the same value if it lacks the path. */
function withValueAt(value: Json, [key, ...rest]: readonly string[], inner: Json): Json {
  if (key === undefined) return inner
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? withValueAt(item, rest, inner) : item))
  if (!isObject(value) || (rest.length && !Object.hasOwn(value, key))) return value
  const entries = Object.entries({ ...value, [key]: null })
  return Object.fromEntries(
    entries.map(([name, item]) => [name, name === key ? withValueAt(value[key] ?? null, rest, inner) : item])
  )
}

/** A value of the prompt by its kind, or the longer name that `name:` and a part of it say. */
function findInPrompt({ values }: PromptReading, kind: string): string | undefined {
  const [wanted, name] = kind.split(/:(.*)/s)
  const found = values.find(
    value => value.kind === wanted && (name === undefined || (value.text.includes(name) && value.text.includes(' ')))
  )
  return found && (found.kind === 'date' ? String(found.value) : found.text)
}
