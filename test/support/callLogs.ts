/** Logs of calls as agents make them: arguments of every shape that something is learned of, and of none. */

import fc from 'fast-check'
import { formatJson } from '../../src/encoding/json.js'
import type { Value, ValueObject } from '../../src/encoding/value.js'
import type { SeenCall } from '../../src/learn/seen.js'
import { hostileCommand, hostilePath, hostileUrl } from '../../src/testing/index.js'
import { objectOf, values } from './values.js'

const word = fc.constantFrom(
  'a',
  'b',
  'src',
  'reports',
  'q1.csv',
  'notes.md',
  '.env',
  'x y',
  'home',
  'etc',
  'u',
)
const path = fc.array(word, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
const host = fc.constantFrom(
  'example.com',
  'api.example.com',
  'localhost',
  '127.0.0.1',
  '10.0.0.8',
  'a.co.uk',
)
const url = fc
  .tuple(fc.constantFrom('https', 'http', 'wss'), host, fc.constantFrom('', ':8443', ':80'), path)
  .map(([scheme, name, port, rest]) => `${scheme}://${name}${port}${encodeURI(rest)}`)
const command = fc
  .tuple(
    fc.constantFrom('git', 'ls', '/usr/bin/git', 'npm', './run.sh', 'bash'),
    fc.constantFrom('', ' status', ' -la /srv', ' | wc', ' && rm x', ' "a b"'),
  )
  .map((parts) => parts.join(''))

type Values = fc.Arbitrary<Value>

/** Names of arguments, and what is seen of each: now of one kind, now of any. */
const KINDS: readonly (readonly [string, Values])[] = [
  ['file_path', fc.oneof({ weight: 6, arbitrary: path }, { weight: 1, arbitrary: hostilePath() })],
  ['path', path],
  ['url', fc.oneof({ weight: 6, arbitrary: url }, { weight: 1, arbitrary: hostileUrl() })],
  ['command', fc.oneof({ weight: 6, arbitrary: command }, { weight: 1, arbitrary: hostileCommand() })],
  ['limit', fc.integer({ min: -2000, max: 2000 })],
  [
    'score',
    fc.oneof(
      fc.double({ noNaN: true, min: -10, max: 10 }).filter((n) => !Number.isInteger(n)),
      fc.nat(5),
    ),
  ],
  ['big', fc.maxSafeInteger()],
  ['flag', fc.boolean()],
  ['mode', fc.constantFrom('read', 'write', 'a,b|c', 'exact:x', ' space ', '*', '~', '0..5')],
  [
    'tags',
    fc.array(fc.constantFrom<Value>('a', 'b', 1, true, null), { maxLength: 3 }).map((l) => Object.freeze(l)),
  ],
  ['options', fc.constantFrom(objectOf([['a', 1]]), objectOf([]), objectOf([['a', 'x']]))],
  ['anything', values],
  ['...', fc.constant('x')],
  ['__proto__', fc.constantFrom('x', 'y')],
]

/** Arguments of these names, and now and then of others. */
const argsOf = (kept: readonly string[], isLoose: boolean): fc.Arbitrary<ValueObject> =>
  fc
    .tuple(
      ...KINDS.map(([name, each]) =>
        fc.tuple(
          fc.constant(name),
          kept.includes(name)
            ? each
            : isLoose
              ? fc.option(each, { freq: 1, nil: undefined })
              : fc.constant(undefined),
        ),
      ),
    )
    .map((entries) =>
      objectOf(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    )

/** Of one tool, with names that are in every call of it, and in one log of four others that come and go. */
const callsOf = (tool: string): fc.Arbitrary<readonly SeenCall[]> =>
  fc
    .tuple(
      fc.subarray(
        KINDS.map(([name]) => name),
        { maxLength: 4 },
      ),
      fc.nat(3),
    )
    .chain(([kept, dice]) => fc.array(argsOf(kept, dice === 0), { minLength: 1, maxLength: 12 }))
    .map((all) => all.map((args) => ({ tool, args, withheld: new Map(), cut: false })))

/** A log of a few tools. */
export const anyCallLog = (): fc.Arbitrary<readonly SeenCall[]> =>
  fc.tuple(callsOf('Read'), callsOf('Bash'), callsOf('mcp__x: y')).map((calls) => calls.flat())

/** The log as lines of JSON. */
export const logText = (calls: readonly Pick<SeenCall, 'tool' | 'args'>[]): string =>
  calls.map(({ tool, args: given }) => `${formatJson({ tool, args: given })}\n`).join('')
