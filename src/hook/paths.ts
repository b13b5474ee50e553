/** Paths as tools write them, and whether they lead into a protected one: by their text, and by the links on the way. */

import { realpathSync } from 'node:fs'

/** The absolute path that a text begins, with `~`, `$HOME` and their kin in it; undefined for any other text. */
export const absolutePath = (text: string, userHome: string): string | undefined => {
  const home = /^(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%|%HOME%)(?=[/\\]|$)/i.exec(text)?.[0]
  if (home !== undefined) return userHome + text.slice(home.length)
  return text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text) ? text : undefined
}

/** The path of a `file:` URL, decoded; undefined for any other text. */
export const pathOfUrl = (text: string): string | undefined => {
  if (!/^file:/i.test(text)) return undefined
  try {
    return decodeURIComponent(new URL(text).pathname)
  } catch {
    return text.replace(/^file:\/*/i, '/')
  }
}

/**
 * The names of a path, `.` and `..` worked off. Small letters and one form of Unicode: some file systems tell no case
 * apart, and to take two names for one only denies more.
 */
export const segmentsOf = (path: string): readonly string[] => {
  const segments: string[] = []
  for (const name of path.normalize('NFC').toLowerCase().split(/[/\\]/)) {
    if (name === '..') segments.pop()
    else if (name !== '' && name !== '.') segments.push(name)
  }
  return segments
}

/** Whether an absolute path leads into one of these, as it is written or as its links lead. */
export const isLedInto = (path: string, guarded: readonly (readonly string[])[]): boolean => {
  const written = segmentsOf(path)
  if (guarded.some((inner) => covers(inner, written))) return true
  const real = realPathOf(path)
  return real !== undefined && guarded.some((inner) => covers(inner, segmentsOf(real)))
}

/** Whether a relative path could lead into one of these from some folder. */
export const leadsAnywhereInto = (
  path: string,
  guarded: readonly (readonly string[])[],
  isWhole: boolean,
): boolean => {
  // A variable or somebody's home in front stands for a folder.
  const below = /^[$%~]/.test(path) ? path.replace(/^[^/\\]*/, '') : path
  const written = segmentsOf(below).filter((name) => name !== '..')
  if (written.length === 0) return false
  return guarded.some((inner) =>
    inner.some((_, start) => {
      const tail = inner.slice(start)
      // One name alone says little: that of a hidden folder, or of a file where nothing but it is written.
      const isTelling = tail.length > 1 || tail[0]?.startsWith('.') || isWhole
      return isTelling === true && covers(tail, written)
    }),
  )
}

/** Whether the path lies at or below the folder, its wildcards taken for whatever they can match. */
const covers = (folder: readonly string[], path: readonly string[]): boolean => {
  const at = (f: number, p: number): boolean => {
    if (f === folder.length) return true
    const name = path[p]
    if (name === undefined) return false
    const inner = folder[f] as string // within the length
    if (name === '**') return at(f, p + 1) || (!inner.startsWith('.') && at(f + 1, p))
    return matches(name, inner) && at(f + 1, p + 1)
  }
  return at(0, 0)
}

const WILD = /[*?[{]/

/** A name with wildcards against one without. As in shells, a wildcard in front does not stand for a dot. */
const matches = (name: string, inner: string): boolean => {
  if (!WILD.test(name)) return name === inner
  if (inner.startsWith('.') && /^[*?]/.test(name)) return false
  // Sets and braces may stand for anything at all.
  const parts = name.split(/\*+|\?|\[[^\]]*\]?|\{[^}]*\}?/)
  let from = 0
  for (const [i, part] of parts.entries()) {
    const found = i === 0 ? (inner.startsWith(part) ? 0 : -1) : inner.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return inner.endsWith(parts.at(-1) as string) // a split has one part at least
}

/** Where the links of a path lead, as far as it is there. */
const realPathOf = (path: string): string | undefined => {
  if (path.includes('\0')) return undefined
  let rest = ''
  for (let head = path; head !== '' && head !== '.'; ) {
    try {
      return `${realpathSync.native(head)}/${rest}`
    } catch {
      const cut = head.replace(/\/+$/, '').lastIndexOf('/')
      if (cut < 0) return undefined
      rest = `${head.slice(cut + 1)}/${rest}`
      head = cut === 0 ? '/' : head.slice(0, cut)
      if (head === '/') return undefined // nothing of it is there: no link is on its way
    }
  }
  return undefined
}
