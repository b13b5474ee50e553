/**
 * Proof profiles: the forms in which published implementations write the arguments of a call that is proved.
 *
 * The verifier chooses one by configuration and says so to its callers. It never tries a second one: two forms of one
 * call would be two readings of what the holder signed.
 */

import { type Float, integer, isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { DenialError } from '../errors.js'

/**
 * - `tenuo-0.2`: every value as it is, null included, integers and floats apart. The Rust core, its authorizer, and
 *   `Warrant.sign` of the published Python package from 0.3 on.
 * - `tenuo-python`: the Python package of 0.2. Null arguments and null elements of lists are left out before signing;
 *   objects inside arguments have no form.
 * - `tenuo-json`: arguments as JSON text, from 0.3 on: `sign_meta`, the MCP client and server of the Python package, and
 *   calls of the Rust SDK. A Float without a fraction that 64 bits hold is an Integer, so that `1.0`, `1e0` and `1` are
 *   one call; nulls are kept. The profile for arguments that `JSON.parse` has read, which cannot tell these apart.
 *
 * What each entry point of the published packages signs stands in `docs/reference/proofs.md`.
 */
export type ProofProfile = 'tenuo-0.2' | 'tenuo-python' | 'tenuo-json'

export const DEFAULT_PROOF_PROFILE: ProofProfile = 'tenuo-0.2'

const FORMS: ReadonlyMap<string, (args: ValueObject) => ValueObject> = new Map([
  ['tenuo-0.2', (args: ValueObject) => args],
  ['tenuo-python', (args: ValueObject) => withoutNulls(args)],
  ['tenuo-json', (args: ValueObject) => eachWhole(args)],
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

/**
 * The arguments as constraints are asked of them a second time; undefined where once is enough. Servers of `tenuo-json`
 * judge what is left without nulls, and hand over what has them: here a call must be permitted in both forms.
 */
export const alsoJudged = (args: ValueObject, profile: ProofProfile): ValueObject | undefined =>
  profile === 'tenuo-json' && Object.values(args).some(holdsNull)
    ? withoutNulls(args, (value) => value)
    : undefined

/** Objects are not looked into: their nulls stay in every form. */
const holdsNull = (value: Value): boolean =>
  value === null || (typeof value === 'object' && isList(value) && value.some(holdsNull))

const noObject = (): never => {
  throw new DenialError('PROOF_PROFILE', 'an object inside an argument')
}

const withoutNulls = (args: ValueObject, object: (value: Value) => Value = noObject): ValueObject => {
  const kept: Record<string, Value> = Object.create(null)
  for (const name of Object.keys(args)) {
    const value = args[name] as Value // an own name
    if (value !== null) kept[name] = listWithoutNulls(value, object)
  }
  return Object.freeze(kept)
}

const listWithoutNulls = (value: Value, object: (value: Value) => Value): Value => {
  if (typeof value !== 'object' || value === null || isFloat(value)) return value
  if (!isList(value)) return object(value)
  return Object.freeze(value.filter((item) => item !== null).map((item) => listWithoutNulls(item, object)))
}

const eachWhole = (object: ValueObject): ValueObject => {
  const written: Record<string, Value> = Object.create(null)
  for (const name of Object.keys(object)) written[name] = whole(object[name] as Value) // an own name
  return Object.freeze(written)
}

const whole = (value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value
  if (isFloat(value)) return wholeFloat(value)
  return isList(value) ? Object.freeze(value.map(whole)) : eachWhole(value as ValueObject) // no Float, no list
}

const PAST_INTEGERS = 2 ** 63

/** A Float is a number without a fraction. 2^63 is no Integer: rounded down to one, it would be signed as another call. */
const wholeFloat = (value: Float): Value =>
  value.float >= -PAST_INTEGERS && value.float < PAST_INTEGERS ? integer(BigInt(value.float)) : value
