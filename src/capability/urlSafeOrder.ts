/** How one UrlSafe stands to another: whether it only tightens it, and what the two have in common. */

import type { UrlSafeFields } from './constraints/urlSafe.js'
import { compileEntries, hostEntries } from './domainList.js'
import { literalAddress } from './hostText.js'

/** The flags of UrlSafe, in the order that is written. */
export const URL_FLAGS: readonly (
  | 'blockPrivate'
  | 'blockLoopback'
  | 'blockMetadata'
  | 'blockReserved'
  | 'blockInternalTlds'
)[] = ['blockPrivate', 'blockLoopback', 'blockMetadata', 'blockReserved', 'blockInternalTlds']

const lowered = (list: readonly string[]): ReadonlySet<string> =>
  new Set(list.map((text) => text.toLowerCase()))

/** Whether an entry of a child's list of allowed domains stands for no more than one of the parent's, by text. */
const coversDomain = (parent: readonly string[]): ((entry: string) => boolean) => {
  const entries = lowered(parent)
  const endings = [...entries].filter((entry) => entry.startsWith('*.')).map((entry) => entry.slice(1))
  return (entry) => {
    const text = entry.toLowerCase()
    return entries.has(text) || endings.some((ending) => text.endsWith(ending))
  }
}

/** An entry that names an address is a grant of that address, which no wildcard of the parent makes. */
const isForeignAddress = (parent: readonly string[]): ((entry: string) => boolean) => {
  const entries = lowered(parent)
  return (entry) => literalAddress(entry) !== undefined && !entries.has(entry.toLowerCase())
}

/** Whether a child allows an address that its parent, which lists domains, does not list. */
export const grantsAddress = (parent: UrlSafeFields, child: UrlSafeFields): boolean =>
  parent.allowDomains !== undefined && (child.allowDomains ?? []).some(isForeignAddress(parent.allowDomains))

const isSubset = <T>(list: readonly T[] | undefined, holds: ((item: T) => boolean) | undefined): boolean =>
  holds === undefined || (list?.every(holds) ?? false)

/** How the entries of one list stand to those of another: whether a list includes an entry. */
interface Reading {
  readonly allowed: (parents: readonly string[]) => (entry: string) => boolean
  readonly denied: (children: readonly string[]) => (entry: string) => boolean
}

const isEntryOf = (list: readonly string[]): ((entry: string) => boolean) => {
  const entries = lowered(list)
  return (entry) => entries.has(entry.toLowerCase())
}

const includesHost = (list: readonly string[]): ((entry: string) => boolean) => {
  const includes = compileEntries(hostEntries(list))
  return (entry) => hostEntries([entry]).every(includes)
}

const BY_TEXT: Reading = { allowed: coversDomain, denied: isEntryOf }
const BY_HOST: Reading = { allowed: includesHost, denied: includesHost }

/** The order of the reference up to 0.2, all of ours but the rules about addresses and about entries. */
export const narrows = (parent: UrlSafeFields, child: UrlSafeFields): boolean =>
  narrowsAs(BY_TEXT, parent, child)

/** The order of the reference from 0.3 on, to which entries are the hosts that they stand for. */
export const narrowsByHost = (parent: UrlSafeFields, child: UrlSafeFields): boolean =>
  narrowsAs(BY_HOST, parent, child)

const narrowsAs = (reading: Reading, parent: UrlSafeFields, child: UrlSafeFields): boolean => {
  const schemes = lowered(parent.schemes)
  const ports = parent.allowPorts && new Set(parent.allowPorts)
  return (
    child.schemes.every((scheme) => schemes.has(scheme.toLowerCase())) &&
    URL_FLAGS.every((flag) => child[flag] || !parent[flag]) &&
    isSubset(child.allowPorts, ports && ((port) => ports.has(port))) &&
    isSubset(child.allowDomains, parent.allowDomains && reading.allowed(parent.allowDomains)) &&
    (parent.denyDomains === undefined ||
      (child.denyDomains !== undefined && parent.denyDomains.every(reading.denied(child.denyDomains))))
  )
}

const both = <T>(
  parent: readonly T[] | undefined,
  child: readonly T[] | undefined,
  keep: (item: T) => boolean,
): readonly T[] | undefined =>
  parent === undefined || child === undefined ? (parent ?? child) : child.filter(keep)

const either = <T>(
  parent: readonly T[] | undefined,
  child: readonly T[] | undefined,
): readonly T[] | undefined =>
  parent === undefined || child === undefined ? (parent ?? child) : [...new Set([...parent, ...child])]

/** What both permit, as far as the order of one can say it: no wider than either, and covered by `parent`. */
export const meetOf = (parent: UrlSafeFields, child: UrlSafeFields): UrlSafeFields => {
  const schemes = lowered(parent.schemes)
  const ports = new Set(parent.allowPorts)
  const isCovered = coversDomain(parent.allowDomains ?? [])
  const isForeign = isForeignAddress(parent.allowDomains ?? [])
  return {
    schemes: child.schemes.filter((scheme) => schemes.has(scheme.toLowerCase())),
    allowPorts: both(parent.allowPorts, child.allowPorts, (port) => ports.has(port)),
    allowDomains: both(
      parent.allowDomains,
      child.allowDomains,
      (entry) => isCovered(entry) && !isForeign(entry),
    ),
    denyDomains: either(parent.denyDomains, child.denyDomains),
    blockPrivate: parent.blockPrivate || child.blockPrivate,
    blockLoopback: parent.blockLoopback || child.blockLoopback,
    blockMetadata: parent.blockMetadata || child.blockMetadata,
    blockReserved: parent.blockReserved || child.blockReserved,
    blockInternalTlds: parent.blockInternalTlds || child.blockInternalTlds,
  }
}
