import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  compileConstraint,
  constraintDepth,
  covers,
  decodeConstraint,
  describeConstraint,
  encodeConstraint,
  permits,
  stricterCover,
  stricterMatch,
} from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  cidr,
  exact,
  not,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  unknown,
  urlPattern,
  urlSafe,
  wildcard,
} from '../../../src/capability/constructors.js'
import { KINDS, kindByTag, kindOf } from '../../../src/capability/kinds.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { engines } from '../../support/engines.js'
import { codeOf } from '../../support/values.js'

const decode = (hex: string): Constraint => {
  const reader = new CborReader(fromHex(hex))
  const constraint = decodeConstraint(reader)
  reader.end()
  return constraint
}

const encode = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

const text = (value: string): string => {
  const writer = new CborWriter()
  writer.text(value)
  return toHex(writer.finish())
}

const nested = (levels: number, leaf: Constraint): Constraint => {
  let constraint = leaf
  // Without the constructor, which refuses to go so deep.
  for (let i = 0; i < levels; i++) constraint = { kind: 'not', constraint }
  return constraint
}

describe('the table of kinds', () => {
  test('has one row per kind, under its own name and type id', () => {
    for (const [name, kind] of Object.entries(KINDS)) {
      expect(kind.kind).toBe(name)
      if (name !== 'unknown') expect(kindByTag(kind.tag).kind).toBe(name)
    }
    expect(new Set(Object.values(KINDS).map(({ tag }) => tag)).size).toBe(Object.keys(KINDS).length)
  })

  test('has no row for inherited names', () => {
    for (const name of ['toString', 'constructor', '__proto__'])
      expect(() => kindOf({ kind: name } as unknown as Constraint), name).toThrow(TypeError)
  })

  test('takes no type id that it knows for an Unknown, and every other byte', () => {
    const refused = (tag: number): boolean =>
      codeOf(() => unknown(tag, new Uint8Array())) === 'CONSTRAINT_INVALID'
    const tags = Array.from({ length: 256 }, (_, tag) => tag)
    const known = Object.values(KINDS).flatMap(({ kind, tag }) => (kind === 'unknown' ? [] : [tag]))
    expect(tags.filter(refused)).toEqual(known.sort((a, b) => a - b))
    for (const tag of [-1, 256, 0.5, Number.NaN]) expect(refused(tag)).toBe(true)
  })

  test('reads every type id without a row as Unknown', () => {
    for (const tag of [0, 6, 19, 127, 129, 255]) expect(kindByTag(tag).kind).toBe('unknown')
  })
})

