import { describe, expect, test } from 'vitest'
import { textInWords, valueInWords, valuesInWords } from '../../../src/capability/words.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { objectOf } from '../../support/values.js'

describe('a value in words', () => {
  test.each<[string, Value]>([
    ['"a\\"b"', 'a"b'],
    ['1', 1],
    ['1.0', float(1)],
    ['0.0', float(0)],
    ['-0.0', float(-0)],
    ['0.5', 0.5],
    ['1e+21', float(1e21)],
    ['9007199254740993', 2n ** 53n + 1n],
    ['true', true],
    ['null', null],
    ['["a", 1.0]', ['a', float(1)]],
    [
      '{"a": 1, "b": [null]}',
      objectOf([
        ['b', [null]],
        ['a', 1],
      ]),
    ],
  ])('%s', (words, value) => {
    expect(valueInWords(value)).toBe(words)
  })

  test('or a few of them, and how many there are beyond twelve', () => {
    const first = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
    expect(valuesInWords([])).toBe('')
    expect(valuesInWords(['a', 'b'])).toBe('"a", "b"')
    expect(valuesInWords(first(12))).toBe(first(12).join(', '))
    expect(valuesInWords(first(14))).toBe(`${first(12).join(', ')} and 2 more`)
  })
})

describe('text in the middle of a phrase', () => {
  test.each(['/data/*', 'a.com:80', '*.a.com', '50%+~-@_?'])('%s stands as it is', (text) => {
    expect(textInWords(text)).toBe(text)
  })

  test.each(['', 'a b', 'a;', 'a,b', 'é', '[a]', '(', '"', 'a\n'])('%j is quoted', (text) => {
    expect(textInWords(text)).toBe(JSON.stringify(text))
  })
})
