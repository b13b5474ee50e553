/** Arguments that should not pass, against a whole enforcer: CON-1 to CON-12. */

import { describe, expect, test } from 'vitest'
import type { Constraint } from '../../src/capability/constraint.js'
import {
  any,
  exact,
  not,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  urlSafe,
  wildcard,
} from '../../src/capability/constructors.js'
import { float } from '../../src/encoding/value.js'
import { createGuard, type Guarded } from '../../src/enforce/guard.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { ARGS, enforcerWith, holder, minted, outcome, TOOL } from '../support/enforcing.js'
import { engines } from '../support/engines.js'
import { hasShared, readShared } from '../support/shared.js'

/** The outcome of a call under a warrant of one tool with this capability. */
const outcomeOf = (capability: CapabilityInput, args: unknown): string => {
  const enforcer = enforcerWith({ engines })
  return outcome(enforcer.bind(minted({ tools: { [TOOL]: capability } }), holder).enforce(TOOL, args))
}

/** The outcome of a call whose one argument is under one constraint. */
const outcomeFor = (constraint: Constraint, x: unknown): string => outcomeOf({ x: constraint }, { x })

describe('CON-1: an argument of another type', () => {
  const others: readonly (readonly [string, Constraint, unknown, readonly unknown[]])[] = [
    ['a number', range({ min: 0, max: 100 }), 50, ['50', true, null, [50], { valueOf: '50' }]],
    ['one of some numbers', oneOf([1, 2]), 1, ['1', true, [1], float(1)]],
    ['exactly a float', exact(float(1)), float(1), [1, '1', '1.0']],
    ['exactly a truth', exact(true), true, [1, 'true', [true]]],
    ['text', pattern('5*'), '50', [50, ['50'], { 0: '5' }]],
    ['a path', subpath('/data'), '/data/a', [['/data/a'], { path: '/data/a' }, 1, null]],
    [
      'a URL',
      urlSafe(),
      'https://example.com/',
      [['https://example.com/'], { href: 'https://example.com/' }],
    ],
  ]

  test.each(others)('for %s is refused, and never converted', (_, constraint, right, wrong) => {
    expect(outcomeFor(constraint, right)).toBe('allow')
    for (const x of wrong) expect(outcomeFor(constraint, x)).toBe('CONSTRAINT_VIOLATED')
  })
})

describe('CON-2: an argument that the warrant does not mention', () => {
  test('is refused where any is mentioned', () => {
    expect(outcomeOf({ x: wildcard() }, { x: 1 })).toBe('allow')
    for (const name of ['y', 'X', ' x', 'x\u200b', '', '__proto__', 'constructor'])
      expect(outcomeOf({ x: wildcard() }, JSON.parse(`{"x":1,${JSON.stringify(name)}:1}`))).toBe(
        'CONSTRAINT_ARGUMENT_UNKNOWN',
      )
  })

  test('passes where the warrant says so, or mentions none', () => {
    const open = { constraints: new Map([['x', wildcard()]]), allowUnknown: true }
    expect(outcomeOf(open, { x: 1, y: 1 })).toBe('allow')
    expect(outcomeOf({}, { y: 1 })).toBe('allow')
  })
})

describe('CON-3: an argument that is missing, null or undefined', () => {
  test('is missing, whatever would be permitted of it', () => {
    for (const constraint of [wildcard(), not(exact(1)), any([wildcard(), exact(null)])])
      for (const args of [{}, { x: undefined }, Object.create({ x: 1 })])
        expect(['CONSTRAINT_ARGUMENT_MISSING', 'CALL_MALFORMED']).toContain(
          outcomeOf({ x: constraint }, args),
        )
    expect(outcomeOf({ x: wildcard() }, {})).toBe('CONSTRAINT_ARGUMENT_MISSING')
    expect(outcomeOf({ x: wildcard() }, { x: undefined })).toBe('CONSTRAINT_ARGUMENT_MISSING')
  })

  test('null is a value, which few permit', () => {
    for (const constraint of [range({}), pattern('*'), subpath('/'), oneOf(['null', 0, false])])
      expect(outcomeFor(constraint, null)).toBe('CONSTRAINT_VIOLATED')
    expect(outcomeFor(exact(null), null)).toBe('allow')
  })
})

describe('CON-4: numbers that are not compared exactly', () => {
  test('NaN, infinities and integers beyond exactness are no arguments', () => {
    for (const x of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      2 ** 53,
      -1e300,
      2n ** 63n,
    ])
      expect(outcomeFor(range({}), x)).toBe('CALL_NUMBER')
  })

  test('an integer that no double holds is compared as it is', () => {
    const most = 2 ** 53
    expect(outcomeFor(range({ max: most }), 2n ** 53n)).toBe('allow')
    expect(outcomeFor(range({ max: most }), 2n ** 53n + 1n)).toBe('CONSTRAINT_VIOLATED')
    expect(outcomeFor(range({ min: -most }), -(2n ** 53n) - 1n)).toBe('CONSTRAINT_VIOLATED')
  })

  test('-0 is the float that it is, and neither below 0 nor the integer 0', () => {
    expect(outcomeFor(range({ min: 0 }), -0)).toBe('allow')
    expect(outcomeFor(range({ max: 0, maxInclusive: false }), -0)).toBe('CONSTRAINT_VIOLATED')
    expect(outcomeFor(exact(0), -0)).toBe('CONSTRAINT_VIOLATED')
  })
})

