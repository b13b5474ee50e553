/** One line for each kind: what it says of values that are not of its type, and of bodies that are not its own. */

import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  compileConstraint,
  decodeConstraint,
} from '../../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  cidr,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  subset,
  unknown,
  urlPattern,
  urlSafe,
  wildcard,
} from '../../../../src/capability/constructors.js'
import { fromHex } from '../../../../src/encoding/bytes.js'
import { CborReader } from '../../../../src/encoding/cbor.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'
import { codeOf, objectOf } from '../../../support/values.js'

const LONG_URL = `https://a.com/${'a'.repeat(70_000)}`
const VALUES: readonly Value[] = [5, 'a', LONG_URL, null, [1], true, objectOf([])]

const [ERROR, COSTLY, UNKNOWN] = ['CONSTRAINT_ERROR', 'CONSTRAINT_TOO_COSTLY', 'CONSTRAINT_UNKNOWN']

describe('values of other types, text that is none of its own, and text that is too long', () => {
  test.each<[string, Constraint, readonly unknown[]]>([
    ['pattern', pattern('a*'), [false, true, false, false, false, false, false]],
    ['urlPattern', urlPattern('https://a.com/*'), [false, ERROR, COSTLY, false, false, false, false]],
    ['urlSafe', urlSafe(), [false, false, COSTLY, false, false, false, false]],
    ['subpath', subpath('/a'), [false, false, false, false, false, false, false]],
    ['cidr', cidr('10.0.0.0/8'), [false, ERROR, ERROR, false, false, false, false]],
    ['shlex', shlex(['ls']), [false, false, false, false, false, false, false]],
    ['range', range({ min: 1 }), [true, false, false, false, false, false, false]],
    ['regex', regex('^a'), [false, true, COSTLY, false, false, false, false]],
    ['cel', cel('value == 1'), [false, false, false, false, false, false, ERROR]],
    ['all of nothing', all([]), [ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, ERROR]],
    ['any of nothing', any([]), [false, false, false, false, false, false, false]],
    ['not', not(exact(5)), [false, true, true, true, true, true, true]],
    ['oneOf', oneOf([5, null]), [true, false, false, true, false, false, false]],
    ['notOneOf', notOneOf([5, null]), [false, true, true, false, true, true, true]],
    ['contains', contains([1]), [false, false, false, false, true, false, false]],
    ['subset', subset([1]), [false, false, false, false, true, false, false]],
    ['unknown', unknown(99, fromHex('a0')), VALUES.map(() => UNKNOWN)],
    ['wildcard', wildcard(), VALUES.map(() => true)],
    ['exact', exact(true), [false, false, false, false, false, true, false]],
  ])('%s', (_, constraint, outcomes) => {
    const judge = compileConstraint(constraint, engines)
    expect(VALUES.map((value) => judge(value, 0))).toEqual(outcomes)
  })
})

describe('a body that is not its own', () => {
  const read = (tag: number, body: string): unknown =>
    codeOf(() => {
      const reader = new CborReader(fromHex(`82${tag.toString(16).padStart(2, '0')}${body}`))
      decodeConstraint(reader)
      reader.end()
    })

  /** Kinds whose body is a map with something that it must have. */
  test.each([1, 2, 3, 4, 5, 7, 10, 11, 12, 13, 14, 15, 17])('of type id %i', (tag) => {
    const codes = ['a0', 'a16178f6', '80', 'f6'].map((body) => read(tag, body))
    expect(codes[1]).toBe('CBOR_UNKNOWN_FIELD')
    expect(codes.slice(2)).toEqual(['CBOR_UNEXPECTED_TYPE', 'CBOR_UNEXPECTED_TYPE'])
    expect(codes[0]).toBe('CBOR_MISSING_FIELD')
  })
})

describe('ports of a safe URL', () => {
  const of = (port: number): unknown => codeOf(() => urlSafe({ allowPorts: [port] }))

  test.each([0, 1, 65_535])('%d is one', (port) => {
    expect(of(port)).toBeUndefined()
  })

  test.each([-1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '80'])('%s is none', (port) => {
    expect(of(port as number)).toBe('CONSTRAINT_INVALID')
  })
})
