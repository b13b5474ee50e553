/**
 * CEL where engines are known to part: errors beside a value that would decide without them, values that are no
 * conditions, numbers of two kinds. Each expression stands with what the package says of it.
 */

import { describe, expect, test } from 'vitest'
import { any, cel, not, type Value, wildcard } from '../../../src/index.js'
import { minted } from '../../support/warrants.js'
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { Tally } from './tally.js'
import { rulingOf, shown } from './verdicts.js'

/** Errors, which deny whatever stands beside them. */
const ERRORS = [
  ...[
    '1/0 == 0 || true',
    '1/0 == 0 && false',
    '!(1/0 == 0 && false)',
    '1/0 == 0 ? true : true',
    '(1/0 == 0) || (true)',
  ],
  ...['1 % 0 == 0 || true', '9223372036854775807 + 1 > 0 || true', '-9223372036854775808 / -1 == 0 || true'],
  ...[
    'nosuch == 1 || true',
    'nosuch(1) || true',
    'value.x == 1 || true',
    "{'a': 1}.b == 1 || true",
    'value in 5 || true',
  ],
  ...[
    '[1, 2].exists(x, x/0 == 1 || true)',
    '[0, 1].exists(x, 1/x == 1)',
    '![0].all(x, 1/x == 1)',
    'size(1) == 1 || true',
  ],
  ...[
    "timestamp('x') == timestamp('y') || true",
    "int('x') == 1 || true",
    'dyn(1) == 1',
    'type(value) == string',
  ],
]

/** What decides before an error is reached. */
const SHORT = [
  'true || 1/0 == 0',
  'true || nosuch == 1',
  'true || 1',
  'true ? true : 1/0 == 0',
  '!(false && 1/0 == 0)',
  '[1, 0].exists(x, 1/x == 1)',
]

/** What the standard calls an error and the package does not: denied here alone. */
const LENIENT = [
  '[1, 2][5] == 1 || true',
  "{'a': 1}['b'] == 1 || true",
  '1 && true',
  "!'a' || true",
  '1 ? true : false',
  'null || true',
]

const VALUES: readonly Value[] = ['a', 3]

judgedByReference('CEL', (reference, version) => {
  const tally = new Tally()

  /** What the package and this side say of values under an expression, and whether the package can be turned by Not. */
  const judged = async (expression: string) => {
    const constraints = [cel(expression), not(cel(expression)), any([cel(expression), wildcard()])]
    const theirs: boolean[] = []
    for (const constraint of constraints) {
      const chain = stackText([minted({ tools: { call: { x: constraint } }, now: NOW })])
      const asked = { chain, tool: 'call', calls: VALUES.map((x) => ({ x })) }
      const answers = (await reference().ask('permits', asked)) as readonly (true | string)[]
      for (const [i, value] of VALUES.entries()) {
        tally.judge(rulingOf(constraint, value, NOW), answers[i] as true | string, () => shown(constraint))
        theirs.push(answers[i] === true)
      }
    }
    return theirs
  }

  describe.each(ERRORS)('an error: %s', (expression) => {
    test('denies, and so does its opposite, and nothing after it is asked', async () => {
      expect(await judged(expression)).toEqual([false, false, false, false, false, false])
      expect(rulingOf(cel(expression), 'a', NOW)).not.toBe('allow')
    })
  })

  test.each(SHORT)('no error is reached: %s', async (expression) => {
    expect((await judged(expression)).slice(0, 2)).toEqual([true, true])
  })

  test.each(LENIENT)('an error here alone: %s', async (expression) => {
    expect((await judged(expression)).slice(0, 2)).toEqual([true, true])
    expect(rulingOf(cel(expression), 'a', NOW)).toMatchObject({ rule: 'CEL_STRICT' })
  })

  test('nothing else differs', ({ task }) => {
    task.meta.judgement = tally.judgement(version, 'CEL where engines part', [])
    expect(tally.cases).toBe((ERRORS.length + SHORT.length + LENIENT.length) * 3 * VALUES.length)
    expect(tally.unexplained).toEqual([])
  })
})
