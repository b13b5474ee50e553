import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callOf, isCall, toPlain } from '../../../src/capability/call.js'
import { float, isFloat, type Value } from '../../../src/encoding/value.js'
import { values } from '../../support/values.js'

const refusalOf = (tool: unknown, args: unknown): unknown => {
  try {
    return callOf(tool, args)
  } catch (thrown) {
    return thrown
  }
}

describe('a call', () => {
  test('is a frozen copy of tool and arguments', () => {
    const args = { path: '/data', limits: [1, 2] }
    const call = callOf('read_file', args)
    args.path = '/etc'
    args.limits.push(3)
    expect(call).toEqual({ tool: 'read_file', args: { path: '/data', limits: [1, 2] } })
    expect(Object.isFrozen(call)).toBe(true)
    expect(isCall(call)).toBe(true)
  })

  test('cannot be imitated', () => {
    const call = callOf('t', {})
    const imitations = [
      { tool: 't', args: {} },
      { ...call },
      Object.create(call),
      Object.create(Object.getPrototypeOf(call), { tool: { value: 't' }, args: { value: {} } }),
      new Proxy(call, {}),
      structuredClone({ ...call }),
      null,
      undefined,
      'call',
      () => call,
    ]
    for (const imitation of imitations) expect(isCall(imitation)).toBe(false)
    const maker = Object.getPrototypeOf(call).constructor
    expect(() => Reflect.construct(maker, [Symbol('maker'), 't', {}])).toThrow(TypeError)
  })

  test.each<[string, unknown]>([
    ['CALL_MALFORMED', ''],
    ['CALL_MALFORMED', undefined],
    ['CALL_MALFORMED', 1],
    ['CALL_MALFORMED', Object('t')],
    ['CALL_MALFORMED', { toString: () => 't' }],
    ['CALL_TEXT', '\uD800'],
    ['CALL_TOO_LARGE', 'x'.repeat(257)],
    ['CALL_TOO_LARGE', 'é'.repeat(129)],
    ['CALL_TOO_LARGE', 'x'.repeat(10_000_000)],
    ['CALL_TOO_LARGE', '\uD800'.repeat(257)],
  ])('has no such tool: %s', (code, tool) => {
    const rule = code === 'CALL_TOO_LARGE' ? 'CALL_BOUNDS' : undefined
    expect(refusalOf(tool, {})).toMatchObject({ name: 'DenialError', code, where: 'tool', rule })
  })

  test('has a tool of any other name, inherited ones included', () => {
    for (const tool of ['__proto__', 'constructor', '*', ' ', 'é'.repeat(128), 'x'.repeat(256)]) {
      expect(callOf(tool, {}).tool).toBe(tool)
    }
  })

  test.each<[string, unknown, string | undefined]>([
    ['CALL_MALFORMED', null, undefined],
    ['CALL_MALFORMED', { when: new Date() }, 'when'],
    ['CALL_NUMBER', { n: Number.NaN }, 'n'],
    ['CALL_NUMBER', { n: 2 ** 60 }, 'n'],
    ['CALL_TEXT', { s: '\uDC00' }, 's'],
    ['CALL_TOO_LARGE', { s: 'x'.repeat(2_000_000) }, 's'],
    ['CALL_TOO_DEEP', { s: JSON.parse('['.repeat(50) + ']'.repeat(50)) }, 's'],
  ])('has no such arguments: %s', (code, args, where) => {
    const rule = ['CALL_TOO_LARGE', 'CALL_TOO_DEEP'].includes(code) ? 'CALL_BOUNDS' : undefined
    expect(refusalOf('t', args)).toMatchObject({ name: 'DenialError', code, where, rule })
  })
})

describe('for the tool', () => {
  test.each<Value>(['x', '', 1, 0.5, true, null, 2n ** 60n])('%s alone is handed over as it is', (value) => {
    expect(toPlain(value)).toBe(value)
  })

  test('what holds no Float is handed over as it is', () => {
    const { args } = callOf('t', { a: [1, { b: 0.5, c: 'x' }], d: 2n ** 60n })
    expect(toPlain(args)).toBe(args)
  })

  test('a Float is a number, and the rest is unchanged and frozen', () => {
    const { args } = callOf('t', { a: [1, { b: float(2) }], n: float(-0), same: { x: 1 } })
    const plain = toPlain(args) as { a: [number, { b: unknown }]; n: unknown; same: unknown }
    expect(plain).toEqual({ a: [1, { b: 2 }], n: -0, same: { x: 1 } })
    expect(plain.same).toBe(args['same'])
    for (const part of [plain, plain.a, plain.a[1]]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('no Float is left in anything', () => {
    const floats = (value: unknown): boolean =>
      typeof value === 'object' && value !== null && (isFloat(value) || Object.values(value).some(floats))
    fc.assert(
      fc.property(values, (value: Value) => {
        expect(floats(toPlain(value))).toBe(false)
      }),
    )
  })
})
