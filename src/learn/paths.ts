/**
 * Absolute paths: the deepest folder that holds them all, unless that is one that nobody means, such as the root or the
 * home of a user; then a folder for each part of what was seen there.
 */

import { any } from '../capability/constraints/any.js'
import { exact } from '../capability/constraints/exact.js'
import { subpath } from '../capability/constraints/subpath.js'
import type { Constraint } from '../capability/kinds.js'
import { normalizePath } from '../capability/lexicalPath.js'
import type { Value } from '../encoding/value.js'
import { firstSlack, type Rung } from './rung.js'
import { HOLE } from './seen.js'

/** More than these are no folders but a list. */
const MAX_BRANCHES = 12

const WHY = 'the deepest folder that holds every path that was seen'
const WHY_BRANCHES = 'folders and files: the one folder that holds them all would be too wide'
const WHY_UP = 'one folder above what holds every path that was seen'

/** Rungs for values that are all absolute paths; none for others, or where they lie too far apart. */
export const pathRungs = (values: readonly Value[]): readonly Rung[] => {
  const paths = values.map(placeOf).filter((place) => place !== undefined)
  if (paths.length < values.length) return []
  const isSingle = paths.length === 1
  const branches = branchesOf(paths, isSingle)
  if (branches === undefined || branches.length > MAX_BRANCHES) return []
  const seen: Rung = {
    slack: firstSlack(isSingle),
    constraint: constraintOf(branches),
    why: branches.length === 1 ? WHY : WHY_BRANCHES,
  }
  const above = branches.map(oneUp)
  if (isSingle || above.every((branch, i) => branch === branches[i])) return [seen]
  return [seen, { slack: 'roomy', constraint: constraintOf(above), why: WHY_UP }]
}

const addTo = (groups: Map<string, Place[]>, name: string, place: Place): void => {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [place])
  else group.push(place)
}

/** What is wrong with texts of which no folder is learned, where they look like paths all the same; in words. */
export const pathTrouble = (name: string, values: readonly Value[]): string | undefined => {
  const texts = values.filter((value) => typeof value === 'string')
  if (texts.length < values.length) return undefined
  const isPathName = /(?:^|[_-])(?:path|file|filename|folder|dir|directory|cwd)$/i.test(
    name.replace(/([a-z])([A-Z])/g, '$1_$2'),
  )
  if (!isPathName && !texts.every((text) => text.startsWith('/'))) return undefined
  if (texts.some((text) => /(?:^|[/\\])\.\.(?:[/\\]|$)|[\\\0]/.test(text)))
    return 'a path with .. or a backslash says nothing of the folder that it leads to'
  if (texts.some((text) => normalizePath(text) === undefined))
    return 'a relative path leads from wherever the tool stands, so no folder holds it'
  return 'the paths lie too far apart for a few folders'
}

/** A path by its parts, up to where something was withheld. */
interface Place {
  readonly text: string
  /** The prefix of the root: `/`, or a drive. */
  readonly root: string
  readonly parts: readonly string[]
  /** Whether the parts are the whole of it. */
  readonly whole: boolean
}

const placeOf = (value: Value): Place | undefined => {
  if (typeof value !== 'string' || /(?:^|\/)\.\.(?:\/|$)|\\/.test(value)) return undefined
  const normal = normalizePath(value)
  if (normal === undefined) return undefined
  const root = normal.startsWith('/') ? '/' : normal.slice(0, 3)
  const parts = normal.slice(root.length).split('/')
  const hole = parts.findIndex((part) => part.includes(HOLE))
  return hole < 0
    ? { text: value, root, parts: parts.filter((part) => part !== ''), whole: true }
    : { text: value, root, parts: parts.slice(0, hole), whole: false }
}

/** A folder, or one file of a folder that is too wide. */
type Branch = { readonly folder: readonly string[]; readonly root: string } | { readonly file: string }

/** The branches that hold some places; undefined where nothing but a folder that is too wide holds one of them. */
const branchesOf = (places: readonly Place[], isSingle: boolean): readonly Branch[] | undefined => {
  const [first, ...more] = places as readonly [Place, ...Place[]] // of a group there is one at least
  if (more.some(({ root }) => root !== first.root)) {
    const roots = [...new Set(places.map(({ root }) => root))]
    return united(roots.map((root) => places.filter((place) => place.root === root)))
  }
  if (more.length === 0 && first.whole && !isSingle) return [{ file: first.text }]
  const folder = isSingle && first.whole ? first.parts.slice(0, -1) : commonOf(places)
  return isBroad(folder) ? dividedOf(places, folder.length) : [{ folder, root: first.root }]
}

/** Of what lies in a folder that is too wide, each part by itself. */
const dividedOf = (places: readonly Place[], depth: number): readonly Branch[] | undefined => {
  const groups = new Map<string, Place[]>()
  const alone: Place[][] = []
  for (const place of places) {
    const next = place.parts[depth]
    if (next !== undefined) addTo(groups, next, place)
    else if (place.whole) alone.push([place])
    else return undefined
  }
  return united([...alone, ...groups.values()])
}

const united = (groups: readonly (readonly Place[])[]): readonly Branch[] | undefined => {
  const branches: Branch[] = []
  for (const group of groups) {
    const found = branchesOf(group, false)
    if (found === undefined) return undefined
    branches.push(...found)
  }
  return branches
}

const commonOf = (places: readonly Place[]): readonly string[] => {
  const [first] = places as readonly [Place, ...Place[]] // as above
  let length = first.parts.length
  for (const { parts } of places) {
    let same = 0
    while (same < length && same < parts.length && parts[same] === first.parts[same]) same++
    length = same
  }
  return first.parts.slice(0, length)
}

/** Folders of a system, in lower case: what is in them has nothing to do with one another. */
const SYSTEM = new Set([
  ...['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc', 'root', 'run'],
  ...['sbin', 'sys', 'usr', 'var', 'users', 'volumes', 'library', 'system', 'private', 'applications'],
  ...['windows', 'program files', 'program files (x86)', 'programdata'],
])
const HOMES = new Set(['home', 'users'])

const isBroad = (folder: readonly string[]): boolean => {
  const [top = '', ...below] = folder.map((part) => part.toLowerCase())
  if (folder.length === 0 || (below.length === 0 && SYSTEM.has(top))) return true
  return HOMES.has(top) && below.length === 1
}

const oneUp = (branch: Branch): Branch => {
  if ('file' in branch) return branch
  const folder = branch.folder.slice(0, -1)
  return isBroad(folder) ? branch : { ...branch, folder }
}

const constraintOf = (branches: readonly Branch[]): Constraint => {
  const each = branches.map((branch) =>
    'file' in branch ? exact(branch.file) : subpath(branch.root + branch.folder.join('/')),
  )
  const [only, ...more] = each
  return only !== undefined && more.length === 0 ? only : any(each)
}
