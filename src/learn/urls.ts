/**
 * URLs: the schemes, hosts and ports that were seen. Nothing above a host is ever proposed: `*.co.uk` and `*.github.io`
 * belong to strangers, and no text tells which name is such a one.
 */

import { compileConstraint } from '../capability/constraint.js'
import { type UrlSafeFields, urlSafe } from '../capability/constraints/urlSafe.js'
import { literalAddress } from '../capability/hostText.js'
import type { Constraint } from '../capability/kinds.js'
import { KNOWN_PORTS, readUrl } from '../capability/urlText.js'
import type { Value } from '../encoding/value.js'
import { firstSlack, type Rung } from './rung.js'

/** Rungs for values that are all URLs of schemes whose port is known; none for others. */
export const urlRungs = (values: readonly Value[]): readonly Rung[] => {
  const urls = values.map(partsOf).filter((parts) => parts !== undefined)
  if (urls.length < values.length) return []
  const asked = {
    schemes: sorted(urls.map(({ scheme }) => scheme)),
    allowPorts: sorted(urls.map(({ port }) => port)),
  }
  const hosts = sorted(urls.map(({ host }) => host))
  const opened = openedFor(values as readonly string[], { ...asked, allowDomains: hosts }) // all of them are texts
  if (opened === undefined) return []
  const warnings =
    Object.keys(opened).length === 0
      ? {}
      : { warnings: ['some URL leads into a network that is blocked unless asked for: a block is lifted'] }
  const at = (allowDomains: readonly string[]): Constraint => urlSafe({ ...asked, ...opened, allowDomains })
  const seen: Rung = {
    slack: firstSlack(values.length === 1),
    constraint: at(hosts),
    why: 'URLs of the hosts, schemes and ports that were seen',
    ...warnings,
  }
  // Below a host of one label could be half the world.
  const hasBelow = (host: string): boolean => host.includes('.') && literalAddress(host) === undefined
  const below = hosts.flatMap((host) => (hasBelow(host) ? [host, `*.${host}`] : [host]))
  if (values.length === 1 || below.length === hosts.length) return [seen]
  return [
    seen,
    { slack: 'roomy', constraint: at(below), why: 'these hosts and whatever is below them', ...warnings },
  ]
}

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly port: number
}

const partsOf = (value: Value): Parts | undefined => {
  const url = typeof value === 'string' && /^[a-z][a-z+.-]*:\/\//i.test(value) ? readUrl(value) : undefined
  if (url === undefined || url === 'too-long' || url.host === '') return undefined
  const port = url.port ?? KNOWN_PORTS.get(url.scheme)
  return port === undefined ? undefined : { scheme: url.scheme, host: url.host, port }
}

const sorted = <T extends string | number>(items: readonly T[]): readonly T[] =>
  [...new Set(items)].sort((one, other) => (one < other ? -1 : 1))

type Opened = Partial<UrlSafeFields>

/** Blocks to lift, the fewest first. */
const LIFTS: readonly Opened[] = [
  {},
  { blockLoopback: false },
  { blockPrivate: false },
  { blockReserved: false },
  { blockLoopback: false, blockReserved: false },
  { blockPrivate: false, blockReserved: false },
  { blockMetadata: false },
  { blockLoopback: false, blockPrivate: false, blockReserved: false, blockMetadata: false },
]

/** The blocks that have to be lifted so that every URL is admitted; undefined where some is not for another reason. */
const openedFor = (texts: readonly string[], asked: Partial<UrlSafeFields>): Opened | undefined => {
  const tests = LIFTS.map((lift) => ({ lift, admits: compileConstraint(urlSafe({ ...asked, ...lift }), {}) }))
  let opened: Opened = {}
  for (const text of texts) {
    const found = tests.find(({ admits }) => admits(text, 0) === true)
    if (found === undefined) return undefined
    opened = { ...opened, ...found.lift }
  }
  return opened
}
