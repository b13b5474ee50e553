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
}

/** Outer controls and spaces, and inner tabs and line ends, are no part of a URL; any number of slashes may lead it. */
const LONG_AUTHORITY = new RegExp(
  `^[\\0- ]*(?:https?|wss?|ftp|file):[/\\\\]*[^/\\\\?#]{${MAX_URL_AUTHORITY + 1}}`,
  'i',
)

const isTooLong = (text: string): boolean =>
  text.length > MAX_URL_AUTHORITY &&
  (text.length > MAX_URL_TEXT || LONG_AUTHORITY.test(text.replace(/[\t\n\r]/g, '')))

/**
 * The parts of a URL; `undefined` where it cannot be parsed; `too-long` where it is over MAX_URL_TEXT, its authority
 * over MAX_URL_AUTHORITY, or its encoded host or path over MAX_URL_PART.
 */
export const readUrl = (text: string): UrlParts | 'too-long' | undefined => {
  if (isTooLong(text)) return 'too-long'
  try {
    const { protocol, hostname, port, pathname } = new WebUrl(text)
    if (hostname.length > MAX_URL_PART || pathname.length > MAX_URL_PART) return 'too-long'
    return {
      scheme: protocol.slice(0, -1),
      host: hostname,
      port: port === '' ? undefined : Number(port),
      path: pathname,
    }
  } catch {
    return undefined
  }
}
