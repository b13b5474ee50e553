import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shown, shownNames } from '../../../src/enforce/words.js'

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
