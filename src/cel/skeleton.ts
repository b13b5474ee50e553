/**
 * What the parser gets to see of an expression: our own tokens, with each text literal and each name replaced by its
 * number. So what a literal says and what may be a name is decided in one place, and the parser's work is bounded by
 * the count of tokens.
 */

import type { CelToken } from '../capability/celTokens.js'

export interface Skeleton {
  readonly text: string
  /** Text literals by the number that stands for them. */
  readonly literals: readonly string[]
  /** Names of variables and fields by the placeholder that stands for them. */
  readonly names: ReadonlyMap<string, string>
}

const KEYWORDS = ['in', 'true', 'false', 'null']

/**
 * The skeleton of tokens whose brackets pair. Brackets behind `!` and `-` become `[…][0]`, which is the same value,
 * because the parser would drop both signs of `!(!x)`, of which the first makes a boolean of anything.
 */
export const skeletonOf = (tokens: readonly CelToken[]): Skeleton => {
  const literals: string[] = []
  const placeholders = new Map<string, string>()
  const closings: string[] = []
  const piece = (token: CelToken, i: number): string => {
    const { kind, text } = token
    if (kind === 'string') return `"${literals.push(token.value) - 1}"`
    if (kind === 'name') {
      if (KEYWORDS.includes(text) || tokens[i + 1]?.text === '(') return text
      const placeholder = placeholders.get(text) ?? `n${placeholders.size}`
      placeholders.set(text, placeholder)
      return placeholder
    }
    if (text === '(') {
      const before = tokens[i - 1]?.text
      const signed = before === '!' || before === '-'
      closings.push(signed ? '][0]' : ')')
      return signed ? '[' : '('
    }
    return text === ')' ? (closings.pop() as string) : text // brackets pair
  }

  let text = ''
  for (const [i, token] of tokens.entries()) {
    const next = piece(token, i)
    text += needsSpace(text, next) ? ` ${next}` : next
  }
  return {
    text,
    literals,
    names: new Map([...placeholders].map(([name, placeholder]) => [placeholder, name])),
  }
}

/** Words are kept apart, and a dot from the number before it; any other space would be refused in some places. */
const needsSpace = (before: string, next: string): boolean =>
  /[\w"]/.test(before.slice(-1)) && (/^[\w"]/.test(next) || (next === '.' && /[0-9]/.test(before.slice(-1))))
