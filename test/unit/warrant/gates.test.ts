/** Gates: how they are written and read, which calls they ask about, and which child asks for no less. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Constraint } from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  exact,
  not,
  oneOf,
  range,
  regex,
  unknown,
  wildcard,
} from '../../../src/capability/constructors.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import type { ValueObject } from '../../../src/encoding/value.js'
import {
  compileGates,
  decodeGates,
  encodeGates,
  type Gates,
  type GatesInput,
  gateGap,
  gatesOf,
} from '../../../src/warrant/gates.js'
import { leaves, narrowed, POOL } from '../../support/arbitraries.js'
import { engines } from '../../support/engines.js'
import { codeOf, objectOf } from '../../support/values.js'

const asks = (input: GatesInput, tool: string, args: ValueObject): unknown =>
  compileGates(gatesOf(input), engines)(tool, args, 0)
const args = objectOf([
  ['amount', 50],
  ['to', 'bob'],
])

describe('bytes', () => {
  test('are those of the protocol', () => {
    expect(toHex(encodeGates(gatesOf({ pay: 'whole' })))).toBe('a163706179a16461726773f6')
    expect(toHex(encodeGates(gatesOf({ pay: { to: 'all' } })))).toBe('a163706179a16461726773a162746f63616c6c')
    expect(toHex(encodeGates(gatesOf({ pay: { to: { unless: exact(1) } } })))).toBe(
      'a163706179a16461726773a162746fa1666578656d70748201a16576616c756501',
    )
  })

  const exemptable = leaves.filter(({ kind }) => !['wildcard', 'cel', 'unknown'].includes(kind))
  const gate = fc.oneof(
    fc.constant('all' as const),
    leaves,
    exemptable.map((constraint) => ({ unless: constraint })),
  )
  const tool = fc.oneof(fc.constant('whole' as const), fc.dictionary(fc.string(), gate, { maxKeys: 4 }))

  test('every map of gates comes back from its bytes, byte for byte', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tool, { maxKeys: 4 }), (input) => {
        const bytes = encodeGates(gatesOf(input))
        expect(encodeGates(decodeGates(bytes) as Gates)).toEqual(bytes)
      }),
    )
  })

  test('of no length are no gates', () => {
    expect(decodeGates(new Uint8Array())).toBeUndefined()
    expect(decodeGates(encodeGates(gatesOf({})))?.size).toBe(0)
  })
})

describe('a message beside the gates of a tool', () => {
  const read = (fields: string): unknown => decodeGates(fromHex(`a163706179${fields}`))
  const [args, message] = ['6461726773f6', '676d657373616765']

  test('is read, and decides nothing', () => {
    expect(read(`a2${args}${message}626f6b`)).toEqual(gatesOf({ pay: 'whole' }))
    expect(read(`a1${args}`)).toEqual(gatesOf({ pay: 'whole' }))
  })

  test('is a text, stands behind them, and nothing else does', () => {
    expect(codeOf(() => read(`a2${args}${message}05`))).toBe('CBOR_UNEXPECTED_TYPE')
    expect(codeOf(() => read(`a2${message}626f6b${args}`))).toBe('CBOR_KEY_ORDER')
    expect(codeOf(() => read(`a1${message}626f6b`))).toBe('CBOR_MISSING_FIELD')
    expect(codeOf(() => read(`a2${args}646e6f746500`))).toBe('CBOR_UNKNOWN_FIELD')
  })
})

describe('what is no gate', () => {
  test.each([
    ['a wildcard', wildcard()],
    ['any', any([exact(1)])],
    ['not', not(exact(1))],
    ['cel', cel('true')],
    ['an unknown constraint', unknown(200, new Uint8Array())],
  ] satisfies [string, Constraint][])('an exemption of %s', (_, constraint) => {
    expect(codeOf(() => gatesOf({ pay: { to: { unless: constraint } } }))).toBe('GATES_MALFORMED')
    const plain = encodeGates(gatesOf({ pay: { to: constraint } }))
    expect(decodeGates(plain)?.size).toBe(1)
  })

  test('another word, or a value', () => {
    for (const wrong of ['all', 'Whole', null, 5, true]) {
      expect(codeOf(() => gatesOf({ pay: wrong as never }))).toBe('GATES_MALFORMED')
    }
    for (const wrong of ['whole', 'bob', null, 5]) {
      expect(codeOf(() => gatesOf({ pay: { to: wrong as never } }))).toBe('GATES_MALFORMED')
    }
  })
})

describe('which calls they ask about', () => {
  test.each([
    [{ pay: 'whole' }, true],
    [{ pay: {} }, false],
    [{ other: 'whole' }, false],
    [{ Pay: 'whole' }, false],
    [{ '*': 'whole' }, false],
    [{ pay: { to: 'all' } }, true],
    [{ pay: { from: 'all' } }, true],
    [{ pay: { amount: range({ min: 50 }) } }, true],
    [{ pay: { amount: range({ min: 51 }) } }, false],
    [{ pay: { amount: { unless: range({ max: 50 }) } } }, false],
    [{ pay: { amount: { unless: range({ max: 49 }) } } }, true],
    [{ pay: { amount: { unless: range({ max: 50 }) }, to: oneOf(['bob']) } }, true],
    [{ pay: { amount: range({ min: 51 }), from: exact(1) } }, true],
    [{ pay: { amount: wildcard() } }, true],
    [{ pay: { to: regex('(') } }, 'CONSTRAINT_ERROR'],
    [{ pay: { to: unknown(200, new Uint8Array()) } }, 'CONSTRAINT_UNKNOWN'],
    [{ pay: { to: all([exact('bob')]) } }, true],
  ] satisfies [GatesInput, unknown][])('%j: %s', (input, outcome) => {
    expect(asks(input, 'pay', args)).toBe(outcome)
  })

  test('a condition that cannot be evaluated is a fault, and never passes', () => {
    expect(compileGates(gatesOf({ pay: { to: regex('b') } }), {})('pay', args, 0)).toBe(
      'CONSTRAINT_ENGINE_MISSING',
    )
  })

  test('names that every object inherits are names', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(asks({ pay: 'whole' }, name, objectOf([]))).toBe(false)
      const named = { [name]: 'all' } as const
      expect(asks({ pay: Object.fromEntries(Object.entries(named)) as never }, 'pay', objectOf([]))).toBe(
        true,
      )
    }
  })
})

describe('the order: a child asks for no less', () => {
  const gapOf = (parent: GatesInput | undefined, child: GatesInput | undefined): unknown =>
    gateGap(
      parent && gatesOf(parent),
      child && gatesOf(child),
      () => true,
      () => true,
      engines,
    )

  test.each([
    [undefined, undefined],
    [undefined, { pay: 'whole' }],
    [{ pay: 'whole' }, { pay: 'whole', read: 'whole' }],
    [{ pay: { to: 'all' } }, { pay: 'whole' }],
    [{ pay: {} }, { pay: {} }],
    [{ pay: { to: exact('a') } }, { pay: { to: 'all' } }],
    [{ pay: { to: exact('a') } }, { pay: { to: exact('a'), amount: 'all' } }],
    [{ pay: { to: { unless: oneOf(['a', 'b']) } } }, { pay: { to: { unless: oneOf(['a']) } } }],
  ] satisfies [GatesInput | undefined, GatesInput | undefined][])('%j and then %j', (parent, child) => {
    expect(gapOf(parent, child)).toBeUndefined()
  })

  test.each([
    [{ pay: 'whole' }, undefined, { tool: 'pay' }],
    [{ pay: 'whole' }, { read: 'whole' }, { tool: 'pay' }],
    [{ pay: 'whole' }, { pay: { to: 'all' } }, { tool: 'pay' }],
    [{ pay: { to: 'all' } }, { pay: {} }, { tool: 'pay', argument: 'to' }],
    [{ pay: { to: 'all' } }, { pay: { to: wildcard() } }, { tool: 'pay', argument: 'to' }],
    [{ pay: { to: 'all' } }, { pay: { to: { unless: exact(1) } } }, { tool: 'pay', argument: 'to' }],
    [{ pay: { to: exact('a') } }, { pay: { to: { unless: exact('a') } } }, { tool: 'pay', argument: 'to' }],
    [
      { pay: { to: oneOf(['a', 'b']) } },
      { pay: { to: oneOf(['a']) } },
      { tool: 'pay', argument: 'to', rule: 'GATE_CONDITION' },
    ],
    [
      { pay: { to: { unless: oneOf(['a']) } } },
      { pay: { to: { unless: oneOf(['a', 'b']) } } },
      { tool: 'pay', argument: 'to', rule: 'GATE_CONDITION' },
    ],
  ] satisfies [GatesInput, GatesInput | undefined, unknown][])('not %j and then %j', (parent, child, gap) => {
    expect(gapOf(parent, child)).toEqual(gap)
  })

  test('a call that passes the child unasked passes the parent unasked', () => {
    const kinds = fc.constantFrom('when', 'unless', 'all')
    const gateOf = (kind: string, constraint: Constraint): GatesInput[string] => {
      if (kind === 'all') return { a: 'all' }
      const isExemption =
        kind === 'unless' && !['wildcard', 'any', 'not', 'cel', 'unknown'].includes(constraint.kind)
      return { a: isExemption ? { unless: constraint } : constraint }
    }
    let compared = 0
    fc.assert(
      fc.property(
        leaves.chain((parent) =>
          fc.tuple(fc.constant(parent), fc.oneof(narrowed(parent), fc.constant(parent))),
        ),
        kinds,
        kinds,
        ([outer, inner], outerKind, innerKind) => {
          const parent = { t: gateOf(outerKind, outer) }
          const child = { t: gateOf(innerKind, inner) }
          if (gapOf(parent, child) !== undefined) return
          compared++
          for (const value of POOL) {
            const call = objectOf([['a', value]])
            if (asks(child, 't', call) === false) expect(asks(parent, 't', call)).toBe(false)
          }
        },
      ),
      { numRuns: 400 },
    )
    expect(compared).toBeGreaterThan(20)
  })
})