describe('CON-5: text that only looks alike', () => {
  const forms = [
    ['réad', 're\u0301ad'],
    ['read', 'reаd'],
    ['read', 'READ'],
    ['read', 'read '],
    ['read', 'read\u200b'],
    ['ﬁle', 'file'],
    ['Å', '\u212b'],
    ['strasse', 'straße'],
  ] as const

  test.each(forms)('%s and %s are two', (one, other) => {
    for (const constraint of [exact(one), oneOf([one]), pattern(one), subpath(`/${one}`)]) {
      const lead = constraint.kind === 'subpath' ? '/' : ''
      expect(outcomeFor(constraint, lead + one)).toBe('allow')
      expect(outcomeFor(constraint, lead + other)).toBe('CONSTRAINT_VIOLATED')
    }
  })
})

/** What lists of attacks of others say of one kind of constraint. */
interface AttackRow {
  readonly id: string
  readonly input: string
  readonly constraint: {
    readonly root?: string
    readonly allow?: readonly string[]
    readonly allow_domains?: readonly string[]
  }
  readonly expect: 'block' | 'allow' | null
}

const rowsOf = (file: string): readonly AttackRow[] =>
  hasShared ? readShared<{ readonly cases: readonly AttackRow[] }>(`vectors/attacks/${file}.json`).cases : []

/** Rows of a list on which the enforcer decides otherwise. */
const wrongRows = (file: string, constraintOf: (row: AttackRow) => Constraint): readonly string[] => {
  const judged = rowsOf(file).filter((row) => row.expect !== null && row.input.isWellFormed())
  expect(judged.length).toBeGreaterThan(50)
  return judged.flatMap((row) => {
    const found = outcomeFor(constraintOf(row), row.input)
    const isRight = row.expect === 'allow' ? found === 'allow' : found.startsWith('CONSTRAINT_')
    return isRight ? [] : [`${row.id}: ${found}`]
  })
}

describe('CON-6: paths that leave their root', () => {
  test.each([
    '/data/../etc/passwd',
    '/data/a/../../etc/passwd',
    '/data\\..\\..\\etc',
    '/etc\\..\\data/a',
    '/data/..\\../etc',
    '/data/%2e%2e/etc\0',
    '/database',
    '/DATA/a',
    'data/a',
    '//etc/../data/../etc',
    'C:/data/a',
    '',
  ])('%j', (path) => {
    expect(outcomeFor(subpath('/data'), path)).toBe('CONSTRAINT_VIOLATED')
  })

  test.skipIf(!hasShared)('of a public list', () => {
    expect(wrongRows('path_traversal', ({ constraint }) => subpath(String(constraint.root)))).toEqual([])
  })
})

const urlSafeOf = ({ constraint }: AttackRow): Constraint =>
  urlSafe({ allowDomains: constraint.allow_domains })

describe('CON-7: URLs that reach internal addresses', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://１２７.0.0.1/',
    'file:///etc/passwd',
  ])('%s', (url) => {
    expect(outcomeFor(urlSafe(), url)).toBe('CONSTRAINT_VIOLATED')
  })

  test.skipIf(!hasShared)('of a public list', () => {
    expect(wrongRows('ssrf_url', urlSafeOf)).toEqual([])
  })
})

describe('CON-8: URLs whose host depends on who reads them', () => {
  test.each([
    'http://good.example@evil.example/',
    'http://evil.example\\@good.example/',
    'http://evil.example#@good.example/',
    'http://evil.example?good.example',
    'http://good.example.evil.example/',
    'http://goodxexample/',
    'http:evil.example/good.example',
    'http://good.example%2eevil.example/',
  ])('%s', (url) => {
    expect(outcomeFor(urlSafe({ allowDomains: ['good.example'] }), url)).toBe('CONSTRAINT_VIOLATED')
  })

  test.skipIf(!hasShared)('of a public list', () => {
    expect(wrongRows('url_allowlist_confusion', urlSafeOf)).toEqual([])
  })
})

describe('CON-9: commands that run something else', () => {
  test.each([
    'ls; rm -rf /',
    'ls && id',
    'ls | sh',
    'ls `id`',
    'ls $(id)',
    'ls $HOME',
    'ls > /etc/passwd',
    'ls\nid',
    'ls "$(id)"',
    "ls ';'",
    'ls \0 id',
    'ls \x7f',
    '../ls',
    '/tmp/../bin/ls',
    'lsx',
    'LS',
    '',
  ])('%j', (line) => {
    expect(outcomeFor(shlex(['ls']), line)).toBe('CONSTRAINT_VIOLATED')
  })

  test('another program of an allowed name is another where a full path is listed', () => {
    expect(outcomeFor(shlex(['/bin/ls']), '/bin/ls -l')).toBe('allow')
    for (const line of ['/tmp/ls -l', 'ls -l', './ls']) {
      expect(outcomeFor(shlex(['/bin/ls']), line)).toBe('CONSTRAINT_VIOLATED')
    }
  })

  test.skipIf(!hasShared)('of a public list', () => {
    expect(wrongRows('shell_injection', ({ constraint }) => shlex(constraint.allow ?? []))).toEqual([])
  })
})

