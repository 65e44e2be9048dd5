/** Calculates the integers of a question such as "What is 2 + 2?". */

const operators: Readonly<Record<string, string>> = {
  '+': '+',
  plus: '+',
  'added to': '+',
  '-': '-',
  '−': '-',
  minus: '-',
  '*': '*',
  x: '*',
  '×': '*',
  times: '*',
  'multiplied by': '*',
  '/': '/',
  '÷': '/',
  'divided by': '/',
  '^': '^',
  '**': '^',
  'to the power of': '^'
}
const operatorSource =
  '\\+|-|−|\\*\\*|\\*|×|x|/|÷|\\^|plus|minus|times|added to|multiplied by|divided by|to the power of'
const expressionPattern = new RegExp(
  `(?<![\\w.,/:-])-?\\d{1,9}(?:\\s*(?:${operatorSource})\\s*-?\\d{1,9}){1,8}(?![\\w/:-]|[.,]\\d)`,
  'i'
)
const partPattern = new RegExp(`(${operatorSource})?\\s*(-?\\d{1,9})`, 'gi')
const asks =
  /(?:\b(?:what(?:['’]?s| is| does)|how much is|calculate|compute|evaluate|solve|add|multiply|result of|value of|sum of|tell me)|^)[\s:]*(?:the )?$/i

/** Whether a message asks for the value of the digits, which may be a date, a range or an id. */
const isAsked = (text: string, { index, 0: expression }: RegExpExecArray): boolean =>
  asks.test(text.slice(Math.max(0, index - 40), index)) ||
  /^\s*(?:=|equals\b|is what)/i.test(text.slice(index + expression.length)) ||
  (/^\s*\?/.test(text.slice(index + expression.length)) && /\s/.test(expression.trim()))

/** A calculation and its value. */
export interface Calculation {
  expression: string
  value: string
}

/** Finds the calculation that a text asks for. Dates and ranges are no calculations. */
export function findCalculation(text: string): Calculation | undefined {
  if (!/\d/.test(text)) return undefined
  const start = text.slice(0, 4000)
  const match = expressionPattern.exec(start)
  const expression = match?.[0].trim()
  if (
    !match ||
    expression === undefined ||
    !isAsked(start, match) ||
    /^\d{1,4}([-/])\d{1,2}\1\d{1,4}$/.test(expression)
  )
    return undefined
  const value = calculate(expression)
  return value === undefined ? undefined : { expression, value }
}

const precedence: readonly (readonly string[])[] = [['^'], ['*', '/'], ['+', '-']]

function calculate(expression: string): string | undefined {
  const numbers: number[] = []
  const signs: string[] = []
  for (const [, operator, number] of expression.matchAll(partPattern)) {
    if (numbers.length) signs.push(operators[operator?.toLowerCase() ?? ''] ?? '+')
    numbers.push(Number(number) * (numbers.length || !operator || operator === '+' ? 1 : -1))
  }
  for (const level of precedence)
    for (let at = 0; at < signs.length; )
      if (level.includes(signs[at]!)) {
        numbers.splice(at, 2, apply(signs[at]!, numbers[at]!, numbers[at + 1]!))
        signs.splice(at, 1)
      } else at++
  const value = numbers[0]!
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined
  return String(Math.round(value * 10_000) / 10_000)
}

function apply(operator: string, a: number, b: number): number {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  return operator === '/' ? a / b : a ** b
}
