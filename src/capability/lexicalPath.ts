/**
 * Paths as text (format §6, Subpath): what is absolute, and the one normal form. Nothing here asks a file system, and
 * the rules are those of no single one: both separators split everywhere, and only the text decides.
 */

const SLASH = 0x2f
const BACKSLASH = 0x5c
const COLON = 0x3a
const DOT = 0x2e

const isSeparator = (unit: number): boolean => unit === SLASH || unit === BACKSLASH

const isAsciiLetter = (unit: number): boolean => (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a

/** Units of the prefix that no `..` climbs above: `/`, or a drive with its separator; 0 where a path is relative. */
const prefixLength = (path: string): number => {
  if (path.charCodeAt(0) === SLASH) return 1
  const isDrive =
    isAsciiLetter(path.charCodeAt(0)) && path.charCodeAt(1) === COLON && isSeparator(path.charCodeAt(2))
  return isDrive ? 3 : 0
}

/**
 * The normal form of an absolute path: separators are `/`, without empty, `.` or `..` parts and without a trailing
 * separator. The separator of a drive is kept as it is written. Undefined for a path that is not absolute, or holds NUL,
 * at which a file system would end it.
 */
export const normalizePath = (path: string): string | undefined => {
  const start = prefixLength(path)
  if (start === 0 || path.includes('\0')) return undefined
  return path.slice(0, start) + resolved(path.slice(start).split(/[/\\]/))
}

/**
 * The other normal form of a path that begins with `/` and holds a backslash: that of machines on which it is a letter
 * like any other, so that `/data\\x/../etc` is `/etc`. Undefined for every other path, which has one alone.
 */
export const normalizeUnixPath = (path: string): string | undefined =>
  path.charCodeAt(0) === SLASH && path.includes('\\') ? `/${resolved(path.split('/'))}` : undefined

const resolved = (parts: readonly string[]): string => {
  const kept: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part === '..') kept.pop()
    else kept.push(part)
  }
  return kept.join('/')
}

/**
 * Whether a path is its own normal form, for certain and at a fraction of the price of making it. A hidden file, a
 * drive and the root are merely not recognised.
 */
export const isPlainPath = (path: string): boolean => {
  if (path.charCodeAt(0) !== SLASH) return false
  let startsPart = true
  for (let i = 1; i < path.length; i++) {
    const unit = path.charCodeAt(i)
    if (unit === BACKSLASH || unit === 0 || (startsPart && (unit === SLASH || unit === DOT))) return false
    startsPart = unit === SLASH
  }
  return !startsPart
}
