import { describe, expect, test } from 'vitest'
import {
  type Capability,
  capability,
  compileCapability,
  coversCapability,
  coversTools,
  decodeCapability,
  encodeCapability,
  findCapability,
  type Tools,
} from '../../../src/capability/capability.js'
import type { Constraint } from '../../../src/capability/constraint.js'
import {
  any,
  cidr,
  exact,
  not,
  oneOf,
  pattern,
  range,
  subpath,
  unknown,
  wildcard,
} from '../../../src/capability/constructors.js'
import { copyArgs } from '../../../src/capability/inert.js'
import { chainAllowance } from '../../../src/capability/run.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { float } from '../../../src/encoding/value.js'
import { engines } from '../../support/engines.js'
import { codeOf, objectOf } from '../../support/values.js'

const encode = (made: Capability): string => {
  const writer = new CborWriter()
  encodeCapability(writer, made)
  return toHex(writer.finish())
}

const decode = (hex: string): Capability => {
  const reader = new CborReader(fromHex(hex))
  const made = decodeCapability(reader)
  reader.end()
  return made
}

const text = (value: string): string => {
  const writer = new CborWriter()
  writer.text(value)
  return toHex(writer.finish())
}

const fault = (made: Capability, args: unknown) => compileCapability(made, engines)(copyArgs(args), 0)

const NO_CONSTRAINTS = `a1${text('constraints')}a0`

describe('making one', () => {
  test('a value stands for exactly itself', () => {
    const made = capability({ a: 'x', b: 1, c: float(1), d: null, e: true, f: 5n, g: ['x'], h: exact('y') })
    expect([...made.constraints.keys()]).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    expect(made.constraints.get('c')).toEqual(exact(float(1)))
    expect(made.constraints.get('g')).toEqual(exact(['x']))
    expect(made.allowUnknown).toBe(false)
  })

  test('an object is never taken for a value, lest data with a kind become a constraint unseen', () => {
    expect(codeOf(() => capability({ a: { x: 1 } as never }))).toBe('CONSTRAINT_INVALID')
    expect(capability({ a: exact({ kind: 'wildcard' }) }).constraints.get('a')?.kind).toBe('exact')
  })

  test('names are kept in the order that is written', () => {
    const made = capability({ '\u{1F600}': 1, '\uFF5E': 2, b: 3, a: 4 })
    expect([...made.constraints.keys()]).toEqual(['a', 'b', '\uFF5E', '\u{1F600}'])
  })

  test('what it holds cannot be changed, nor what was given change it', () => {
    const forged = { kind: 'oneOf', values: ['a'] } as { kind: 'oneOf'; values: string[] }
    const made = capability({ env: forged })
    forged.values.push('b')
    expect(fault(made, { env: 'b' })?.code).toBe('CONSTRAINT_VIOLATED')
    const map = made.constraints as Map<string, Constraint>
    expect(map.set).toBeUndefined()
    expect(() => Map.prototype.set.call(map, 'env', wildcard())).toThrow(TypeError)
    expect(() => Map.prototype.clear.call(map)).toThrow(TypeError)
    expect(Object.isFrozen(made) && Object.isFrozen(map)).toBe(true)
    expect(made.constraints.size).toBe(1)
  })

  test('data that no constructor made is held to the decoder', () => {
    const notFinite = { ...range({}), max: Number.NaN }
    expect(codeOf(() => capability({ a: notFinite }))).toBe('CBOR_NOT_FINITE')
    const cycle = { kind: 'not' } as { kind: 'not'; constraint: Constraint }
    cycle.constraint = cycle
    expect(codeOf(() => capability({ a: cycle }))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => capability({ a: { kind: 'pattern', pattern: 'a**' } }))).toBe('CONSTRAINT_INVALID')
    for (const kind of ['nonsense', 'toString', 1, undefined])
      expect(codeOf(() => capability({ a: { kind } as never }))).toBe('CONSTRAINT_INVALID')
  })

  test('whether it allows unknown arguments is said by a boolean', () => {
    for (const allowUnknown of [1, 'true', null, {}])
      expect(() => capability({ a: 1 }, { allowUnknown: allowUnknown as never })).toThrow(TypeError)
  })

  test('its constraints are read as those of any map', () => {
    const { constraints } = capability({ b: 2, a: 1 })
    const named = [
      ['a', exact(1)],
      ['b', exact(2)],
    ]
    expect([...constraints]).toEqual(named)
    expect([...constraints.entries()]).toEqual(named)
    expect([...constraints.values()]).toEqual([exact(1), exact(2)])
    const visited: unknown[] = []
    constraints.forEach((constraint, name, map) => {
      visited.push([name, constraint, map === constraints])
    })
    expect(visited).toEqual(named.map((pair) => [...pair, true]))
  })

  test('64 constraints at most, here and when read', () => {
    const names = Array.from({ length: 65 }, (_, i) => [`a${String(i).padStart(2, '0')}`, i] as const)
    expect(capability(Object.fromEntries(names.slice(1))).constraints.size).toBe(64)
    expect(codeOf(() => capability(Object.fromEntries(names)))).toBe('CONSTRAINTS_TOO_MANY')
    const body = names.map(([name]) => `${text(name)}8210f6`).join('')
    expect(codeOf(() => decode(`a1${text('constraints')}b841${body}`))).toBe('CONSTRAINTS_TOO_MANY')
  })
})