describe('bytes', () => {
  test('are those of format §6', () => {
    expect(encode(exact('a'))).toBe(`8201a1${text('value')}6161`)
    expect(encode(range({ min: 0, max: 100.5 }))).toBe(
      `8203a4${text('min')}f90000${text('max')}f95648${text('min_inclusive')}f5${text('max_inclusive')}f5`,
    )
    expect(encode(range({}))).toBe(
      `8203a4${text('min')}f6${text('max')}f6${text('min_inclusive')}f5${text('max_inclusive')}f5`,
    )
    expect(encode(wildcard())).toBe('8210f6')
    expect(encode(not(any([])))).toBe(`820ea1${text('constraint')}820da1${text('constraints')}80`)
    expect(encode(unknown(200, new Uint8Array([1, 2])))).toBe('8218c8420102')
  })

  test.each([
    ['no pair', '01', 'CBOR_UNEXPECTED_TYPE'],
    ['an empty pair', '80', 'CBOR_UNEXPECTED_TYPE'],
    ['three items', '8310f6f6', 'CBOR_UNEXPECTED_TYPE'],
    ['a type id over a byte', '82190100f6', 'CBOR_NUMBER_RANGE'],
    ['a type id not in shortest form', '821810f6', 'CBOR_NOT_CANONICAL'],
    ['a Wildcard with a body', '8210a0', 'CBOR_UNEXPECTED_TYPE'],
    ['an unknown type with a map', '821837a0', 'CBOR_UNEXPECTED_TYPE'],
    ['an unknown type with text', '82183761', 'CBOR_UNEXPECTED_TYPE'],
    ['an unknown type with an array of bytes', '8218378101', 'CBOR_UNEXPECTED_TYPE'],
    ['an Exact without value', '8201a0', 'CBOR_MISSING_FIELD'],
    ['an Exact with bytes', `8201a1${text('value')}4161`, 'CBOR_UNEXPECTED_TYPE'],
    ['an Exact with a tagged value', `8201a1${text('value')}c11a00000000`, 'CBOR_TAGGED'],
    ['an Exact with two values', `8201a2${text('value')}01${text('value')}01`, 'CBOR_DUPLICATE_KEY'],
    ['an Exact with another field', `8201a2${text('value')}01${text('note')}01`, 'CBOR_UNKNOWN_FIELD'],
    ['an Exact of NaN', `8201a1${text('value')}f97e00`, 'CBOR_NOT_FINITE'],
    ['a Not of nothing', `820ea1${text('constraint')}f6`, 'CBOR_UNEXPECTED_TYPE'],
  ])('refuse %s', (_what, hex, code) => {
    expect(codeOf(() => decode(hex))).toBe(code)
  })

  const flags = `${text('min_inclusive')}f5${text('max_inclusive')}f5`
  test.each([
    ['without flags', `8203a2${text('min')}f90000${text('max')}f90000`, 'CBOR_MISSING_FIELD'],
    ['with one flag', `8203a1${text('min_inclusive')}f5`, 'CBOR_MISSING_FIELD'],
    ['with an integer bound', `8203a4${text('min')}00${text('max')}f6${flags}`, 'CBOR_UNEXPECTED_TYPE'],
    ['with a bound of NaN', `8203a4${text('min')}f97e00${text('max')}f6${flags}`, 'CBOR_NOT_FINITE'],
    ['with an infinite bound', `8203a4${text('min')}f97c00${text('max')}f6${flags}`, 'CBOR_NOT_FINITE'],
    [
      'with a bound in a long form',
      `8203a4${text('min')}fa3f800000${text('max')}f6${flags}`,
      'CBOR_NOT_CANONICAL',
    ],
    ['out of order', `8203a4${text('max')}f6${text('min')}f6${flags}`, 'CBOR_KEY_ORDER'],
  ])('refuse a Range %s', (_what, hex, code) => {
    expect(codeOf(() => decode(hex))).toBe(code)
  })

  test('may leave out the bounds of a Range', () => {
    expect(decode(`8203a2${flags}`)).toEqual(range({}))
  })

  test('keep what an unknown type came with, and stay apart from the input', () => {
    const bytes = fromHex('8218c8420102')
    const constraint = decodeConstraint(new CborReader(bytes))
    bytes.fill(0xff)
    expect(encode(constraint)).toBe('8218c8420102')
  })
})

describe('nesting', () => {
  test('of 32 is read, of 33 refused, before any more is read', () => {
    expect(constraintDepth(decode(encode(nested(32, exact(1)))))).toBe(32)
    const step = `820ea1${text('constraint')}`
    expect(codeOf(() => decode(step.repeat(33)))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => decode(step.repeat(10_000)))).toBe('CONSTRAINT_TOO_DEEP')
  })

  test('counts an All without constraints as one', () => {
    expect(constraintDepth(all([]))).toBe(1)
    expect(
      codeOf(() => decode(`${`820ea1${text('constraint')}`.repeat(32)}820ca1${text('constraints')}80`)),
    ).toBe('CONSTRAINT_TOO_DEEP')
  })

  test('is refused by constructors and by the writer as well', () => {
    const deepest = nested(32, exact(1))
    expect(codeOf(() => not(deepest))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => all([deepest]))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => any([deepest]))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => encode(nested(33, exact(1))))).toBe('CONSTRAINT_TOO_DEEP')
    const cycle = { kind: 'not' } as { kind: 'not'; constraint: Constraint }
    cycle.constraint = cycle
    expect(codeOf(() => not(cycle))).toBe('CONSTRAINT_TOO_DEEP')
    expect(codeOf(() => encode(cycle))).toBe('CONSTRAINT_TOO_DEEP')
  })
})

