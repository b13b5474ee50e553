import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyArgs, copyValue } from '../../../src/capability/inert.js'
import { MAX_CALL_TEXT, MAX_CALL_VALUES, MAX_VALUE_DEPTH } from '../../../src/encoding/limits.js'
import { float, isFloat, type Value } from '../../../src/encoding/value.js'
import { codeOf, objectOf, valueObjects, values } from '../../support/values.js'

const frozenAll = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every((item) => isFloat(value) || frozenAll(item)))

describe('a copy', () => {
  test('of canonical values is the same value, frozen through and through', () => {
    fc.assert(
      fc.property(values, (value) => {
        const copy = copyValue(value)
        expect(copy).toEqual(value)
        expect(frozenAll(copy)).toBe(true)
        expect(copyValue(copy)).toEqual(copy)
      }),
      { numRuns: 500 },
    )
  })

  test('of arguments shares nothing with them', () => {
    fc.assert(
      fc.property(valueObjects, (args) => {
        const copy = copyArgs(args)
        expect(copy).not.toBe(args)
        expect(copyArgs(copy)).toEqual(args)
      }),
    )
    const list = [1]
    const args = { list }
    const copy = copyArgs(args)
    list.push(2)
    args.list = []
    expect(copy).toEqual({ list: [1] })
  })

  test('inherits no name', () => {
    const copy = copyArgs({ a: {} })
    for (const object of [copy, copy['a'] as object]) {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
        expect(name in object).toBe(false)
        expect((object as Record<string, unknown>)[name]).toBeUndefined()
      }
      expect(Reflect.setPrototypeOf(object, { evil: 1 })).toBe(false)
      expect(Reflect.set(Object.getPrototypeOf(object) ?? Object.freeze({}), 'evil', 1)).toBe(false)
    }
  })

  test.each<[string, unknown, Value]>([
    ['an integer', 5, 5],
    ['a fraction', 0.5, 0.5],
    ['-0', -0, float(-0)],
    ['a Float', float(1), float(1)],
    ['a small bigint', 5n, 5],
    ['a large bigint', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['the least bigint', -(2n ** 63n), -(2n ** 63n)],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['an empty string', '', ''],
    ['text beyond the first plane', '\u{1F600}', '\u{1F600}'],
    ['null', null, null],
  ])('of %s is canonical', (_, input, value) => {
    const copy = copyValue(input)
    expect(copy).toEqual(value)
    expect(isFloat(copy)).toBe(isFloat(value))
    if (isFloat(copy) && isFloat(value)) expect(Object.is(copy.float, value.float)).toBe(true)
  })

  test('is taken of plain objects of another realm, and of none', () => {
    expect(copyArgs(runInNewContext('({ a: [1, { b: "x" }] })'))).toEqual({ a: [1, { b: 'x' }] })
    expect(copyArgs(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 })
    expect(copyArgs(JSON.parse('{"__proto__":{"x":1}}'))).toEqual(JSON.parse('{"__proto__":{"x":1}}'))
    expect(copyValue(Object.setPrototypeOf([1], null))).toEqual([1])
  })

  test('of an object that stands twice stands twice', () => {
    const shared = { x: 1 }
    expect(copyArgs({ a: shared, b: [shared, shared] })).toEqual({ a: { x: 1 }, b: [{ x: 1 }, { x: 1 }] })
  })

  test('leaves out a top-level argument that is undefined, and no other', () => {
    expect(Object.keys(copyArgs({ a: undefined, b: 1 }))).toEqual(['b'])
    expect(codeOf(() => copyArgs({ a: { b: undefined } }))).toBe('VALUE_UNSUPPORTED')
    expect(codeOf(() => copyArgs({ a: [undefined] }))).toBe('VALUE_UNSUPPORTED')
    expect(codeOf(() => copyValue(undefined))).toBe('VALUE_UNSUPPORTED')
  })
})

const refusal = (args: unknown): unknown => {
  try {
    return copyArgs(args)
  } catch (thrown) {
    return thrown
  }
}

