/**
 * Which faults of a parent a child may lose: those that its own constraints show to be impossible. Where it may not, a
 * value is named that the child permits and that the parent, ended by its fault, denies.
 */

import { describe, expect, test } from 'vitest'
import { type Constraint, covers, permits } from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  cidr,
  exact,
  not,
  oneOf,
  pattern,
  regex,
  subpath,
  unknown,
  urlSafe,
  wildcard,
} from '../../../src/capability/constructors.js'
import type { Value } from '../../../src/encoding/value.js'
import { engines } from '../../support/engines.js'

const here = { engines, now: 0 }

/** Both fault on whatever is no address. */
const [everywhere, network] = [cidr('0.0.0.0/0'), cidr('10.0.0.0/8')]
const [x, y, z] = [exact('x'), exact('y'), exact('z')]

/** A value that a folder permits by one reading alone. */
const AMBIGUOUS = '/data\\x/../etc'
const folder = subpath('/data')

describe('a branch of the parent that can fault may go where the child', () => {
  const inAll = all([cidr('10.1.0.0/16')])
  const second = all([oneOf(['10.1.0.1']), cidr('10.1.0.0/16')])
  const onlyOne = all([any([oneOf(['y']), network])])
  const either = any([oneOf(['y']), network])
  const number = cel('value == 1')
  const word = regex('^w')

  test.each<[string, readonly Constraint[], readonly Constraint[]]>([
    ['asked one of its kind, in an All that permits', [network, inAll], [inAll]],
    ['asked one of its kind, later in an All that permits', [network, second], [second]],
    ['asked one of its kind, alone in an All that denies', [onlyOne, everywhere, z], [onlyOne, z]],
    ['asked one of its kind, alone in an Any that permits', [everywhere, any([second])], [any([second])]],
    ['asked one of its kind, in an Any that denies', [either, everywhere, z], [either, z]],
    ['asked one of its kind, in a Not that permits', [everywhere, not(network)], [not(network)]],
    ['asked one of its kind, in an Any in a Not that permits', [everywhere, not(either)], [not(either)]],
    [
      'permits nothing that is not of its kind',
      [unknown(55, Uint8Array.of()), wildcard()],
      [unknown(77, Uint8Array.of(1))],
    ],
    ['has a branch before that permits all', [all([wildcard()]), everywhere, z], [all([wildcard()]), z]],
    ['asked the same expression', [all([number]), not(number), exact(2)], [all([number]), exact(2)]],
    ['asked the same regular expression', [all([word]), not(word), exact('v')], [all([word]), exact('v')]],
    ['is covered by a branch before it', [cel('value > 0')], [cel('(value > 0) && (value < 5)')]],
  ])('%s', (_what, parent, child) => {
    expect(covers(any(parent), any(child), engines)).toBe(true)
  })
})

describe('a branch of the parent may go that never faults:', () => {
  test.each<[string, Constraint]>([
    ['an Exact', y],
    ['a folder', folder],
    ['a Not of what never faults', not(oneOf(['y']))],
    ['a Not of an All of it', not(all([y]))],
    ['a Not of an Any of Nots', not(any([not(y), not(oneOf(['q']))]))],
    ['an All of a Wildcard', all([wildcard(), y])],
  ])('%s', (_what, branch) => {
    expect(covers(any([branch, x]), any([x]), engines)).toBe(true)
  })
})

describe('a branch of the parent that can fault may not go where the child', () => {
  const shielded = any([oneOf(['x']), network])
  const [permitting, denying] = [all([shielded]), all([oneOf(['y']), network])]
  const byTheSecond = all([shielded, y])
  const inAny = any([denying, oneOf(['q'])])
  const byTheLast = any([denying, x])
  const notAll = all([not(denying), exact('q')])
  const both = all([oneOf([AMBIGUOUS]), folder])
  const [bad, good] = [urlSafe({ allowDomains: ['*'] }), urlSafe()]

  test.each<[string, readonly Constraint[], readonly Constraint[], Value]>([
    ['has nothing of its kind', [network, x], [x], 'x'],
    ['has an All of nothing in its place', [all([]), x], [x], 'x'],
    ['need not have asked it, behind what permits in an Any', [everywhere, shielded], [shielded], 'x'],
    ['need not have asked it, in an Any in an All that permits', [everywhere, permitting], [permitting], 'x'],
    ['need not have asked it, behind what denies in an All', [denying, everywhere, x], [denying, x], 'x'],
    [
      'need not have asked it, in an Any in an All that denies',
      [byTheSecond, everywhere, x],
      [byTheSecond, x],
      'x',
    ],
    ['need not have asked it, in an All in an Any that denies', [inAny, everywhere, x], [inAny, x], 'x'],
    ['need not have asked it, in an All in an Any that permits', [everywhere, byTheLast], [byTheLast], 'x'],
    ['need not have asked it, in a Not in an All that denies', [notAll, everywhere, x], [notAll, x], 'x'],
    ['asked one of its kind that faults less', [all([good]), bad, x], [all([good]), x], 'x'],
    ['loses a Not of a folder', [not(folder), exact(AMBIGUOUS)], [exact(AMBIGUOUS)], AMBIGUOUS],
    [
      'loses a Not of a folder among others',
      [both, not(both), exact(AMBIGUOUS)],
      [both, exact(AMBIGUOUS)],
      AMBIGUOUS,
    ],
  ])('%s', (_what, parent, child, value) => {
    expect(permits(any(child), value, here)).toBe(true)
    expect(permits(any(parent), value, here)).not.toBe(true)
    expect(covers(any(parent), any(child), engines)).toBe(false)
  })
})

describe('a Not', () => {
  test.each<[string, Constraint, Constraint]>([
    ['of an All that is longer', all([exact(1), exact(2)]), all([exact(1)])],
    ['of a folder inside', subpath('/a/b'), subpath('/a')],
    ['of a Not of a wider pattern', not(pattern('a*')), not(pattern('ab*'))],
  ])('%s covers', (_what, parent, child) => {
    expect(covers(not(parent), not(child), engines)).toBe(true)
  })
})