describe('outcomes', () => {
  const here = { engines, now: 0 }

  test('a fault is no denial that Not could turn', () => {
    expect(permits(not(cidr('10.0.0.0/8')), 'garbage', here)).toBe('CONSTRAINT_ERROR')
    expect(permits(not(not(unknown(55, new Uint8Array()))), 'x', here)).toBe('CONSTRAINT_UNKNOWN')
    expect(permits(not(regex('a')), 'x', { engines: {}, now: 0 })).toBe('CONSTRAINT_ENGINE_MISSING')
    expect(permits(not(regex('(')), 'x', here)).toBe('CONSTRAINT_ERROR')
  })

  test('a value that only a stricter rule denies is not permitted by negation either', () => {
    for (const url of ['https://localhost./', 'https://198.18.0.1/']) {
      expect(permits(urlSafe(), url, here), url).toBe(false)
      expect(permits(not(urlSafe()), url, here), url).toBe('CONSTRAINT_ERROR')
      expect(permits(not(not(urlSafe())), url, here), url).toBe('CONSTRAINT_ERROR')
      expect(permits(not(all([wildcard(), urlSafe()])), url, here), url).toBe('CONSTRAINT_ERROR')
      expect(permits(any([not(urlSafe()), exact(url)]), url, here), url).toBe('CONSTRAINT_ERROR')
    }
    expect(permits(not(range({ max: 2 ** 53 })), 2n ** 53n + 1n, here)).toBe('CONSTRAINT_ERROR')
    expect(permits(not(urlSafe()), 'garbage', here)).toBe(true)
  })

  test('a constraint that differs is passed over where another denies for the reference too', () => {
    const both = all([urlSafe(), exact('other')])
    expect(stricterMatch(urlSafe(), 'https://localhost./', engines)).toBe('URL_SAFE_TRAILING_DOT')
    expect(stricterMatch(both, 'https://localhost./', engines)).toBeUndefined()
    expect(permits(not(both), 'https://localhost./', here)).toBe(true)
  })

  test('data that no constructor made faults instead of throwing', () => {
    const forged = { kind: 'pattern', pattern: 'a**' } as Constraint
    expect(compileConstraint(forged, {})('a', 0)).toBe('CONSTRAINT_ERROR')
  })
})

describe('coverage where faults are', () => {
  const localhost = exact('localhost')
  const network = cidr('10.0.0.0/8')

  test('a child Any may not drop the erring branch that shields its parent', () => {
    const parent = any([network, localhost])
    expect(covers(parent, any([localhost]), engines)).toBe(false)
    expect(stricterCover(parent, any([localhost]), engines)).toBe('ANY_FAULT')
    expect(covers(parent, any([localhost, network]), engines)).toBe(false)
    expect(covers(parent, parent, engines)).toBe(true)
    expect(covers(parent, any([cidr('10.1.0.0/16'), localhost]), engines)).toBe(true)
    expect(covers(parent, any([cidr('10.1.0.0/16')]), engines)).toBe(true)
    expect(covers(any([localhost, network]), any([localhost]), engines)).toBe(true)
  })

  test('an unknown branch may stay where it is, and may not go', () => {
    const mystery = unknown(55, new Uint8Array([1]))
    const parent = any([exact('a'), mystery, exact('b')])
    expect(covers(parent, any([exact('a')]), engines)).toBe(true)
    expect(covers(parent, any([exact('b')]), engines)).toBe(false)
    expect(covers(any([wildcard()]), any([mystery]), engines)).toBe(true)
  })

  test('a child Not may not lose the fault inside its parent', () => {
    const parent = not(all([network, localhost]))
    expect(covers(parent, not(all([localhost])), engines)).toBe(false)
    expect(stricterCover(parent, not(all([localhost])), engines)).toBe('NOT_FAULT')
    expect(covers(parent, parent, engines)).toBe(true)
    expect(covers(not(cidr('10.1.0.0/16')), not(network), engines)).toBe(true)
    expect(covers(not(exact('10.0.0.1')), not(network), engines)).toBe(true)
    expect(covers(not(any([network])), not(any([network, urlPattern('https://a.example/*')])), engines)).toBe(
      true,
    )
    expect(covers(not(unknown(55, new Uint8Array())), not(wildcard()), engines)).toBe(true)
  })

  test('the rule of a pair inside is the rule of the whole', () => {
    const whole = 2 ** 53
    const [parent, child] = [range({ max: whole }), exact(BigInt(whole) + 1n)]
    expect(stricterCover(parent, child, engines)).toBe('RANGE_EXACT')
    expect(stricterCover(all([parent]), all([child]), engines)).toBe('RANGE_EXACT')
    expect(stricterCover(any([parent]), any([child]), engines)).toBe('RANGE_EXACT')
    expect(stricterCover(not(child), not(parent), engines)).toBe('RANGE_EXACT')
    expect(stricterCover(all([parent, exact(1)]), all([child]), engines)).toBeUndefined()
  })
})

