/** Attack CLI-1: a secret is typed, or expanded by the shell, where every process of the machine can read it. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isKeyText, withoutKeys } from '../../src/cli/secrets.js'
import { type Keys, keysFor, run } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent', Keys>>
let pem: string

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent')
  dir = made.dir
  keys = made.keys
  pem = readFileSync(keys.issuer.secret, 'utf8')
})

const seed = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256)
const hex = Buffer.from(seed).toString('hex')
const FORMS: readonly string[] = [
  hex,
  hex.toUpperCase(),
  `0x${hex}`,
  ` ${hex}\n`,
  Buffer.from(seed).toString('base64'),
  Buffer.from(seed).toString('base64url'),
]

/** Every place in which nobody means a public key, and some that are no place at all. */
const PLACES: readonly (readonly [string, (text: string) => readonly string[]])[] = [
  ['a command', (text) => [text]],
  ['the command that help is asked for', (text) => ['help', text]],
  ['a warrant', (text) => ['inspect', text]],
  ['a warrant after --', (text) => ['inspect', '--', text]],
  ['the name of new keys', (text) => ['keygen', text]],
  ['a vector file', (text) => ['conformance', text]],
  ['a flag', (text) => ['inspect', `--${text}`]],
  ['a short flag', (text) => ['inspect', `-${text}`]],
  ['the value of an unknown flag', (text) => ['inspect', `--bogus=${text}`]],
  ['behind a flag without a value', (text) => ['inspect', '--json', text]],
  ['joined to the flag of a key', (text) => ['prove', `--holder-key${text}`]],
  ['the flag of a key', (text) => ['prove', '--holder-key', text]],
  ['the flag of a key, joined', (text) => ['prove', `--key=${text}`]],
  ['the name of a variable', (text) => ['prove', 'x', '--holder-key', `env:${text}`]],
  ['a descriptor', (text) => ['prove', 'x', '--holder-key', `fd:${text}`]],
  ['an output', (text) => ['mint', '-o', text]],
  ['an output, joined', (text) => ['mint', `-o${text}`]],
  ['arguments', (text) => ['prove', 'x', '--tool', 'x', '--args', text]],
  ['what is allowed', (text) => ['mint', '--allow', text]],
  ['a time', (text) => ['inspect', '--at', text]],
]

// What a `keygen` that does not refuse leaves in the working folder.
afterAll(() => {
  for (const text of FORMS) for (const ending of ['key', 'pub']) rmSync(`${text}.${ending}`, { force: true })
})

describe('what could be a secret key is refused where it is, and not repeated', () => {
  test.each(PLACES)('%s', async (_place, argvOf) => {
    for (const text of FORMS) {
      for (const json of [[], ['--json']]) {
        const { exit, stdout, stderr } = await run([...json, ...argvOf(text)])
        expect([text, exit, stdout]).toEqual([text, 2, ''])
        expect(stderr).toContain('SECRET_IN_ARGUMENT')
        expect(stderr.split('\n')).toHaveLength(2)
        expect(stderr).not.toContain(text.trim().replace('=', ''))
      }
    }
    expect(existsSync(`${hex}.key`)).toBe(false)
  })

  test.each([
    ['a warrant', (text: string) => ['inspect', text]],
    ['a flag that takes a public key', (text: string) => ['verify', '--root', text]],
    ['a flag that takes a name', (text: string) => ['mint', '--session', text]],
    ['arguments', (text: string) => ['prove', '--args', JSON.stringify({ text })]],
  ])('PEM, whole or in the words that a shell makes of it: %s', async (_place, argvOf) => {
    const body = pem.split('\n')[1] as string
    for (const argv of [argvOf(pem), argvOf(body), [...argvOf('x'), ...pem.trim().split(/\s+/)]]) {
      const { exit, stdout, stderr } = await run(argv)
      expect([exit, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^warrant: SECRET_IN_ARGUMENT: [^\n]*\n$/)
      expect(stderr).not.toContain(body.slice(20))
    }
  })
})

describe('what is none is taken', () => {
  test('public keys where they are asked for', async () => {
    const base64 = Buffer.from(keys.agent.hex, 'hex').toString('base64')
    for (const holder of [['--holder', base64], [`--holder=${keys.agent.hex}`]]) {
      const by = ['mint', '--issuer-key', keys.issuer.secret, '--allow', 'x', ...holder]
      const { exit, stdout } = await run([...by, '--gate', 'x', '--approver', keys.issuer.hex])
      expect(exit).toBe(0)
      const verified = await run(['verify', '--json', '--root', keys.issuer.hex], { stdin: stdout })
      expect(verified.exit).toBe(0)
    }
  })

  test('names of sessions and tools that look like keys, and digests inside of values', async () => {
    const by = ['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex]
    const flags = ['--session', hex, '--tools', hex, '--allow', `get:digest=${hex}`]
    expect((await run([...by, ...flags])).exit).toBe(0)
  })

  test('a path as long as a key, in a folder that there is', async () => {
    const folder = join(dir, 'Keys')
    mkdirSync(folder)
    const name = join(folder, 'k'.repeat(Math.max(1, 43 - folder.length - 1)))
    writeFileSync(name, pem, { mode: 0o600 })
    expect(name).toHaveLength(43)
    const { exit } = await run(['keygen', '--show-public', name])
    expect(exit).toBe(0)
  })

  test('the text of a warrant, in any form', async () => {
    const by = ['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex, '--pem']
    for (let length = 1; length <= 64; length++) {
      const { stdout } = await run([...by, '--allow', 'x'.repeat(length)])
      expect((await run(['inspect', '--', stdout.trim()])).exit).toBe(0)
    }
  })
})

test('whatever text a key stands in, a message shows the text without it', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  const flagLike = fc
    .constantFrom('-o', '--', '-o-', '-a', '--o')
    .chain((flag) =>
      key.map((bytes) =>
        Buffer.from(flag.padEnd(4, 'A') + bytes.toString('base64url').slice(4), 'base64url'),
      ),
    )
  const form = fc.constantFrom('hex', 'base64', 'base64url') as fc.Arbitrary<'hex' | 'base64url'>
  const before = ['', ' ', "'", ':', ', in ', '\n', '=', '"']
  const around = [fc.constantFrom(...before), fc.constantFrom(...before, '.key')] as const
  fc.assert(
    fc.property(fc.oneof(key, flagLike), form, ...around, (bytes, name, left, right) => {
      const text = bytes.toString(name)
      fc.pre(isKeyText(text))
      expect(withoutKeys(`${left}${text}${right}`)).not.toContain(text.replace('=', ''))
    }),
  )
  expect(withoutKeys('no such file /tmp/a.warrant')).toBe('no such file /tmp/a.warrant')
})
