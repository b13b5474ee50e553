/**
 * Proof profiles: the forms in which published implementations write the arguments of a call that is proved.
 *
 * The verifier chooses one by configuration and says so to its callers. It never tries a second one: two forms of one
 * call would be two readings of what the holder signed.
 */

import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { DenialError } from '../errors.js'

/**
 * - `tenuo-0.2`: every value as it is, null included, integers and floats apart. The Rust core, its authorizer, and the
 *   published Python package from 0.3 on.
 * - `tenuo-python`: the Python package of 0.2. Null arguments and null elements of lists are left out before signing;
 *   objects inside arguments have no form.
 */
export type ProofProfile = 'tenuo-0.2' | 'tenuo-python'

export const DEFAULT_PROOF_PROFILE: ProofProfile = 'tenuo-0.2'

const FORMS: ReadonlyMap<string, (args: ValueObject) => ValueObject> = new Map([
  ['tenuo-0.2', (args: ValueObject) => args],
  ['tenuo-python', (args: ValueObject) => withoutNulls(args)],
])

/** The names of all profiles. */
export const PROOF_PROFILES: readonly ProofProfile[] = [...FORMS.keys()] as ProofProfile[] // the rows above

/**
 * The arguments in the form of a profile: what a proof signs, and what a request hash covers.
 * @throws DenialError PROOF_PROFILE where they have none; TypeError for a profile that does not exist.
 */
export const profiledArgs = (args: ValueObject, profile: ProofProfile): ValueObject => {
  const form = FORMS.get(profile)
  if (form === undefined) throw new TypeError('no such proof profile')
  return form(args)
}

const withoutNulls = (args: ValueObject): ValueObject => {
  const kept: Record<string, Value> = Object.create(null)
  for (const name of Object.keys(args)) {
    const value = args[name] as Value // an own name
    if (value !== null) kept[name] = listWithoutNulls(value)
  }
  return Object.freeze(kept)
}

const listWithoutNulls = (value: Value): Value => {
  if (typeof value !== 'object' || value === null || isFloat(value)) return value
  if (!isList(value)) throw new DenialError('PROOF_PROFILE', 'an object inside an argument')
  return Object.freeze(value.filter((item) => item !== null).map(listWithoutNulls))
}
