/** What a named fault is: a way to meet a code that leaves everything else about its input to chance. */

import type fc from 'fast-check'
import { isWarrantError } from '../../../src/errors.js'

/** Commits the fault: throws, or gives a decision, or a code by itself, or a promise of any of them. */
export type Case = () => unknown

/** A fault for each of these codes. */
export type Faults<Code extends string> = Readonly<Record<Code, fc.Arbitrary<Case>>>

/** The code that a case meets, `allow` where it is let through, or what else came of it. */
export const codeMet = async (commit: Case): Promise<string> => {
  try {
    return told(await commit())
  } catch (thrown) {
    return isWarrantError(thrown) ? thrown.code : `untyped ${String(thrown)}`
  }
}

const told = (given: unknown): string => {
  if (typeof given === 'string') return given
  if (typeof given !== 'object' || given === null || !('kind' in given)) return 'nothing'
  return 'code' in given ? String(given.code) : String(given.kind)
}
