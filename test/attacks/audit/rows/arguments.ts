/** Section 5 of the catalogue: the evaluation of constraints. */

import { cut, type Row, row } from '../row.js'

export const ARGUMENT_ROWS: readonly Row[] = [
  row(
    'CON-1',
    'attacks/con.test.ts',
    'CON-1: an argument of another type',
    cut(
      'capability/constraints/range.ts',
      'const rounded = numberOf(value)',
      'const rounded = numberOf(value) ?? Number(value)',
    ),
  ),
  row(
    'CON-1',
    'attacks/con.test.ts',
    'CON-1: an argument of another type',
    cut(
      'encoding/value.ts',
      "if (typeof a !== 'object' || a === null) return a === b",
      "if (typeof a !== 'object' || a === null) return a == b",
    ),
  ),
  row(
    'CON-2',
    'attacks/con.test.ts',
    'CON-2: an argument that the warrant does not mention',
    cut(
      'capability/capability.ts',
      "else if (isClosed) return { code: 'CONSTRAINT_ARGUMENT_UNKNOWN', argument }",
    ),
  ),
  row(
    'CON-3',
    'attacks/con.test.ts',
    'CON-3: an argument that is missing, null or undefined',
    cut('capability/capability.ts', 'if (!areAllThere && !Object.hasOwn(args, argument))', 'if (false)'),
  ),
  row(
    'CON-4',
    'attacks/con.test.ts',
    'CON-4: numbers that are not compared exactly',
    cut(
      'capability/inert.ts',
      "return isInteger(value) || !isFiniteNumber(value) ? this.#refuse('VALUE_NUMBER') : value",
      'return value',
    ),
  ),
  row(
    'CON-4',
    'attacks/con.test.ts',
    'CON-4: numbers that are not compared exactly',
    cut(
      'capability/constraints/range.ts',
      "typeof value !== 'bigint' || isWithin(value, range) || 'DENIED_HERE'",
      'true',
    ),
  ),
  row(
    'CON-5',
    'attacks/con.test.ts',
    'CON-5: text that only looks alike',
    cut(
      'capability/constraints/exact.ts',
      '(value) => value === only',
      "(value) => String(value).normalize('NFKC').toLowerCase() === only.normalize('NFKC').toLowerCase()",
    ),
  ),
  row(
    'CON-6',
    'attacks/con.test.ts',
    'CON-6: paths that leave their root',
    cut(
      'capability/constraints/subpath.ts',
      'if (isPlainPath(path)) return isInside(path)',
      'return isInside(path)',
    ),
  ),
  row(
    'CON-6',
    'attacks/con.test.ts',
    'CON-6: paths that leave their root',
    cut(
      'capability/constraints/subpath.ts',
      "return other === undefined || isInside(other) || 'DENIED_HERE'",
      'return true',
    ),
  ),
  row(
    'CON-7',
    'attacks/con.test.ts',
    'CON-7: URLs that reach internal addresses',
    cut('capability/urlSafety.ts', ': !referenceBlocks(address, policy)', ': true'),
    cut('capability/urlSafety.ts', 'if (blocked !== undefined) return blocked'),
  ),
  row(
    'CON-7',
    'attacks/con.test.ts',
    'CON-7: URLs that reach internal addresses',
    cut('capability/urlSafety.ts', 'if (blocksName(policy, host)) return false'),
    cut('capability/urlSafety.ts', "if (blocksName(policy, name)) return 'URL_SAFE_TRAILING_DOT'"),
  ),
  row(
    'CON-8',
    'attacks/con.test.ts',
    'CON-8: URLs whose host depends on who reads them',
    cut('capability/urlSafety.ts', '(policy.isAllowedHost?.(host) ?? true)', 'true'),
    cut(
      'capability/urlSafety.ts',
      "return (policy.isAllowed?.(host) ?? true) ? undefined : 'URL_SAFE_ENTRY_TEXT'",
      'return undefined',
    ),
  ),
  row(
    'CON-9',
    'attacks/con.test.ts',
    'CON-9: commands that run something else',
    cut('capability/constraints/shlex.ts', 'REFUSED.test(line) ? undefined : FIRST_WORD', 'FIRST_WORD'),
  ),
  row(
    'CON-9',
    'attacks/con.test.ts',
    'CON-9: commands that run something else',
    cut(
      'capability/constraints/shlex.ts',
      "return program?.includes('..') ? undefined : program",
      'return program',
    ),
  ),
  row(
    'CON-10',
    'attacks/con.test.ts',
    'CON-10: patterns built to take for ever',
    cut(
      'regex/engine.ts',
      "if (text.length > MAX_TEXT || work(text.length) > MAX_REGEX_WORK) return 'CONSTRAINT_TOO_COSTLY'",
    ),
  ),
  row(
    'CON-10',
    'attacks/con.test.ts',
    'CON-10: patterns built to take for ever',
    cut('capability/capability.ts', 'if (work > MAX_MATCH_WORK)', 'if (false)'),
  ),
  row(
    'CON-11',
    'attacks/con.test.ts',
    'CON-11: arguments of no size',
    cut('capability/inert.ts', "if (this.#text > MAX_CALL_TEXT) return this.#refuse('VALUE_TOO_LARGE')"),
  ),
  row(
    'CON-11',
    'attacks/con.test.ts',
    'CON-11: arguments of no size',
    cut(
      'capability/inert.ts',
      "if (++this.#values > MAX_CALL_VALUES) return this.#refuse('VALUE_TOO_LARGE')",
    ),
  ),
  row(
    'CON-12',
    'attacks/con.test.ts',
    'CON-12: a tool reached by a path that does not ask',
    cut(
      'enforce/guard.ts',
      'call ?? assertAllowed(decision)',
      "call ?? (decision.kind === 'deny' ? callOf('x', {}) : assertAllowed(decision))",
    ),
    cut(
      'enforce/guard.ts',
      "import { type Call, toPlain } from '../capability/call.js'",
      "import { type Call, callOf, toPlain } from '../capability/call.js'",
    ),
  ),
]
