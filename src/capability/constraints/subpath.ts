/**
 * Subpath (format §6): the argument is an absolute path at or below a root, judged as text alone. Links are not
 * followed and nothing is decoded: whoever opens the file must open the very text that was checked.
 */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { ownOptions } from '../../encoding/options.js'
import { FormatError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import type { Constraint, ConstraintKind } from '../constraint.js'
import { isPlainPath, normalizePath, normalizeUnixPath } from '../lexicalPath.js'
import { textInWords } from '../words.js'

export interface SubpathConstraint {
  readonly kind: 'subpath'
  /** Absolute and normalised. */
  readonly root: string
  readonly caseSensitive: boolean
  /** Whether the root itself is permitted. For the root `/` it is, whatever this says. */
  readonly allowEqual: boolean
}

export interface SubpathOptions {
  /** Default true. Otherwise the root is kept in lower case. */
  readonly caseSensitive?: boolean
  /** Default true. */
  readonly allowEqual?: boolean
}

const freeze = (root: string, caseSensitive: boolean, allowEqual: boolean): SubpathConstraint =>
  Object.freeze({ kind: 'subpath', root, caseSensitive, allowEqual })

/**
 * A path at or below `root`, which is normalised here: `/data/../x/` is `/x`. A root starts with `/`, or with a drive,
 * whose separator must be written as the arguments write it.
 * @throws FormatError CONSTRAINT_INVALID for a root that is not absolute, or holds NUL, or a flag that is no boolean
 */
export const subpath = (root: string, options: SubpathOptions = {}): SubpathConstraint => {
  const { caseSensitive = true, allowEqual = true } = ownOptions(options)
  if (typeof caseSensitive !== 'boolean' || typeof allowEqual !== 'boolean')
    throw new FormatError('CONSTRAINT_INVALID', 'flag of a path')
  const normal = normalizePath(root)
  if (normal === undefined) throw invalidRoot()
  return freeze(caseSensitive ? normal : normal.toLowerCase(), caseSensitive, allowEqual)
}

/** A root from the wire: the reference checks none there, and takes an empty one for all of a file system. */
const decodedRoot = (root: string): string => {
  if (!isPlainPath(root) && normalizePath(root) !== root) throw invalidRoot()
  return root
}

const invalidRoot = (): FormatError =>
  new FormatError('CONSTRAINT_INVALID', 'root is not absolute and normalised', { rule: 'SUBPATH_ROOT' })

/** What is below a root starts so. */
const below = (root: string): string => (root.endsWith('/') ? root : `${root}/`)

/** Whether a normal path is inside. */
const holds = ({ root, caseSensitive, allowEqual }: SubpathConstraint): ((normal: string) => boolean) => {
  const start = below(root)
  return (normal) => {
    // Letter case is taken part by part: no letter turns into a separator, and none looks past one.
    const compared = caseSensitive ? normal : normal.toLowerCase()
    return compared.startsWith(start) || (allowEqual && compared === root)
  }
}

/**
 * Whether a path is inside by every reading of it: a backslash separates on some machines, and is a letter on others.
 * Inside by the first reading alone is `DENIED_HERE`.
 */
const judgeOf = (constraint: SubpathConstraint): ((path: string) => boolean | 'DENIED_HERE') => {
  const isInside = holds(constraint)
  return (path) => {
    if (isPlainPath(path)) return isInside(path)
    const normal = normalizePath(path)
    if (normal === undefined || !isInside(normal)) return false
    const other = normalizeUnixPath(path)
    return other === undefined || isInside(other) || 'DENIED_HERE'
  }
}

/** How paths are read, written, matched and ordered. */
export const subpathKind: ConstraintKind<SubpathConstraint> = {
  kind: 'subpath',
  tag: 17,
  coversExact: true,

  decode(reader: CborReader): SubpathConstraint {
    let root = ''
    let caseSensitive = true
    let allowEqual = true
    reader.struct(['root', 'case_sensitive', 'allow_equal'], ['root'], (name) => {
      if (name === 'root') root = decodedRoot(reader.text())
      else if (name === 'case_sensitive') caseSensitive = reader.boolean()
      else allowEqual = reader.boolean()
    })
    return freeze(root, caseSensitive, allowEqual)
  },

  encode(writer: CborWriter, { root, caseSensitive, allowEqual }: SubpathConstraint): void {
    writer.map(3)
    writer.text('root')
    writer.text(root)
    writer.text('case_sensitive')
    writer.boolean(caseSensitive)
    writer.text('allow_equal')
    writer.boolean(allowEqual)
  },

  compile(constraint: SubpathConstraint) {
    const judge = judgeOf(constraint)
    return (value) => typeof value === 'string' && judge(value)
  },

  faults() {
    return 'never'
  },

  /**
   * The order of paths. `parent` covers `child` if and only if
   * 1. the child's root is a path that the parent permits, so that without `allowEqual` not even itself is covered, and
   * 2. the child minds letter case where the parent does, and
   * 3. the child excludes its root where the parent excludes its own.
   */
  covers(parent: SubpathConstraint, child: SubpathConstraint): boolean {
    return (
      judgeOf(parent)(child.root) === true &&
      (child.caseSensitive || !parent.caseSensitive) &&
      (parent.allowEqual || !child.allowEqual)
    )
  },

  nearest(parent: SubpathConstraint, child: Constraint): SubpathConstraint | undefined {
    if (child.kind !== 'subpath') return undefined
    return freeze(
      child.root,
      child.caseSensitive || parent.caseSensitive,
      child.allowEqual && parent.allowEqual,
    )
  },

  samples({ root }: SubpathConstraint) {
    const inside = `${below(root)}x`
    return [root, inside, root.toUpperCase(), inside.toUpperCase(), `${root}\\x`]
  },

  /** The reference reads a backslash as a separator, wherever it runs. */
  stricterMatch(constraint: SubpathConstraint, value): StricterRule | undefined {
    return typeof value === 'string' && judgeOf(constraint)(value) === 'DENIED_HERE'
      ? 'SUBPATH_BACKSLASH'
      : undefined
  },

  describe({ root, caseSensitive, allowEqual }: SubpathConstraint): string {
    const shown = textInWords(root)
    const place = allowEqual ? `${shown} or a path under it` : `a path under ${shown}`
    return caseSensitive ? place : `${place}, in any letter case`
  },
}
