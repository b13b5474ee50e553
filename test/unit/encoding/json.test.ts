import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatJson, parseJson } from '../../../src/encoding/json.js'
import { MAX_JSON_DEPTH, MAX_JSON_TEXT } from '../../../src/encoding/limits.js'
import { equalValues, float, isFloat, numberOf, type Value } from '../../../src/encoding/value.js'
import { codeOf, objectOf, values } from '../../support/values.js'

describe('against JSON.parse', () => {
  test('the platform reads what we write, but for what it cannot hold', () => {
    const lossy = (value: Value): unknown => {
      const number = numberOf(value)
      if (number !== undefined) return number
      if (Array.isArray(value)) return value.map(lossy)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, lossy(item as Value)]))
    }
    fc.assert(
      fc.property(values, fc.constantFrom(0, 2), (value, indent) => {
        expect(JSON.parse(formatJson(value, indent))).toEqual(lossy(value))
      }),
      { numRuns: 500 },
    )
  })

  test('we read what the platform writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (any, indent) => {
        const text = JSON.stringify(any, null, indent)
        fc.pre(!/\d{16}/.test(text)) // an integer of the platform that is not exact, which we refuse
        fc.pre(JSON.stringify(any).isWellFormed() && !/\\ud[89a-f]/i.test(text))
        expect(JSON.parse(formatJson(parseJson(text)))).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  test('a text that one of both refuses is refused by us', () => {
    const soup = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '\\',
        '\\u0041',
        '\\ud800',
        '1',
        '0',
        '-',
        '.5',
        'e',
        '+',
        'true',
        'nul',
        'l',
        ' ',
        '\n',
        '\f',
        '\uFEFF',
        '/',
      ),
      { maxLength: 9 },
    )
    let read = 0
    fc.assert(
      fc.property(soup, (parts) => {
        const text = parts.join('')
        const ours = codeOf(() => parseJson(text))
        const theirs = codeOf(() => JSON.parse(text))
        if (ours === undefined) {
          read++
          expect(theirs).toBeUndefined()
        } else if (theirs === undefined) {
          expect(ours).toMatch(/^(JSON_DUPLICATE_KEY|JSON_NUMBER_INEXACT|TEXT_SURROGATE)$/)
        }
      }),
      { numRuns: 20_000 },
    )
    expect(read).toBeGreaterThan(100)
  })
})

describe('round trip', () => {
  test('every value comes back with its kinds, whatever the white space', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, 4), (value, indent) => {
        expect(parseJson(formatJson(value, indent))).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  test('equal values have equal text, and the text is written again as it was', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = formatJson(value)
        expect(formatJson(parseJson(text))).toBe(text)
      }),
    )
    expect(formatJson(parseJson('{"b":1,"a":[1.0, 2E2 ,-0]}'))).toBe('{"a":[1.0,200.0,-0.0],"b":1}')
    expect(formatJson(parseJson('{"a":[],"b":{}}'), 2)).toBe('{\n  "a": [],\n  "b": {}\n}')
  })
})

