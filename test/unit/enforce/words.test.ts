import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shown, shownNames, shownRule } from '../../../src/enforce/words.js'

test('nothing is shown that prints otherwise than it reads, and never much', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const words = shown(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not be there
      expect(words).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/)
      expect(words.isWellFormed()).toBe(true)
      expect(words.length).toBeLessThanOrEqual(64 * 10 + 3)
    }),
  )
})

test('plain names are shown as they are', () => {
  expect(shown('tools.read_file-2')).toBe('tools.read_file-2')
  expect(shown('a\nb\u202ec')).toBe('a\\u{a}b\\u{202e}c')
  expect(shownNames(['a', 'b'])).toBe('a, b')
  expect(shownNames([])).toBe('none')
  expect(shownNames(Array.from({ length: 20 }, (_, i) => `t${i}`))).toMatch(/t15 and 4 more$/)
})

test('text is cut behind as much as is shown, and says that it was', () => {
  expect(shown('a'.repeat(64))).toBe('a'.repeat(64))
  expect(shown('a'.repeat(65))).toBe(`${'a'.repeat(64)}...`)
  expect(shown('abc', 2)).toBe('ab...')
  expect(shown('ab', 2)).toBe('ab')
  expect(shownRule('r'.repeat(240))).toBe('r'.repeat(240))
  expect(shownRule('r'.repeat(241))).toBe(`${'r'.repeat(240)}...`)
  const names = Array.from({ length: 17 }, (_, i) => `t${i}`)
  expect(shownNames(names.slice(0, 16))).toBe(names.slice(0, 16).join(', '))
  expect(shownNames(names)).toBe(`${names.slice(0, 16).join(', ')} and 1 more`)
})