describe('bytes', () => {
  test('of the empty one, and of one that allows unknown arguments', () => {
    expect(encode(capability({}))).toBe(NO_CONSTRAINTS)
    expect(encode(capability({}, { allowUnknown: true }))).toBe(
      `a2${text('constraints')}a0${text('allow_unknown')}f5`,
    )
    expect(encode(decode(encode(capability({ b: 1, a: wildcard() }))))).toBe(
      encode(capability({ a: wildcard(), b: 1 })),
    )
  })

  test.each([
    ['without constraints', `a1${text('allow_unknown')}f5`, 'CBOR_MISSING_FIELD'],
    [
      'that say allow_unknown false',
      `a2${text('constraints')}a0${text('allow_unknown')}f4`,
      'CBOR_NOT_CANONICAL',
    ],
    ['out of order', `a2${text('allow_unknown')}f5${text('constraints')}a0`, 'CBOR_KEY_ORDER'],
    ['with another field', `a2${text('constraints')}a0${text('strict')}f5`, 'CBOR_UNKNOWN_FIELD'],
    ['with a name twice', `a1${text('constraints')}a261618210f661618210f6`, 'CBOR_DUPLICATE_KEY'],
    ['with names out of order', `a1${text('constraints')}a261628210f661618210f6`, 'CBOR_KEY_ORDER'],
  ])('%s are refused', (_what, hex, code) => {
    expect(codeOf(() => decode(hex))).toBe(code)
  })

  test('that say allow_unknown false are refused by a rule of their own', () => {
    const hex = `a2${text('constraints')}a0${text('allow_unknown')}f4`
    expect(() => decode(hex)).toThrow(expect.objectContaining({ rule: 'ENCODING_ONE_FORM' }))
  })
})

