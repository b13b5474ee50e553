/** Section 4 of the catalogue: narrowing. */

import { cut, type Row, row } from '../row.js'

export const NARROWING_ROWS: readonly Row[] = [
  row(
    'MON-1',
    'attacks/mon.test.ts',
    'MON-1: another tool',
    cut(
      'capability/capability.ts',
      "if (outer === undefined) return { reason: 'tool-not-granted', tool }",
      'if (outer === undefined) continue',
    ),
  ),
  row(
    'MON-1',
    'attacks/mon.test.ts',
    'MON-1: another tool',
    cut('warrant/laws.ts', 'tools.find((name) => !isIssuable(parent, name))', 'undefined'),
  ),
  row(
    'MON-2',
    'attacks/mon.test.ts',
    'MON-2: a wider constraint of the same type',
    cut(
      'capability/constraints/range.ts',
      'sign * child < sign * parent || ',
      'sign * child !== sign * parent || ',
    ),
  ),
  row(
    'MON-2',
    'attacks/mon.test.ts',
    'MON-2: a wider constraint of the same type',
    cut('capability/constraints/subpath.ts', 'judgeOf(parent)(child.root) === true &&'),
  ),
  row(
    'MON-3',
    'attacks/mon.test.ts',
    'MON-3: a constraint of another type',
    cut(
      'capability/run.ts',
      "return kind.coversExact && child.kind === 'exact' && this.#permitsExact(parent, child.value)",
      'return true',
    ),
  ),
  row(
    'MON-3',
    'attacks/mon.test.ts',
    'MON-3: a constraint of another type',
    cut(
      'capability/run.ts',
      'if (childKind.coversAll === true) return false',
      'if (childKind.coversAll === true) return true',
    ),
  ),
  row(
    'MON-4',
    'attacks/mon.test.ts',
    'MON-4: constraints dropped, arguments added, maps opened',
    cut(
      'capability/capability.ts',
      "if (inner === undefined) return { reason: 'argument-dropped', argument, parent: outer }",
      'if (inner === undefined) continue',
    ),
  ),
  row(
    'MON-4',
    'attacks/mon.test.ts',
    'MON-4: constraints dropped, arguments added, maps opened',
    cut(
      'capability/capability.ts',
      "if (!parent.constraints.has(argument)) return { reason: 'argument-added', argument, child: inner }",
    ),
  ),
  row(
    'MON-4',
    'attacks/mon.test.ts',
    'MON-4: constraints dropped, arguments added, maps opened',
    cut(
      'capability/capability.ts',
      "if (child.allowUnknown && !parent.allowUnknown) return { reason: 'opened' }",
    ),
  ),
  row(
    'MON-5',
    'attacks/mon.test.ts',
    'MON-5: negations, choices and conjunctions that only look narrower',
    cut(
      'capability/constraints/all.ts',
      'parent.constraints.every((outer) => recurse.coversOne(outer, child.constraints))',
      'parent.constraints.some((outer) => recurse.coversOne(outer, child.constraints))',
    ),
  ),
  row(
    'MON-6',
    'attacks/mon.test.ts',
    'MON-6: an expression that escapes its conjunction',
    cut(
      'capability/constraints/cel.ts',
      'return startsWith(to, conjunction) && isOneGroup(to.slice(conjunction.length))',
      'return startsWith(to, conjunction)',
    ),
    cut(
      'capability/constraints/cel.ts',
      'return to.startsWith(conjunction) && isOneGroup([...to.slice(conjunction.length)])',
      'return to.startsWith(conjunction)',
    ),
  ),
  row('MON-7', 'attacks/mon.test.ts', 'MON-7: a longer life', cut('warrant/laws.ts', '  expiryHolds,\n')),
  row(
    'MON-7',
    'attacks/mon.test.ts',
    'MON-7: a longer life',
    cut(
      'warrant/child.ts',
      'return Math.min(issuedAt + ttlSeconds, parent.expiresAt)',
      'return issuedAt + ttlSeconds',
    ),
  ),
  row(
    'MON-8',
    'attacks/mon.test.ts',
    'MON-8: a higher clearance',
    cut('warrant/laws.ts', '  clearanceHolds,\n'),
  ),
  row(
    'MON-9',
    'attacks/mon.test.ts',
    'MON-9: a gate removed or weakened for a tool that is kept',
    cut('warrant/laws.ts', '  gatesHold,\n'),
  ),
  row(
    'MON-10',
    'attacks/mon.test.ts',
    'MON-10: bounds and flags dropped',
    cut('capability/constraints/range.ts', '(parentInclusive || !childInclusive)', 'true'),
  ),
  row(
    'MON-10',
    'attacks/mon.test.ts',
    'MON-10: bounds and flags dropped',
    cut('capability/constraints/subpath.ts', '(child.caseSensitive || !parent.caseSensitive)', 'true'),
  ),
  row(
    'MON-11',
    'attacks/mon.test.ts',
    'MON-11: approvers replaced, added, or needed less',
    cut('warrant/laws.ts', '  approversHold,\n'),
  ),
  row(
    'MON-11',
    'attacks/mon.test.ts',
    'MON-11: approvers replaced, added, or needed less',
    cut('warrant/laws.ts', 'approvalsNeeded(child) - added >=', 'approvalsNeeded(child) >='),
  ),
]
