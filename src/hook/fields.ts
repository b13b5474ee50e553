/** Fields of the guard's own files, read strictly: what is not known, or not of its kind, is refused with its place. */

import { claimedPublicKey, type PublicKey } from '../crypto/keys.js'
import { fromHex } from '../encoding/bytes.js'
import { isList, isObject, type Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'

export const wrong = (where: string): FormatError => new FormatError('STATE_MALFORMED', undefined, { where })

/** Fields that may be missing. */
export type Fields = Readonly<Record<string, Value | undefined>>

export const fieldsOf = (value: Value, where: string, known: readonly string[]): Fields => {
  if (!isObject(value)) throw wrong(where)
  const stranger = Object.keys(value).find((name) => !known.includes(name))
  if (stranger !== undefined) throw wrong(where === '' ? stranger : `${where}.${stranger}`)
  return value
}

export const listOf = (value: Value, where: string): readonly Value[] => {
  if (!isList(value)) throw wrong(where)
  return value
}

export const mapOf = <T>(
  value: Value,
  where: string,
  read: (value: Value, where: string) => T,
): ReadonlyMap<string, T> => {
  if (!isObject(value)) throw wrong(where)
  return new Map(Object.entries(value).map(([name, inner]) => [name, read(inner, `${where}.${name}`)]))
}

export const textOf = (value: Value | undefined, where: string): string => {
  if (typeof value !== 'string' || value === '') throw wrong(where)
  return value
}

/** Relative paths would depend on where the host starts the hook. */
export const pathOf = (value: Value | undefined, where: string): string => {
  const path = textOf(value, where)
  const isAbsolute = path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)
  if (!isAbsolute || path.includes('\0')) throw wrong(where)
  return path
}

export const flagOf = (value: Value, where: string): boolean => {
  if (typeof value !== 'boolean') throw wrong(where)
  return value
}

export const numberBelow = (value: Value, max: number, where: string): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max) throw wrong(where)
  return value
}

/** Not vetted to be a point: a signature that verifies under it shows that it is. */
export const keyOf = (value: Value | undefined, where: string): PublicKey => {
  const text = textOf(value, where)
  if (!/^[0-9a-f]{64}$/.test(text)) throw wrong(where)
  return claimedPublicKey(fromHex(text))
}
