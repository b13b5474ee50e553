import { afterEach, describe, expect, test, vi } from 'vitest'
import { capability } from '../../../src/capability/capability.js'
import { covers } from '../../../src/capability/constraint.js'
import { cel, exact, not, range, subpath, urlSafe } from '../../../src/capability/constructors.js'
import { capabilityFromJson, constraintFromJson, toolsFromJson } from '../../../src/schema/constraintJson.js'

const names: string[] = []

/** As data can, where a library merges it carelessly: a name and a value, nothing that runs. */
const pollute = (name: string, value: unknown): void => {
  names.push(name)
  Object.defineProperty(Object.prototype, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

afterEach(() => {
  for (const name of names.splice(0)) Reflect.deleteProperty(Object.prototype, name)
})

describe('what Object.prototype is given widens nothing that is built', () => {
  test('a capability stays closed', () => {
    pollute('allowUnknown', true)
    expect(capability({ a: 1 }).allowUnknown).toBe(false)
    expect(capability({ a: 1 }, {}).allowUnknown).toBe(false)
    expect(capability({ a: 1 }, { allowUnknown: true }).allowUnknown).toBe(true)
  })

  test('a path keeps its flags', () => {
    pollute('caseSensitive', false)
    pollute('allowEqual', false)
    expect(subpath('/X')).toEqual({ kind: 'subpath', root: '/X', caseSensitive: true, allowEqual: true })
    expect(subpath('/X', { caseSensitive: false }).root).toBe('/x')
  })

  test('a range keeps its open side', () => {
    for (const [name, value] of [
      ['min', -1e9],
      ['max', 1e9],
      ['minInclusive', false],
      ['maxInclusive', false],
    ] as const) {
      pollute(name, value)
    }
    const open = { kind: 'range', max: undefined, minInclusive: true, maxInclusive: true }
    expect(range({ min: 5 })).toEqual({ ...open, min: 5 })
    expect(range({})).toEqual({ ...open, min: undefined })
  })

  test('a safe URL keeps its blocks, and an expression its parent', () => {
    const [safe, expression] = [urlSafe(), cel('true')]
    pollute('schemes', ['file'])
    pollute('blockLoopback', false)
    pollute('parentExpression', 'false')
    pollute('engine', 1)
    expect(urlSafe({})).toEqual(safe)
    expect(cel('true', {})).toEqual(expression)
  })

  test('a constraint that is an object stays no constraint', () => {
    pollute('kind', 'wildcard')
    expect(() => capability({ a: { b: 1 } })).toThrow(expect.objectContaining({ code: 'CONSTRAINT_INVALID' }))
  })
})

describe('what Object.prototype is given widens nothing that is read', () => {
  test('a capability of JSON stays closed', () => {
    pollute('allowUnknown', true)
    const json = { constraints: { a: { kind: 'exact', value: 1 } } }
    expect(capabilityFromJson(json).allowUnknown).toBe(false)
    expect(toolsFromJson({ t: json }).get('t')?.allowUnknown).toBe(false)
  })

  test('a constraint of JSON has its own fields alone', () => {
    const [safe, at5] = [urlSafe(), range({ min: 5 })]
    pollute('schemes', ['file', 'http'])
    pollute('blockLoopback', false)
    pollute('max', 1e9)
    expect(constraintFromJson({ kind: 'urlSafe' })).toEqual(safe)
    expect(constraintFromJson({ kind: 'range', min: 5 })).toEqual(at5)
  })

  test('nor when it was given that before anything was loaded', async () => {
    const safe = urlSafe()
    vi.resetModules()
    pollute('schemes', ['file', 'http'])
    pollute('blockLoopback', false)
    pollute('allowUnknown', true)
    pollute('caseSensitive', false)
    const fresh = await import('../../../src/schema/constraintJson.js')
    const { parseAllow } = await import('../../../src/schema/allow.js')
    expect(fresh.constraintFromJson({ kind: 'urlSafe' })).toEqual(safe)
    const closed = fresh.capabilityFromJson({ constraints: { a: { kind: 'exact', value: 1 } } })
    expect(closed.allowUnknown).toBe(false)
    const path = parseAllow('t:p=/X').capability.constraints.get('p')
    expect(path).toMatchObject({ root: '/X', caseSensitive: true })
  })
})

describe('what Object.prototype is given changes no comparison', () => {
  test('no kind comes to cover everything', () => {
    pollute('coversAll', true)
    expect(covers(exact(1), exact(2), {})).toBe(false)
    expect(covers(range({ max: 1 }), range({ max: 2 }), {})).toBe(false)
  })

  test('a constraint holds what it holds', () => {
    pollute('constraints', [])
    pollute('constraint', exact(1))
    expect(not(exact(1))).toEqual({ kind: 'not', constraint: exact(1) })
    expect(covers(exact(1), exact(2), {})).toBe(false)
  })
})

describe('flags are booleans', () => {
  test.each([
    () => subpath('/x', { caseSensitive: 0 as never }),
    () => subpath('/x', { allowEqual: null as never }),
    () => urlSafe({ blockPrivate: 0 as never }),
  ])('%#', (make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONSTRAINT_INVALID' }))
  })

  test('one that is given as undefined is left out', () => {
    expect(urlSafe({ blockLoopback: undefined as never }).blockLoopback).toBe(true)
  })
})
