/**
 * The arguments of a host's call, which live in the host's own objects. What is decided is a copy that nothing outside has
 * a reference to; what the tool gets is made of that copy, whatever has become of the host's object meanwhile.
 */

import { types } from 'node:util'
import { callOf } from '../capability/call.js'
import { MAX_CALL_VALUES, MAX_VALUE_DEPTH } from '../encoding/limits.js'
import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { DenialError } from '../errors.js'

/**
 * The copy that is decided. A Proxy is refused wherever it stands: it could answer the tool otherwise than it answered us.
 * @throws DenialError CALL_…
 */
export const copyOfArgs = (tool: string, args: unknown): ValueObject => {
  assertNoProxy(args)
  return callOf(tool, args).args
}

const malformed = (): DenialError => new DenialError('CALL_MALFORMED')

/** Reads descriptors alone, so that nothing of the host's runs; what is too large is refused by the copy, or here. */
const assertNoProxy = (args: unknown): void => {
  let values = 0
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (types.isProxy(value) || depth > MAX_VALUE_DEPTH + 1) throw malformed()
    for (const key of Reflect.ownKeys(value)) {
      if (++values > MAX_CALL_VALUES * 2) throw malformed()
      const found = Reflect.getOwnPropertyDescriptor(value, key)
      if (found !== undefined && Object.hasOwn(found, 'value')) visit(found.value, depth + 1)
    }
  }
  visit(args, 0)
}

/** The same arguments in fresh plain objects, for a tool that may do with its own what it likes. */
export const argsForTool = (args: ValueObject): Record<string, unknown> => plainObject(args, 'free')

/** Asserts that {@link replaceArgs} will be able to. @throws DenialError CALL_MALFORMED */
export const assertReplaceable = (target: object): void => {
  const isFixed = (key: PropertyKey): boolean =>
    Reflect.getOwnPropertyDescriptor(target, key)?.configurable !== true
  if (!Reflect.isExtensible(target) || Reflect.ownKeys(target).some(isFixed)) throw malformed()
}

/**
 * Makes the host's own object hold these arguments and nothing else, for good: for hosts that run a tool with the object
 * that they showed. It is frozen to its depth, so that a plugin that would change them afterwards stops the call instead.
 * @throws DenialError CALL_MALFORMED where it has become fixed meanwhile
 */
export const replaceArgs = (target: object, args: ValueObject): void => {
  // What it inherits was not checked, and would be there for every argument that is left out.
  if (!Reflect.setPrototypeOf(target, Object.prototype)) throw malformed()
  for (const key of Reflect.ownKeys(target)) if (!Reflect.deleteProperty(target, key)) throw malformed()
  for (const [name, value] of Object.entries(args))
    if (!define(target, name, plain(value, 'frozen'))) throw malformed()
  Object.freeze(target)
}

/** Whether what is made can be changed. */
type Form = 'free' | 'frozen'

const plain = (value: Value, form: Form): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (isFloat(value)) return value.float
  if (!isList(value)) return plainObject(value as ValueObject, form) // neither a Float nor a list
  const list = value.map((item) => plain(item, form))
  return form === 'frozen' ? Object.freeze(list) : list
}

const plainObject = (object: ValueObject, form: Form): Record<string, unknown> => {
  const made: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(object)) define(made, name, plain(value, form))
  return form === 'frozen' ? Object.freeze(made) : made
}

/** By definition and not by assignment: `__proto__` is a name like all others. */
const define = (object: object, name: string, value: unknown): boolean =>
  Reflect.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
