/**
 * Arguments as they are kept to learn from: without what may be a secret, and no longer than is useful. Of a text from
 * which only a part has to go the rest stays, if it is read as a path, URL and command line exactly as the whole is; else
 * nothing of it does.
 */

import { compileConstraint } from '../../capability/constraint.js'
import { shlex } from '../../capability/constraints/shlex.js'
import type { Constraint } from '../../capability/kinds.js'
import { normalizePath } from '../../capability/lexicalPath.js'
import { readUrl } from '../../capability/urlText.js'
import { formatJson } from '../../encoding/json.js'
import { isFloat, isList, type Value, type ValueObject } from '../../encoding/value.js'
import { HOLE, type SeenCall, type Withheld } from '../../learn/seen.js'
import { isSecretName, REDACTED, redactForDigest, redactMarked, redactText } from './redact.js'

/** What is left of the arguments of a call. */
export type Kept = Pick<SeenCall, 'args' | 'withheld' | 'cut'>

const MAX_NAMES = 64
const MAX_NAME = 128
/** Characters of one value, and of all. */
const MAX_VALUE = 2_048
const MAX_ALL = 32_768

/** What may be kept of arguments; the same again of what was kept already. */
export const withhold = (args: ValueObject): Kept => {
  const kept: Record<string, Value> = Object.create(null)
  const withheld = new Map<string, Withheld>()
  const entries = Object.entries(args)
  let room = MAX_ALL
  let cut = entries.length > MAX_NAMES
  const isNamed = namesSecret(args)
  for (const [name, value] of entries.slice(0, MAX_NAMES)) {
    if (name.length > MAX_NAME || redactText(name) !== name) {
      cut = true
      continue
    }
    const { value: left, why } =
      isSecretName(name) || (isNamed && CONTENT.test(name)) ? SECRET : leftOf(value)
    if (left !== undefined) room -= lengthOf(left)
    if (left !== undefined && room >= 0) kept[name] = left
    const reason = room < 0 ? (why ?? 'long') : why
    if (reason !== undefined) withheld.set(name, reason === 'part' && room < 0 ? 'long' : reason)
  }
  return { args: Object.freeze(kept), withheld, cut }
}

interface Left {
  readonly value?: Value
  readonly why?: Withheld
}

const SECRET: Left = { why: 'secret' }
const LONG: Left = { why: 'long' }

const leftOf = (value: Value): Left => {
  if (typeof value === 'string') return textOf(value)
  if (lengthOf(value) > MAX_VALUE) return LONG
  return holdsSecret(value) ? SECRET : { value }
}

const lengthOf = (value: Value): number =>
  typeof value === 'string' ? value.length : formatJson(value).length

const holdsSecret = (value: Value): boolean => {
  if (typeof value === 'string') return redactText(value) !== value
  if (typeof value !== 'object' || value === null || isFloat(value)) return false
  if (isList(value))
    return value.some(holdsSecret) || value.some((item, i) => isBefore(item, value[i + 1], value))
  const isNamed = namesSecret(value as ValueObject) // neither a Float nor a list
  return Object.entries(value).some(
    ([name, inner]) =>
      isSecretName(name) ||
      redactText(name) !== name ||
      (isNamed && CONTENT.test(name)) ||
      holdsSecret(inner),
  )
}

/** `"--password", "value"` in a list of words, and the pair `["authorization", "value"]`. */
const isBefore = (item: Value, next: Value | undefined, { length }: readonly Value[]): boolean => {
  if (typeof item !== 'string' || typeof next !== 'string') return false
  const both = `${item} ${next}`
  return redactText(both) !== both || (length === 2 && /^[\w -]{1,64}:?$/.test(item) && isSecretName(item))
}

/** `{ "name": "DB_PASSWORD", "value": … }`: one field says what the other is. */
const namesSecret = (object: ValueObject): boolean =>
  Object.entries(object).some(
    ([name, value]) => LABEL.test(name) && typeof value === 'string' && isSecretName(value),
  )

const LABEL = /^(?:name|key|field|label|header|variable|element|selector)$/i
const CONTENT = /^(?:value|text|content|data|input)$/i

const textOf = (text: string): Left => {
  if (text.length > MAX_VALUE) return LONG
  if (redactText(text) === text) return { value: text }
  const left = partsOf(text)
  const isKept = !left.startsWith(HOLE) && isClean(left) && isReadAlike(text, left)
  return isKept ? { value: left, why: 'part' } : SECRET
}

/** Whether nothing more would be taken out: a text was looked at in parts, and a secret may lie across two of them. */
const isClean = (left: string): boolean => {
  const marked = left.replace(/\[redacted [0-9a-f]{16}\]/g, REDACTED)
  return redactText(marked) === marked
}

/** A host as hosts are written: a password may have a slash in it, and what stands before that looks otherwise. */
const URL_TEXT =
  /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#\\@]*@)?(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?)([/?#]?)([\s\S]*)$/

/** A text with marks for what may be a secret: in a URL never more than what follows the host, in a path whole parts. */
const partsOf = (text: string): string => {
  const [, start, mark = '', rest = ''] = URL_TEXT.exec(text) ?? []
  if (start !== undefined) return redactMarked(start) + mark + redactForDigest(rest)
  return /^\/\S*$/.test(text) ? pathOf(text) : redactForDigest(text)
}

/** Words as folders are called. A key in base64 may have a slash in it; what stands before that looks otherwise. */
const FOLDER = /^[A-Z]?[a-z0-9._ -]*$/

/** A path up to the first part that may be a secret, and one mark for that and all behind it. */
const pathOf = (path: string): string => {
  const parts = path.split('/')
  const at = parts.findIndex((part) => redactText(part) !== part || !FOLDER.test(part))
  return at < 0
    ? redactForDigest(path)
    : [...parts.slice(0, at), redactForDigest(parts.slice(at).join('/'))].join('/')
}

/** Whether two texts lead to one folder, host or program as far as they can be read at all. */
const isReadAlike = (text: string, left: string): boolean => {
  if (redactText(hostOf(left)) !== hostOf(left)) return false
  return hostOf(text) === hostOf(left) && isCommandAlike(text, left) && isPathAlike(text, left)
}

const hostOf = (text: string): string => {
  const url = readUrl(text)
  if (url === undefined || url === 'too-long') return String(url)
  return `${url.scheme} ${url.host} ${url.port ?? ''} ${url.isUnclear}`
}

const isCommandAlike = (text: string, left: string): boolean => {
  if (!/\s/.test(text)) return true // a program alone, which nobody takes for one with a mark in it
  const program = shlex([/\S+/.exec(left)?.[0] ?? ''])
  return permits(program, text) === permits(program, left)
}

const permits = (constraint: Constraint, text: string): boolean =>
  compileConstraint(constraint, {})(text, 0) === true

/** Neither is absolute; or both are, and no part that was withheld climbs. */
const isPathAlike = (text: string, left: string): boolean => {
  const [whole, kept] = [normalizePath(text), normalizePath(left)]
  if (whole === undefined || kept === undefined) return whole === kept
  return !/\.\.|\\/.test(text)
}
