/** Lists of domains, as UrlSafe has them: `name` for itself, `*.name` for itself and everything below it. */

import { hostAsHttp, literalAddress, withoutFinalDots } from './hostText.js'
import { type Address, formatAddress } from './ipAddress.js'
import { addressesWithin } from './specialAddress.js'

/** Whether a host, in lower case, is in a list. */
export type HostMatcher = (host: string) => boolean

const compileNames = (entries: Iterable<string>): HostMatcher => {
  const names = new Set<string>()
  const endings: string[] = []
  for (const entry of entries) {
    if (!entry.startsWith('*.')) {
      names.add(entry)
      continue
    }
    names.add(entry.slice(2))
    endings.push(entry.slice(1))
  }
  return (host) => names.has(host) || endings.some((ending) => host.endsWith(ending))
}

/** The list by text alone, letter case aside, which is how versions up to 0.2 of the reference read it. */
export const compileDomains = (entries: readonly string[]): HostMatcher =>
  compileNames(entries.map((entry) => entry.toLowerCase()))

/** Whether a list names exactly this address. No wildcard stands for an address, and no other spelling. */
export const compileAddresses = (entries: readonly string[]): ((address: Address) => boolean) => {
  const listed = new Set<string>()
  for (const entry of entries) {
    const address = literalAddress(entry)
    if (address !== undefined) listed.add(formatAddress(address))
  }
  return (address) => listed.has(formatAddress(address))
}

/** Text that would leave the host part of a URL, or that only a URL could hold. */
const NOT_A_HOST = /[\s/\\?#@:]/

/** The host that a name stands for, decoded; text between brackets can only be an address of version 6. */
const hostOfText = (name: string): string | undefined => {
  if (name.startsWith('[') && name.endsWith(']')) return literalAddress(name) === undefined ? undefined : name
  if (/[\s/\\?#@:*[\]\0]/.test(name)) return undefined
  const host = hostAsHttp(name)
  return host?.includes('*') ? undefined : host
}

/**
 * Whether an entry could stand for a host at all: `name` or `*.name`, and no address below a wildcard. Newer versions of
 * the reference take any other entry for an error, older ones for a name that nothing matches.
 */
export const isDomainEntry = (entry: string): boolean => {
  if (!entry.startsWith('*.')) return hostOfText(entry) !== undefined
  const host = hostOfText(entry.slice(2))
  return host !== undefined && !host.startsWith('.') && literalAddress(host) === undefined
}

const WILD = '*.'

/** A name as a host is written: IDNA applied, numbers read, addresses in one form. */
const asHost = (name: string): string => {
  const address = literalAddress(name)
  if (address !== undefined) return formatAddress(address)
  return NOT_A_HOST.test(name) ? name : (hostAsHttp(name) ?? name)
}

const renamed = (entry: string, rename: (name: string) => string): string =>
  entry.startsWith(WILD) ? WILD + rename(entry.slice(WILD.length)) : rename(entry)

/** An entry as a host is written, final dots gone. */
const spelled = (entry: string): string => renamed(entry, (name) => asHost(withoutFinalDots(name)))

/** Entries as the hosts that they stand for, which is how versions from 0.3 of the reference compare them. */
export const hostEntries = (entries: readonly string[]): readonly string[] =>
  entries.map((entry) => renamed(entry.toLowerCase(), asHost))

/**
 * Whether every host that an entry stands for is in a list; both as {@link hostEntries} makes them. Text is enough:
 * `*.name` ends as those wildcards of the list end that stand for all its hosts.
 */
export const compileEntries: (entries: readonly string[]) => (entry: string) => boolean = compileNames

/**
 * Whether a list of denied domains means a host, whatever the spelling of either: `host` is as http writes it. The
 * address of one matches wherever it is embedded.
 */
export const compileDenied = (entries: readonly string[]): HostMatcher => {
  const spellings = entries.map((entry) => spelled(entry.toLowerCase()))
  const isNamed = compileNames(spellings)
  const addresses = new Set<string>()
  for (const spelling of spellings) {
    for (const address of within(spelling.replace(/^\*\./, ''))) addresses.add(address)
  }
  return (host) =>
    isNamed(withoutFinalDots(host)) ||
    (addresses.size > 0 && within(host).some((address) => addresses.has(address)))
}

const within = (host: string): readonly string[] => {
  const address = literalAddress(host)
  return address === undefined ? [] : addressesWithin(address).map(formatAddress)
}
