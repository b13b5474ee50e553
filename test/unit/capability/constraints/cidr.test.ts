import { describe, expect, test } from 'vitest'
import { covers } from '../../../../src/capability/constraint.js'
import { cidr, exact, not } from '../../../../src/capability/constructors.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf } from '../../../support/values.js'

describe('Cidr', () => {
  const tens = cidr('10.0.0.5/8')

  test('keeps its text', () => {
    expect(tens).toEqual({ kind: 'cidr', network: '10.0.0.5/8' })
    expect(Object.isFrozen(tens)).toBe(true)
  })

  test('refuses what is no network', () => {
    for (const text of ['', '10.0.0.0/33', '10.0/8', 'x'])
      expect(codeOf(() => cidr(text))).toBe('CONSTRAINT_INVALID')
  })

  test('permits addresses of the network alone', () => {
    expect(rulingOf(tens, '10.255.255.255')).toBe('allow')
    expect(rulingOf(tens, '11.0.0.0')).toBe('deny')
    expect(rulingOf(tens, '::ffff:10.0.0.1')).toBe('deny')
  })

  test('attacker: another spelling of an address. A fault, which Not does not turn around', () => {
    for (const text of [
      '010.0.0.1',
      '10.1',
      '167772161',
      '0xa000001',
      '10.0.0.1 ',
      '10.0.0.0/9',
      '',
      'localhost',
    ]) {
      expect(rulingOf(tens, text), text).toBe('CONSTRAINT_ERROR')
      expect(rulingOf(not(tens), text), text).toBe('CONSTRAINT_ERROR')
    }
  })

  test('denies other kinds of value without a fault', () => {
    for (const value of [null, 1, true, Object.freeze(['10.0.0.1'])])
      expect(rulingOf(tens, value)).toBe('deny')
  })

  test('covers networks inside, and addresses', () => {
    expect(covers(tens, cidr('10.1.0.0/255.255.0.0'), {})).toBe(true)
    expect(covers(cidr('10.1.0.0/16'), tens, {})).toBe(false)
    expect(covers(tens, exact('10.1.1.1'), {})).toBe(true)
    expect(covers(tens, exact('010.1.1.1'), {})).toBe(false)
  })
})
