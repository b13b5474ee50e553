/**
 * Shlex (format §6): the argument is a command line whose first word is an allowed program, without anything that a
 * shell would take for an operator, an expansion or an end of line, quoted or not.
 *
 * It is a filter, not a shell: quotes, braces, globs, `~` and `#` pass uninterpreted, so the line must be split at
 * white space and run without a shell. A bare name in the list allows a program of that name in any directory.
 */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import type { Constraint, ConstraintKind } from '../constraint.js'
import { textInWords } from '../words.js'

export interface ShlexConstraint {
  readonly kind: 'shlex'
  readonly allow: readonly string[]
}

/**
 * A command line whose program is in the list: by the whole first word, or by its part after the last `/`. So `npm`
 * allows `/tmp/npm` too; list a full path to allow that alone. An empty list allows nothing.
 */
export const shlex = (allow: readonly string[]): ShlexConstraint =>
  Object.freeze({ kind: 'shlex', allow: Object.freeze([...allow]) })

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const REFUSED = /[\0\x07\x08\n\v\f\r\x7f$`|&;<>()]/

/** White_Space of Unicode: unlike `\s` it has U+0085 and lacks U+FEFF. */
const FIRST_WORD = /[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

const programOf = (line: string): string | undefined => {
  const program = REFUSED.test(line) ? undefined : FIRST_WORD.exec(line)?.[0]
  return program?.includes('..') ? undefined : program
}

/** How command lines are read, written, matched and ordered. */
export const shlexKind: ConstraintKind<ShlexConstraint> = {
  kind: 'shlex',
  tag: 128,
  coversExact: true,

  decode(reader: CborReader): ShlexConstraint {
    const allow: string[] = []
    reader.struct(['allow'], ['allow'], () => reader.array(() => allow.push(reader.text())))
    return shlex(allow)
  },

  encode(writer: CborWriter, { allow }: ShlexConstraint): void {
    writer.map(1)
    writer.text('allow')
    writer.array(allow.length)
    for (const program of allow) writer.text(program)
  },

  compile({ allow }: ShlexConstraint) {
    const allowed = new Set(allow)
    return (value) => {
      const program = typeof value === 'string' ? programOf(value) : undefined
      return (
        program !== undefined &&
        (allowed.has(program) || allowed.has(program.slice(program.lastIndexOf('/') + 1)))
      )
    }
  },

  faults() {
    return 'never'
  },

  /** The order of command lines. `parent` covers `child` if and only if it lists every entry of the child, as text. */
  covers(parent: ShlexConstraint, child: ShlexConstraint): boolean {
    const allowed = new Set(parent.allow)
    return child.allow.every((program) => allowed.has(program))
  },

  nearest(parent: ShlexConstraint, child: Constraint): ShlexConstraint | undefined {
    if (child.kind !== 'shlex') return undefined
    const allowed = new Set(parent.allow)
    return shlex(child.allow.filter((program) => allowed.has(program)))
  },

  samples({ allow }: ShlexConstraint) {
    return allow.flatMap((program) => [program, `${program} x`, `/x/${program}`])
  },

  describe({ allow }: ShlexConstraint): string {
    return `a command line of ${allow.length === 0 ? 'no program' : allow.map(textInWords).join(', ')}`
  },
}