describe('refused', () => {
  test.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer that is not exact', 2 ** 53],
    ['a large power of ten', 1e21],
    ['a bigint of 65 bits', 2n ** 63n],
    ['a bigint below 64 bits', -(2n ** 63n) - 1n],
  ])('as a number: %s', (_, value) => {
    expect(codeOf(() => copyValue(value))).toBe('VALUE_NUMBER')
    expect(codeOf(() => copyArgs({ a: [{ b: value }] }))).toBe('VALUE_NUMBER')
  })

  test.each(['\uD800', 'a\uDC00b', '\uDE00\uD83D'])(
    'as text: a lone surrogate, in values and names',
    (text) => {
      expect(codeOf(() => copyArgs({ a: text }))).toBe('TEXT_SURROGATE')
      expect(codeOf(() => copyArgs({ [text]: 1 }))).toBe('TEXT_SURROGATE')
      expect(codeOf(() => copyArgs({ a: { [text]: 1 } }))).toBe('TEXT_SURROGATE')
    },
  )

  test('past the stated depth, also what contains itself', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    expect(codeOf(() => copyValue(nested(MAX_VALUE_DEPTH)))).toBeUndefined()
    expect(codeOf(() => copyValue(nested(MAX_VALUE_DEPTH + 2)))).toBe('VALUE_TOO_DEEP')
    expect(codeOf(() => copyArgs({ a: nested(MAX_VALUE_DEPTH) }))).toBeUndefined()
    const self: Record<string, unknown> = {}
    self['self'] = self
    expect(codeOf(() => copyArgs(self))).toBe('VALUE_TOO_DEEP')
    const list: unknown[] = []
    list.push(list)
    expect(codeOf(() => copyValue(list))).toBe('VALUE_TOO_DEEP')
  })

  test('past the stated size, of text and of values', () => {
    expect(codeOf(() => copyArgs({ a: 'x'.repeat(MAX_CALL_TEXT - 1) }))).toBeUndefined()
    expect(codeOf(() => copyArgs({ a: 'x'.repeat(MAX_CALL_TEXT) }))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(() => copyArgs({ ['x'.repeat(MAX_CALL_TEXT + 1)]: 1 }))).toBe('VALUE_TOO_LARGE')
    const half = 'x'.repeat(MAX_CALL_TEXT / 2)
    expect(codeOf(() => copyArgs({ a: half, b: half }))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(() => copyValue(Array(MAX_CALL_VALUES - 1).fill(0)))).toBeUndefined()
    expect(codeOf(() => copyValue(Array(MAX_CALL_VALUES).fill(0)))).toBe('VALUE_TOO_LARGE')
    const wide = Object.fromEntries(Array.from({ length: MAX_CALL_VALUES + 1 }, (_, i) => [`k${i}`, 0]))
    expect(codeOf(() => copyArgs(wide))).toBe('VALUE_TOO_LARGE')
    // Shared references multiply: a small graph of a billion paths ends at the same bound.
    let doubling: unknown = 1
    for (let i = 0; i < 30; i++) doubling = [doubling, doubling]
    expect(codeOf(() => copyValue(doubling))).toBe('VALUE_TOO_LARGE')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['text', 'a'],
    ['a number', 1],
    ['a function', () => 1],
    ['a Float', float(1)],
    ['a Map', new Map()],
  ])('as arguments: %s', (_, args) => {
    expect(codeOf(() => copyArgs(args))).toBe('VALUE_UNSUPPORTED')
  })

  test('as arguments: what only lost its prototype, with no argument to blame', () => {
    const nothing = (): void => undefined
    for (const name of Object.getOwnPropertyNames(nothing)) Reflect.deleteProperty(nothing, name)
    for (const args of [[1], nothing])
      expect(refusal(Object.setPrototypeOf(args, null))).toMatchObject({
        code: 'VALUE_UNSUPPORTED',
        where: undefined,
      })
  })

  class Named {
    override = 1
    hasOwnProperty(): boolean {
      return true
    }
  }
  test.each<[string, object]>([
    ['names that its frozen prototype inherits', Object.create(Object.freeze(Object.create({ evil: 1 })))],
    ['names of its frozen prototype', Object.create(Object.freeze(objectOf([['evil', 1]])))],
    ['a prototype that can be given names', Object.create(Object.create(null))],
    ['a class that looks like Object.prototype', new Named()],
  ])('as an object: what has %s', (_, object) => {
    expect(codeOf(() => copyArgs({ a: object }))).toBe('VALUE_UNSUPPORTED')
  })

  test('as a list: a length that is not one', () => {
    expect(codeOf(() => copyValue(new Array(MAX_CALL_VALUES)))).toBe('VALUE_UNSUPPORTED')
    expect(codeOf(() => copyValue(new Array(MAX_CALL_VALUES + 1)))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(() => copyValue(new Array(2 ** 32 - 1)))).toBe('VALUE_TOO_LARGE')
    let asked = 0
    const length = { valueOf: () => asked++ }
    const posing = new Proxy([1], {
      get: (list, name) => (name === 'length' ? length : Reflect.get(list, name)),
    })
    expect(codeOf(() => copyValue(posing))).toBe('VALUE_TOO_LARGE')
    expect(asked).toBe(0)
  })

  test('with the name of the argument where it is plain, and never its value', () => {
    expect(refusal({ fine: 1, path: ['secret', Number.NaN] })).toMatchObject({ where: 'path' })
    expect(refusal({ 'not\nplain': Number.NaN })).toMatchObject({ where: undefined })
    expect(String(refusal({ path: ['secret', Number.NaN] }))).not.toContain('secret')
  })
})
