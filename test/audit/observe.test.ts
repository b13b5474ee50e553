/** Observed calls: what of them is kept, what never is, and that what cannot be kept does not run. */

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileConstraint } from '../../src/capability/constraint.js'
import { shlex, subpath, urlSafe } from '../../src/capability/constructors.js'
import type { Value, ValueObject } from '../../src/encoding/value.js'
import { withhold } from '../../src/node/log/withhold.js'
import {
  appendObservation,
  type ObservedCall,
  observedFiles,
  parseObservation,
} from '../../src/node/observation.js'
import { hostileCommand, hostilePath, hostileUrl } from '../../src/testing/index.js'
import { newLog } from '../support/decisionLog.js'
import { codeOf, objectOf, valueObjects } from '../support/values.js'

const HEX = '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c'

const kept = (args: Readonly<Record<string, Value>>) => {
  const { args: left, withheld, cut } = withhold(objectOf(Object.entries(args)))
  return { left: { ...left }, withheld: Object.fromEntries(withheld), cut }
}

describe('what is kept', () => {
  test('is all of what holds no secret', () => {
    const args = { path: '/srv/a', n: 1.5, on: true, none: null, list: ['a'], of: objectOf([['x', 'y']]) }
    expect(kept(args)).toEqual({ left: args, withheld: {}, cut: false })
  })

  test.each([
    [
      'a path, up to the part that may be a secret',
      `/srv/runs/${HEX}/out.txt`,
      /^\/srv\/runs\/\[redacted \w{16}\]\.txt$/,
    ],
    [
      'a URL, but for what follows its host',
      `https://example.com/v1/${HEX}`,
      /^https:\/\/example\.com\/\[redacted/,
    ],
    ['a URL, but for its user', 'https://u:pw@example.com/x', /^https:\/\/\[redacted\]@example\.com\/x$/],
    ['a command line, but for its words', `git checkout ${HEX}`, /^git checkout \[redacted \w{16}\]$/],
    [
      'a text that begins like a URL',
      'https://x --password /hunter2',
      /^https:\/\/x --password \[redacted\]$/,
    ],
    [
      'a command line, but for a password',
      'mysql --password=hunter2 db',
      /^mysql --password=\[redacted\] db$/,
    ],
  ])('%s', (_, text, left) => {
    expect(kept({ x: text })).toEqual({
      left: { x: expect.stringMatching(left) },
      withheld: { x: 'part' },
      cut: false,
    })
  })

  test.each([
    ['a token by itself', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----'],
    ['a path whose end climbs behind what was withheld', '/srv/x/password=a/../../etc/shadow'],
    [
      'a URL whose user has a slash in it',
      'https://AAAAAAAAAwQABQa/BwgWCQoLDA0BAA4PcxAREhoTGxc=@example.com/',
    ],
    ['a command line that begins with one', 'TOKEN=abc123 curl https://example.com'],
    ['a URL whose host is one', `https://${HEX}.example.com/`],
    ['a list with one', ['a', 'password=hunter2']],
    ['a list of words in which one is the value of a flag', ['mysql', '--password', 'hunter2', 'db']],
    ['a list of words in which one names the other', ['x', 'Bearer', 'hunter2']],
    ['a pair', [['authorization', 'hunter2']]],
    [
      'a field that is named beside it',
      [
        objectOf([
          ['name', 'DB_PASSWORD'],
          ['value', 'hunter2'],
        ]),
      ],
    ],
    ['an object with one', objectOf([['apiKey', 'x']])],
  ])('nothing of %s', (_, value) => {
    expect(kept({ x: value })).toEqual({ left: {}, withheld: { x: 'secret' }, cut: false })
  })

  test('nothing of what is named as a secret, whatever it says', () => {
    expect(kept({ password: 'x', pin: 1234 })).toMatchObject({
      left: {},
      withheld: { password: 'secret', pin: 'secret' },
    })
  })

  test('nothing of what another argument names as a secret', () => {
    const left = { left: { selector: '#password' }, withheld: { text: 'secret' }, cut: false }
    expect(kept({ selector: '#password', text: 'hunter2' })).toEqual(left)
    const harmless = {
      name: 'colour',
      value: 'red',
      words: ['git', '--message', 'a'],
      pair: ['src/auth.ts', 'x'],
    }
    expect(kept(harmless)).toEqual({ left: harmless, withheld: {}, cut: false })
  })

  test('nothing of what is too long, and no more names than a warrant can have', () => {
    expect(kept({ content: 'word '.repeat(500) })).toEqual({
      left: {},
      withheld: { content: 'long' },
      cut: false,
    })
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`a${i}`, i]))
    expect(kept(many)).toMatchObject({ cut: true, withheld: {} })
    expect(kept({ [`name-${HEX}`]: 1, ok: 2 })).toEqual({ left: { ok: 2 }, withheld: {}, cut: true })
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, 'word '.repeat(400)]))
    expect(Object.values(kept(wide).withheld)).toContain('long')
  })

  test('kept again, it stays', () => {
    fc.assert(
      fc.property(valueObjects, (args) => {
        const once = withhold(args)
        const twice = withhold(once.args)
        expect(twice.args).toEqual(once.args)
      }),
      { numRuns: 300 },
    )
  })

  test('is read as a path, URL and command line as the whole was', () => {
    const noise = fc.constantFrom(
      `/${HEX}`,
      ` ${HEX}`,
      `?token=${HEX}`,
      ' --password=a;b',
      '/password=x/..',
      `=${HEX}$(x)`,
    )
    const text = fc
      .tuple(
        fc.oneof(hostilePath(), hostileUrl(), hostileCommand(), fc.constant('/srv/a'), fc.constant('git x')),
        noise,
      )
      .map((parts) => parts.join(''))
    const asked = [
      subpath('/srv'),
      subpath('/srv/a'),
      shlex(['git']),
      urlSafe(),
      urlSafe({ allowDomains: ['a.example'] }),
    ]
    const tests = asked.map((constraint) => compileConstraint(constraint, {}))
    fc.assert(
      fc.property(text, (whole) => {
        const { left, withheld } = kept({ x: whole })
        if (withheld['x'] !== 'part') return
        for (const permits of tests) {
          // Behind a hole a deeper folder cannot be told; what is admitted of the rest is admitted of the whole.
          if (permits(left['x'] as Value, 0) === true)
            expect([whole, permits(whole, 0)]).toEqual([whole, true])
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

const callOf = (args: ValueObject, more: Partial<ObservedCall> = {}): ObservedCall => ({
  ...{ time: 1.5, host: 'claude', session: 's', tool: 'Read', refused: false },
  args,
  ...more,
})

describe('the file', () => {
  test('has one line of ASCII for each call, mode 0600, and is read back', () => {
    const log = newLog()
    appendObservation(log, callOf({ path: '/srv/\u{202e}é\n', password: 'x' }), {})
    appendObservation(log, callOf({ a: 1 }, { refused: true, tool: 'B' }), {})
    const [, file] = observedFiles(log) as [string, string]
    const text = readFileSync(file, 'latin1')
    expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(text.trim().split('\n').map(parseObservation)).toEqual([
      {
        tool: 'Read',
        args: { path: '/srv/\u{202e}é\n' },
        withheld: new Map([['password', 'secret']]),
        cut: false,
        refused: false,
      },
      { tool: 'B', args: { a: 1 }, withheld: new Map(), cut: false, refused: true },
    ])
  })

  test('is put aside when it is full, in the place of the one before', () => {
    const log = newLog()
    for (let i = 0; i < 9; i++) appendObservation(log, callOf({ i }), { maxFileBytes: 200 })
    const lines = observedFiles(log).flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
    const numbers = lines.map((line) => parseObservation(line)?.args['i'])
    expect(numbers.length).toBeLessThan(9)
    expect(numbers.at(-1)).toBe(8)
    expect(numbers).toEqual([...numbers].sort())
  })

  test('ends a line that a crash cut short', () => {
    const log = newLog()
    const [, file] = observedFiles(log) as [string, string]
    mkdirSync(log, { recursive: true, mode: 0o700 })
    writeFileSync(file, '{"v":1,"too', { mode: 0o600 })
    appendObservation(log, callOf({ a: 1 }), {})
    expect(readFileSync(file, 'utf8').trim().split('\n').map(parseObservation)).toEqual([
      undefined,
      expect.objectContaining({ tool: 'Read' }),
    ])
  })

  test.each([
    ['a folder that others can read', 'FILE_MODE', (log: string) => chmodSync(log, 0o750)],
    [
      'a file that others can read',
      'FILE_MODE',
      (log: string) => chmodSync(join(log, 'observed.jsonl'), 0o640),
    ],
  ])('%s is refused', (_, code, spoil) => {
    const log = newLog()
    appendObservation(log, callOf({ a: 1 }), {})
    spoil(log)
    expect(codeOf(() => appendObservation(log, callOf({ a: 1 }), {}))).toBe(code)
  })

  test('a lock that somebody holds is given up on', () => {
    const log = newLog()
    appendObservation(log, callOf({ a: 1 }), {})
    writeFileSync(join(log, 'observed.lock'), `${process.pid} 0011223344556677 elsewhere`)
    expect(codeOf(() => appendObservation(log, callOf({ a: 1 }), { waitMilliseconds: 0 }))).toBe('LOG_LOCKED')
    expect(existsSync(join(log, 'observed.jsonl'))).toBe(true)
  })
})

test.each([
  '',
  'x',
  '[]',
  '{"tool":1}',
  '{"tool":""}',
  '{"tool":"a","args":[]}',
  '{"tool":"a","withheld":1}',
])('the line %j is no call', (line) => expect(parseObservation(line)).toBeUndefined())
