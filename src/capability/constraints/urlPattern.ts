/**
 * UrlPattern (format §6): the argument is a URL whose scheme, host, port and path are those of a pattern. What the
 * pattern leaves out is free, the port included; query, fragment and user information never matter.
 */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { FormatError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import type { Constraint, ConstraintKind, FaultDomain, Outcome } from '../constraint.js'
import { type Glob, MAX_SEGMENT_WEIGHT, matchGlob, parseGlob } from '../glob.js'
import { parseUrlShape, type UrlShape } from '../urlShape.js'
import { hasCanonicalHost, readUrl, type UrlParts } from '../urlText.js'
import { textInWords } from '../words.js'

export interface UrlPatternConstraint {
  readonly kind: 'urlPattern'
  /** The text as it was given, which is what is written. */
  readonly pattern: string
}

/**
 * A URL like `https://api.example.com/v1/*`, `https://*.example.com/*`, or `*://example.com:8443/*`. Without a port, or
 * with the default one, any port will do; without a path, or with `/`, any path. Text that is no URL, or one that
 * parsers read differently, is an error, hence a denial even under Not.
 * @throws FormatError CONSTRAINT_INVALID, also for a path with more than 32 tokens between two of its stars.
 */
export const urlPattern = (pattern: string): UrlPatternConstraint => {
  const { path } = parseUrlShape(pattern)
  if (path !== undefined && (globOf(path)?.weight ?? 0) > MAX_SEGMENT_WEIGHT) {
    throw new FormatError('CONSTRAINT_INVALID', 'too much between two stars', { rule: 'PATTERN_BOUNDED' })
  }
  return Object.freeze({ kind: 'urlPattern', pattern })
}

const globOf = (path: string): Glob | undefined => {
  try {
    return parseGlob(path)
  } catch {
    return undefined
  }
}

const ANY_PATH = '/*'

/** A path that is no valid glob stands for itself. */
const compilePath = (path: string | undefined): ((text: string) => Outcome) => {
  if (path === undefined || path === ANY_PATH) return () => true
  const glob = globOf(path)
  return glob === undefined ? (text) => text === path : (text) => matchGlob(glob, text)
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** `*.name` minds letter case, where a scheme keeps it; an exact host does not. */
const compileHost = (pattern: string | undefined): ((host: string) => boolean) => {
  if (pattern === undefined || pattern === '*') return () => true
  if (pattern.startsWith('*.')) {
    const apex = pattern.slice(2)
    const ending = pattern.slice(1)
    return (host) => host === apex || host.endsWith(ending)
  }
  const exact = lowerAscii(pattern)
  return (host) => lowerAscii(host) === exact
}

/** Port 0 stands for whatever the reference knows no default of. */
const portOf = ({ port, scheme }: UrlParts): number =>
  port ?? (scheme === 'https' ? 443 : scheme === 'http' ? 80 : 0)

const compileShape = (shape: UrlShape): ((url: UrlParts) => Outcome) => {
  const isHost = compileHost(shape.host)
  const isPath = compilePath(shape.path)
  return (url) => {
    if (shape.scheme !== undefined && url.scheme !== shape.scheme) return false
    if (!isHost(url.host)) return false
    if (shape.port !== undefined && portOf(url) !== shape.port) return false
    return isPath(url.path)
  }
}

/** Whether a part is covered; or the rule by which it is not, where the reference says that it is. */
type Cover = boolean | StricterRule

const coversHost = (parent: UrlShape, child: UrlShape): Cover => {
  if (parent.host === undefined || parent.host === '*') return true
  if (child.host === undefined) return false
  if (!parent.host.startsWith('*.')) return lowerAscii(parent.host) === lowerAscii(child.host)
  const ending = parent.host.slice(1)
  if (child.host !== ending.slice(1) && !child.host.endsWith(ending)) return false
  if (child.host.startsWith('*.') || !/[A-Za-z]/.test(ending)) return true
  return child.scheme !== undefined && hasCanonicalHost(child.scheme) ? true : 'URL_PATTERN_HOST_CASE'
}

const coversPath = (parent: string | undefined, child: string | undefined): Cover => {
  if (parent === undefined) return true
  if (child === undefined) return false
  if (parent === ANY_PATH || child === parent) return true
  if (!parent.endsWith('/*')) return child.startsWith(`${parent}/`) ? 'URL_PATTERN_PATH' : false
  if (!child.startsWith(parent.slice(0, -1))) return false
  // Texts that begin alike have tokens that begin alike, as long as both are globs.
  const glob = globOf(parent)
  const isBelow = glob !== undefined && (globOf(child) !== undefined || matchGlob(glob, child) === true)
  return isBelow ? true : 'URL_PATTERN_PATH'
}

const coversShape = (parent: UrlShape, child: UrlShape): Cover => {
  if (parent.scheme !== undefined && child.scheme !== parent.scheme) return false
  if (parent.port !== undefined && child.port !== parent.port) return false
  const parts = [coversHost(parent, child), coversPath(parent.path, child.path)]
  if (parts.includes(false)) return false
  return parts.find((part) => part !== true) ?? true
}

const coverOf = (parent: UrlPatternConstraint, child: UrlPatternConstraint): Cover =>
  coversShape(parseUrlShape(parent.pattern), parseUrlShape(child.pattern))

/** How URL patterns are read, written, matched and ordered. */
export const urlPatternKind: ConstraintKind<UrlPatternConstraint> = {
  kind: 'urlPattern',
  tag: 9,
  coversExact: true,

  decode(reader: CborReader): UrlPatternConstraint {
    return urlPattern(reader.text())
  },

  encode(writer: CborWriter, { pattern }: UrlPatternConstraint): void {
    writer.text(pattern)
  },

  compile({ pattern }: UrlPatternConstraint) {
    const judge = compileShape(parseUrlShape(pattern))
    return (value) => {
      if (typeof value !== 'string') return false
      const url = readUrl(value)
      if (url === 'too-long') return 'CONSTRAINT_TOO_COSTLY'
      return url === undefined || url.isUnclear ? 'CONSTRAINT_ERROR' : judge(url)
    }
  },

  /** It faults on text that cannot be read as a URL, whatever its pattern. */
  faults(): FaultDomain {
    return 'alike'
  },

  /**
   * The order of URL patterns. `parent` covers `child` if and only if
   * 1. the parent takes any scheme, or their schemes are the same; and
   * 2. the parent takes any host; or it is exact and the child's is the same, letter case aside; or it is `*.name`, and
   *    the child's is `name`, or ends with `.name`, and is itself a wildcard, or of a scheme whose hosts are in lower
   *    case, or `name` has no letters; and
   * 3. the parent takes any port, or their ports are the same; and
   * 4. the parent has no path; or the child has one, and the parent's is `/*`, or their paths are the same text, or the
   *    parent's is a glob that ends in `/*`, the child's begins with the same text up to that star, and is a glob as
   *    well or matched by the parent's.
   */
  covers(parent: UrlPatternConstraint, child: UrlPatternConstraint): boolean {
    return coverOf(parent, child) === true
  },

  /** A path weighs no more than its text is long. */
  work: ({ pattern }: UrlPatternConstraint) => 3 + Math.min(pattern.length, MAX_SEGMENT_WEIGHT),

  samples({ pattern }: UrlPatternConstraint) {
    const { scheme = 'https', host = 'example.com', port, path = '/*' } = parseUrlShape(pattern)
    const hosts = host.startsWith('*.') ? [`x${host.slice(1)}`, host.slice(2)] : [host]
    const ports = port === undefined ? ['', ':8443'] : [`:${port}`]
    const paths = ['', 'x', 'x/y'].map((run) => path.replaceAll('*', run))
    return hosts.flatMap((name) =>
      ports.flatMap((suffix) => paths.map((rest) => `${scheme}://${name}${suffix}${rest}`)),
    )
  },

  describe({ pattern }: UrlPatternConstraint): string {
    return `a URL like ${textInWords(pattern)}`
  },

  differsByFaultOnly: true,

  stricterMatch(_constraint: UrlPatternConstraint, value): StricterRule | undefined {
    const url = typeof value === 'string' ? readUrl(value) : undefined
    if (url === 'too-long') return 'URL_TOO_LONG'
    return url?.isUnclear ? 'URL_UNCLEAR' : undefined
  },

  stricterCover(parent: UrlPatternConstraint, child: Constraint): StricterRule | undefined {
    if (child.kind !== 'urlPattern') return undefined
    const cover = coverOf(parent, child)
    return typeof cover === 'string' ? cover : undefined
  },
}
