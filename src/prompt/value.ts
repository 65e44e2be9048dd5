/** Describes a value of a prompt. */
import type { Unit } from './numbers.js'

/** The kinds of values in prompts. A `list` is several values of one kind; a `mention` is a word that a property knows. */
export type PromptValueKind =
  | 'acronym'
  | 'address'
  | 'code'
  | 'date'
  | 'dateTime'
  | 'day'
  | 'email'
  | 'expression'
  | 'file'
  | 'list'
  | 'mention'
  | 'name'
  | 'number'
  | 'pair'
  | 'phone'
  | 'phrase'
  | 'quoted'
  | 'time'
  | 'url'
  | 'uuid'
  | 'word'

/** A value in a prompt. */
export interface PromptValue {
  kind: PromptValueKind
  /** The text of the value, without its quotes. */
  text: string
  /** The text, a number, or a date as `YYYY-MM-DD`. */
  value: string | number
  start: number
  end: number
  unit?: Unit
  /** The words before `=` or `:`, stemmed. */
  key?: string[]
  /** The words before `=` or `:`. */
  label?: string
  /** The values of a list. */
  members?: PromptValue[]
  /** Whether the value may be something else: a capital that begins a sentence, a number word. */
  isVague?: boolean
  /** Whether a phrase goes on to the end of its sentence, as the words of a search do. */
  isWhole?: boolean
  /** Whether the value is a shorter value with what follows it: a name with its region or its number. */
  isLonger?: boolean
  /** The title before a name, such as `Dr.` */
  title?: string
  /** The words before a phrase that say what it is, such as `search for`. */
  cue?: string
}
