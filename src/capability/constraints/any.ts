/** Any: at least one constraint of a list. */

import type { StricterRule } from '../../rules.js'
import type { ConstraintKind, Evidence, Recurse, Verdict } from '../constraint.js'
import type { Constraint } from '../kinds.js'
import { withinDepth } from '../nesting.js'

export interface AnyConstraint {
  readonly kind: 'any'
  readonly constraints: readonly Constraint[]
}

const anyOf = (constraints: readonly Constraint[]): AnyConstraint =>
  Object.freeze({ kind: 'any', constraints: Object.freeze([...constraints]) })

/**
 * Permits what at least one of the constraints permits, asked in order; of an empty list, nothing. A fault before the
 * first that permits denies, whatever comes after.
 * @throws FormatError CONSTRAINT_TOO_DEEP beyond 32 levels.
 * @example any([exact('localhost'), cidr('10.0.0.0/8')])
 */
export const any = (constraints: readonly Constraint[]): AnyConstraint => withinDepth(anyOf(constraints))

/** See the order of `anyKind`. Where no branch of the parent can fault, its first clause is all that is asked. */
const covers = (parent: AnyConstraint, child: AnyConstraint, recurse: Recurse): boolean => {
  const nothing = recurse.findings()
  const risky = parent.constraints.flatMap((branch, place) => (nothing.settle(branch) ? [] : [place]))
  const earlier = recurse.findings()
  for (const branch of child.constraints) {
    if (risky.length === 0) {
      if (recurse.isCoveredByOne(branch, parent.constraints)) continue
      return false
    }
    const place = parent.constraints.findIndex((outer) => recurse.covers(outer, branch))
    if (place < 0) return false
    const findings = recurse.findings(earlier)
    findings.add(branch, true)
    for (const before of risky) {
      if (before >= place) break
      if (!findings.settle(parent.constraints[before] as Constraint)) return false
    }
    earlier.add(branch, false)
  }
  return true
}

export const anyKind: ConstraintKind<AnyConstraint> = {
  kind: 'any',
  tag: 13,
  coversExact: false,
  decode(reader, decodeInner) {
    const constraints: Constraint[] = []
    reader.struct(['constraints'], ['constraints'], () => reader.array(() => constraints.push(decodeInner())))
    return anyOf(constraints)
  },
  encode(writer, { constraints }, encodeInner) {
    writer.map(1)
    writer.text('constraints')
    writer.array(constraints.length)
    for (const each of constraints) encodeInner(each)
  },
  inner: ({ constraints }) => constraints,
  compile({ constraints }, recurse) {
    const judges = constraints.map((each) => recurse.judge(each))
    return (value, now) => {
      let any: Verdict = false
      for (const judge of judges) {
        const verdict = judge(value, now)
        if (verdict === 'DENIED_HERE') any = verdict
        else if (verdict !== false) return verdict
      }
      return any
    }
  },
  faults: () => 'never',
  evaluated({ constraints }, outcome) {
    if (outcome === false) return constraints.map((each): Evidence => [each, false])
    // Some branch was true, or none is known to be: only the first was surely asked.
    return constraints
      .slice(0, 1)
      .map((each): Evidence => [each, constraints.length === 1 ? outcome : undefined])
  },
  /**
   * An Any covers an Any if and only if, for every branch of the child,
   * 1. some branch of the parent covers it; and
   * 2. no branch of the parent before the first that does can fault on a value that this branch of the child permits
   *    and the branches of the child before it do not: because it never faults, or because one of those branches of
   *    the child (or what they show of the constraints inside) is written alike or of a kind that faults alike.
   *
   * Why: let the child permit a value. Then one of its branches is true, and those before it are false, without fault.
   * Take the parent's first branch that covers it: it is true by 1. Before it stand branches that are true, and then
   * the parent permits the value; or false, and then the next is asked; none faults by 2. Without 2 a child could
   * drop an erring branch and permit what its parent, ended by the fault, denies.
   */
  covers,
  nearest(parent, child, recurse) {
    const branches = child.kind === 'any' ? child.constraints : [child]
    return any(branches.filter((inner) => recurse.isCoveredByOne(inner, parent.constraints)))
  },
  samples: ({ constraints }, recurse) => constraints.flatMap((each) => recurse.samples(each)),
  describe({ constraints }, describeInner) {
    return constraints.length === 0 ? 'nothing' : `any of (${constraints.map(describeInner).join('; ')})`
  },
  /** The rule of a branch that would be permitted elsewhere, if it is reached. */
  stricterMatch({ constraints }, value, recurse, now) {
    for (const each of constraints) {
      const rule = recurse.stricterMatch(each, value, now)
      if (rule !== undefined) return rule
      const outcome = recurse.compile(each)(value, now)
      // A branch that faults by a stricter rule may be false elsewhere, and then the next one is asked.
      if (outcome !== false) return outcome === true ? undefined : recurse.stricterTrace(each, value, now)
    }
    return undefined
  },
  stricterCover(parent, child, recurse) {
    if (child.kind !== 'any') return undefined
    let rule: StricterRule | undefined
    for (const inner of child.constraints) {
      if (recurse.isCoveredByOne(inner, parent.constraints)) continue
      const found = recurse.stricterAmong(parent.constraints, [inner])
      if (found === undefined) return undefined
      rule ??= found
    }
    return rule ?? 'ANY_FAULT'
  },
}
