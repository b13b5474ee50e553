/** The shapes of vector files, read without trust: a field that is missing or of another type fails its row. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** Thrown where a row is not of the shape that its format promises. */
export class BadRow extends Error {
  override readonly name = 'BadRow'
}

export const isJsonObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

export const isJsonList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json)

export const field = (row: JsonObject, name: string): Json => {
  if (!Object.hasOwn(row, name)) throw new BadRow(`no ${name}`)
  return row[name] as Json
}

/** A field that may be absent or null. */
export const optional = (row: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(row, name) && row[name] !== null ? row[name] : undefined

export const textOf = (row: JsonObject, name: string): string => {
  const found = field(row, name)
  if (typeof found !== 'string') throw new BadRow(`${name} is not text`)
  return found
}

/** The two words of a format: that for what is let through, and that for what is not. */
export interface VerdictWords {
  readonly accept: Json
  readonly refuse: Json
}

export const ACCEPT_REJECT: VerdictWords = { accept: 'accept', refuse: 'reject' }
export const OK_REJECT: VerdictWords = { accept: 'ok', refuse: 'reject' }
export const OK_ERROR: VerdictWords = { accept: 'ok', refuse: 'error' }
export const TRUE_FALSE: VerdictWords = { accept: true, refuse: false }
export const ALLOW_BLOCK: VerdictWords = { accept: 'allow', refuse: 'block' }

/** Whether a row expects to be let through. A word that its format does not have is no verdict, not even a refusal. */
export const isExpected = (row: JsonObject, name: string, { accept, refuse }: VerdictWords): boolean => {
  const found = field(row, name)
  if (found !== accept && found !== refuse) throw new BadRow(`${name} is no verdict of this format`)
  return found === accept
}

/** An object that has no fields but these. */
export const onlyFields = (object: JsonObject, names: readonly string[]): JsonObject => {
  if (!Object.keys(object).every((name) => names.includes(name))) throw new BadRow('an unknown field')
  return object
}

export const booleanOf = (row: JsonObject, name: string): boolean => {
  const found = field(row, name)
  if (typeof found !== 'boolean') throw new BadRow(`${name} is neither true nor false`)
  return found
}

export const numberOf = (row: JsonObject, name: string): number => {
  const found = field(row, name)
  if (typeof found !== 'number') throw new BadRow(`${name} is not a number`)
  return found
}

export const objectOf = (row: JsonObject, name: string): JsonObject => {
  const found = field(row, name)
  if (!isJsonObject(found)) throw new BadRow(`${name} is not an object`)
  return found
}

export const listOf = (row: JsonObject, name: string): readonly Json[] => {
  const found = field(row, name)
  if (!isJsonList(found)) throw new BadRow(`${name} is not a list`)
  return found
}

export const rowsOf = (list: readonly Json[]): readonly JsonObject[] =>
  list.map((row) => {
    if (!isJsonObject(row)) throw new BadRow('a row is not an object')
    return row
  })

export const textsOf = (row: JsonObject, name: string): readonly string[] =>
  listOf(row, name).map((item) => {
    if (typeof item !== 'string') throw new BadRow(`${name} holds something that is not text`)
    return item
  })
