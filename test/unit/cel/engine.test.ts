import { describe, expect, test } from 'vitest'
import { celEngine } from '../../../src/cel/index.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { isWarrantError } from '../../../src/errors.js'
import { objectOf } from '../../support/values.js'

const NOW = 1_750_000_000 // 2025-06-15T15:06:40Z

const outcome = (expression: string, value: Value = 1) => celEngine.compile(expression)(value, NOW)

const ruleOf = (expression: string, value: Value = 1) => celEngine.stricter?.(expression, value, NOW)

const list = (...items: readonly Value[]): Value => Object.freeze(items)

const order = objectOf([
  ['amount', 75_000],
  ['approver', 'cfo@example.com'],
  ['tags', list('a', 'b')],
  ['deep', objectOf([['x', objectOf([['y', 1]])]])],
])

describe('an error anywhere denies', () => {
  test.each([
    '1 / 0 == 0 || true',
    'true && 1 / 0 == 0',
    'missing || true',
    '(value == "a" ? 1 / 0 : 1 / 0) == 0 || true',
    '[1, 1 / 0].size() == 2',
    '{1: missing}.size() == 1',
    '[0, 1].exists(x, 1 / x == 1 || true)',
    '[0, 1].all(x, x == 0 || 1 % (x - 1) == 0)',
    '!(missing == 1)',
    'size(value) == size(value)',
    '9223372036854775807 + 1 > 0',
    '-9223372036854775807 - 2 < 0',
    '-9223372036854775808 / -1 > 0',
    '-9223372036854775808 % -1 == 0',
    '1 + 1.0 == 2.0',
    '"a" < 1',
    'value.foo == 1',
    'value + 1',
    "'a'.matches('(')",
    "timestamp('2020-01-01') < timestamp(time_now(null))",
  ])('%s', (expression) => {
    expect(outcome(expression)).toBe('CONSTRAINT_ERROR')
    expect(ruleOf(expression)).toBeUndefined() // an error in the reference too
  })

  test('except in what is not evaluated', () => {
    for (const expression of [
      'true || 1 / 0 == 0',
      '!(false && missing)',
      'true ? true : missing',
      '[1, 0].exists(x, 1 / x == 1)',
      '![0, 1].all(x, x == 1 && 1 / 0 == 0)',
    ]) {
      expect(outcome(expression), expression).toBe(true)
    }
  })
})

describe('an error of the standard denies by its rule', () => {
  test.each([
    'value && true',
    'true && value',
    '1 || true',
    '!0',
    '!(!0)',
    'value ? true : false',
    '[1].all(x, x)',
    '[1][1] == null',
    '{"a": 1}["b"] == null',
    '"abc"[0] == "a"',
    'has(value.x) || true',
    '1.0 / 0.0 > 1.0',
    '0.0 / 0.0 == 0.0 || true',
    'null <= null',
    '{"a": 1}.map(k, k) == ["a"]',
    '{1: 1, 1: 2}.size() == 1',
    '9007199254740993 == 9007199254740992.0',
    'value.size == 1 || true',
    'max([]) == null',
    "timestamp('2016-12-31T23:59:60Z') < timestamp(time_now(1))",
    'string(1e300 * 10.0) == ""',
    '-(-9223372036854775807 - 1) < 0',
  ])('%s', (expression) => {
    expect(outcome(expression)).toBe('CONSTRAINT_ERROR')
    expect(ruleOf(expression)).toBe('CEL_STRICT')
  })
})

describe('values and operators', () => {
  test.each([
    ['value < 10.5', 5, true],
    ['value == 5.0', 5, true],
    ['value == 5', float(5), true],
    ['value == "42"', 42, false],
    ['value == null', null, true],
    ['value == [1, 2]', list(1, float(2)), true],
    ['value in [1, 2]', float(2), true],
    ['"b" in value', 'abc', true],
    ['"a" in {"a": 1}', 1, true],
    ['-7 / 2 == -3 && -7 % 2 == -1', 1, true],
    ['7.0 / 2.0 == 3.5', 1, true],
    ['- value == -1', 1, true],
    ['-9223372036854775808 < 0', 1, true],
    ['"a" + "b" == "ab" && [1] + [2] == [1, 2]', 1, true],
    ['"é" > "z" && "\\U0001F600" > "\\uffff"', 1, true],
    ['false < true', 1, true],
    ['{"a": {"b": 1}}.a["b"] == 1', 1, true],
    ['value[0][1] == 3', list(list(1, 3)), true],
    ['1 < 2 == true', 1, true],
    ['value > 1 ? value < 5 : value == 0', 3, true],
    ['!(value == 1)', 2, true],
    ['falsehood == 1', objectOf([['falsehood', 1]]), true],
    ['package.import == 1', objectOf([['package', objectOf([['import', 1]])]]), true],
  ] as const)('%s on %j', (expression, value, expected) => {
    expect(outcome(expression, value)).toBe(expected)
  })
})

test('integers are exact on all 64 bits', () => {
  expect(outcome('value == 9007199254740993', 9007199254740993n)).toBe(true)
  expect(outcome('value == 9007199254740992', 9007199254740993n)).toBe(false)
  expect(outcome('value < 9223372036854775807', 2n ** 63n - 1n)).toBe(false)
})

