/**
 * The verdict on a URL under UrlSafe (format §6). It is reached twice: first as the reference reaches it, then by the
 * stricter rules, so that a refusal which the reference does not share carries its rule. No name is resolved: what a
 * name points to is not looked at.
 */

import type { StricterRule } from '../rules.js'
import type { UrlSafeConstraint } from './constraints/urlSafe.js'
import {
  compileAddresses,
  compileDenied,
  compileDomains,
  type HostMatcher,
  hostEntries,
  isDomainEntry,
} from './domainList.js'
import {
  addressInHost,
  decodedHost,
  hostAsHttp,
  isAmbiguousQuad,
  literalAddress,
  withoutFinalDots,
} from './hostText.js'
import type { Address } from './ipAddress.js'
import { type AddressFlags, referenceBlocks, stricterBlock } from './specialAddress.js'
import { hasCanonicalHost, KNOWN_PORTS, readUrl, type UrlParts } from './urlText.js'

/** `false` where the reference refuses as well, `too-long` where the URL was not read at all, otherwise the rule. */
type UrlVerdict = boolean | 'too-long' | StricterRule

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain'])
/** What the hosts files of common systems call loopback besides. */
const HOSTS_FILE_NAMES: ReadonlySet<string> = new Set([
  'ip6-localhost',
  'ip6-loopback',
  'localhost4',
  'localhost6',
  'localhost4.localdomain4',
  'localhost6.localdomain6',
])
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'metadata.google.internal',
  'metadata.goog',
  '100.100.100.200',
])
const INTERNAL_ENDINGS = ['.internal', '.local', '.localhost', '.lan', '.corp', '.home', '.svc', '.default']

const isInternal = (name: string): boolean =>
  INTERNAL_ENDINGS.some((ending) => name.endsWith(ending) || name === ending.slice(1))

interface UrlPolicy extends AddressFlags {
  readonly schemes: ReadonlySet<string>
  readonly ports: ReadonlySet<number> | undefined
  readonly blockInternalTlds: boolean
  readonly isAllowed: HostMatcher | undefined
  readonly isAllowedHost: HostMatcher | undefined
  readonly isAllowedAddress: ((address: Address) => boolean) | undefined
  readonly isDenied: HostMatcher | undefined
  readonly isDeniedHost: HostMatcher | undefined
  readonly isDeniedSpelling: HostMatcher | undefined
}

const policyOf = (constraint: UrlSafeConstraint): UrlPolicy => {
  const { schemes, allowPorts, allowDomains, denyDomains } = constraint
  const { blockPrivate, blockLoopback, blockMetadata, blockReserved, blockInternalTlds } = constraint
  return {
    ...{ blockPrivate, blockLoopback, blockMetadata, blockReserved, blockInternalTlds },
    schemes: new Set(schemes.map((scheme) => scheme.toLowerCase())),
    ports: allowPorts && new Set(allowPorts),
    isAllowed: allowDomains && compileDomains(allowDomains),
    isAllowedHost: allowDomains && compileDomains([...allowDomains, ...hostEntries(allowDomains)]),
    isAllowedAddress: allowDomains && compileAddresses(allowDomains),
    isDenied: denyDomains && compileDomains(denyDomains),
    isDeniedHost: denyDomains && compileDomains(hostEntries(denyDomains)),
    isDeniedSpelling: denyDomains && compileDenied(denyDomains),
  }
}

/** Whether every entry of its lists could stand for a host. */
export const hasDomainEntries = ({ allowDomains = [], denyDomains = [] }: UrlSafeConstraint): boolean =>
  allowDomains.every(isDomainEntry) && denyDomains.every(isDomainEntry)

/** The verdict of a constraint on any text, its lists compiled once. */
export const compileUrlSafety = (constraint: UrlSafeConstraint): ((text: string) => UrlVerdict) => {
  if (!hasDomainEntries(constraint)) return () => 'URL_SAFE_ENTRY'
  const policy = policyOf(constraint)
  return (text) => {
    if (text.includes('\0')) return false
    const url = readUrl(text)
    if (url === 'too-long') return url
    if (url === undefined || url.host === '') return false
    const host = decodedHost(url.host)
    return referencePermits(policy, url, host) && (stricterRefusal(policy, url, host) ?? true)
  }
}

/** Whether some version of the reference permits: what is false here is false of all of them. */
const referencePermits = (policy: UrlPolicy, url: UrlParts, host: string): boolean => {
  if (!policy.schemes.has(url.scheme)) return false
  const port = url.port ?? KNOWN_PORTS.get(url.scheme)
  if (policy.ports !== undefined && port !== undefined && !policy.ports.has(port)) return false
  if (blocksName(policy, host)) return false
  const address = addressInHost(host)
  const isOpen =
    address === undefined
      ? !isAmbiguousQuad(host) && (policy.isAllowedHost?.(host) ?? true)
      : !referenceBlocks(address, policy)
  return isOpen && !(policy.isDenied?.(host) && policy.isDeniedHost?.(host))
}

const blocksName = (policy: UrlPolicy, host: string): boolean =>
  (policy.blockLoopback && LOOPBACK_NAMES.has(host)) ||
  (policy.blockInternalTlds && isInternal(host)) ||
  (policy.blockMetadata && METADATA_HOSTS.has(host))

const stricterRefusal = (policy: UrlPolicy, url: UrlParts, host: string): StricterRule | undefined => {
  if (url.isUnclear) return 'URL_UNCLEAR'
  if (policy.ports !== undefined && url.port === undefined && !KNOWN_PORTS.has(url.scheme))
    return 'URL_SAFE_PORT_UNKNOWN'
  // From here on the host is one that every client reads alike.
  if (!hasCanonicalHost(url.scheme) && hostAsHttp(url.host) !== host) return 'URL_SAFE_HOST_FORM'
  const address = literalAddress(host)
  const refusal = address === undefined ? refusedName(policy, host) : refusedAddress(policy, address)
  if (refusal !== undefined) return refusal
  return policy.isDenied?.(host) || policy.isDeniedSpelling?.(host) ? 'URL_SAFE_DENY_SPELLING' : undefined
}

const refusedName = (policy: UrlPolicy, host: string): StricterRule | undefined => {
  const name = withoutFinalDots(host)
  if (blocksName(policy, name)) return 'URL_SAFE_TRAILING_DOT'
  const isLoopback = HOSTS_FILE_NAMES.has(name) || name.endsWith('.localhost')
  if (policy.blockLoopback && isLoopback) return 'URL_SAFE_LOOPBACK_NAME'
  return (policy.isAllowed?.(host) ?? true) ? undefined : 'URL_SAFE_ENTRY_TEXT'
}

const refusedAddress = (policy: UrlPolicy, address: Address): StricterRule | undefined => {
  const blocked = stricterBlock(address, policy)
  if (blocked !== undefined) return blocked
  return policy.isAllowedAddress === undefined || policy.isAllowedAddress(address)
    ? undefined
    : 'URL_SAFE_ALLOW_ADDRESS'
}
