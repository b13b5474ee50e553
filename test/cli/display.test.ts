/** Attack CLI-4: text from outside that would act on the terminal of whoever looks at it. */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { display, displayUpTo, paintFor, quoted } from '../../src/cli/display.js'
import { jsonLine } from '../../src/cli/session.js'
import { hasShared, sharedPath } from '../support/shared.js'

/** What a terminal acts on, a reader cannot see, or a line cannot hold. */
const ACTING =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}]/u

describe('display', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u0000\u0007\u007f\u009b', '\\u{0}\\u{7}\\u{7f}\\u{9b}'],
    ['user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
    ['a\u200bb\ufeff\u00ad', 'a\\u{200b}b\\u{feff}\\u{ad}'],
    ['\u{e0041}\u{1f3fb}', '\\u{e0041}\u{1f3fb}'],
    ['a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
    ['\ud800', '\\u{d800}'],
    ['\\u{1b}', '\\\\u{1b}'],
    ['\u0301x', '\\u{301}x'],
    ['\u{ffffe}\ue000', '\\u{ffffe}\\u{e000}'],
    ['\u3164\u2800', '\\u{3164}\\u{2800}'],
    ['naïve 東京 😀', 'naïve 東京 😀'],
  ])('%j is shown as %s', (text, shown) => {
    expect(display(text)).toBe(shown)
  })

  test('nothing that acts on a terminal comes through, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(display(text)).not.toMatch(ACTING)
      }),
      { numRuns: 2000 },
    )
  })

  test('two texts are never shown alike', () => {
    const unit = fc.constantFrom('\\', 'u', '{', '1', 'b', '}', '\u001b', 'n', '\n', 'e\u0301')
    const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''))
    fc.assert(
      fc.property(text, text, (a, b) => {
        if (a !== b) expect(display(a)).not.toBe(display(b))
      }),
      { numRuns: 5000 },
    )
  })

  test('marks stack three high and no higher', () => {
    expect(display(`a${'\u0301'.repeat(5)}`)).toBe('a\u0301\u0301\u0301\\u{301}\\u{301}')
  })

  test('a long text ends, and says how much is left out', () => {
    expect(display('x'.repeat(1_000_000))).toBe(`${'x'.repeat(400)}… (999600 more characters)`)
    expect(displayUpTo(450, 'x'.repeat(500))).toBe(`${'x'.repeat(450)}… (50 more characters)`)
  })

  test('quotes cannot be closed from inside', () => {
    expect(quoted('a" or "b\\')).toBe('"a\\" or \\"b\\\\"')
  })

  test.skipIf(!hasShared)('naughty strings of the prepared data', () => {
    const text = readFileSync(sharedPath('vectors/attacks/naughty_strings.json'), 'utf8')
    const strings: string[] = []
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string') strings.push(value)
      return value
    })
    expect(strings.length).toBeGreaterThan(100)
    for (const naughty of strings) expect(display(naughty)).not.toMatch(ACTING)
  })
})

describe('jsonLine', () => {
  test.each(['\u2800', '\u3164', '\u202e', '\u007f', '\u00a0', '\u{e0041}'])('%j is escaped', (hidden) => {
    const line = jsonLine({ text: hidden })
    expect(line).toMatch(/^\{"text":"(?:\\u[0-9a-f]{4}){1,2}"\}$/)
    expect(JSON.parse(line)).toEqual({ text: hidden })
  })

  test('is one line that a terminal does not act on, and means the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        fc.pre(text.isWellFormed())
        const line = jsonLine({ text })
        expect(line).not.toMatch(ACTING)
        expect(JSON.parse(line)).toEqual({ text })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('colour', () => {
  test('only for a terminal that wants it', () => {
    expect(paintFor(true, {}).red('x')).not.toBe('x')
    expect(paintFor(false, {}).red('x')).toBe('x')
    expect(paintFor(true, { NO_COLOR: '1' }).red('x')).toBe('x')
    expect(paintFor(true, { NO_COLOR: '' }).red('x')).not.toBe('x')
    expect(paintFor(true, { TERM: 'dumb' }).red('x')).toBe('x')
  })
})
