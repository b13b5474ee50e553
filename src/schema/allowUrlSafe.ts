/**
 * The options of `urlsafe:` in the `--allow` language, `name=value` between semicolons:
 *
 *     urlsafe:domains=example.com|*.example.org;ports=443;schemes=https
 *
 * `deny=` names domains that are refused, `block=internal` refuses internal top-level domains too, and
 * `open=loopback` (or `private`, `metadata`, `reserved`) lifts one of the blocks that stand by default.
 */

import { type UrlSafeFields, urlSafe } from '../capability/constraints/urlSafe.js'
import type { Constraint } from '../capability/kinds.js'
import { findMark, refuseAt, type Span, sliceOf, splitAt, trimmed, unescaped } from './span.js'

/** Reads the body of `urlsafe:`; empty, it is the default. @throws FormatError SPEC_MALFORMED with the place. */
export const urlSafeFrom = (body: Span): Constraint => {
  let fields: Fields = {}
  const seen = new Set<string>()
  for (const part of splitAt(body, ';')) {
    if (part.start === part.end) continue
    const equals = findMark(part, '=')
    const name = sliceOf({ ...part, end: equals ?? part.end }).trim()
    const read = OPTIONS.get(name)
    if (read === undefined || equals === undefined) {
      return refuseAt(part, 'expected domains=, deny=, ports=, schemes=, block= or open=')
    }
    if (seen.has(name)) refuseAt(part, 'the same option twice')
    seen.add(name)
    fields = { ...fields, ...read(trimmed({ ...part, start: equals + 1 })) }
  }
  return urlSafe(fields)
}

type Fields = Partial<UrlSafeFields>

const items = (list: Span): Span[] => {
  const found = splitAt(list, '|')
  for (const item of found) if (item.start === item.end) refuseAt(item, 'an empty entry')
  return found
}

const texts = (list: Span): string[] => items(list).map((item) => unescaped(item, ',|;'))

const port = (item: Span): number => {
  const number = /^\d{1,5}$/.test(sliceOf(item)) ? Number(sliceOf(item)) : Number.NaN
  return number <= 65_535 ? number : refuseAt(item, 'expected a port')
}

const blockMore = (word: Span): Fields =>
  sliceOf(word) === 'internal' ? { blockInternalTlds: true } : refuseAt(word, 'expected internal')

/** The blocks that stand by default, and the names by which they are lifted. */
const LIFTED: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['private', { blockPrivate: false }],
  ['loopback', { blockLoopback: false }],
  ['metadata', { blockMetadata: false }],
  ['reserved', { blockReserved: false }],
])

const lift = (item: Span): Fields =>
  LIFTED.get(sliceOf(item)) ?? refuseAt(item, 'expected private, loopback, metadata or reserved')

const OPTIONS: ReadonlyMap<string, (value: Span) => Fields> = new Map<string, (value: Span) => Fields>([
  ['schemes', (list) => ({ schemes: texts(list) })],
  ['domains', (list) => ({ allowDomains: texts(list) })],
  ['deny', (list) => ({ denyDomains: texts(list) })],
  ['ports', (list) => ({ allowPorts: items(list).map(port) })],
  ['block', blockMore],
  ['open', (list) => Object.assign({}, ...items(list).map(lift)) as Fields], // of Fields alone
])
