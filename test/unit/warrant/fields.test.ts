/** What people write, brought into the form that is signed. */

import { describe, expect, test } from 'vitest'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import {
  approversOf,
  assertApprovals,
  assertGatesReach,
  assertThreshold,
  boundsOf,
  extensionsOf,
  gateMapOf,
  toolNamesOf,
  toolsOf,
  wholeWithin,
} from '../../../src/warrant/fields.js'
import { gatesOf } from '../../../src/warrant/gates.js'
import { NO_EXTENSIONS } from '../../../src/warrant/payload.js'
import { codeOf } from '../../support/values.js'
import { bob, carol } from '../../support/warrants.js'

describe('tools', () => {
  test('names that JavaScript inherits or reorders are names', () => {
    const record = JSON.parse(
      '{"__proto__": {}, "constructor": {}, "10": {}, "9": {}, "entries": {}, "size": {}}',
    )
    expect([...toolsOf(record).keys()]).toEqual(['10', '9', '__proto__', 'constructor', 'entries', 'size'])
    expect(toolsOf({}).get('toString')).toBeUndefined()
  })

  test('are copied: what is changed afterwards changes nothing', () => {
    const input: Record<string, Record<string, string>> = { read: { path: '/a' } }
    const tools = toolsOf(input)
    input['read'] = {}
    input['write'] = {}
    expect([...tools.keys()]).toEqual(['read'])
    expect(tools.get('read')?.constraints.size).toBe(1)
    expect('set' in tools).toBe(false)
  })

  test('may have arguments of any name, those of a capability among them', () => {
    const tools = toolsOf({ set: { allowUnknown: true, constraints: null } })
    expect([...(tools.get('set')?.constraints.keys() ?? [])]).toEqual(['allowUnknown', 'constraints'])
    expect(tools.get('set')?.allowUnknown).toBe(false)
  })

  test('without constraints are open, and never by what a prototype lends', () => {
    expect(toolsOf({ read: {} }).get('read')).toMatchObject({ allowUnknown: false })
    Object.assign(Object.prototype, { allowUnknown: true, constraints: new Map() })
    try {
      const tools = toolsOf({ read: { path: subpath('/x') } })
      expect(tools.get('read')?.allowUnknown).toBe(false)
      expect([...(tools.get('read')?.constraints.keys() ?? [])]).toEqual(['path'])
    } finally {
      for (const name of ['allowUnknown', 'constraints']) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test.each([
    '\u007f',
    '\u0080',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
  ])('have names of at most 256 bytes, each %j for as many as it takes', (character) => {
    const size = new TextEncoder().encode(character).length
    const name = character.repeat(256 / size) + 'a'.repeat(256 % size)
    expect(toolNamesOf([name])).toEqual([name])
    expect(codeOf(() => toolNamesOf([`${name}a`]))).toBe('TOOL_NAME_INVALID')
  })

  test.each(['\ud800', '\udc00', 'a\udfff', '\udc00\ud800'])(
    'have names that bytes can hold: not %j',
    (name) => {
      expect(codeOf(() => toolNamesOf([name]))).toBe('TEXT_SURROGATE')
    },
  )

  test('a list of names holds each once, in the order of bytes', () => {
    expect(toolNamesOf(['b', 'a', 'b', '*'])).toEqual(['*', 'a', 'b'])
    const many = Array.from({ length: 257 }, () => 'same')
    expect(codeOf(() => toolNamesOf(many))).toBe('TOOLS_TOO_MANY')
  })
})

test('bounds that bind nothing are none', () => {
  expect(boundsOf(undefined)).toBeUndefined()
  expect(boundsOf({})).toBeUndefined()
  expect(boundsOf({ constraints: new Map(), allowUnknown: true })).toBeUndefined()
  expect(boundsOf({ path: '/x' })?.constraints.size).toBe(1)
})

describe('approvals', () => {
  const gates = gatesOf({ read: 'whole' })
  const two = [bob.publicKey, carol.publicKey]

  test('approvers are listed once each', () => {
    expect(approversOf([...two, bob.publicKey])).toHaveLength(2)
    expect(approversOf([])).toBeUndefined()
    expect(approversOf(undefined)).toBeUndefined()
  })

  test.each([
    [undefined, undefined, undefined, undefined],
    [gates, two, undefined, undefined],
    [gates, two, 2, undefined],
    [gates, undefined, undefined, 'MINT_APPROVERS'],
    [undefined, two, undefined, 'MINT_APPROVERS'],
    [undefined, undefined, 1, 'MINT_APPROVERS'],
    [gates, two, 0, 'MINT_APPROVERS'],
    [gates, two, 3, 'MINT_APPROVERS'],
    [gates, two, 1.5, 'MINT_APPROVERS'],
    [gates, two, Number.NaN, 'MINT_APPROVERS'],
  ] as const)('gates %o, approvers %o, threshold %s: %s', (given, approvers, minApprovals, code) => {
    expect(codeOf(() => assertApprovals(given, approvers, minApprovals))).toBe(code)
    if (given !== undefined && approvers !== undefined)
      expect(codeOf(() => assertThreshold(approvers, minApprovals))).toBe(code)
  })

  test('gates are on tools that are granted, by their names', () => {
    expect(codeOf(() => assertGatesReach(gates, ['read']))).toBeUndefined()
    expect(codeOf(() => assertGatesReach(gates, ['*']))).toBeUndefined()
    expect(codeOf(() => assertGatesReach(gates, ['write']))).toBe('MINT_STRUCTURE')
    expect(codeOf(() => assertGatesReach(gatesOf({ '*': 'whole' }), ['*']))).toBe('MINT_STRUCTURE')
    expect(codeOf(() => assertGatesReach(undefined, []))).toBeUndefined()
  })

  test('gates of a warrant pass as they are, and none at all are none', () => {
    expect(gateMapOf(gates)).toBe(gates)
    expect(gateMapOf({ read: 'whole' })?.get('read')).toBe('whole')
    for (const none of [undefined, {}, gatesOf({})]) expect(gateMapOf(none)).toBeUndefined()
  })
})

describe('extensions', () => {
  test('are copied, and hold the gates', () => {
    const value = Uint8Array.of(1, 2)
    const all = extensionsOf({ x: value }, gatesOf({ read: 'whole' }))
    value.fill(9)
    expect([...all.keys()]).toEqual(['tenuo.approval_gates', 'x'])
    expect(all.get('x')).toEqual(Uint8Array.of(1, 2))
  })

  test('are the one empty map where there are none', () => {
    expect(extensionsOf(undefined, undefined)).toBe(NO_EXTENSIONS)
  })

  test('are of 8,192 bytes at most, each of them', () => {
    const beside = (length: number): unknown =>
      codeOf(() => extensionsOf({ x: new Uint8Array(), y: new Uint8Array(length) }, undefined))
    expect(beside(8_192)).toBeUndefined()
    expect(beside(8_193)).toBe('EXTENSION_TOO_LARGE')
  })

  test('are 64 with the gates', () => {
    const some = (count: number): Record<string, Uint8Array> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, new Uint8Array()]))
    expect(codeOf(() => extensionsOf(some(64), undefined))).toBeUndefined()
    expect(codeOf(() => extensionsOf(some(64), gatesOf({ read: 'whole' })))).toBe('EXTENSIONS_TOO_MANY')
    for (const name of ['tenuo.', 'tenuo.session_id', 'tenuo.approval_gates'])
      expect(codeOf(() => extensionsOf({ [name]: new Uint8Array() }, undefined))).toBe('EXTENSION_RESERVED')
  })
})

test('whole numbers within a range', () => {
  expect([wholeWithin(0, 5, 'x'), wholeWithin(5, 5, 'x')]).toEqual([0, 5])
  for (const wrong of [-1, 6, 0.5, Number.NaN, Infinity, '3' as never, null as never])
    expect(codeOf(() => wholeWithin(wrong, 5, 'x'))).toBe('MINT_STRUCTURE')
})