describe('asking one', () => {
  test('without constraints it is open, with one it is closed', () => {
    expect(fault(capability({}), { any: 'thing' })).toBeUndefined()
    expect(fault(capability({ a: 1 }), { a: 1, b: 2 })).toEqual({
      code: 'CONSTRAINT_ARGUMENT_UNKNOWN',
      argument: 'b',
    })
    expect(fault(capability({ a: 1 }, { allowUnknown: true }), { a: 1, b: 2 })).toBeUndefined()
  })

  test('an absent argument is refused, for a Wildcard too; a null is there', () => {
    expect(fault(capability({ a: wildcard() }), {})?.code).toBe('CONSTRAINT_ARGUMENT_MISSING')
    expect(fault(capability({ a: wildcard() }), { a: undefined })?.code).toBe('CONSTRAINT_ARGUMENT_MISSING')
    expect(fault(capability({ a: wildcard() }), { a: null })).toBeUndefined()
    expect(fault(capability({ a: 1 }, { allowUnknown: true }), { b: 1 })?.code).toBe(
      'CONSTRAINT_ARGUMENT_MISSING',
    )
  })

  test('inherited names are neither arguments nor constraints', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      const named = Object.fromEntries([[name, wildcard()]])
      expect(fault(capability(named), {})?.code, name).toBe('CONSTRAINT_ARGUMENT_MISSING')
      const args = Object.fromEntries([
        ['a', 1],
        [name, 1],
      ])
      expect(fault(capability({ a: 1 }), args)?.code, name).toBe('CONSTRAINT_ARGUMENT_UNKNOWN')
    }
  })

  test('a fault keeps its own code', () => {
    expect(fault(capability({ a: cidr('10.0.0.0/8') }), { a: 'x' })?.code).toBe('CONSTRAINT_ERROR')
    expect(fault(capability({ a: unknown(55, new Uint8Array()) }), { a: 'x' })?.code).toBe(
      'CONSTRAINT_UNKNOWN',
    )
    expect(fault(capability({ a: 1 }), { a: 2 })).toMatchObject({
      code: 'CONSTRAINT_VIOLATED',
      argument: 'a',
    })
  })

  test('the order of checks does not depend on the order of arguments', () => {
    const made = capability({ a: 1, b: unknown(55, new Uint8Array()) })
    for (const args of [
      { a: 2, b: 1 },
      { b: 1, a: 2 },
    ])
      expect(fault(made, args)?.code).toBe('CONSTRAINT_VIOLATED')
  })

  test('many constraints on one long text are denied as too costly', () => {
    const globs = Array.from({ length: 4000 }, (_, i) => pattern(`*a${i}*`))
    const asked = compileCapability(capability({ a: any(globs) }), engines)
    expect(asked(copyArgs({ a: 'b'.repeat(60_000) }), 0)).toMatchObject({
      code: 'CONSTRAINT_TOO_COSTLY',
      rule: 'MATCHING_BOUNDED',
    })
    expect(asked(copyArgs({ a: 'b'.repeat(100) }), 0)?.code).toBe('CONSTRAINT_VIOLATED')
  })

  test('together they take as many steps as are allowed, and not one more', () => {
    const sixteen = (...names: string[]) =>
      Object.fromEntries(names.map((name) => [name, not(any(Array.from({ length: 6 }, (_, i) => exact(i))))]))
    const asked = compileCapability(capability(sixteen('a', 'b')), engines)
    const long = 'x'.repeat(2 ** 20)
    expect(
      asked(
        objectOf([
          ['a', long],
          ['b', long],
        ]),
        0,
      ),
    ).toBeUndefined()
    expect(
      asked(
        objectOf([
          ['a', long],
          ['b', `${long}x`],
        ]),
        0,
      ),
    ).toMatchObject({
      code: 'CONSTRAINT_TOO_COSTLY',
      argument: 'b',
    })
  })
})

describe('covering another', () => {
  const gap = (parent: Capability, child: Capability) => coversCapability(parent, child, engines)

  test.each([
    ['opened, even from open', capability({}), capability({}, { allowUnknown: true }), 'opened'],
    ['an argument dropped', capability({ a: wildcard() }), capability({}), 'argument-dropped'],
    ['an argument added', capability({ a: 1 }), capability({ a: 1, b: 1 }), 'argument-added'],
    [
      'an argument added where unknown ones are allowed',
      capability({ a: 1 }, { allowUnknown: true }),
      capability({ a: 1, b: 1 }),
      'argument-added',
    ],
    ['a constraint widened', capability({ a: oneOf([1]) }), capability({ a: oneOf([1, 2]) }), 'constraint'],
  ])('%s', (_what, parent, child, reason) => {
    expect(gap(parent, child)?.reason).toBe(reason)
  })

  test('an open parent covers whatever is no more open', () => {
    expect(gap(capability({}), capability({ a: 1, b: 2 }))).toBeUndefined()
    expect(gap(capability({ a: 1 }, { allowUnknown: true }), capability({ a: 1 }))).toBeUndefined()
  })

  test('tells where, and by which rule where it is one of ours', () => {
    const parent = capability({ a: any([cidr('10.0.0.0/8'), exact('x')]) })
    const child = capability({ a: any([exact('x')]) })
    expect(gap(parent, child)).toMatchObject({ reason: 'constraint', argument: 'a', rule: 'ANY_FAULT' })
    expect(gap(capability({ a: 1 }), capability({ a: 2 }))).not.toHaveProperty('rule')
  })
})