describe('scope', () => {
  test('fields of an object are variables, and then there is no value', () => {
    expect(outcome('amount < 100000 && approver != ""', order)).toBe(true)
    expect(outcome('value.amount < 100000', order)).toBe('CONSTRAINT_ERROR')
    expect(outcome('value == 1', objectOf([['value', 1]]))).toBe(true)
    expect(outcome('deep.x.y == 1 && has(deep.x.y) && !has(deep.z)', order)).toBe(true)
  })

  test('names of prototypes are ordinary', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect(outcome(`${name} == 1`, objectOf([])), name).toBe('CONSTRAINT_ERROR')
      expect(outcome(`has(a.${name})`, objectOf([['a', objectOf([])]])), name).toBe(false)
      expect(outcome(`${name} == 1`, objectOf([[name, 1]])), name).toBe(true)
    }
  })

  test('a macro binds its variable inside alone', () => {
    expect(outcome('tags.exists(amount, amount == "a") && amount == 75000', order)).toBe(true)
    expect(outcome('tags.all(t, t != "") && t == "a"', order)).toBe('CONSTRAINT_ERROR')
    expect(outcome('tags.all(t, tags.exists(u, u == t))', order)).toBe(true)
  })
})

describe('macros', () => {
  test.each([
    '[].all(x, false)',
    '![].exists(x, true)',
    '[1, 2, 3].exists_one(x, x > 2)',
    '![2, 3].existsOne(x, x > 1)',
    '[1, 2, 3].filter(x, x > 1) == [2, 3]',
    '[1, 2].map(x, x * 2) == [2, 4]',
    '[1, 2, 3].map(x, x > 1, [x]) == [[2], [3]]',
    '{"a": 1, "b": 2}.all(k, k in ["a", "b"])',
    '{"a": 1}.exists(k, k == "a")',
    '{"a": 1, "b": 2}.exists_one(k, k == "a")',
  ])('%s', (expression) => {
    expect(outcome(expression)).toBe(true)
  })

  test('over a map look at every key, so that its order decides nothing', () => {
    expect(outcome('{"a": 1, "b": 0}.exists(k, k == "a" || 1 / 0 == 0)')).toBe('CONSTRAINT_ERROR')
    expect(outcome('{"a": 1, "b": 0}.all(k, k != "a" && 1 / 0 == 0)')).toBe('CONSTRAINT_ERROR')
  })
})

describe('functions', () => {
  test.each([
    'size("é漢😀") == 9', // bytes, as the reference counts
    '"ab".size() == 2 && size([1]) == 1 && {"a": 1}.size() == 1',
    '"abc".startsWith("ab") && "abc".endsWith("bc") && "abc".contains("b") && "".startsWith("")',
    '[1, 2].contains(2.0) && {"a": 1}.contains("a")',
    '"my-prod-db".matches("prod") && !"é1".matches("^[a-z]+$")',
    'string(5) == "5" && string(1.0) == "1" && string(1.5) == "1.5" && string("a") == "a"',
    'int("+5") == 5 && int(-1.9) == -1 && int("-9223372036854775808") < 0',
    'double("1.5e1") == 15.0 && double(2) == 2.0',
    'max(1, 2.5) == 2.5 && min([3, 1, 2]) == 1 && max("a", "b") == "b" && max(7) == 7',
    'timestamp("2020-02-29T23:59:59.5-11:30").getDate() == 29',
    'timestamp("2020-02-29T23:59:59.5-11:30") > timestamp("2020-03-01T11:29:59Z")',
    'timestamp("2020-01-02T00:00:00Z") - timestamp("2020-01-01T00:00:00Z") == duration("24h")',
    'timestamp("2020-01-01T00:00:00Z") + duration("1h30m") == timestamp("2020-01-01T01:30:00Z")',
    'duration("90m") == duration("1h30m") && duration("-1.5s") < duration("0")',
    'time_now(null) == "2025-06-15T15:06:40+00:00"',
    'timestamp(time_now(null)) == timestamp("2025-06-15T15:06:40Z")',
    'time_is_expired("2025-06-15T15:06:39Z") && !time_is_expired("2025-06-15T15:06:40Z")',
    'time_since("2025-06-15T15:06:30Z") == 10 && time_since("2025-06-15T15:06:50Z") == -10',
    '!time_is_expired("garbage") && !time_is_expired(5) && time_since("2020-01-01") == 0',
    'net_in_cidr("10.2.3.4", "10.0.0.0/8") && !net_in_cidr("::ffff:10.2.3.4", "10.0.0.0/8")',
    '!net_in_cidr("010.0.0.1", "10.0.0.0/8") && !net_in_cidr(5, "0.0.0.0/0") && !net_in_cidr("10.0.0.1", "x")',
    'net_is_private("172.31.0.1") && net_is_private("fd00::1") && !net_is_private("127.0.0.1")',
    '!net_is_private("169.254.0.1") && !net_is_private("fe80::1") && !net_is_private(null)',
  ])('%s', (expression) => {
    expect(outcome(expression)).toBe(true)
  })

  test('a text that the regular expressions here refuse denies by their rule', () => {
    expect(outcome(`'a'.matches('(?x) a')`)).toBe('CONSTRAINT_ERROR')
    expect(ruleOf(`'a'.matches('(?x) a')`)).toBe('REGEX_DIALECT')
    expect(ruleOf(`'é'.matches(r'\\bé')`)).toBe('REGEX_TEXT')
  })

  test('a clock that gives no number is an error where it is asked', () => {
    expect(celEngine.compile('time_since("2020-01-01T00:00:00Z") > 0')(1, Number.NaN)).toBe(
      'CONSTRAINT_ERROR',
    )
    expect(celEngine.compile('value == 1')(1, Number.NaN)).toBe(true)
  })
})