describe('bounds on comparing', () => {
  const many = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i))

  test.each([
    ['All of thousands', all(many(5000, (i) => exact(i))), all(many(5000, (i) => exact(9999 - i)))],
    ['Any of thousands', any(many(5000, (i) => exact(i))), any(many(5000, (i) => exact(4999 - i)))],
    [
      'large lists, again and again',
      all(many(300, () => oneOf(['a']))),
      all(many(300, () => oneOf(many(200, (i) => i)))),
    ],
    [
      'an erring branch for each',
      any([...many(2000, () => cidr('10.0.0.1')), exact('a')]),
      any(many(2000, () => exact('a'))),
    ],
  ])('%s are given up, and not covered', (_what, parent, child) => {
    expect(covers(parent, child, engines)).toBe(false)
    stricterCover(parent, child, engines)
  })

  test('are named', () => {
    const parent = any(many(500, (i) => pattern(`p${i}-*`)))
    const child = any(many(500, (i) => pattern(`p${499 - i}-x*`)))
    expect(stricterCover(parent, child, engines)).toBe('COVER_TOO_COSTLY')
    expect(covers(any(many(100, (i) => exact(i))), any(many(100, (i) => exact(99 - i))), engines)).toBe(true)
  })

  test('no more than 64 different expressions are compiled, and repeating one costs nothing', () => {
    const texts = many(65, (i) => regex(`a${i}`))
    expect(compileConstraint(any(texts), engines)('x', 0)).toBe('CONSTRAINT_TOO_COSTLY')
    expect(compileConstraint(any(texts.slice(1)), engines)('x', 0)).toBe(false)
    expect(compileConstraint(any(many(200, () => regex('a'))), engines)('x', 0)).toBe(false)
  })
})

describe('words', () => {
  test.each([
    [exact('a"b'), 'exactly "a\\"b"'],
    [exact({ b: 1.5, a: [null, true] }), 'exactly {"a": [null, true], "b": 1.5}'],
    [range({ min: 0, max: 10 }), '0 to 10, both included'],
    [range({ min: 0, max: 10, minInclusive: false, maxInclusive: false }), '0 to 10, neither included'],
    [range({ min: 0, max: 10, maxInclusive: false }), '0 to 10, the upper bound excluded'],
    [range({ min: 3 }), 'at least 3'],
    [range({ max: 3, maxInclusive: false }), 'less than 3'],
    [range({}), 'any number'],
    [oneOf(['a', 'b']), 'one of "a", "b"'],
    [
      oneOf(Array.from({ length: 20 }, (_, i) => i)),
      'one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more',
    ],
    [any([exact(1), not(pattern('a*'))]), 'any of (exactly 1; not (matching a*))'],
    [all([]), 'nothing'],
    [unknown(200, new Uint8Array()), 'a constraint of the unknown type 200'],
    [subpath('/data'), '/data or a path under it'],
    [subpath('C:\\x', { allowEqual: false }), 'a path under "C:\\\\x"'],
    [subpath('/x or a path under /y'), '"/x or a path under /y" or a path under it'],
    [subpath('/a; /b'), '"/a; /b" or a path under it'],
    [subpath('/\u00a0'), '"/\u00a0" or a path under it'],
    [pattern('a*) or any of (*'), 'matching "a*) or any of (*"'],
    [regex('a is found; b'), 'in which the regular expression "a is found; b" is found'],
    [cel('value < 5'), 'for which "value < 5"'],
    [cidr('10.0.0.0/8'), 'an address in 10.0.0.0/8'],
    [urlPattern('https://*.a.com/x*'), 'a URL like https://*.a.com/x*'],
    [shlex(['npm', 'no program, git']), 'a command line of npm, "no program, git"'],
    [
      urlSafe({
        schemes: ['https; to x'],
        allowDomains: ['a.com', 'b.com; on port 1'],
        denyDomains: ['c d'],
      }),
      'a safe URL of "https; to x"; to a.com, "b.com; on port 1"; not to "c d"',
    ],
  ] as const)('%j', (constraint, words) => {
    expect(describeConstraint(constraint)).toBe(words)
  })
})