describe('CON-10: patterns built to take for ever', () => {
  test('a regular expression that backtracks elsewhere is decided', () => {
    for (const expression of ['^(a+)+$', '^(a|aa)+$', '^(a*)*b$', '(x+x+)+y'])
      expect(outcomeFor(regex(expression), `${'a'.repeat(64)}${'x'.repeat(64)}!`)).toBe('CONSTRAINT_VIOLATED')
  })

  test('and one that costs too much for its text is refused unasked', () => {
    expect(outcomeFor(regex('a.*b.*c.*d.*e'), 'a'.repeat(60_000))).toBe('CONSTRAINT_TOO_COSTLY')
  })

  test('many patterns that each are within bounds are not, together', () => {
    const stars = pattern(`*${'?b'.repeat(15)}*`)
    const names = Array.from({ length: 64 }, (_, i) => `x${i}`)
    const capability = Object.fromEntries(names.map((name) => [name, stars]))
    const args = (length: number): unknown =>
      Object.fromEntries(names.map((name) => [name, `${'a'.repeat(length)}${'ab'.repeat(16)}`]))
    expect(outcomeOf(capability, args(100))).toBe('allow')
    expect(outcomeOf(capability, args(16_000))).toBe('CONSTRAINT_TOO_COSTLY')
  })
})

describe('CON-11: arguments of no size', () => {
  const nested = (depth: number): unknown => {
    let inner: unknown = 1
    for (let i = 0; i < depth; i++) inner = [inner]
    return inner
  }

  test.each<[string, unknown, string]>([
    ['text', 'x'.repeat(1_048_576), 'CALL_TOO_LARGE'],
    ['names', { ['x'.repeat(1_048_576)]: 1 }, 'CALL_TOO_LARGE'],
    ['many values', Array.from({ length: 16_384 }, () => 0), 'CALL_TOO_LARGE'],
    ['many names', Object.fromEntries(Array.from({ length: 16_384 }, (_, i) => [i, 0])), 'CALL_TOO_LARGE'],
    ['depth', nested(34), 'CALL_TOO_DEEP'],
  ])('%s beyond the bound', (_, x, code) => {
    expect(outcomeFor(wildcard(), x)).toBe(code)
  })

  test('what is at the bound is judged', () => {
    for (const x of ['x'.repeat(1_048_575), Array.from({ length: 16_383 }, () => 0), nested(33)])
      expect(outcomeFor(wildcard(), x)).toBe('allow')
  })

  test('a tool of a very long name is no tool', () => {
    const enforcer = enforcerWith().bind(minted({ tools: { '*': {} } }), holder)
    expect(outcome(enforcer.enforce('x'.repeat(256), {}))).toBe('allow')
    expect(outcome(enforcer.enforce('x'.repeat(257), {}))).toBe('CALL_TOO_LARGE')
    expect(outcome(enforcer.enforce('é'.repeat(129), {}))).toBe('CALL_TOO_LARGE')
  })
})

describe('CON-12: a tool reached by a path that does not ask', () => {
  const ran: string[] = []
  const guard = createGuard({ enforcer: enforcerWith() })
  /** All that an integration hands on: every tool it has was given to the guard, and only what came back is kept. */
  const registered: Readonly<Record<string, Guarded<object, void>>> = Object.fromEntries(
    [TOOL, 'write_file', 'delete_file', '__proto__', 'toString'].map((name) => [
      name,
      guard(name, () => {
        ran.push(name)
      }),
    ]),
  )

  test('every registered tool asks: without a warrant none runs', async () => {
    expect(Object.keys(registered)).toHaveLength(5)
    for (const [name, tool] of Object.entries(registered)) {
      await expect(tool(ARGS), name).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
      await expect(tool(ARGS, { session: 'nobody' }), name).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    }
    expect(ran).toEqual([])
  })

  test('with one, the tool that it grants runs and no other', async () => {
    guard.sessions.set('s', minted())
    const codes: unknown[] = []
    for (const tool of Object.values(registered))
      codes.push(
        await tool(ARGS, { session: 's' }).then(
          () => 'ran',
          (thrown) => thrown.code,
        ),
      )
    expect(codes).toEqual(['PROOF_MISSING', ...Array.from({ length: 4 }, () => 'TOOL_NOT_GRANTED')])
    expect(ran).toEqual([])
  })

  test('a tool without a name or a function is not registered', () => {
    expect(() => guard('', () => {})).toThrow(TypeError)
    expect(() => guard(TOOL, undefined as never)).toThrow(TypeError)
  })
})
