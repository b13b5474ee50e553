/** Transcripts: inspecting, verifying, proving and enforcing. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { chainOf, type Warrant } from '../../src/warrant/chain.js'
import {
  alice,
  altered,
  childOf,
  gated,
  minted,
  root,
  tools,
  NOW as WARRANT_NOW,
} from '../support/warrants.js'
import { type Keys, keysFor, NOW, run, type Transcript } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent' | 'child' | 'boss', Keys>>
let warrant: string

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent', 'child', 'boss')
  dir = made.dir
  keys = made.keys
  warrant = join(dir, 'agent.warrant')
  await run([
    ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public, '-o', warrant],
    ...['--allow', 'read_file:path=/data', '--allow', 'add:n=int:1', '--allow', 'search', '--ttl', '30m'],
  ])
})

const codeOf = (stderr: string): string | undefined => /^warrant: ([A-Z0-9_]+): /.exec(stderr)?.[1]
const byHolder = (): string[] => ['--root', keys.issuer.public, '--holder-key', keys.agent.secret]
const enforce = (...argv: readonly string[]): Promise<Transcript> => run(['enforce', warrant, ...argv])

describe('inspect', () => {
  test('says first that nothing was verified', async () => {
    const { exit, stdout, stderr } = await run(['inspect', warrant])
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^UNVERIFIED: no trusted root was given/)
  })

  test('says first that it was', async () => {
    const { exit, stdout } = await run(['inspect', warrant, '--root', keys.issuer.public])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^VERIFIED at 2026-01-01T00:00:00Z under root [0-9a-f]{16}…\n/)
    expect(stdout).toContain('not checked  revocation, possession of the holder key, any call')
  })

  test('CLI-9: says first, in words and by the exit code, that it does not verify, and shows it all the same', async () => {
    for (const [argv, code, options] of [
      [['--root', keys.boss.hex], 'CHAIN_UNTRUSTED_ROOT', {}],
      [[], 'WARRANT_EXPIRED', { now: NOW + 1800 }],
      [['--at', '2026-01-01T00:30:00Z'], 'WARRANT_EXPIRED', {}],
      [['--at', '2025-12-31T23:59:00Z'], 'CHAIN_ISSUED_AT', {}],
    ] as const) {
      const { exit, stdout, stderr } = await run(['inspect', warrant, ...argv], options)
      expect([exit, codeOf(stderr)]).toEqual([1, code])
      expect(stdout).toMatch(new RegExp(`^DOES NOT VERIFY: ${code}\n`))
      expect(stdout).toContain('/data or a path under it')
    }
  })

  test('a forged signature is seen without any root', async () => {
    const { stdout } = await run([
      'mint',
      '--issuer-key',
      keys.issuer.secret,
      '--holder',
      keys.agent.hex,
      '--allow',
      'x',
    ])
    const bytes = Buffer.from(stdout.trim(), 'base64url')
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
    for (const stdin of [bytes, bytes.toString('base64'), bytes.toString('base64url')]) {
      const seen = await run(['inspect'], { stdin })
      expect([seen.exit, codeOf(seen.stderr)]).toEqual([1, 'SIGNATURE_INVALID'])
      expect(seen.stdout).toMatch(/^DOES NOT VERIFY/)
    }
  })

  test('speaks stable JSON', async () => {
    const { stdout } = await run(['inspect', warrant, '--json'])
    const seen = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(seen).sort()).toEqual([
      'at',
      'chain',
      'detached',
      'notChecked',
      'status',
      'verified',
      'warrant',
    ])
    expect(seen).toMatchObject({ verified: false, status: 'unverified', at: NOW })
    expect(stdout).toContain(
      '"tools":{"add":{"constraints":{"n":{"kind":"exact","value":1}}},"read_file":{"constraints":{"path":{"allowEqual":true,"caseSensitive":true,"kind":"subpath","root":"/data"}}},"search":{"constraints":{}}}',
    )
    const failed = await run(['inspect', warrant, '--json', '--root', keys.boss.hex])
    expect(failed.exit).toBe(1)
    expect(JSON.parse(failed.stdout)).toMatchObject({
      verified: false,
      status: 'failed',
      error: { code: 'CHAIN_UNTRUSTED_ROOT' },
    })
  })

  test('CLI-4: shows hostile names and values escaped, in words and in JSON', async () => {
    const hostile = '\u001b]0;owned\u0007\u202e\u200b\u2028\u009b31m\r\nVERIFIED'
    const { stdout } = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex],
      ...['--allow', `${hostile}:${hostile}=exact:${hostile}`, '--session', hostile, '--agent', hostile],
    ])
    const words = await run(['inspect'], { stdin: stdout, stdoutIsTTY: true, env: { NO_COLOR: '1' } })
    const json = await run(['inspect', '--json'], { stdin: stdout })
    expect([words.exit, json.exit]).toEqual([0, 0])
    for (const { stdout: shown } of [words, json]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\u2028]/)
    }
    expect(words.stdout.split('\n').filter((line) => line.startsWith('VERIFIED'))).toEqual([])
    expect(json.stdout.trimEnd()).not.toContain('\n')
    expect(JSON.parse(json.stdout)).toMatchObject({ chain: [{ sessionId: hostile }] })
  })

  test('paints for a terminal, and not against its will', async () => {
    const painted = await run(['inspect', warrant], { stdoutIsTTY: true })
    expect(painted.stdout).toContain('\u001b[33mUNVERIFIED')
    for (const options of [
      {},
      { stdoutIsTTY: true, env: { NO_COLOR: '1' } },
      { stdoutIsTTY: true, env: { TERM: 'dumb' } },
    ]) {
      expect((await run(['inspect', warrant], options)).stdout).not.toContain('\u001b')
    }
  })
})

describe('a gate that can never ask anybody', () => {
  const ask = { ...gated({ '*': 'whole', Read: 'whole', read: 'whole' }), approvers: [alice.publicKey] }
  const remarks = [
    'the gate on * asks for no approval: a gate is on one tool by its name',
    'the gate on Read asks for no approval: the warrant does not grant that tool',
  ]
  const idle = altered(minted(), ask)
  const seen = (command: string, ...warrants: readonly Warrant[]): Promise<Transcript> =>
    run([command, '--root', root.publicKey], { stdin: chainOf(warrants).bytes, now: WARRANT_NOW })

  test('is told by inspect and verify', async () => {
    const inspected = await seen('inspect', idle)
    expect(inspected.exit).toBe(0)
    for (const remark of remarks) expect(inspected.stdout).toContain(`\n  note         ${remark}\n`)
    const verified = await seen('verify', idle)
    expect(verified.exit).toBe(0)
    expect(verified.stderr.split('\n').slice(0, 2)).toEqual(remarks)
  })

  test('is in the JSON form, where there is one', async () => {
    for (const command of ['inspect', 'verify']) {
      const argv = [command, '--root', root.publicKey, '--json']
      const told = await run(argv, { stdin: idle.bytes, now: WARRANT_NOW })
      expect(JSON.parse(told.stdout)).toMatchObject({ idleGates: ['*', 'Read'] })
      const none = await run(argv, { stdin: minted().bytes, now: WARRANT_NOW })
      expect(JSON.parse(none.stdout)).not.toHaveProperty('idleGates')
    }
  })

  test('is none where a call can reach it, and is told of the warrant that brought it', async () => {
    const every = altered(minted(), {
      ...tools({ '*': {} }),
      ...gated({ Read: 'whole' }),
      approvers: [alice.publicKey],
    })
    expect((await seen('inspect', every)).stdout).not.toContain('note')
    const kept = childOf(every, { ...tools({ read: {} }) })
    expect((await seen('inspect', every, kept)).stdout).not.toContain('asks for no approval')
    const brought = childOf(altered(minted(), { approvers: [alice.publicKey] }), gated({ Read: 'whole' }))
    expect((await seen('inspect', brought)).stdout).toContain(remarks[1])
  })
})

describe('verify', () => {
  test('needs a root', async () => {
    const { exit, stderr } = await run(['verify', warrant])
    expect([exit, codeOf(stderr)]).toEqual([2, 'USAGE'])
  })

  test('answers by its exit code, and by the code on stderr', async () => {
    expect((await run(['verify', warrant, '--root', keys.boss.hex, '--root', keys.issuer.hex])).exit).toBe(0)
    const denied = await run(['verify', warrant, '--root', keys.boss.hex])
    expect([denied.exit, denied.stdout, codeOf(denied.stderr)]).toEqual([1, '', 'CHAIN_UNTRUSTED_ROOT'])
    const json = await run(['verify', warrant, '--root', keys.boss.hex, '--json'])
    expect([json.exit, json.stderr]).toEqual([1, ''])
    expect(JSON.parse(json.stdout)).toMatchObject({
      verified: false,
      error: { code: 'CHAIN_UNTRUSTED_ROOT' },
    })
  })

  test('--at is a time that exists', async () => {
    const at = (time: string) => run(['verify', warrant, '--root', keys.issuer.hex, '--at', time])
    for (const time of [
      `${NOW}`,
      '2026-01-01T00:29:59Z',
      '2026-01-01T01:00:00+01:00',
      '2026-01-01t00:00:00.5z',
    ]) {
      expect((await at(time)).exit).toBe(0)
    }
    expect(codeOf((await at('2026-01-01T00:30:00Z')).stderr)).toBe('WARRANT_EXPIRED')
    for (const time of [
      'now',
      '2026-01-01',
      '2026-02-30T00:00:00Z',
      '2026-01-01T00:00:00',
      '2026-01-01 00:00:00Z',
      '1e9',
    ]) {
      const { exit, stderr } = await at(time)
      expect([time, exit, codeOf(stderr)]).toEqual([time, 2, 'TIME_MALFORMED'])
    }
  })
})

describe('prove and enforce', () => {
  test('a proof lets its call pass, once per run, and no other', async () => {
    const proved = await run([
      'prove',
      warrant,
      '--key',
      keys.agent.secret,
      '--tool',
      'add',
      '--args',
      '{"n":1}',
    ])
    expect(proved.stdout).toMatch(/^[A-Za-z0-9+/]{86}==\n$/)
    const proof = proved.stdout.trim()
    const by = ['--root', keys.issuer.hex, '--proof', proof, '--tool', 'add']
    const allowed = await enforce(...by, '--args', '{"n":1}')
    expect([allowed.exit, allowed.stdout, allowed.stderr]).toEqual([0, 'allow add\n', ''])
    const other = await enforce(...by, '--args', '{"n":1.0}')
    expect([other.exit, other.stdout, codeOf(other.stderr)]).toEqual([
      1,
      'deny add CONSTRAINT_VIOLATED\n',
      'CONSTRAINT_VIOLATED',
    ])
    const late = await run(['enforce', warrant, ...by, '--args', '{"n":1}'], { now: NOW + 120 })
    expect(codeOf(late.stderr)).toBe('PROOF_INVALID')
    const none = await enforce('--root', keys.issuer.hex, '--tool', 'add', '--args', '{"n":1}')
    expect(codeOf(none.stderr)).toBe('PROOF_MISSING')
  })

  test('only the holder can prove', async () => {
    const { exit, stdout, stderr } = await run([
      'prove',
      warrant,
      '--key',
      keys.child.secret,
      '--tool',
      'add',
    ])
    expect([exit, stdout, codeOf(stderr)]).toEqual([1, '', 'KEY_MISMATCH'])
  })

  test('the holder key stands for a proof of every call', async () => {
    expect((await enforce(...byHolder(), '--tool', 'read_file', '--args', '{"path":"/data/a"}')).exit).toBe(0)
    const stolen = await enforce('--root', keys.issuer.hex, '--key', keys.child.secret, '--tool', 'search')
    expect([stolen.exit, codeOf(stolen.stderr)]).toEqual([1, 'PROOF_INVALID'])
    const untrusted = await enforce('--root', keys.boss.hex, '--key', keys.agent.secret, '--tool', 'search')
    expect([untrusted.exit, codeOf(untrusted.stderr)]).toEqual([1, 'CHAIN_UNTRUSTED_ROOT'])
  })

  test('a call comes as one JSON object too', async () => {
    const call = join(dir, 'call.json')
    writeFileSync(call, '{"tool":"read_file","args":{"path":"/data/../etc/passwd"}}')
    const { stdout } = await enforce(...byHolder(), '--call', call)
    expect(stdout).toBe('deny read_file CONSTRAINT_VIOLATED\n')
  })

  test('--explain shows every check in order', async () => {
    const { stdout } = await enforce(...byHolder(), '--tool', 'rm', '--explain')
    expect(stdout).toContain('\n  passed      authenticity\n')
    expect(stdout).toContain('\n  failed      tool: TOOL_NOT_GRANTED\n')
    expect(stdout).toContain('\n  not reached replay\n')
    const json = await enforce(...byHolder(), '--tool', 'search', '--explain', '--json')
    const { checks } = JSON.parse(json.stdout) as { checks: { outcome: string }[] }
    expect(checks.length).toBeGreaterThan(10)
    expect(checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
  })

  test('a denial is one JSON object without any argument', async () => {
    const { exit, stdout, stderr } = await enforce(
      ...byHolder(),
      ...['--tool', 'read_file', '--args', '{"path":"/etc/secret-name"}', '--json'],
    )
    expect([exit, stderr]).toEqual([1, ''])
    expect(JSON.parse(stdout)).toMatchObject({ decision: 'deny', code: 'CONSTRAINT_VIOLATED', where: 'path' })
    expect(stdout).not.toContain('secret-name')
  })

  test('a stream is decided line by line', async () => {
    const calls = [
      '{"tool":"search","args":{"q":"x"}}',
      '{"tool":"rm"}',
      'not json',
      '',
      '{"tool":"add","args":{"n":1,"n":2}}',
      '{"tool":"add","args":{"n":9007199254740993000000}}',
      '{"tool":"add","args":{"n":1},"extra":true}',
      '{"tool":"add","args":[1]}',
      '{"tool":"add","args":{"n":1}}\r',
      '{"tool":"read_file","args":{"path":"/data/last"}}',
    ].join('\n')
    const { exit, stdout, stderr } = await run(['enforce', warrant, ...byHolder(), '--calls', '-'], {
      stdin: calls,
    })
    expect(exit).toBe(1)
    expect(stdout.split('\n').map((line) => line.split(' ').slice(0, 3).join(' ').trim())).toEqual([
      'allow search',
      'deny rm TOOL_NOT_GRANTED',
      'deny ? JSON_MALFORMED',
      'deny ? JSON_DUPLICATE_KEY',
      'deny ? JSON_NUMBER_INEXACT',
      'deny ? JSON_SHAPE',
      'deny ? JSON_SHAPE',
      'allow add',
      'allow read_file',
      '',
    ])
    expect(stderr).toBe('9 calls: 3 allowed, 6 denied\n')
    const json = await run(['enforce', warrant, ...byHolder(), '--calls', '-', '--json'], { stdin: calls })
    const lines = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10])
    expect(lines[2]).toMatchObject({ decision: 'deny', code: 'JSON_MALFORMED' })
  })

  test('a stream without a call is no success, and its warrant is verified before anything is read', async () => {
    const argv = ['enforce', warrant, ...byHolder(), '--calls', '-']
    for (const stdin of ['', '\n \n']) {
      const { exit, stdout, stderr } = await run(argv, { stdin })
      expect([exit, stdout, codeOf(stderr)]).toEqual([1, '', 'INPUT_EMPTY'])
      expect(stderr.split('\n')).toHaveLength(2)
    }
    let isRead = false
    async function* watched(): AsyncGenerator<Uint8Array> {
      isRead = true
      yield new TextEncoder().encode('{"tool":"search"}\n')
    }
    const untrusted = ['enforce', warrant, '--root', keys.boss.hex, '--calls', '-']
    for (const [by, options, code] of [
      [untrusted, {}, 'CHAIN_UNTRUSTED_ROOT'],
      [[...untrusted, '--key', keys.agent.secret], {}, 'CHAIN_UNTRUSTED_ROOT'],
      [argv, { now: NOW + 1800 }, 'WARRANT_EXPIRED'],
    ] as const) {
      const { exit, stdout, stderr } = await run(by, { stdin: watched(), ...options })
      expect([exit, stdout, codeOf(stderr), isRead]).toEqual([1, '', code, false])
    }
  })

  test('a stream in pieces is the same stream', async () => {
    const bytes = new TextEncoder().encode('{"tool":"search","args":{"q":"é"}}\n{"tool":"rm"}\n')
    async function* oneByOne(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const { stdout } = await run(['enforce', warrant, ...byHolder(), '--calls', '-'], { stdin: oneByOne() })
    expect(stdout).toMatch(/^allow search\ndeny rm TOOL_NOT_GRANTED .*\n$/)
  })

  test('the proofs of a stream are remembered', async () => {
    const { stdout } = await run(['prove', warrant, '--key', keys.agent.secret, '--tool', 'search'])
    const line = `${JSON.stringify({ tool: 'search', args: {}, proof: stdout.trim() })}\n`
    const argv = ['enforce', warrant, '--root', keys.issuer.hex, '--calls', '-']
    const twice = await run(argv, { stdin: line + line })
    expect(twice.stdout).toMatch(/^allow search\ndeny search PROOF_REPLAYED /)
    const idempotent = await run([...argv, '--idempotent', 'search'], { stdin: line + line })
    expect(idempotent.exit).toBe(0)
  })

  test('a session that the warrant is bound to must be named', async () => {
    const { stdout } = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex],
      ...['--allow', 'x', '--session', 's1'],
    ])
    const by = (...more: string[]) =>
      run(['enforce', ...byHolder(), '--tool', 'x', ...more], { stdin: stdout })
    expect((await by('--session', 's1')).exit).toBe(0)
    expect(codeOf((await by('--session', 's2')).stderr)).toBe('SESSION_MISMATCH')
    expect(codeOf((await by()).stderr)).toBe('SESSION_MISMATCH')
  })

  test('a gate asks for approval, and says of whom', async () => {
    const { stdout } = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex],
      ...['--allow', 'pay', '--gate', 'pay', '--approver', keys.boss.hex],
    ])
    const { exit, stderr } = await run(['enforce', ...byHolder(), '--tool', 'pay'], { stdin: stdout })
    expect([exit, codeOf(stderr)]).toEqual([1, 'APPROVAL_REQUIRED'])
    expect(stderr).toMatch(
      /\n {2}request {4}[0-9a-f]{64}\n {2}approvals {2}0 of 1\n {2}approvers {2}[0-9a-f]{64}\n$/,
    )
    expect(stderr).toContain(keys.boss.hex)
  })

  test('a tool may ask for a clearance', async () => {
    const { exit, stderr } = await enforce(
      ...byHolder(),
      '--tool',
      'search',
      '--tool-clearance',
      'search=internal',
    )
    expect([exit, codeOf(stderr)]).toEqual([1, 'CLEARANCE_TOO_LOW'])
  })

  test('a regular expression has its engine', async () => {
    const { stdout } = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex],
      ...['--allow', 'x:a=regex:^[a-f]+$,b=cel:value > 1'],
    ])
    const by = (args: string) =>
      run(['enforce', ...byHolder(), '--tool', 'x', '--args', args], { stdin: stdout })
    expect((await by('{"a":"abc","b":2}')).exit).toBe(0)
    expect(codeOf((await by('{"a":"xyz","b":2}')).stderr)).toBe('CONSTRAINT_VIOLATED')
    expect(codeOf((await by('{"a":"abc","b":1}')).stderr)).toBe('CONSTRAINT_VIOLATED')
  })

  test.each([
    [['--tool', 'x', '--calls', '-'], 2, 'USAGE'],
    [[], 2, 'USAGE'],
    [['--args', '{}'], 2, 'USAGE'],
    [['--tool', 'x', '--call', 'y'], 2, 'USAGE'],
    [['--calls', '-', '--explain'], 2, 'USAGE'],
    [['--tool', 'x', '--proof', 'AAAA', '--holder-key', 'k'], 2, 'USAGE'],
    [['--tool', 'x', '--revocations', 'f'], 2, 'USAGE'],
    [['--tool', 'x', '--proof-windows', '1'], 2, 'USAGE'],
    [['--tool', 'x', '--profile', 'mine'], 2, 'USAGE'],
    [['--tool', 'x', '--tool-clearance', 'x'], 2, 'USAGE'],
    [['--tool', 'x', '--args', 'nope'], 2, 'JSON_MALFORMED'],
    [['--tool', 'x', '--args', '[]'], 2, 'JSON_SHAPE'],
    [['--tool', 'x', '--args', '{"a":1,"a":1}'], 2, 'JSON_DUPLICATE_KEY'],
    [['--tool', 'x', '--tool', 'y'], 2, 'USAGE'],
    [['--tool', 'x', '--revocation-issuer', 'k'], 2, 'USAGE'],
    [['--tool', 'x', '--args', '-'], 1, 'JSON_MALFORMED'],
    [['--tool', 'search', '--proof', 'AAAA'], 1, 'PROOF_MALFORMED'],
  ])('%j ends with %i and %s', async (argv, exit, code) => {
    const result = await enforce('--root', keys.issuer.hex, ...argv)
    expect([result.exit, codeOf(result.stderr)]).toEqual([exit, code])
  })
})
