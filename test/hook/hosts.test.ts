/**
 * The hook of every host, started as the host starts it: by a shell, an event on its standard input, judged by its exit
 * code and what it wrote. Needs the build that `npm test` makes first.
 */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hookCommandFor, hookStartFor } from '../../src/cli/hook/command.js'
import { generateKey } from '../../src/index.js'
import { type HookHome, hookHome, runHost, spawnCommand } from '../support/hookHome.js'
import { HOST_NAMES, type HostName, SHAPES } from '../support/hostEvents.js'

/** Denied: exit 2, the reason on stderr, and the same in the host's own form as the one document on stdout. */
const expectDenied = (
  host: HostName,
  ended: Awaited<ReturnType<typeof runHost>>,
  code: string,
  secret = '/etc/shadow',
): void => {
  expect({ exit: ended.exit, stderr: ended.stderr }).toEqual({
    exit: 2,
    stderr: expect.stringMatching(new RegExp(`^warrant: ${code}: .+\\n$`)),
  })
  const reason = SHAPES[host].reason(JSON.parse(ended.stdout))
  expect(reason).toBe(ended.stderr.trimEnd())
  expect(ended.stdout + ended.stderr).not.toContain(secret)
}

const opened = (host: HostName): HookHome => {
  const home = hookHome()
  home.open(host, 's1')
  return home
}

