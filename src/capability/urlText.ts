/**
 * The one place where a URL is parsed, by the WHATWG parser of the runtime, within a bound on its cost: mapping and
 * encoding an international host takes time quadratic in its length, and an argument may be a megabyte.
 */

import { MAX_URL_AUTHORITY, MAX_URL_PART, MAX_URL_TEXT } from '../encoding/limits.js'

/** Taken when this module loads, so that code which replaces the global afterwards changes no decision. */
const WebUrl = URL

/** Schemes whose host the parser maps and canonicalises, as opposed to keeping it as opaque text. */
const SPECIAL_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss', 'ftp', 'file'])

/** Whether the parser gives a host of this scheme in one canonical form: lower case, IDNA applied, addresses decoded. */
export const hasCanonicalHost = (scheme: string): boolean => SPECIAL_SCHEMES.has(scheme)

/** The ports of the schemes that have a known one. */
export const KNOWN_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
])

/** The parts of a parsed URL that constraints look at. */
export interface UrlParts {
  /** Lower case, without the colon. */
  readonly scheme: string
  /** As the parser gives it, with brackets around IPv6; empty where there is none. */
  readonly host: string
  /** Undefined where the URL has none or its scheme's default. */
  readonly port: number | undefined
  /** Normalised by the parser; percent-encoding kept. */
  readonly path: string
  /** Whether parsers are known to differ about this one, so that what was checked may not be what is opened. */
  readonly isUnclear: boolean
}

/** What the parser leaves out of a URL, wherever it stands. */
const IGNORED = /[\t\n\r]+/g

/** Outer controls and spaces are no part of a URL, and any number of slashes may lead its authority. */
const AUTHORITY = '^[\\0- ]*(?:https?|wss?|ftp|file):[/\\\\]*[^/\\\\?#]'

const LONG_AUTHORITY = new RegExp(`${AUTHORITY}{${MAX_URL_AUTHORITY + 1}}`, 'i')

const isTooLong = (text: string): boolean =>
  text.length > MAX_URL_AUTHORITY &&
  (text.length > MAX_URL_TEXT || LONG_AUTHORITY.test(text.replace(IGNORED, '')))

/** The capital of `ß` became `ss` in a host, until a revision of the mapping made it `ß`. */
const CAPITAL_SHARP_S = new RegExp(`${AUTHORITY}*(?:\u1e9e|%e1%ba%9e)`, 'i')
const UNUSUAL = /[\u1e9e%]/

/** A label that claims to be international and cannot be decoded: some parsers do not try. */
const EMPTY_PUNYCODE = /xn--[^.]*-(?:\.|$)/

/** The path of a file URL that begins with an empty part, or with a drive, which makes some parsers forget the host. */
const ODD_FILE_PATH = /^\/(?:\/|[a-z][:|](?:\/|$))/i

const isUnclear = (text: string, { protocol, hostname, pathname }: URL): boolean =>
  (protocol === 'file:' && ODD_FILE_PATH.test(pathname)) ||
  (hostname.includes('xn--') && EMPTY_PUNYCODE.test(hostname)) ||
  (UNUSUAL.test(text) && CAPITAL_SHARP_S.test(text.replace(IGNORED, '')))

/**
 * The parts of a URL; `undefined` where it cannot be parsed; `too-long` where it is over MAX_URL_TEXT, its authority
 * over MAX_URL_AUTHORITY, or its encoded host or path over MAX_URL_PART.
 */
export const readUrl = (text: string): UrlParts | 'too-long' | undefined => {
  if (isTooLong(text)) return 'too-long'
  try {
    const url = new WebUrl(text)
    const { protocol, hostname, port, pathname } = url
    if (hostname.length > MAX_URL_PART || pathname.length > MAX_URL_PART) return 'too-long'
    return {
      scheme: protocol.slice(0, -1),
      host: hostname,
      port: port === '' ? undefined : Number(port),
      path: pathname,
      isUnclear: isUnclear(text, url),
    }
  } catch {
    return undefined
  }
}
