/** Transcripts: keys, minting, narrowing, and what comes out at the other end of a pipe. */

import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Keys, keysFor, NOW, pipe, run } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent' | 'child' | 'boss', Keys>>

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent', 'child', 'boss')
  dir = made.dir
  keys = made.keys
})

const mintArgs = (...more: readonly string[]): string[] => [
  ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public],
  ...more,
]

const codeOf = (stderr: string): string | undefined => /^warrant: ([A-Z0-9_]+): /.exec(stderr)?.[1]

describe('keygen', () => {
  test('writes two files, prints the public key, and never the secret', async () => {
    const path = join(dir, 'fresh')
    const { exit, stdout, stderr } = await run(['keygen', path])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/)
    expect(lstatSync(`${path}.key`).mode & 0o777).toBe(0o600)
    expect(readFileSync(`${path}.key`, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(readFileSync(`${path}.pub`, 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    const secret = readFileSync(`${path}.key`, 'utf8').split('\n')[1] as string
    expect(stdout + stderr).not.toContain(secret)
  })

  test('never replaces a key, and leaves none behind alone', async () => {
    const path = join(dir, 'half')
    writeFileSync(`${path}.pub`, 'x')
    const { exit, stderr, stdout } = await run(['keygen', path])
    expect([exit, codeOf(stderr), stdout]).toEqual([1, 'FILE_EXISTS', ''])
    expect(existsSync(`${path}.key`)).toBe(false)
  })

  test('shows the public key of a secret one', async () => {
    const { stdout } = await run(['keygen', '--show-public', keys.agent.secret])
    expect(stdout).toBe(readFileSync(keys.agent.public, 'utf8'))
  })

  test('needs a name', async () => {
    const { exit, stderr } = await run(['keygen'])
    expect([exit, codeOf(stderr)]).toEqual([2, 'USAGE'])
  })
})

describe('mint', () => {
  test('prints one line that verifies under the issuer', async () => {
    const { exit, stdout, stderr } = await run(mintArgs('--allow', 'read_file:path=/data', '--ttl', '30m'))
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^[A-Za-z0-9_-]+\n$/)
    const verified = await run(['verify', '--root', keys.issuer.public], { stdin: stdout })
    expect(verified.exit).toBe(0)
    expect(verified.stdout).toMatch(
      /^verified tnu_wrt_[0-9a-f]{32} at 2026-01-01T00:00:00Z: a root warrant, 30m left\n$/,
    )
  })

  test('lives five minutes unless it is told', async () => {
    const { stdout } = await run([...mintArgs('--allow', 'x'), '--json'])
    const { chain } = JSON.parse(stdout) as { chain: { issuedAt: number; expiresAt: number }[] }
    expect(chain[0]).toMatchObject({ issuedAt: NOW, expiresAt: NOW + 300 })
  })

  test('takes every flag, and inspect shows each', async () => {
    const { stdout } = await pipe(
      mintArgs(
        ...['--allow', 'pay:amount=range:0..100,to=alice|bob', '--tools', 'memory,todo', '--ttl', '1h'],
        ...['--max-depth', '2', '--clearance', 'internal', '--session', 's-1', '--agent', 'bot'],
        ...[
          '--gate',
          'pay:amount=range:50..',
          '--approver',
          keys.boss.public,
          '--min-approvals',
          '1',
          '--pem',
        ],
      ),
      ['inspect', '--root', keys.issuer.hex],
    )
    for (const line of [
      'VERIFIED at 2026-01-01T00:00:00Z under root ',
      `  holder     ${keys.agent.hex}`,
      `  issuer     ${keys.issuer.hex}`,
      '  expires    in 1h, at 2026-01-01T01:00:00Z (issued for 1h)',
      '  depth      0 of 2: can be delegated 2 times more',
      '  session    s-1',
      '  agent      bot',
      '  clearance  internal (30)',
      `  approvals  1 of ${keys.boss.hex}`,
      '  memory  any arguments',
      '    amount  0 to 100, both included',
      '    to      one of "alice", "bob"',
      '  pay  amount when it is at least 50',
    ]) {
      expect(stdout).toContain(line)
    }
  })

  test('makes issuer warrants, from which execution warrants are issued', async () => {
    const { exit, stdout } = await pipe(
      [
        ...mintArgs('--type', 'issuer', '--issuable', 'read_file,web_search', '--bound', 'path=/data'),
        ...['--max-issue-depth', '1', '--ttl', '1d'],
      ],
      [
        ...['attenuate', '--key', keys.agent.secret, '--holder', keys.child.public],
        ...['--allow', 'read_file:path=/data/a', '--ttl', '10m'],
      ],
      ['inspect', '--root', keys.issuer.public, '--json'],
    )
    expect(exit).toBe(0)
    const { chain } = JSON.parse(stdout) as { chain: Record<string, unknown>[] }
    expect(chain.map(({ type }) => type)).toEqual(['issuer', 'execution'])
    expect(chain[0]).toMatchObject({ issuableTools: ['read_file', 'web_search'], maxIssueDepth: 1 })
    expect(chain[1]).toMatchObject({ holder: keys.child.hex, expiresAt: NOW + 600 })
  })

  test.each([
    [['--allow', 'a:b'], 2, 'SPEC_MALFORMED', 'at 1, character 3'],
    [['--allow', 'a', '--allow', 'b:x=int:y'], 2, 'SPEC_MALFORMED', 'at 2, character 9'],
    [['--allow', 'a:x=regex:('], 2, 'SPEC_MALFORMED', 'character 5'],
    [['--allow', 'a:x=cel:1 +'], 2, 'SPEC_MALFORMED', 'character 5'],
    [['--allow', 'a', '--ttl', 'soon'], 2, 'DURATION_MALFORMED', '--ttl'],
    [['--allow', 'a', '--max-depth', '-1'], 2, 'USAGE', '--max-depth'],
    [['--allow', 'a', '--max-depth', '65'], 2, 'USAGE', '--max-depth'],
    [['--allow', 'a', '--clearance', 'godlike'], 2, 'USAGE', '--clearance'],
    [['--allow', 'a', '--gate', 'a:x!=*'], 2, 'SPEC_MALFORMED', '--gate'],
    [['--allow', 'a', '--type', 'root'], 2, 'USAGE', '--type'],
    [['--allow', 'a', '--issuable', 'b'], 2, 'USAGE', '--issuable'],
    [['--type', 'issuer', '--allow', 'a'], 2, 'USAGE', '--allow'],
    [['--type', 'issuer'], 2, 'USAGE', '--issuable'],
    [[], 2, 'USAGE', '--allow'],
    [['--allow', 'a', 'stray'], 2, 'USAGE', 'argument'],
    [['--allow', 'a', '--frobnicate'], 2, 'USAGE', '--frobnicate'],
    [['--allow', 'a', '--ttl', '0s'], 2, 'MINT_TTL', '--ttl'],
    [['--allow', 'a', '--ttl', '91d'], 2, 'MINT_TTL', '--ttl'],
    [['--allow', 'a', '--ttl', '1h', '--ttl', '5m'], 2, 'USAGE', '--ttl'],
    [['--allow', 'a', '--holder', 'x'], 2, 'USAGE', '--holder'],
    [['--allow', 'a', '--out', '/nowhere/x', '-o', '/nowhere/y'], 2, 'USAGE', '--out'],
    [['--allow', 'a:b=x,,'], 2, 'SPEC_MALFORMED', 'at 1, character 7'],
    [['--allow', 'a', '--approver', `02${'00'.repeat(31)}`], 2, 'KEY_NOT_ON_CURVE', '--approver'],
    [['--allow', 'a', '--gate', 'a'], 1, 'MINT_APPROVERS', ''],
    [['--allow', 'tenuo:admin\\:x'], 2, 'SPEC_MALFORMED', ''],
    [['--allow', 'tenuo\\:admin'], 1, 'TOOL_NAME_RESERVED', ''],
  ])('%j ends with %i and %s', async (flags, exit, code, where) => {
    const result = await run(mintArgs(...flags))
    expect([result.exit, codeOf(result.stderr), result.stdout]).toEqual([exit, code, ''])
    expect(result.stderr).toContain(where)
    expect(result.stderr.split('\n')).toHaveLength(2)
  })
})

describe('values that look like another form', () => {
  const remarksOf = async (...flags: readonly string[]): Promise<string[]> => {
    const { exit, stderr } = await run(mintArgs(...flags))
    expect(exit).toBe(0)
    return stderr.trim().split('\n')
  }

  test('are read as text, with a remark each and its place', async () => {
    const remarks = await remarksOf(
      '--allow',
      'w',
      '--allow',
      'x:a=0..1e400,b=c,d=Subpath:/x',
      '--allow',
      'y:u=urlsafe',
    )
    expect(remarks.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      '--allow 2, character 5',
      '--allow 2, character 20',
      '--allow 3, character 5',
    ])
  })

  test('in gates and bounds too; not with --json, and not where exact: says it', async () => {
    const gate = ['--allow', 'x', '--gate', 'x:a=5..', '--approver', keys.boss.hex]
    expect(await remarksOf(...gate)).toEqual([expect.stringMatching(/^--gate 1, character 5: /)])
    const bound = ['--type', 'issuer', '--issuable', 'x', '--bound', 'a=one_of:1']
    expect(await remarksOf(...bound)).toEqual([expect.stringMatching(/^--bound character 3: /)])
    expect(await remarksOf(...gate, '--json')).toEqual([''])
    expect(await remarksOf('--allow', 'x:a=exact:Subpath:/x,b=1..2,c=https://x')).toEqual([''])
  })
})

describe('secret keys', () => {
  const seed = '11'.repeat(32)

  test.each([
    ['hexadecimal', seed],
    ['base64', Buffer.from(seed, 'hex').toString('base64')],
    ['base64url', Buffer.from(seed, 'hex').toString('base64url')],
    ['PEM', `-----BEGIN PRIVATE KEY-----\n${seed}\n-----END PRIVATE KEY-----`],
  ])('CLI-1: are refused as an argument, in %s, and not repeated', async (_form, secret) => {
    const args = ['--holder', keys.agent.public, '--allow', 'x']
    const { exit, stdout, stderr } = await run(['mint', '--issuer-key', secret, ...args])
    expect([exit, codeOf(stderr), stdout]).toEqual([2, 'SECRET_IN_ARGUMENT', ''])
    expect(stderr).not.toContain(secret)
  })

  test('CLI-2: are refused from a file that others can read', async () => {
    const path = join(dir, 'loose.key')
    writeFileSync(path, readFileSync(keys.issuer.secret), { mode: 0o644 })
    const { exit, stderr } = await run([
      'mint',
      '--issuer-key',
      path,
      '--holder',
      keys.agent.hex,
      '--allow',
      'x',
    ])
    expect([exit, codeOf(stderr)]).toEqual([1, 'FILE_MODE'])
  })

  test('come from stdin, and from a named environment variable', async () => {
    const secret = readFileSync(keys.issuer.secret, 'utf8')
    const args = ['--holder', keys.agent.public, '--allow', 'x']
    const piped = await run(['mint', '--issuer-key', '-', ...args], { stdin: secret })
    const named = await run(['mint', '--issuer-key', 'env:ISSUER', ...args], { env: { ISSUER: secret } })
    for (const { exit, stdout } of [piped, named]) {
      expect(exit).toBe(0)
      expect((await run(['verify', '--root', keys.issuer.hex], { stdin: stdout })).exit).toBe(0)
    }
    const unset = await run(['mint', '--issuer-key', 'env:ISSUER', ...args])
    expect([unset.exit, codeOf(unset.stderr)]).toEqual([1, 'FILE_NOT_FOUND'])
  })

  test('CLI-8: never come out, in no form of failure', async () => {
    const secret = readFileSync(keys.issuer.secret, 'utf8')
    const body = secret.split('\n')[1] as string
    for (const argv of [
      ['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.issuer.secret, '--allow', 'x', '--json'],
      ['verify', keys.issuer.secret, '--root', keys.issuer.secret],
      ['inspect', keys.issuer.secret],
      ['prove', keys.issuer.secret, '--key', keys.issuer.secret, '--tool', 'x', '--json'],
      ['verify', '--root', body],
    ]) {
      const { exit, stdout, stderr } = await run(argv)
      expect(exit).not.toBe(0)
      expect(stdout + stderr).not.toContain(body)
    }
  })

  test('are not taken for public ones', async () => {
    const { stderr } = await run(mintArgs('--allow', 'x', '--approver', keys.boss.secret))
    expect(codeOf(stderr)).toBe('KEY_MALFORMED')
  })
})

describe('attenuate', () => {
  test('mint | attenuate | inspect', async () => {
    const { exit, stdout, stderr } = await pipe(
      mintArgs('--allow', 'read_file:path=/data', '--allow', 'web_search', '--ttl', '30m'),
      [
        ...['attenuate', '--holder-key', keys.agent.secret, '--holder', keys.child.public],
        ...['--allow', 'read_file:path=/data/reports', '--ttl', '10m', '--max-depth', '1'],
      ],
      ['inspect', '-', '--root', keys.issuer.public],
    )
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`  holder   ${keys.child.hex}`)
    expect(stdout).toContain('  depth    1 of 1: cannot be delegated')
    expect(stdout).toContain('    path  /data/reports or a path under it')
    expect(stdout).not.toContain('web_search')
  })

  test('a refused escalation tells both sides, a witness and the nearest legal child', async () => {
    const { stdout: parent } = await run(mintArgs('--allow', 'pay:amount=range:0..100'))
    const argv = ['attenuate', '--key', keys.agent.secret, '--allow', 'pay:amount=range:0..500']
    const { exit, stdout, stderr } = await run(argv, { stdin: parent })
    expect([exit, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^warrant: ATTENUATE_CONSTRAINT: .*, at tools\.pay\.amount/)
    expect(stderr).toContain('\n  parent allows       0 to 100, both included\n')
    expect(stderr).toContain('\n  child would allow   0 to 500, both included\n')
    expect(stderr).toMatch(/\n {2}for example {9}\d+/)
    expect(stderr).toContain('\n  nearest legal child 0 to 100, both included\n')

    const json = await run([...argv, '--json'], { stdin: parent })
    const { error } = JSON.parse(json.stderr) as { error: Record<string, unknown> }
    expect([json.exit, json.stdout, error['code']]).toEqual([1, '', 'ATTENUATE_CONSTRAINT'])
    expect(error['where']).toBe('tools.pay.amount')
    expect(error['widening']).toMatchObject({ parent: '0 to 100, both included' })
  })

  test.each([
    ['another tool', ['--allow', 'rm'], 'ATTENUATE_TOOL'],
    ['a dropped constraint', ['--allow', 'read_file'], 'ATTENUATE_CONSTRAINT'],
    ['more depth', ['--max-depth', '9'], 'ATTENUATE_DEPTH'],
    ['more clearance', ['--clearance', 'system'], 'ATTENUATE_CLEARANCE'],
    ['other tools of an execution warrant', ['--issuable', 'x'], 'ATTENUATE_TYPE'],
  ])('%s is refused', async (_what, flags, code) => {
    const { stdout: parent } = await run(mintArgs('--allow', 'read_file:path=/data'))
    const result = await run(['attenuate', '--key', keys.agent.secret, ...flags], { stdin: parent })
    expect([result.exit, codeOf(result.stderr), result.stdout]).toEqual([1, code, ''])
  })

  test('is for the holder alone', async () => {
    const { stdout: parent } = await run(mintArgs('--allow', 'x'))
    const result = await run(['attenuate', '--key', keys.child.secret], { stdin: parent })
    expect([result.exit, codeOf(result.stderr), result.stdout]).toEqual([1, 'ATTENUATE_NOT_HOLDER', ''])
  })

  test('of an expired warrant is refused', async () => {
    const { stdout: parent } = await run(mintArgs('--allow', 'x'))
    const result = await run(['attenuate', '--key', keys.agent.secret], { stdin: parent, now: NOW + 301 })
    expect([result.exit, codeOf(result.stderr)]).toEqual([1, 'ATTENUATE_EXPIRED'])
  })

  test('says when a life is cut to that of the parent', async () => {
    const { stdout: parent } = await run(mintArgs('--allow', 'x', '--ttl', '5m'))
    const result = await run(['attenuate', '--key', keys.agent.secret, '--ttl', '1d'], { stdin: parent })
    expect([result.exit, result.stderr]).toEqual([0, 'expires with its parent, in 5m and not 1d\n'])
  })
})

describe('output files', () => {
  const mintTo = (path: string, ...more: readonly string[]) =>
    run(mintArgs('--allow', 'x', '-o', path, ...more))

  test('are new, whole and 0600; nothing goes to stdout', async () => {
    const path = join(dir, 'new.warrant')
    const { exit, stdout, stderr } = await mintTo(path)
    expect([exit, stdout]).toEqual([0, ''])
    expect(stderr).toContain('wrote ')
    expect(lstatSync(path).mode & 0o777).toBe(0o600)
    expect((await run(['verify', path, '--root', keys.issuer.hex])).exit).toBe(0)
  })

  test('CLI-3: replace nothing unasked, and never follow a link', async () => {
    const path = join(dir, 'there.warrant')
    const link = join(dir, 'link.warrant')
    const folder = join(dir, 'folder.warrant')
    writeFileSync(path, 'precious')
    symlinkSync(path, link)
    mkdirSync(folder)
    expect(codeOf((await mintTo(path)).stderr)).toBe('FILE_EXISTS')
    expect(codeOf((await mintTo(link)).stderr)).toBe('FILE_NOT_PLAIN')
    expect(codeOf((await mintTo(link, '--force')).stderr)).toBe('FILE_NOT_PLAIN')
    expect(codeOf((await mintTo(folder, '--force')).stderr)).toBe('FILE_NOT_PLAIN')
    expect(readFileSync(path, 'utf8')).toBe('precious')
    expect((await mintTo(path, '--force')).exit).toBe(0)
    expect(readFileSync(path, 'utf8')).not.toBe('precious')
  })

  test('are not left half done, nor anything beside them', async () => {
    const { exit, stderr } = await mintTo(join(dir, 'no', 'such', 'folder'))
    expect([exit, codeOf(stderr)]).toEqual([1, 'FILE_NOT_WRITTEN'])
    const failed = join(dir, 'refused.warrant')
    await run(mintArgs('--allow', 'x', '--ttl', '99d', '-o', failed))
    expect(existsSync(failed)).toBe(false)
  })

  test('- is stdout', async () => {
    expect((await mintTo('-')).stdout).toMatch(/^[A-Za-z0-9_-]+\n$/)
  })
})