describe.each(HOST_NAMES)('%s', (host) => {
  const { call, after, ended, silence } = SHAPES[host]
  const secret = { file_path: '/etc/shadow' }

  test.concurrent('an allowed call is answered by silence, and recorded', async () => {
    const home = opened(host)
    expect(await runHost(host, home.folder, call({}))).toEqual({ exit: 0, stdout: silence, stderr: '' })
    expect(home.records()).toMatchObject([
      { host, session: 's1', tool: 'Read', verdict: 'allow', mode: 'block', enforced: true },
    ])
  })

  test.concurrent('a call outside the warrant is denied, and recorded without its value', async () => {
    const home = opened(host)
    expectDenied(host, await runHost(host, home.folder, call({ args: secret })), 'CONSTRAINT_VIOLATED')
    expect(home.records()).toMatchObject([
      { verdict: 'deny', code: 'CONSTRAINT_VIOLATED', where: 'file_path' },
    ])
    expect(JSON.stringify(home.records())).not.toContain('/etc/shadow')
  })

  test.concurrent('a tool that is not granted, or without a name, is denied', async () => {
    const home = opened(host)
    expectDenied(host, await runHost(host, home.folder, call({ tool: 'Bash' })), 'TOOL_NOT_GRANTED')
    expectDenied(host, await runHost(host, home.folder, call({ tool: undefined })), 'EVENT_MALFORMED')
    expectDenied(host, await runHost(host, home.folder, call({ tool: '' })), 'EVENT_MALFORMED')
  })

  test.concurrent('arguments that are no object are denied', async () => {
    const home = opened(host)
    expectDenied(host, await runHost(host, home.folder, call({ args: ['/data/a'] })), 'EVENT_MALFORMED')
    expectDenied(host, await runHost(host, home.folder, call({ args: 7 })), 'EVENT_MALFORMED')
    expectDenied(host, await runHost(host, home.folder, call({ args: 'rm -rf /' })), 'JSON_MALFORMED')
    expectDenied(
      host,
      await runHost(host, home.folder, call({ args: JSON.stringify(secret) })),
      'CONSTRAINT_VIOLATED',
    )
  })

  test.concurrent('an event that is no JSON, or two, or says a thing twice, is denied', async () => {
    const home = opened(host)
    const text = JSON.stringify(call({}))
    for (const input of ['', '{', text + text])
      expectDenied(host, await runHost(host, home.folder, input), 'JSON_MALFORMED')
    expectDenied(host, await runHost(host, home.folder, '[]'), 'EVENT_MALFORMED')
    const twice = text.replace('"file_path"', '"file_path":"/data/b","file_path"')
    expectDenied(host, await runHost(host, home.folder, twice), 'JSON_DUPLICATE_KEY')
    const bytes = Uint8Array.from([...new TextEncoder().encode('{"x":"'), 0xff, 0x22, 0x7d])
    const notText = await spawnCommand(hookCommandFor(host, home.folder), { input: bytes })
    expect(notText.exit).toBe(2)
    expect(notText.stderr).toMatch(/^warrant: [A-Z_]+: /)
  })

  test.concurrent('an event of an unknown name, or of none, is denied', async () => {
    const home = opened(host)
    const { hook_event_name: _, ...nameless } = call({}) as Record<string, unknown>
    const unknown = { ...call({}), hook_event_name: '__proto__' }
    expectDenied(host, await runHost(host, home.folder, unknown), 'EVENT_UNKNOWN')
    const { toolName: __, ...bare } = nameless
    expectDenied(
      host,
      await runHost(host, home.folder, bare),
      host === 'copilot' ? 'EVENT_UNKNOWN' : 'EVENT_MALFORMED',
    )
  })

  test.concurrent('an event over the bound is denied', async () => {
    const home = opened(host)
    const huge = `{"padding":"${'A'.repeat(5_000_000)}"}`
    expectDenied(host, await runHost(host, home.folder, huge), 'JSON_TOO_LARGE')
  })

  test.concurrent('a session that is unknown, empty, of another host, or not named is denied', async () => {
    const home = opened(host)
    const other = host === 'claude' ? 'gemini' : 'claude'
    home.open(other, 's2')
    for (const session of ['s2', 's1 ', ''])
      expectDenied(host, await runHost(host, home.folder, call({ session })), 'SESSION_UNKNOWN')
    const names = ['session_id', 'conversation_id', 'sessionId']
    const unnamed = Object.fromEntries(Object.entries(call({})).filter(([name]) => !names.includes(name)))
    expectDenied(host, await runHost(host, home.folder, unnamed), 'SESSION_UNKNOWN')
  })

  test.concurrent('an expired warrant, an untrusted root, and the key of somebody else deny', async () => {
    const home = hookHome()
    home.open(host, 'old', { age: 700, ttlSeconds: 600 })
    expectDenied(host, await runHost(host, home.folder, call({ session: 'old' })), 'WARRANT_EXPIRED')
    home.open(host, 'forged', { issuer: generateKey() })
    expectDenied(host, await runHost(host, home.folder, call({ session: 'forged' })), 'CHAIN_UNTRUSTED_ROOT')
    home.open(host, 'stolen', { key: generateKey() })
    expectDenied(host, await runHost(host, home.folder, call({ session: 'stolen' })), 'PROOF_INVALID')
  })

  test.concurrent('state that others can read denies: the session with its key, the configuration, the home', async () => {
    const home = opened(host)
    const { sessionFileName } = await import('../../src/node/sessionStore.js')
    const file = home.path('sessions', sessionFileName({ host, session: 's1' }))
    chmodSync(file, 0o640)
    expectDenied(host, await runHost(host, home.folder, call({})), 'FILE_MODE')
    chmodSync(file, 0o600)
    home.configure({}, 0o600)
    chmodSync(home.path('hook.json'), 0o604)
    expectDenied(host, await runHost(host, home.folder, call({})), 'FILE_MODE')
    chmodSync(home.path('hook.json'), 0o600)
    chmodSync(home.folder, 0o711)
    expectDenied(host, await runHost(host, home.folder, call({})), 'FILE_MODE')
    chmodSync(home.folder, 0o700)
    expect((await runHost(host, home.folder, call({}))).exit).toBe(0)
  })

  test.concurrent('a log that cannot be written denies', async () => {
    const home = opened(host)
    mkdirSync(home.path('log'), { mode: 0o700 })
    mkdirSync(home.path('log', 'decisions.jsonl'))
    expectDenied(host, await runHost(host, home.folder, call({})), 'AUDIT_FAILED')
  })

  test.concurrent('a configuration that is missing, broken, or has a mistyped field denies', async () => {
    const home = opened(host)
    home.configure({ mode: 'warn' })
    expectDenied(host, await runHost(host, home.folder, call({})), 'STATE_MALFORMED')
    home.configure({ modes: { default: 'wran' } })
    expectDenied(host, await runHost(host, home.folder, call({})), 'STATE_MALFORMED')
    writeFileSync(home.path('hook.json'), '{')
    expectDenied(host, await runHost(host, home.folder, call({})), 'STATE_MALFORMED')
    expectDenied(host, await runHost(host, home.path('elsewhere'), call({})), 'FILE_NOT_FOUND')
  })

  test.concurrent('what the environment of the host says to Node is not heard', async () => {
    const home = opened(host)
    const folder = mkdtempSync(join(tmpdir(), 'warrant-planted-'))
    const planted = join(folder, 'allow.cjs')
    writeFileSync(planted, `require('node:fs').writeSync(1, '{}'); process.exit(0)`)
    const [command, alone] = [hookCommandFor, hookStartFor].map((lineFor) => lineFor(host, home.folder))
    const input = JSON.stringify(call({ args: secret }))
    const env = { NODE_OPTIONS: `--require=${planted}` }
    // It does allow where it is heard, and no configuration of OpenSSL lets Node begin at all.
    expect(await spawnCommand(alone as string, { input, env })).toMatchObject({ exit: 0, stdout: '{}' })
    const made = join(folder, 'made')
    const loading = { ...env, NODE_PATH: folder, OPENSSL_CONF: planted, NODE_EXTRA_CA_CERTS: planted }
    const writing = { NODE_V8_COVERAGE: made, NODE_REDIRECT_WARNINGS: made, NODE_COMPILE_CACHE: made }
    const telling = { NODE_PENDING_DEPRECATION: '1', NODE_DEBUG: 'fs,net', NODE_ICU_DATA: folder }
    const all = { ...loading, ...writing, ...telling }
    expectDenied(host, await spawnCommand(command as string, { input, env: all }), 'CONSTRAINT_VIOLATED')
    expect(existsSync(made)).toBe(false)
  })

  test.concurrent('standard input that never ends is denied by the deadline, long before any host gives up', async () => {
    const home = opened(host)
    home.configure({ deadlineMilliseconds: 1_000 })
    expectDenied(host, await spawnCommand(hookCommandFor(host, home.folder)), 'GUARD_DEADLINE')
  })

  test.concurrent.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'stopped by %s while it waits, it denies',
    async (name) => {
      const home = opened(host)
      home.configure({ deadlineMilliseconds: 20_000 })
      // The shell in between is stopped too, and would end by itself: so the hook is started alone.
      const alone = hookStartFor(host, home.folder)
      expectDenied(host, await spawnCommand(alone, { signal: name }), 'GUARD_STOPPED')
    },
  )

  test.concurrent('a call that was made is recorded, and never refused', async () => {
    const home = opened(host)
    expect(await runHost(host, home.folder, after({ args: secret }))).toMatchObject({ exit: 0, stderr: '' })
    expect(home.records()).toMatchObject([{ host, tool: 'Read', verdict: 'allow', enforced: false }])
    expect(JSON.stringify(home.records())).not.toContain('planted')
  })

  if (ended === undefined) return // Codex and Copilot tell of no session that ends
  test.concurrent('a session that ends takes its warrant with it', async () => {
    const home = opened(host)
    home.open(host, 'child', { parent: 's1' })
    expect((await runHost(host, home.folder, ended('s1'))).exit).toBe(0)
    for (const session of ['s1', 'child'])
      expectDenied(host, await runHost(host, home.folder, call({ session })), 'SESSION_UNKNOWN')
  })
})