describe('numbers', () => {
  test.each<[string, Value]>([
    ['1', 1],
    ['-1', -1],
    ['0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 2n ** 53n],
    ['9007199254740993', 2n ** 53n + 1n],
    ['-9007199254740993', -(2n ** 53n) - 1n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['0.5', 0.5],
    ['1e-7', 1e-7],
    ['1.25e2', float(125)],
    ['1.0', float(1)],
    ['1e0', float(1)],
    ['1E+2', float(100)],
    ['-0.0', float(-0)],
    ['-0', float(-0)],
    ['0e5', float(0)],
    ['0.0e-999', float(0)],
    ['1e21', float(1e21)],
    ['5e-324', 5e-324],
    ['9007199254740993.0', float(9007199254740992)],
  ])('%s is exactly that', (text, value) => {
    const read = parseJson(text)
    expect(read).toEqual(value)
    expect(isFloat(read)).toBe(isFloat(value))
    expect(equalValues(read, value)).toBe(true)
    if (isFloat(read) && isFloat(value)) expect(Object.is(read.float, value.float)).toBe(true)
  })

  test('1 and 1.0 stay apart', () => {
    expect(equalValues(parseJson('1'), parseJson('1.0'))).toBe(false)
    expect(formatJson([1, float(1), float(1e21), float(123456789012345680000), 1e-7])).toBe(
      '[1,1.0,1e+21,123456789012345680000.0,1e-7]',
    )
  })

  test.each([
    '9223372036854775808',
    '-9223372036854775809',
    '18446744073709551616',
    '1'.repeat(5000),
    '1e400',
    '-1e999999999',
    '1e-400',
    '0.1e-330',
    '1e99999999999999999999',
  ])('what no value holds is refused: %s', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_NUMBER_INEXACT')
  })

  test.each([
    '01',
    '-01',
    '00',
    '+1',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '-',
    '--1',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    '1n',
    '٣',
    '1.0.0',
  ])('what is no JSON number is refused: %s', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_MALFORMED')
  })
})

describe('names and text', () => {
  test.each(['{"a":1,"a":1}', '{"a":1,"b":2,"\\u0061":3}', '{"__proto__":1,"__proto__":2}', '[{"":1,"":1}]'])(
    'a name stands once: %s',
    (text) => {
      expect(codeOf(() => parseJson(text))).toBe('JSON_DUPLICATE_KEY')
    },
  )

  test('__proto__ and its like are ordinary names', () => {
    const object = parseJson('{"__proto__":{"polluted":true},"constructor":1,"toString":null}') as Record<
      string,
      Value
    >
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(Object.getPrototypeOf(object)).toBeNull()
    expect('polluted' in {}).toBe(false)
    expect(object['valueOf']).toBeUndefined()
  })

  test.each(['"\\ud800"', '"\\udc00\\ud800"', '"\uD800"', '{"\\ud83d":1}', '"\\uD83D\\u0041"'])(
    'a lone surrogate is refused: %s',
    (text) => {
      expect(codeOf(() => parseJson(text))).toBe('TEXT_SURROGATE')
    },
  )

  test('escapes mean what they say', () => {
    expect(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\ude00\\u0000"')).toBe(
      '"\\/\b\f\n\r\tA\u{1F600}\0',
    )
    expect(parseJson('"\u2028\u007f"')).toBe('\u2028\u007f')
  })

  test.each([
    '"\\x41"',
    '"\\u004"',
    '"\\u00g0"',
    '"\\u{41}"',
    '"\\',
    '"',
    '"a',
    '"\n"',
    '"\t"',
    '"\0"',
    "'a'",
    '"\\ 1"',
    '"\\__proto__"',
  ])('what is no JSON string is refused: %j', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_MALFORMED')
  })

  test('what has no bytes is not written', () => {
    expect(codeOf(() => formatJson('\uD800'))).toBe('TEXT_SURROGATE')
    expect(codeOf(() => formatJson({ '\uDC00': 1 }))).toBe('TEXT_SURROGATE')
  })
})

