/** A part of a text that knows where it is, so that a refusal can say at which character. */

import { FormatError, isWarrantError } from '../errors.js'

export interface Span {
  /** Which text it is, where there are several: `2` for the second. */
  readonly origin?: string | undefined
  readonly text: string
  readonly start: number
  readonly end: number
}

export const spanOf = (text: string, origin?: string): Span => ({ origin, text, start: 0, end: text.length })

export const sliceOf = ({ text, start, end }: Span): string => text.slice(start, end)

/** The span without the white space around it. */
export const trimmed = (span: Span): Span => {
  const inner = sliceOf(span)
  const start = span.start + (inner.length - inner.trimStart().length)
  return { ...span, start, end: Math.max(start, span.end - (inner.length - inner.trimEnd().length)) }
}

/** Where a span begins: `character 5`, or `2, character 5` in the second of several texts. */
export const placeOf = ({ origin, text, start }: Span): string => {
  const place = [...text.slice(0, start)].length + 1
  return origin === undefined ? `character ${place}` : `${origin}, character ${place}`
}

/** @throws FormatError SPEC_MALFORMED, always: `detail` at the place where the span begins. */
export const refuseAt = (span: Span, detail: string, cause?: unknown): never => {
  throw new FormatError('SPEC_MALFORMED', detail, { where: placeOf(span), cause })
}

/** Runs `make`; what it refuses as the content of `span` is refused with the place of the span. */
export const within = <T>(span: Span, make: () => T): T => {
  try {
    return make()
  } catch (thrown) {
    if (!isWarrantError(thrown) || thrown.code === 'SPEC_MALFORMED') throw thrown
    return refuseAt(span, thrown.message, thrown)
  }
}

/** Index of the first `mark` that no backslash stands before, or undefined. */
export const findMark = ({ text, start, end }: Span, mark: string): number | undefined => {
  for (let i = start; i < end; i++) {
    if (text[i] === '\\' && text[i + 1] === mark) i++
    else if (text[i] === mark) return i
  }
  return undefined
}

/** More members than one list on a command line has, and few enough to be read in no time. */
const MAX_PARTS = 4_096

/**
 * The parts between unescaped marks, each without the white space around it.
 * @throws FormatError SPEC_MALFORMED where there are more than 4,096.
 */
export const splitAt = (span: Span, mark: string): Span[] => {
  const parts: Span[] = []
  let rest = span
  for (;;) {
    const at = findMark(rest, mark)
    parts.push(trimmed({ ...rest, end: at ?? rest.end }))
    if (at === undefined) return parts
    if (parts.length === MAX_PARTS) return refuseAt(rest, `a list of more than ${MAX_PARTS}`)
    rest = { ...rest, start: at + 1 }
  }
}

/** The text of a span with `\m` read as `m` for each mark. A backslash before anything else is itself. */
export const unescaped = (span: Span, marks: string): string => {
  const text = sliceOf(span)
  let read = ''
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1]
    if (text[i] === '\\' && next !== undefined && marks.includes(next)) i++
    read += text[i]
  }
  return read
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
])

/** Index after the JSON value that begins at the start of the span, or after a number or word: up to `,`. */
export const endOfJson = (span: Span): number => {
  const { text, start, end } = span
  const open: string[] = []
  for (let i = start; i < end; i++) {
    const unit = text[i] as string
    const closing = CLOSING.get(unit)
    if (unit === '"') {
      for (i++; i < end && text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (closing !== undefined) open.push(closing)
    else if (unit === open.at(-1)) open.pop()
    else if (unit === ',' && open.length === 0) return i
  }
  return end
}