const refusalOf = (expression: string): readonly [code: string, rule: string | undefined] => {
  try {
    celEngine.compile(expression)
  } catch (thrown) {
    if (isWarrantError(thrown)) return [thrown.code, thrown.rule]
  }
  return expect.unreachable(`${expression} was compiled`)
}

describe('what is refused when it is compiled', () => {
  test.each(['', 'not valid !', '(x > 0) && (x <)', 'a b', '1 +', '[1, ', 'a.in == 1', 'a ? b'])(
    'no expression: %s',
    (text) => {
      expect(refusalOf(text)[0]).toBe('CONSTRAINT_INVALID')
    },
  )

  test.each([
    '!!true',
    '--1 == 1',
    'true // x',
    'unknown(1)',
    'value.unknown()',
    'size()',
    'size(1, 2)',
    'time_now()',
    'dyn(1)',
    'type(1) == int',
    'uint(1) == 1',
    'bytes("a") == bytes("a")',
    'T{a: 1}.a == 1',
    'value.max(1) == 1',
    '9223372036854775808 > 0',
    '1e999 > 0.0',
    'startsWith("a", "b")',
    '"a".string() == "a"',
    'has(value)',
    '[1].all(1, true)',
    '.value == 1',
    `'\\q' == ''`,
  ])('outside the dialect: %s', (expression) => {
    expect(refusalOf(expression)).toEqual(['CONSTRAINT_INVALID', 'CEL_DIALECT'])
  })

  test('past the bounds: nodes, depth, nesting of macros', () => {
    const sum = (count: number) => Array.from({ length: count }, () => 'a').join(' + ')
    expect(refusalOf(`${sum(40)} == 1`)).toEqual(['CONSTRAINT_INVALID', 'CEL_DIALECT'])
    expect(
      refusalOf(`[${Array.from({ length: 250 }, () => '1').join(',')}].size() == [1,2,3].size()`),
    ).toEqual(['CONSTRAINT_INVALID', 'CEL_DIALECT'])
    expect(refusalOf('[1].all(a, [1].all(b, [1].all(c, true)))')).toEqual([
      'CONSTRAINT_INVALID',
      'CEL_DIALECT',
    ])
    expect(outcome('[1].all(a, [1].all(b, true))')).toBe(true)
    expect(outcome(Array.from({ length: 60 }, () => 'value == 1').join(' && '))).toBe(true)
  })
})

describe('the work is bounded', () => {
  const many = list(...Array.from({ length: 5_000 }, () => 1))
  const long = 'a'.repeat(60_000)

  test.each([
    ['pairs', 'value.all(x, value.all(y, x == y))', many],
    ['text that doubles', `[value]${'.map(a, a + a)'.repeat(12)}.size() == 1`, long],
    ['a search for long text', `value.contains("b${'a'.repeat(3_000)}")`, long],
    ['a match', `value.matches("(?:a?){30}$")`, long],
    ['many matches', `value.all(x, "${'a'.repeat(500)}".matches("(?:a?){20}$"))`, many],
    ['many patterns', 'value.all(x, "a".matches("(?:a?){300}" + string(x)) || true)', many],
    ['comparison of long lists', 'value == value && value.all(x, value == value)', many],
  ])('%s', (_, expression, value) => {
    expect(outcome(expression, value)).toBe('CONSTRAINT_TOO_COSTLY')
    expect(ruleOf(expression, value)).toBe('MATCHING_BOUNDED')
  })
})

test('the engine never throws once it has compiled, and gives one of the outcomes', () => {
  const values: readonly Value[] = [1, 'a', null, true, float(1), 2n ** 62n, list(), order, objectOf([])]
  for (const expression of ['value', 'value + value', 'value[0]', 'value.a', 'value.size()', 'amount > 1']) {
    for (const value of values)
      expect([true, false, 'CONSTRAINT_ERROR']).toContain(outcome(expression, value))
  }
})

test('an expression that is refused is not parsed again for every time that a warrant holds it', () => {
  const refusal = (): unknown => {
    try {
      return celEngine.compile('value < 1!')
    } catch (thrown) {
      return thrown
    }
  }
  const first = refusal()
  expect(isWarrantError(first) && first.code).toBe('CONSTRAINT_INVALID')
  expect(refusal()).toBe(first)
})
