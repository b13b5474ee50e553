import { describe, expect, test } from 'vitest'
import { covers, describeConstraint } from '../../../../src/capability/constraint.js'
import { exact, shlex } from '../../../../src/capability/constructors.js'
import { constraintIn, mayGo, nearestOf, reread, samplesOf, witnessOf } from '../../../support/kinds.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf } from '../../../support/values.js'

describe('Shlex', () => {
  const npm = shlex(['npm', '/bin/ls'])

  test.each([
    'npm',
    'npm install',
    '  npm\tx',
    '/usr/bin/npm x',
    './npm',
    '/bin/ls -l',
    'npm ../x',
    "npm '",
    'npm\u0085x',
  ])('permits %j', (line) => {
    expect(rulingOf(npm, line)).toBe('allow')
  })

  test.each([
    '',
    '  ',
    'NPM',
    'npmx',
    'ls',
    '/usr/bin/ls',
    'npm/',
    'x npm',
    'A=1 npm',
    "n'p'm",
    '../npm',
    '/a/../npm',
    'npm..',
  ])('denies %j', (line) => {
    expect(rulingOf(npm, line)).toBe('deny')
  })

  const REFUSED = '\0\x07\b\n\v\f\r\x7f$`|&;<>()'

  test('attacker: run something else through an operator, an expansion or a line end, quoted or not', () => {
    for (const sign of REFUSED) {
      for (const line of [
        `npm ${sign} id`,
        `npm "${sign}"`,
        `npm '${sign}'`,
        `npm \\${sign}`,
        `${sign}npm`,
        `npm${sign}`,
      ])
        expect(rulingOf(npm, line), JSON.stringify(line)).toBe('deny')
    }
  })

  test('refuses no other ASCII character behind the program', () => {
    for (let unit = 0; unit < 128; unit++) {
      const sign = String.fromCharCode(unit)
      expect(rulingOf(npm, `npm ${sign}`), String(unit)).toBe(REFUSED.includes(sign) ? 'deny' : 'allow')
    }
  })

  test('splits at white space as Unicode has it', () => {
    for (const space of [
      '\t',
      ' ',
      '\x85',
      '\xa0',
      '\u1680',
      '\u2000',
      '\u200a',
      '\u2028',
      '\u2029',
      '\u202f',
      '\u205f',
      '\u3000',
    ])
      expect(rulingOf(npm, `npm${space}x`), space).toBe('allow')
    for (const mark of ['\ufeff', '\u200b', '\u180e', '\x1c', '\x1f', '\u2060'])
      expect(rulingOf(npm, `npm${mark}x`), mark).toBe('deny')
  })

  test('compares names by code point', () => {
    expect(rulingOf(shlex(['caf\u00e9']), 'caf\u00e9')).toBe('allow')
    expect(rulingOf(shlex(['caf\u00e9']), 'cafe\u0301')).toBe('deny')
    expect(rulingOf(shlex(['my program']), 'my program')).toBe('deny')
    expect(rulingOf(shlex([]), 'npm')).toBe('deny')
  })

  test('denies other kinds of value', () => {
    for (const value of [null, 1, Object.freeze(['npm'])]) expect(rulingOf(npm, value)).toBe('deny')
  })

  test('is read back as it was written, and not without its list', () => {
    expect(reread(npm)).toEqual(npm)
    expect(reread(shlex([]))).toEqual(shlex([]))
    expect(codeOf(() => constraintIn('821880a0'))).toBe('CBOR_MISSING_FIELD')
  })

  test('nearest to a child allows the programs that both do', () => {
    expect(nearestOf(shlex(['npm', 'ls']), shlex(['rm', 'npm']))).toEqual(shlex(['npm']))
    expect(nearestOf(shlex(['npm', 'ls']), shlex(['rm']))).toEqual(shlex(['npm', 'ls']))
    expect(nearestOf(shlex(['npm', 'ls']), exact('rm'))).toEqual(shlex(['npm', 'ls']))
  })

  test('shows a widening by a program alone, with an argument, or in another directory', () => {
    expect(samplesOf(shlex(['npm', 'rm']))).toEqual(['npm', 'npm x', '/x/npm', 'rm', 'rm x', '/x/rm'])
    expect(witnessOf(shlex(['/x/npm']), shlex(['npm']))).toBe('npm')
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(npm)).toBe(true)
  })

  test('in words', () => {
    expect(describeConstraint(shlex([]))).toBe('a command line of no program')
    expect(describeConstraint(shlex(['npm', 'my program']))).toBe('a command line of npm, "my program"')
  })

  test('covers lists that are no longer, as text', () => {
    expect(covers(npm, shlex(['npm']), {})).toBe(true)
    expect(covers(npm, shlex([]), {})).toBe(true)
    expect(covers(npm, shlex(['/usr/bin/npm']), {})).toBe(false)
    expect(covers(npm, shlex(['npm', 'rm']), {})).toBe(false)
    expect(covers(npm, exact('npm i'), {})).toBe(true)
    expect(covers(npm, exact('npm; id'), {})).toBe(false)
  })
})