describe('tools', () => {
  const tools = (entries: Record<string, Capability>): Tools => new Map(Object.entries(entries))
  const [strict, loose] = [capability({ path: subpath('/data') }), capability({ path: wildcard() })]

  test('the exact name wins over *, and no name is inherited', () => {
    const granted = tools({ read: strict, '*': loose })
    expect(findCapability(granted, 'read')).toBe(strict)
    expect(findCapability(granted, 'toString')).toBe(loose)
    expect(findCapability(tools({ read: strict }), 'toString')).toBeUndefined()
  })

  test.each([
    ['a tool that is not granted', { read: strict }, { write: strict }, 'tool-not-granted'],
    ['* where there is none', { read: loose }, { '*': loose }, 'tool-not-granted'],
    ['a named tool looser than it was', { read: strict, '*': loose }, { read: loose }, 'constraint'],
    ['* kept and a stricter name dropped', { read: strict, '*': loose }, { '*': loose }, 'wildcard-tool'],
    [
      'the same beside other names',
      { read: strict, '*': loose },
      { write: loose, '*': loose },
      'wildcard-tool',
    ],
  ] as const)('refused: %s', (_what, parent, child, reason) => {
    expect(coversTools(tools(parent), tools(child), engines)?.reason).toBe(reason)
  })

  test.each([
    ['fewer tools', { read: strict, write: loose }, { read: strict }],
    ['a name under *', { '*': loose }, { read: strict }],
    ['* as strict as the name that is dropped', { read: strict, '*': loose }, { '*': strict }],
    ['* and the stricter name kept', { read: strict, '*': loose }, { read: strict, '*': loose }],
    ['* dropped', { read: strict, '*': loose }, { read: strict, other: loose }],
    ['nothing at all', { read: strict }, {}],
  ] as const)('covered: %s', (_what, parent, child) => {
    expect(coversTools(tools(parent), tools(child), engines)).toBeUndefined()
  })

  test('the rule for * is named, with the tool that would be loosened', () => {
    expect(coversTools(tools({ read: strict, '*': loose }), tools({ '*': loose }), engines)).toEqual({
      reason: 'wildcard-tool',
      tool: 'read',
      rule: 'TOOL_WILDCARD',
    })
  })

  test('where the steps run out, that is the rule', () => {
    const [parent, child] = [tools({ read: strict, '*': loose }), tools({ '*': loose })]
    const ruleWith = (steps: number): unknown => {
      const allowance = chainAllowance()
      allowance.left = steps
      return coversTools(parent, child, engines, allowance)
    }
    expect(ruleWith(0)).toMatchObject({ reason: 'constraint', tool: '*', rule: 'COVER_TOO_COSTLY' })
    expect(ruleWith(1)).toEqual({ reason: 'wildcard-tool', tool: 'read', rule: 'COVER_TOO_COSTLY' })
    expect(ruleWith(3)).toEqual({ reason: 'wildcard-tool', tool: 'read', rule: 'TOOL_WILDCARD' })
  })

  test('what a child permits of any tool its parent permits', () => {
    const sets = [strict, loose, capability({}), capability({ path: not(exact('/data/x')) })]
    const names = ['read', 'write', '*']
    const maps: Tools[] = [new Map()]
    for (const name of names)
      for (const known of [...maps]) for (const set of sets) maps.push(new Map([...known, [name, set]]))
    const calls = ['/data/x', '/data/y', '/etc'].map((path) => copyArgs({ path }))
    for (const parent of maps) {
      for (const child of maps) {
        if (coversTools(parent, child, engines) !== undefined) continue
        for (const tool of ['read', 'write', 'other']) {
          const [outer, inner] = [findCapability(parent, tool), findCapability(child, tool)]
          if (inner === undefined) continue
          for (const args of calls) {
            if (compileCapability(inner, engines)(args, 0) !== undefined) continue
            expect(outer && compileCapability(outer, engines)(args, 0), tool).toBeUndefined()
            expect(outer).toBeDefined()
          }
        }
      }
    }
  })
})
