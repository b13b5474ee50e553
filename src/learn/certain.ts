/** Whether the verdict on a value that was not seen whole is the verdict on the value itself. */

import { compileConstraint, type Engines } from '../capability/constraint.js'
import { type Constraint, kindOf } from '../capability/kinds.js'
import type { Value } from '../encoding/value.js'
import type { Withheld } from './seen.js'

/** Kinds that read a text no further than what is kept of it. */
const READ_ALIKE: ReadonlySet<Constraint['kind']> = new Set(['subpath', 'urlSafe', 'shlex'])

/** Whether what a constraint says of `value`, which stands for one that was withheld, holds of that one too. */
export const isCertain = (constraint: Constraint, value: Value, why: Withheld, engines: Engines): boolean => {
  if (kindOf(constraint).coversAll === true) return true
  if (why === 'part' && READ_ALIKE.has(constraint.kind)) return true
  if (constraint.kind === 'any') {
    const sure = constraint.constraints.filter((each) => isCertain(each, value, why, engines))
    return (
      sure.length === constraint.constraints.length ||
      sure.some((each) => compileConstraint(each, engines)(value, 0) === true)
    )
  }
  return (
    constraint.kind === 'all' && constraint.constraints.every((each) => isCertain(each, value, why, engines))
  )
}
