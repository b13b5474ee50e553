/** What scripts and other users of the machine rely on, whatever the attacker does: CLI-2, CLI-5, CLI-8. */

import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { folder, keysFor, type RunOptions, run } from '../cli/harness.js'

describe('CLI-2: a key file made under a loose umask', () => {
  const umask = process.umask()
  afterEach(() => {
    process.umask(umask)
  })

  test('is for its owner alone, and an existing one is left as it is', async () => {
    process.umask(0)
    const name = join(folder(), 'k')
    expect((await run(['keygen', name])).exit).toBe(0)
    expect(statSync(`${name}.key`).mode & 0o777).toBe(0o600)
    const before = statSync(`${name}.key`).ino
    const again = await run(['keygen', name])
    expect([again.exit, again.stderr.split(':')[1]?.trim()]).toEqual([1, 'FILE_EXISTS'])
    expect(statSync(`${name}.key`).ino).toBe(before)
  })
})

describe('CLI-5: what a script reads', () => {
  let warrant = ''
  let key = ''
  let root = ''
  beforeAll(async () => {
    const { dir, keys } = await keysFor('issuer', 'agent')
    const { secret, hex } = keys.issuer
    const grant = ['--holder', keys.agent.public, '--allow', 'read:path=/data']
    warrant = join(dir, 'warrant')
    key = keys.agent.secret
    root = hex
    writeFileSync(warrant, (await run(['mint', '--issuer-key', secret, ...grant])).stdout)
  })

  const call = (path: string): readonly string[] => [
    ...['enforce', warrant, '--root', root, '--key', key],
    ...['--tool', 'read', '--args', JSON.stringify({ path })],
  ]

  /** The exit code, and the code of whatever is wrong, where machines look for it. */
  const said = async (argv: readonly string[], options: RunOptions = {}): Promise<readonly unknown[]> => {
    const { exit, stdout, stderr } = await run([...argv, '--json'], options)
    const last = (stderr || stdout).trim().split('\n').at(-1) ?? ''
    const { error, code } = JSON.parse(last === '' ? '{}' : last)
    return [exit, error?.code ?? code]
  }

  test('0 is for what was done or allowed, 1 for what was denied, invalid or failed, 2 for usage', async () => {
    expect(await said(call('/data/a'))).toEqual([0, undefined])
    expect(await said(call('/etc/passwd'))).toEqual([1, 'CONSTRAINT_VIOLATED'])
    expect(await said(['verify', warrant, '--root', root])).toEqual([0, undefined])
    expect(await said(['verify', warrant, '--root', 'aa'.repeat(32)])).toEqual([1, 'CHAIN_UNTRUSTED_ROOT'])
    expect(await said(['verify', '-', '--root', root], { stdin: 'AAAA' })).toEqual([1, 'ENVELOPE_MALFORMED'])
    expect(await said(['verify', `${warrant}.not`, '--root', root])).toEqual([1, 'FILE_NOT_FOUND'])
    expect(await said(['verify', warrant])).toEqual([2, 'USAGE'])
    expect(await said(['frobnicate'])).toEqual([2, 'USAGE'])
  })

  test('a closed pipe is not a success', async () => {
    for (const argv of [call('/data/a'), ['verify', warrant, '--root', root], ['inspect', warrant]])
      expect((await run(argv, { closedAfter: 0 })).exit).toBe(1)
  })
})

describe('CLI-8: a secret that stands where none belongs', () => {
  const hex = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const base64 = 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A='

  const places: readonly (readonly [string, (secret: string) => readonly string[]])[] = [
    ['as a command', (secret) => [secret]],
    ['as a file', (secret) => ['inspect', secret]],
    ['as a flag', (secret) => ['inspect', `--${secret}`]],
    ['as the value of a flag', (secret) => ['inspect', '--at', secret]],
    ['joined to a flag', (secret) => ['mint', `--issuer-key=${secret}`, '--holder', 'x', '--allow', 'x']],
    [
      'inside a value',
      (secret) => ['mint', '--issuer-key', 'k', '--holder', 'x', '--allow', `t:a=${secret}:b`],
    ],
    [
      'as a duration',
      (secret) => ['mint', '--issuer-key', 'k', '--holder', 'x', '--allow', 'x', '--ttl', secret],
    ],
  ]

  test.each(places)('%s is not repeated, in words or in JSON', async (_, argvOf) => {
    for (const secret of [hex, base64]) {
      for (const argv of [argvOf(secret), [...argvOf(secret), '--json']]) {
        const { exit, stdout, stderr } = await run(argv)
        expect(exit).not.toBe(0)
        expect(stdout + stderr).not.toContain(secret.slice(4, 24))
      }
    }
  })
})
