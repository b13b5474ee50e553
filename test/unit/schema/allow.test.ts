/** The `--allow` language: hermes-tenuo's forms, every other constraint, escapes, and where a refusal points. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capability } from '../../../src/capability/capability.js'
import { all } from '../../../src/capability/constraints/all.js'
import { cel } from '../../../src/capability/constraints/cel.js'
import { cidr } from '../../../src/capability/constraints/cidr.js'
import { contains } from '../../../src/capability/constraints/contains.js'
import { exact } from '../../../src/capability/constraints/exact.js'
import { not } from '../../../src/capability/constraints/not.js'
import { notOneOf } from '../../../src/capability/constraints/notOneOf.js'
import { oneOf } from '../../../src/capability/constraints/oneOf.js'
import { pattern } from '../../../src/capability/constraints/pattern.js'
import { range } from '../../../src/capability/constraints/range.js'
import { regex } from '../../../src/capability/constraints/regex.js'
import { shlex } from '../../../src/capability/constraints/shlex.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { subset } from '../../../src/capability/constraints/subset.js'
import { urlPattern } from '../../../src/capability/constraints/urlPattern.js'
import { urlSafe } from '../../../src/capability/constraints/urlSafe.js'
import { wildcard } from '../../../src/capability/constraints/wildcard.js'
import type { Constraint } from '../../../src/capability/kinds.js'
import { float, integer } from '../../../src/encoding/value.js'
import { FormatError, type WarrantError } from '../../../src/errors.js'
import { constraintToJson, parseAllow, parseAllows } from '../../../src/schema/index.js'

const readValue = (text: string): Constraint | undefined =>
  parseAllow(`tool:arg=${text}`, { home: '/home/u' }).capability.constraints.get('arg')

const refusalOf = (run: () => unknown): WarrantError => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof FormatError) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

const same = (a: Constraint | undefined, b: Constraint): void => {
  expect(a && constraintToJson(a)).toEqual(constraintToJson(b))
}

describe('a tool', () => {
  test('alone allows any arguments', () => {
    expect(parseAllow('web_search')).toMatchObject({ tool: 'web_search' })
    expect(parseAllow(' web_search ').capability.constraints.size).toBe(0)
  })

  test('with arguments is closed to all others, unless ... opens it', () => {
    const closed = parseAllow('write_file:path=/tmp/out, mode=w').capability
    expect([...closed.constraints.keys()]).toEqual(['mode', 'path'])
    expect(closed.allowUnknown).toBe(false)
    expect(parseAllow('write_file:path=/tmp/out,...').capability.allowUnknown).toBe(true)
    expect(parseAllow('write_file:...').capability).toMatchObject({ allowUnknown: true })
  })

  test('may have a colon, comma or equals sign in its name, escaped', () => {
    expect(parseAllow('mcp\\:files\\:read:path=/data').tool).toBe('mcp:files:read')
    expect(parseAllow('a\\,b').tool).toBe('a,b')
    const odd = parseAllow('t:a\\=b=1,c\\,d=2').capability
    expect([...odd.constraints.keys()]).toEqual(['a=b', 'c,d'])
  })

  test('may have arguments named as members of Object.prototype', () => {
    const { constraints } = parseAllow('t:__proto__=a,constructor=b').capability
    expect([...constraints.keys()]).toEqual(['__proto__', 'constructor'])
  })
})

describe('a value without a form reads as in hermes-tenuo', () => {
  const rows: readonly (readonly [string, Constraint])[] = [
    ['/data', subpath('/data')],
    ['/data/../etc', subpath('/etc')],
    ['~/reports', subpath('/home/u/reports')],
    ['~', subpath('/home/u')],
    ['a|b|c', oneOf(['a', 'b', 'c'])],
    ['status | diff |', oneOf(['status', 'diff'])],
    ['/a|/b', oneOf(['/a', '/b'])],
    ['a*|b', oneOf(['a*', 'b'])],
    ['*', wildcard()],
    ['acme*', pattern('acme*')],
    ['/data/*.csv', pattern('/data/*.csv')],
    ['report?.txt', pattern('report?.txt')],
    ['0..4000', range({ min: 0, max: 4000 })],
    ['-1.5..2', range({ min: -1.5, max: 2 })],
    ['release..candidate', exact('release..candidate')],
    ['w', exact('w')],
    ['5', exact('5')],
    ['true', exact('true')],
    ['null', exact('null')],
    ['https://example.com/a', exact('https://example.com/a')],
    ['[ab]', exact('[ab]')],
    ['a b', exact('a b')],
    ['C:\\x', exact('C:\\x')],
    ['k=v', exact('k=v')],
  ]
  test.each(rows)('%s', (text, meant) => same(readValue(text), meant))
})

describe('every constraint is reachable by its form', () => {
  const rows: readonly (readonly [string, Constraint])[] = [
    ['exact:/data', exact('/data')],
    ['exact:', exact('')],
    ['exact:a|b', exact('a|b')],
    ['exact:a\\,b', exact('a,b')],
    ['text:*', exact('*')],
    ['int:5', exact(5)],
    ['int:-9223372036854775808', exact(integer(-(2n ** 63n)))],
    ['float:1', exact(float(1))],
    ['float:1.0', exact(float(1))],
    ['float:2.5', exact(2.5)],
    ['bool:true', exact(true)],
    ['bool:false', exact(false)],
    ['null:', exact(null)],
    ['value:{"a":[1,1.0,"x,y"]}', exact({ a: [1, float(1), 'x,y'] })],
    ['value:"a, b "', exact('a, b ')],
    ['value:1.0', exact(float(1))],
    ['subpath:/data', subpath('/data')],
    ['range:0..10', range({ min: 0, max: 10 })],
    ['range:..10', range({ max: 10 })],
    ['range:0.5..', range({ min: 0.5 })],
    ['range:(0..1e3]', range({ min: 0, max: 1000, minInclusive: false })],
    ['range:[0..1)', range({ min: 0, max: 1, maxInclusive: false })],
    ['oneof:a|b', oneOf(['a', 'b'])],
    ['oneof:a\\|b|c\\,d', oneOf(['a|b', 'c,d'])],
    ['oneof:int:1|float:1.0|null:|bool:true|text:int:1|', oneOf([1, float(1), null, true, 'int:1', ''])],
    ['oneof:', oneOf([])],
    ['notoneof:prod|int:0', notOneOf(['prod', 0])],
    ['contains:a|b', contains(['a', 'b'])],
    ['subset:a|b', subset(['a', 'b'])],
    ['pattern:/data/[ab]', pattern('/data/[ab]')],
    ['regex:^\\d{1\\,3}$', regex('^\\d{1,3}$')],
    ['regex:a|b', regex('a|b')],
    ['cidr:10.0.0.0/8', cidr('10.0.0.0/8')],
    ['url:https://*.example.com/api/*', urlPattern('https://*.example.com/api/*')],
    ['urlsafe:', urlSafe()],
    [
      'urlsafe:domains=a.com|*.b.com;ports=443|8443;schemes=https;deny=x.b.com',
      urlSafe({
        allowDomains: ['a.com', '*.b.com'],
        allowPorts: [443, 8443],
        schemes: ['https'],
        denyDomains: ['x.b.com'],
      }),
    ],
    [
      'urlsafe:open=loopback|private;block=internal',
      urlSafe({ blockLoopback: false, blockPrivate: false, blockInternalTlds: true }),
    ],
    ['shlex:git|ls', shlex(['git', 'ls'])],
    ['cel:value > 1 && value < 5', cel('value > 1 && value < 5')],
    ['wildcard:', wildcard()],
    ['json:{"kind":"not","constraint":{"kind":"exact","value":"a,b"}}', not(exact('a,b'))],
    [
      'json:{"kind":"all","constraints":[{"kind":"range","min":0},{"kind":"oneOf","values":[1,1.0]}]}',
      all([range({ min: 0 }), oneOf([1, float(1)])]),
    ],
  ]
  test.each(rows)('%s', (text, meant) => same(readValue(text), meant))

  test('commas of a JSON form do not end it, and what follows it is read', () => {
    const { constraints } = parseAllow('t:a=json:{"kind":"oneOf","values":["}",",\\"",1]},b=2').capability
    same(constraints.get('a'), oneOf(['}', ',"', 1]))
    same(constraints.get('b'), exact('2'))
  })
})

describe('what cannot be read is refused, with its place', () => {
  const rows: readonly (readonly [text: string, where: string])[] = [
    ['', 'character 1'],
    [':a=1', 'character 1'],
    ['tool:', 'character 6'],
    ['tool:,', 'character 6'],
    ['tool:a=1,', 'character 10'],
    ['tool:a=x,,', 'character 10'],
    ['tool:,a=1', 'character 6'],
    ['tool:a=1, ,b=2', 'character 11'],
    ['tool:a=1,...,', 'character 14'],
    ['a,b', 'character 2'],
    ['read_file=/data', 'character 10'],
    ['tool:path', 'character 6'],
    ['tool:=x', 'character 6'],
    ['tool:a=', 'character 8'],
    ['tool:a=1,a=2', 'character 10'],
    ['tool:...,a=1', 'character 10'],
    ['tool:a=range:x', 'character 14'],
    ['tool:a=10..1', 'character 8'],
    ['tool:a=range:0..9007199254740993', 'character 14'],
    ['tool:a=0..90071992547409930', 'character 8'],
    ['tool:a=int:1.5', 'character 12'],
    ['tool:a=int:9223372036854775808', 'character 8'],
    ['tool:a=bool:yes', 'character 13'],
    ['tool:a=null:x', 'character 13'],
    ['tool:a=pattern:x[', 'character 8'],
    ['tool:a=cidr:10.0.0.300', 'character 8'],
    ['tool:a=subpath:data', 'character 8'],
    ['tool:a=~other/x', 'character 8'],
    ['tool:a=json:{"kind":"subpath"}', 'character 8'],
    ['tool:a=json:{"kind":"nonsense"}', 'character 8'],
    ['tool:a=json:{"kind":"exact","value":1,"value":2}', 'character 8'],
    ['tool:a=json:{', 'character 8'],
    ['tool:a=value:9223372036854775808', 'character 8'],
    ['tool:a=urlsafe:hosts=x', 'character 16'],
    ['tool:a=urlsafe:ports=99999', 'character 22'],
    ['tool:a=urlsafe:open=all', 'character 21'],
    ['tool:a=urlsafe:ports=1;ports=2', 'character 24'],
    ['töo😀l:a=int:x', 'character 13'],
  ]
  test.each(rows)('%s at %s', (text, where) => {
    const refusal = refusalOf(() => parseAllow(text, { home: '/home/u' }))
    expect([refusal.code, refusal.where]).toEqual(['SPEC_MALFORMED', where])
  })

  test('~ needs a home folder', () => {
    expect(refusalOf(() => parseAllow('t:a=~/x')).code).toBe('SPEC_MALFORMED')
  })

  test('a message holds no text of the value', () => {
    expect(refusalOf(() => parseAllow('t:a=int:secret-value')).message).not.toContain('secret')
  })

  test('of several texts the number is told, and a tool stands once', () => {
    expect(refusalOf(() => parseAllows(['a', 'b:c'])).where).toBe('2, character 3')
    expect(refusalOf(() => parseAllows(['a', 'b', 'a:x=1'])).where).toBe('3, character 1')
    expect([...parseAllows(['a', 'b']).keys()]).toEqual(['a', 'b'])
  })
})

describe('properties', () => {
  test('any text ends in a capability or in SPEC_MALFORMED', () => {
    const piece = fc.constantFrom(
      ...[
        't',
        ':',
        'a',
        '=',
        ',',
        '|',
        '\\',
        '..',
        '...',
        '*',
        '/',
        '~',
        '[',
        '{',
        '"',
        '}',
        ']',
        '0',
        'json:',
      ],
      ...['value:', 'int:', 'range:', 'urlsafe:', 'oneof:', ';', ' ', '\u202e', '\ud800'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        try {
          parseAllow(pieces.join(''))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(FormatError)
          expect((thrown as FormatError).code).toMatch(/^(SPEC_MALFORMED|TEXT_SURROGATE)$/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('text: with commas escaped is exactly that text, unless a backslash ends it or stands before a comma', () => {
    const plain = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((t) => !/\\(,|$)/.test(t) && t.trim() === t)
    fc.assert(
      fc.property(plain, (text) => same(readValue(`exact:${text.replaceAll(',', '\\,')}`), exact(text))),
    )
  })

  test('value: takes every JSON text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        same(readValue(`value:${JSON.stringify(text)}`), exact(text)),
      ),
    )
  })

  test('ten thousand commas, bars or brackets are read or refused', () => {
    for (const unit of [',', '|', '[', '{', '\\', 'a=1,']) {
      const text = `t:a=${unit.repeat(10_000)}`
      try {
        parseAllow(text)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(FormatError)
      }
    }
  })
})

describe('what a line can cost', () => {
  test.each([
    ['bars', `t:a=${'|'.repeat(65_536)}`],
    ['choices', `t:a=${'x|'.repeat(65_536)}`],
    ['members', `t:a=oneof:${'x|'.repeat(65_536)}`],
    ['options', `t:a=urlsafe:${';'.repeat(65_536)}`],
    ['arguments', `t:${Array.from({ length: 16_384 }, (_, i) => `a${i}=1`).join()}`],
    ['white space in a range', `t:a=range:(${' '.repeat(65_536)}x`],
  ])('%s are counted, not read for ever', (_what, text) => {
    expect(refusalOf(() => parseAllow(text)).code).toBe('SPEC_MALFORMED')
  })

  test('a list of 4,096 is read', () => {
    const list = Array.from({ length: 4_096 }, (_, i) => String(i)).join('|')
    expect(readValue(list)).toMatchObject({ kind: 'oneOf' })
    expect(refusalOf(() => readValue(`${list}|x`)).code).toBe('SPEC_MALFORMED')
  })
})

describe('a value that looks like another form is told of, and read as it stands', () => {
  const doubtsOf = (text: string): string[] => {
    const doubts: string[] = []
    parseAllow(`t:a=${text}`, { home: '/home/u', onDoubt: (where) => doubts.push(where) })
    return doubts
  }

  test.each(
    [
      '0..1e400',
      '0..1e4',
      '5..',
      '..5',
      '[0..5]',
      '(1..2)',
      '0..inf',
      '0..-Infinity',
      '+1..2',
      '1...2',
    ].concat([
      'Subpath:/x',
      'urlSafe:',
      'URL:x',
      'one_of:a|b',
      'not-one-of:a',
      'range :1',
      'urlPattern:x',
      'urlsafe',
      'Wildcard',
    ]),
  )('%s', (text) => {
    expect(doubtsOf(text)).toEqual(['character 5'])
  })

  test.each(
    [
      'w',
      'json',
      'text',
      '5',
      '..',
      '...x',
      'a..b',
      '../x',
      '0..10',
      '-1.5..2',
      'https://x',
      'C:x',
      'note:x',
    ].concat(['exact:5..', 'subpath:/x', 'urlsafe:', 'a|b', '/data', '~', '*', 'v1..v2']),
  )('not of %s', (text) => {
    expect(doubtsOf(text)).toEqual([])
  })
})

test('the capability is the one that the builder makes', () => {
  expect(parseAllow('t:a=1').capability).toEqual(capability({ a: '1' }))
})
