/**
 * A bound on what regular expressions may take while the links of one chain are compared. Each comparison is within a
 * bound of its own, but whoever holds a warrant can make chains that ask for thousands of them.
 */

import type { Engines, RegexEngine } from '../capability/constraint.js'
import { MAX_CHAIN_MATCH_WORK } from '../encoding/limits.js'
import { FormatError, isWarrantError } from '../errors.js'

/** What compiling takes, for each step that the compiled expression then takes per unit of text. */
const COMPILING = 64

/** The same engines, for one chain: once the bound is used up, no expression can be shown to cover anything. */
export const meteredEngines = (engines: Engines): Engines =>
  engines.regex === undefined ? engines : Object.freeze({ ...engines, regex: metered(engines.regex) })

type Search = ReturnType<RegexEngine['compile']>

/** An engine that fails, which none should, has shown nothing. */
const attempt = (search: Search, text: string): ReturnType<Search> => {
  try {
    return search(text)
  } catch {
    return 'CONSTRAINT_ERROR'
  }
}

/** @throws FormatError CONSTRAINT_INVALID, whatever the engine throws */
const compiled = (
  engine: RegexEngine,
  pattern: string,
): { readonly search: Search; readonly work: number } => {
  try {
    return { search: engine.compile(pattern), work: engine.work?.(pattern) ?? 16 * pattern.length }
  } catch (thrown) {
    throw isWarrantError(thrown) ? thrown : new FormatError('CONSTRAINT_INVALID', 'the engine failed')
  }
}

const metered = (engine: RegexEngine): RegexEngine => {
  const known = new Map<string, Search>()
  let left = MAX_CHAIN_MATCH_WORK

  const build = (pattern: string): Search => {
    left -= COMPILING * pattern.length // also where it is refused
    if (left < 0) throw new FormatError('CONSTRAINT_INVALID', undefined, { rule: 'MATCHING_BOUNDED' })
    const { search, work } = compiled(engine, pattern)
    // Infinite for one that is too large to be compiled, which costs nothing more.
    if (!Number.isFinite(work)) return search
    left -= COMPILING * work
    return (text) => {
      left -= work * (text.length + 1)
      return left < 0 ? 'CONSTRAINT_TOO_COSTLY' : attempt(search, text)
    }
  }

  return Object.freeze({
    compile: (pattern: string): Search => {
      const search = known.get(pattern) ?? build(pattern)
      known.set(pattern, search)
      return search
    },
  })
}
