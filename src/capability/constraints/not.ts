/** Not: what one constraint denies without a fault. */

import type { ConstraintKind, Recurse } from '../constraint.js'
import type { Constraint } from '../kinds.js'
import { withinDepth } from '../nesting.js'

export interface NotConstraint {
  readonly kind: 'not'
  readonly constraint: Constraint
}

const notOf = (constraint: Constraint): NotConstraint => Object.freeze({ kind: 'not', constraint })

/**
 * Permits what `constraint` denies; where it cannot be evaluated, Not denies too. Beware of constraints that deny
 * whatever is malformed: the opposite of `subpath` permits every relative path.
 * @throws FormatError CONSTRAINT_TOO_DEEP beyond 32 levels.
 * @example not(oneOf(['production']))
 */
export const not = (constraint: Constraint): NotConstraint => withinDepth(notOf(constraint))

/** Whether the parent's inner constraint cannot fault on a value that the child's inner one denies. */
const isSettled = (parent: NotConstraint, child: NotConstraint, recurse: Recurse): boolean => {
  if (recurse.findings().settle(parent.constraint)) return true
  const findings = recurse.findings()
  findings.add(child.constraint, false)
  return findings.settle(parent.constraint)
}

export const notKind: ConstraintKind<NotConstraint> = {
  kind: 'not',
  tag: 14,
  coversExact: false,
  decode(reader, decodeInner) {
    let constraint: Constraint | undefined
    reader.struct(['constraint'], ['constraint'], () => {
      constraint = decodeInner()
    })
    return notOf(constraint as unknown as Constraint) // required, hence read
  },
  encode(writer, { constraint }, encodeInner) {
    writer.map(1)
    writer.text('constraint')
    encodeInner(constraint)
  },
  inner: ({ constraint }) => [constraint],
  compile({ constraint }, recurse) {
    const judge = recurse.judge(constraint)
    return (value, now) => {
      const verdict = judge(value, now)
      // A value that only a stricter rule denies must not come to be permitted by being denied.
      if (verdict === 'DENIED_HERE') return 'CONSTRAINT_ERROR'
      return typeof verdict === 'boolean' ? !verdict : verdict
    }
  },
  faults: ({ constraint }, recurse) => (recurse.differsByDenial(constraint) ? 'own' : 'never'),
  evaluated: ({ constraint }, outcome) => [[constraint, outcome === undefined ? undefined : !outcome]],
  /**
   * A Not covers a Not if and only if, the other way round,
   * 1. the constraint inside the child covers the constraint inside the parent; and
   * 2. the constraint inside the parent cannot fault on a value that the one inside the child denies: because it never
   *    faults, or because the other did not fault and is written alike or of a kind that faults alike.
   *
   * Why: let the child permit a value. Then what it holds is false of it, so by 1 what the parent holds is not true of
   * it, and by 2 it is no fault either: it is false, and the parent permits the value.
   *
   * Values that only a stricter rule denies, on which Not faults, need no third clause. Whatever is covered here is
   * also covered, soundly, in the reference; so if it permits a value inside the parent, it does so inside the child,
   * where the value is then permitted here too, or makes the child fault as well.
   */
  covers: (parent, child, recurse) =>
    recurse.covers(child.constraint, parent.constraint) && isSettled(parent, child, recurse),
  samples: ({ constraint }, recurse) => recurse.samples(constraint),
  /** Where it is false here, what it holds is true, here and elsewhere: only a fault can be a difference. */
  stricterMatch: ({ constraint }, value, recurse, now) =>
    recurse.compile(constraint)(value, now) === true
      ? undefined
      : recurse.stricterTrace(constraint, value, now),
  describe: ({ constraint }, describeInner) => `not (${describeInner(constraint)})`,
  stricterCover(parent, child, recurse) {
    if (child.kind !== 'not') return undefined
    return recurse.covers(child.constraint, parent.constraint)
      ? 'NOT_FAULT'
      : recurse.stricterCover(child.constraint, parent.constraint)
  },
}
