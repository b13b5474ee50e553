/** Paths as tools write them, and whether they lead into a protected one: by their text, and by the links on the way. */

import type { Looks } from './links.js'

/** The absolute path that a text begins, with `~`, `$HOME` and their kin in it; undefined for any other text. */
export const absolutePath = (text: string, userHome: string): string | undefined => {
  if (text.startsWith('/')) return text
  if ('~$%'.includes(text.charAt(0))) {
    const home = /^(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%|%HOME%)(?=[/\\]|$)/i.exec(text)?.[0]
    return home === undefined ? undefined : userHome + text.slice(home.length)
  }
  return text[1] === ':' && /^[A-Za-z]:[\\/]/.test(text) ? text : undefined
}

/** The path of a `file:` URL, decoded; undefined for any other text. */
export const pathOfUrl = (text: string): string | undefined => {
  if (text.slice(0, 5).toLowerCase() !== 'file:') return undefined
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
  for (const name of path.normalize('NFC').toLowerCase().replaceAll('\\', '/').split('/')) {
    if (name === '..') segments.pop()
    else if (name !== '' && name !== '.') segments.push(name)
  }
  return segments
}

/** Whether an absolute path leads into one of these, as it is written or as its links lead. */
export const isLedInto = (path: string, guarded: readonly (readonly string[])[], looks: Looks): boolean => {
  looks.spend(path)
  const isInto = (text: string): boolean => {
    const segments = segmentsOf(text)
    return guarded.some((inner) => covers(inner, segments))
  }
  if (isInto(path)) return true
  // Some tools work off `..` before they ask the file system, and then another link is on the way.
  const spellings = path.includes('..') ? [path, withoutDots(path)] : [path]
  return spellings.some((spelling) => {
    const real = looks.realPath(spelling)
    return real !== undefined && isInto(real)
  })
}

/** `.` and `..` worked off by the text alone. */
const withoutDots = (path: string): string => {
  const [root, ...names] = path.split('/')
  const kept: string[] = []
  for (const name of names) {
    if (name === '..') kept.pop()
    else if (name !== '' && name !== '.') kept.push(name)
  }
  return [root, ...kept].join('/')
}

/** Whether an absolute path is that of a folder above one of these, as it is written. */
export const isAbove = (path: string, guarded: readonly (readonly string[])[]): boolean => {
  const segments = segmentsOf(path)
  return guarded.some((inner) => segments.every((name, i) => inner[i] === name))
}

/** Whether a relative path could lead into one of these from some folder. */
export const leadsAnywhereInto = (
  path: string,
  guarded: readonly (readonly string[])[],
  isWhole: boolean,
  looks: Looks,
): boolean => {
  looks.spend(path)
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
  // How many names of the folder are matched by then, in every way that there is.
  let reached: readonly number[] = [0]
  for (const name of path) {
    if (reached.includes(folder.length)) return true
    reached = [...new Set(reached.flatMap((count) => after(name, folder, count)))]
    if (reached.length === 0) return false
  }
  return reached.includes(folder.length)
}

/** How many names of the folder can be matched once another name of the path is read. */
const after = (name: string, folder: readonly string[], count: number): readonly number[] => {
  if (name !== '**') return matches(name, folder[count] as string) ? [count + 1] : [] // not at the end yet
  const counts = [count]
  while (count < folder.length && !folder[count]?.startsWith('.')) counts.push(++count)
  return counts
}

/** Whether shells and globs read a text as more than itself. */
export const isWild = (text: string): boolean =>
  text.includes('*') || text.includes('?') || text.includes('[') || text.includes('{')

/** A name with wildcards against one without. As in shells, a wildcard in front does not stand for a dot. */
const matches = (name: string, inner: string): boolean => {
  if (name === inner || !isWild(name)) return name === inner
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
