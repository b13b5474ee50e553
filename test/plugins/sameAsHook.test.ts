/**
 * A plugin is the hook without a process: of the same call in the same home both say the same, in the same words, and leave
 * the same record. The hook is asked through its own door, with the text that a host would send.
 */

import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runHook } from '../../src/hook/main.js'
import { oneOf, pattern, range, subpath } from '../../src/index.js'
import { fileSessionStore } from '../../src/node/index.js'
import { type HookHome, hookHome } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'
import { CWD, type HostUnderTest, PLUGIN_HOSTS_UNDER_TEST } from '../support/pluginHosts.js'

const TOOLS = {
  Read: { file_path: subpath('/data') },
  Count: { limit: range({ min: 0, max: 10 }), mode: oneOf(['a', 'b']) },
  Name: { name: pattern('ab*') },
  Any: {},
}

/** What a plugin keeps tools out of besides: said to the hook too, since a pattern for it can be drawn. */
const CONFIGURATION = [
  ...['.opencode', 'opencode.json', 'opencode.jsonc'].map((name) => join(CWD, name)),
  ...['.config/opencode', '.pi/agent', '.openclaw'].map((name) => join(homedir(), name)),
]

/** The same warrants for a session of the hook's host and of the plugin's. */
const twin = (host: HostUnderTest, fields: object): HookHome => {
  const home = hookHome()
  home.configure({ ...fields, protect: CONFIGURATION })
  const store = fileSessionStore(home.path('sessions'))
  for (const [i, opened] of [{}, { ttlSeconds: 60, age: 100 }].entries()) {
    const entry = home.open(host.name, `${host.session}${i}`, { tools: TOOLS, ...opened })
    store.put({ ...entry, host: host.hook }, { replace: true })
  }
  return home
}

interface Said {
  readonly denied: string | undefined
  readonly record: unknown
}

const withoutPlace = (record: Readonly<Record<string, unknown>> | undefined): unknown => {
  const { verdict, code, where, rule, mode, enforced, warrantId, chain, argsDigest, view, tool, session } =
    record ?? {}
  return { verdict, code, where, rule, mode, enforced, warrantId, chain, argsDigest, view, tool, session }
}

const lastOf = (home: HookHome, host: string): unknown =>
  withoutPlace(
    home.records().findLast((record) => record['host'] === host && record['argsDigest'] !== undefined),
  )

const askHook = async (host: HostUnderTest, home: HookHome, asked: Asked): Promise<Said> => {
  const text = JSON.stringify(SHAPES[host.hook].call({ ...asked, cwd: CWD }))
  const answer = await runHook([host.hook, '--home', home.folder], {
    read: async () => new TextEncoder().encode(text),
    clock: () => Date.now() / 1000,
    elapsed: () => 0,
    program: [],
  })
  const denied = answer.exit === 0 ? undefined : answer.stderr.trimEnd()
  return { denied, record: lastOf(home, host.hook) }
}

interface Asked {
  readonly session: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
}

const words = fc.oneof(
  fc.constantFrom(
    '/data/a',
    '/data/../etc/shadow',
    '/etc/shadow',
    'data/a',
    '../../data/a',
    '~',
    'a',
    'abc',
    'c',
    '',
    '*',
    '.*',
    '~/*',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.integer({ min: -20, max: 20 }),
    fc.integer().map((n) => n + 0.5),
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '__proto__', 'file_path', 'x y'), tie('value'), { maxKeys: 3 }),
  ),
})).value
const names = fc.constantFrom('file_path', 'limit', 'mode', 'name', 'other', '__proto__', 'constructor')
const args = fc.oneof(
  fc.record({ file_path: words }),
  fc.record({
    limit: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constant(2.5)),
    mode: fc.constantFrom('a', 'b', 'c'),
  }),
  fc.dictionary(names, values, { maxKeys: 4 }),
)
const tools = fc.constantFrom(...Object.keys(TOOLS), 'Bash', 'read', '__proto__')

describe.each(PLUGIN_HOSTS_UNDER_TEST)('$name says what the hook says', (host) => {
  test.each([
    ['block', {}],
    ['warn', { modes: { default: 'warn', tools: { Read: 'block', Bash: 'off' } } }],
  ])('of any call, in mode %s', async (_, fields) => {
    const home = twin(host, fields)
    const { call } = await host.load({ home: home.folder })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('0', '0', '0', '0', '1', '2', ''),
        tools,
        args,
        async (which, tool, drawn) => {
          const session = which === '' ? '' : `${host.session}${which}`
          const text = JSON.stringify(drawn)
          const asked = (): Asked => ({ session, tool, args: JSON.parse(text) as Record<string, unknown> })
          const hook = await askHook(host, home, asked())
          const outcome = await call(asked())
          const plugin: Said = {
            denied: 'denied' in outcome ? outcome.denied : undefined,
            record: lastOf(home, host.name),
          }
          expect(plugin).toEqual(hook)
          if ('ran' in outcome) expect(JSON.stringify(outcome.ran)).toBe(text)
          seen.add(String((hook.record as { code?: string }).code ?? 'allow'))
        },
      ),
      { numRuns: 150 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['allow', 'CONSTRAINT_VIOLATED']))
  })
})
