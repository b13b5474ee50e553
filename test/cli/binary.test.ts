/** The program itself, started as a shell starts it. Needs the build that `npm test` makes first. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder } from './harness.js'

const bin = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))
const dir = folder()

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const warrant = (argv: readonly string[], input = ''): Ended =>
  spawnSync(process.execPath, [bin, ...argv], { cwd: dir, input, encoding: 'utf8' })

describe('bin/warrant.cjs', () => {
  test('makes keys, a warrant, a narrower one, and judges a call with it', () => {
    for (const name of ['issuer', 'agent', 'child']) expect(warrant(['keygen', name]).status).toBe(0)
    const minted = warrant([
      'mint',
      '--issuer-key',
      'issuer.key',
      '--holder',
      'agent.pub',
      '--allow',
      'read:path=/data',
    ])
    const child = warrant(
      [
        'attenuate',
        '--key',
        'agent.key',
        '--holder',
        'child.pub',
        '--allow',
        'read:path=/data/a',
        '-o',
        'child',
      ],
      minted.stdout,
    )
    expect([minted.status, child.status]).toEqual([0, 0])
    const call = (path: string): Ended =>
      warrant([
        ...['enforce', 'child', '--root', 'issuer.pub', '--key', 'child.key'],
        ...['--tool', 'read', '--args', JSON.stringify({ path })],
      ])
    expect(call('/data/a/x')).toMatchObject({ status: 0, stdout: 'allow read\n', stderr: '' })
    expect(call('/data/b')).toMatchObject({ status: 1, stdout: 'deny read CONSTRAINT_VIOLATED\n' })
  })

  test('takes a key from a descriptor', () => {
    const fd = openSync(join(dir, 'issuer.key'), 'r')
    const { status, stdout } = spawnSync(
      process.execPath,
      [bin, 'mint', '--issuer-key', 'fd:3', '--holder', 'agent.pub', '--allow', 'x'],
      { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', fd] },
    )
    expect(status).toBe(0)
    expect(warrant(['verify', '--root', 'issuer.pub'], stdout).status).toBe(0)
  })

  test('says usage by 2', () => {
    expect(warrant(['mint'])).toMatchObject({ status: 2, stdout: '' })
    expect(warrant([]).status).toBe(2)
  })

  test('does not take a closed pipe for success', async () => {
    writeFileSync(join(dir, 'calls'), '{"tool":"read","args":{"path":"/data/a/x"}}\n'.repeat(20_000))
    const by = ['--root', 'issuer.pub', '--key', 'child.key', '--calls', 'calls']
    const child = spawn(process.execPath, [bin, 'enforce', 'child', ...by], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.once('data', () => child.stdout.destroy())
    let stderr = ''
    child.stderr.on('data', (data) => {
      stderr += String(data)
    })
    const status = await new Promise((resolve) => child.once('close', resolve))
    expect([status, stderr]).toEqual([1, ''])
  })

  test.skipIf(!existsSync('/dev/full'))('says that a full disk is full', () => {
    const full = openSync('/dev/full', 'w')
    for (const argv of [['demo'], ['--help']]) {
      const { status, stderr } = spawnSync(process.execPath, [bin, ...argv], {
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      })
      expect([status, stderr]).toEqual([1, 'warrant: OUTPUT_FAILED: the output cannot be written (ENOSPC)\n'])
    }
  })

  test('ends on endless input', async () => {
    const child = spawn(process.execPath, [bin, 'inspect'], { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => {}) // it stops listening
    const timer = setInterval(() => child.stdin.write('A'.repeat(65_536)), 1)
    let stderr = ''
    child.stderr.on('data', (data) => {
      stderr += String(data)
    })
    const status = await new Promise((resolve) => child.once('close', resolve))
    clearInterval(timer)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^warrant: INPUT_TOO_LARGE: /)
  })

  test('beside the start of the hook is a shim, and asks for nothing but modules of Node and what is built', () => {
    const text = readFileSync(bin, 'utf8')
    const asked = [...text.matchAll(/\b(?:require|import)\(([^)]*)\)/g)].map(([, name]) => name)
    expect(asked.filter((name) => !/^'node:(?:crypto|fs|module|path|vm)'$/.test(name ?? ''))).toEqual([
      'id',
      "'../dist/cli/bin.js'",
    ])
    expect(text.trim().endsWith("} else import('../dist/cli/bin.js')")).toBe(true)
  })
})