describe('shape and bounds', () => {
  test.each([
    '',
    ' ',
    '{',
    '[',
    '[1,]',
    '[,1]',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '{1:1}',
    '[1 2]',
    '1 1',
    '[] []',
    '[1]]',
    'tru',
    'truex',
    'nulll',
    'None',
    '// a\n1',
    '/**/1',
    '\uFEFF1',
    '\u00a01',
    '\v1',
    'undefined',
    '{"a":1 "b":2}',
    '["a":1]',
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_MALFORMED')
  })

  test('says where, and nothing of what it read', () => {
    try {
      parseJson('{\n  "secret": "hunter2",\n  "secret": 1\n}')
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'JSON_DUPLICATE_KEY', where: 'line 3, column 3' })
      expect(String(thrown)).not.toMatch(/secret|hunter2/)
    }
  })

  test.each([
    ['"abc', 'line 1, column 5'],
    ['{"a": "b', 'line 1, column 9'],
    ['{"a', 'line 1, column 4'],
    ['["a\nb"]', 'line 1, column 4'],
    ['["\\x"]', 'line 1, column 3'],
  ])('of %j, where the string is none', (text, where) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'JSON_MALFORMED', where }))
  })

  test('depth and size are bounded', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(() => parseJson(nested(MAX_JSON_DEPTH + 1)))).toBeUndefined()
    expect(codeOf(() => parseJson(nested(MAX_JSON_DEPTH + 2)))).toBe('JSON_TOO_DEEP')
    expect(codeOf(() => parseJson('['.repeat(1_000_000)))).toBe('JSON_TOO_DEEP')
    expect(codeOf(() => parseJson('{"a":'.repeat(500_000)))).toBe('JSON_TOO_DEEP')
    expect(codeOf(() => parseJson(' '.repeat(MAX_JSON_TEXT + 1)))).toBe('JSON_TOO_LARGE')
  })

  test('a megabyte of the worst is read or refused before the test is out of time', () => {
    const worst = [
      `"${'\\u0041'.repeat(170_000)}"`,
      `[${'1.5e1,'.repeat(170_000)}1]`,
      `[${'"a\\n",'.repeat(170_000)}1]`,
      `{${Array.from({ length: 60_000 }, (_, i) => `"${i * 65_537}":${i}`).join()}}`,
      `${'9'.repeat(1_000_000)}.5`,
      '9'.repeat(4_000_000),
      `0.${'0'.repeat(1_000_000)}1`,
      '"'.repeat(1_000_000),
      `"${'\\'.repeat(1_000_001)}"`,
    ]
    for (const text of worst) {
      codeOf(() => parseJson(text))
    }
  })

  test('what is read is frozen all the way down', () => {
    const read = parseJson('{"a":[{"b":[]}]}') as { a: { b: unknown[] }[] }
    for (const part of [read, read.a, read.a[0], read.a[0]?.b]) expect(Object.isFrozen(part)).toBe(true)
  })
})

describe('each mark of the grammar', () => {
  test.each([
    ['{1":2}'],
    ['{a":2}'],
    ['{ }x'],
    ['txue'],
    ['fxlse'],
    ['nxll'],
    ['"\\u00411"x'],
    ['"\\u 041"'],
    ['"\\u0041'],
    ['"\\uD83'],
    ['"\\'],
    ['-'],
    ['+1'],
    ['.5'],
    ['1.'],
    ['1e'],
    ['1e+'],
    ['-.5'],
    ['01'],
    ['-01'],
    ['00.5'],
  ])('is asked for: %s', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_MALFORMED')
  })

  test('white space is each of four units', () => {
    expect(parseJson('\r\n\t {\r"a"\n:\t1 ,"b":[\r]}\r')).toEqual(
      objectOf([
        ['a', 1],
        ['b', []],
      ]),
    )
  })

  test('text is as long as it may be, and integers as wide', () => {
    const longest = `"${'a'.repeat(MAX_JSON_TEXT - 2)}"`
    expect((parseJson(longest) as string).length).toBe(MAX_JSON_TEXT - 2)
    expect(parseJson('999999999999999')).toBe(999_999_999_999_999)
    expect(parseJson('9007199254740993')).toBe(9_007_199_254_740_993n)
    expect(parseJson('-9223372036854775808')).toBe(-(2n ** 63n))
    for (const wide of ['9223372036854775808', '-9223372036854775809', '9'.repeat(20), `1${'0'.repeat(400)}`])
      expect(codeOf(() => parseJson(wide))).toBe('JSON_NUMBER_INEXACT')
  })

  test('indented text has a line for each item, and none for what is empty', () => {
    const value = objectOf([
      ['a', [1, float(2)]],
      ['b', []],
      ['c', objectOf([])],
    ])
    expect(formatJson(value, 2)).toBe('{\n  "a": [\n    1,\n    2.0\n  ],\n  "b": [],\n  "c": {}\n}')
    expect(formatJson(value)).toBe('{"a":[1,2.0],"b":[],"c":{}}')
  })
})
