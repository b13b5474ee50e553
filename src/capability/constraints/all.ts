/** All: every constraint of a list. */

import type { StricterRule } from '../../rules.js'
import type { ConstraintKind, Evidence, Verdict } from '../constraint.js'
import type { Constraint } from '../kinds.js'
import { withinDepth } from '../nesting.js'

export interface AllConstraint {
  readonly kind: 'all'
  readonly constraints: readonly Constraint[]
}

const allOf = (constraints: readonly Constraint[]): AllConstraint =>
  Object.freeze({ kind: 'all', constraints: Object.freeze([...constraints]) })

/**
 * Permits what every one of the constraints permits, asked in order. A fault ends it, and an empty list is one: newer
 * verifiers of the protocol refuse it, older ones permit everything by it.
 * @throws FormatError CONSTRAINT_TOO_DEEP beyond 32 levels.
 * @example all([pattern('*.md'), subpath('/data')])
 */
export const all = (constraints: readonly Constraint[]): AllConstraint => withinDepth(allOf(constraints))

export const allKind: ConstraintKind<AllConstraint> = {
  kind: 'all',
  tag: 12,
  coversExact: false,
  decode(reader, decodeInner) {
    const constraints: Constraint[] = []
    reader.struct(['constraints'], ['constraints'], () => reader.array(() => constraints.push(decodeInner())))
    return allOf(constraints)
  },
  encode(writer, { constraints }, encodeInner) {
    writer.map(1)
    writer.text('constraints')
    writer.array(constraints.length)
    for (const each of constraints) encodeInner(each)
  },
  inner: ({ constraints }) => constraints,
  compile({ constraints }, recurse) {
    if (constraints.length === 0) return () => 'CONSTRAINT_ERROR'
    const judges = constraints.map((each) => recurse.judge(each))
    return (value, now) => {
      let all: Verdict = true
      for (const judge of judges) {
        const verdict = judge(value, now)
        // Where another reads it as true, the next one is asked, and its fault must not be missed here.
        if (verdict === 'DENIED_HERE') all = verdict
        else if (verdict !== true) return verdict
      }
      return all
    }
  },
  faults: ({ constraints }) => (constraints.length === 0 ? 'own' : 'never'),
  evaluated({ constraints }, outcome) {
    if (outcome === true) return constraints.map((each): Evidence => [each, true])
    // Some constraint was false, or none is known to be: only the first was surely asked.
    return constraints
      .slice(0, 1)
      .map((each): Evidence => [each, constraints.length === 1 ? outcome : undefined])
  },
  /**
   * An All covers an All if and only if
   * 1. neither is empty; and
   * 2. for every constraint of the parent, some constraint of the child is covered by it.
   *
   * Sound with faults too: what the child permits, each of its constraints permits, hence each of the parent's does,
   * and a constraint that permits does not fault.
   */
  covers: (parent, child, recurse) =>
    parent.constraints.length > 0 &&
    parent.constraints.every((outer) => recurse.coversOne(outer, child.constraints)),
  nearest(parent, child, recurse) {
    const kept = child.kind === 'all' ? child.constraints : [child]
    const missing = parent.constraints.filter((outer) => !recurse.coversOne(outer, kept))
    return all([...kept, ...missing])
  },
  samples: ({ constraints }, recurse) => constraints.flatMap((each) => recurse.samples(each)),
  describe({ constraints }, describeInner) {
    return constraints.length === 0 ? 'nothing' : `all of (${constraints.map(describeInner).join('; ')})`
  },
  /** The rule of the first constraint that differs, unless another makes the reference deny too. */
  stricterMatch({ constraints }, value, recurse, now) {
    if (constraints.length === 0) return 'ALL_EMPTY'
    let rule: StricterRule | undefined
    for (const each of constraints) {
      const outcome = recurse.compile(each)(value, now)
      if (outcome === true) continue
      const found = recurse.stricterMatch(each, value, now)
      if (found === undefined && outcome === false) return undefined
      // A fault here need not be one there: past a constraint that differs, the rule stands, and Not stays safe.
      if (found === undefined) return rule
      rule ??= found
    }
    return rule
  },
  stricterCover(parent, child, recurse) {
    if (child.kind === 'exact')
      return recurse.compile(parent)(child.value, 0) === true
        ? 'ALL_EXACT'
        : recurse.stricterMatch(parent, child.value, 0)
    if (child.kind !== 'all') return undefined
    if (parent.constraints.length === 0) return 'ALL_EMPTY'
    let rule: StricterRule | undefined
    for (const outer of parent.constraints) {
      if (recurse.coversOne(outer, child.constraints)) continue
      const found = recurse.stricterAmong([outer], child.constraints)
      if (found === undefined) return undefined
      rule ??= found
    }
    return rule
  },
}
