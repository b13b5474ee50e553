/** The regular expression engine: re2js behind the translator, with its work bounded before it starts. */

import { RE2JS, RE2JSException } from 're2js'
import type { Fault, RegexEngine } from '../capability/constraint.js'
import { FormatError } from '../errors.js'
import { UNSETTLED } from './properties.js'
import { translate } from './translate.js'

/** UTF-16 units of a text. */
const MAX_TEXT = 65_536

/**
 * Steps of one match: instructions of the compiled pattern times characters of the text, twice that where characters
 * are looked up in Unicode tables. The engine's automaton takes up to 20 ns for one on the machine where it was
 * measured, and twice that before the code is compiled, so that even a first match ends within 20 ms.
 */
export const MAX_REGEX_WORK = 400_000

const MAX_CACHED = 256

/** A pattern that can be asked what it will cost before it is run. */
export interface CompiledRegex {
  /** Upper bound on the steps that a text of this length takes. */
  work(length: number): number
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean | Fault
}

/** Refusals too: a warrant can hold one pattern thousands of times, and that it is none takes longest to find out. */
const cache = new Map<string, CompiledRegex | FormatError>()

/**
 * Compiles a pattern, or finds it among those last used.
 * @throws FormatError CONSTRAINT_INVALID for what is not a pattern of the dialect.
 */
export const compileRegex = (pattern: string): CompiledRegex => {
  const known = cache.get(pattern)
  const compiled = known ?? buildOrRefuse(pattern)
  if (known !== undefined)
    cache.delete(pattern) // so that it is the youngest again
  else if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string) // not empty
  cache.set(pattern, compiled)
  if (compiled instanceof FormatError) throw compiled
  return compiled
}

const buildOrRefuse = (pattern: string): CompiledRegex | FormatError => {
  try {
    return build(pattern)
  } catch (thrown) {
    if (thrown instanceof FormatError) return thrown
    throw thrown
  }
}

const TOO_LARGE: CompiledRegex = {
  work: () => Number.POSITIVE_INFINITY,
  test: () => 'CONSTRAINT_TOO_COSTLY',
}

const build = (pattern: string): CompiledRegex => {
  const { source, wordBoundary, wide, foldsCase, tooLarge } = translate(pattern)
  if (tooLarge) return TOO_LARGE
  const program = compileProgram(source)
  const perCharacter = program.programSize() * (wide ? 2 : 1)
  const work = (length: number): number => perCharacter * (length + 1)
  return {
    work,
    test(text: string): boolean | Fault {
      if (text.length > MAX_TEXT || work(text.length) > MAX_REGEX_WORK) return 'CONSTRAINT_TOO_COSTLY'
      // The reference knows words of every script, the engine those of ASCII: alike on ASCII text alone.
      if (wordBoundary && !ASCII.test(text)) return 'CONSTRAINT_ERROR'
      if ((wide || foldsCase) && UNSETTLED.test(text)) return 'CONSTRAINT_ERROR'
      // Not `test()`: that builds states as it goes, for which no such bound holds.
      return program.matcher(text).find()
    },
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/

const compileProgram = (source: string): RE2JS => {
  try {
    return RE2JS.compile(source)
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown
    throw new FormatError('CONSTRAINT_INVALID', 'refused by the engine', {
      rule: 'REGEX_DIALECT',
      cause: thrown,
    })
  }
}

/**
 * Regular expressions for `Engines.regex`: unanchored search, in time linear in pattern times text. A text of more
 * than 65,536 units, or whose product with the compiled pattern is over the bound, is CONSTRAINT_TOO_COSTLY.
 */
export const regexEngine: RegexEngine = Object.freeze({
  compile: (pattern: string): ((text: string) => boolean | Fault) => compileRegex(pattern).test,
  work: (pattern: string): number => compileRegex(pattern).work(0),
})
