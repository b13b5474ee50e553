/** Bad input: one clear line, a code, the documented exit code, and nothing else (attacks CLI-5 to CLI-7). */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CLI_CODES } from '../../src/cli/failure.js'
import { ERROR_CODES } from '../../src/errors.js'
import { type Keys, keysFor, NOW, run, type Transcript } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent', Keys>>
let warrant: string
let text: string

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent')
  dir = made.dir
  keys = made.keys
  warrant = join(dir, 'w')
  const args = ['--holder', keys.agent.public, '--allow', 'x', '-o', warrant]
  await run(['mint', '--issuer-key', keys.issuer.secret, ...args])
  text = readFileSync(warrant, 'utf8')
})

const LINE = /^warrant: ([A-Z0-9_]+): [^\n]*\n$/
const codeOf = ({ stderr }: Transcript): string | undefined => LINE.exec(stderr)?.[1]

const fails = async (
  argv: readonly string[],
  stdin: string | Uint8Array = '',
): Promise<[number, string | undefined]> => {
  const result = await run(argv, { stdin })
  expect(result.stdout).toBe('')
  return [result.exit, codeOf(result)]
}

describe('files', () => {
  test.each([
    ['missing', 'FILE_NOT_FOUND'],
    ['with a NUL in its name', 'FILE_NOT_FOUND'],
    ['a folder', 'FILE_UNREADABLE'],
    ['empty', 'INPUT_EMPTY'],
    ['too large', 'INPUT_TOO_LARGE'],
    ['not text', 'INPUT_NOT_TEXT'],
    ['text', 'TEXT_NOT_BASE64'],
    ['half a warrant', 'CBOR_TRUNCATED'],
    ['two warrants in a row', 'TEXT_NOT_BASE64'],
    ['PEM of something else', 'TEXT_PEM_MALFORMED'],
  ])('a warrant file that is %s gives %s', async (what, code) => {
    const path = join(dir, what.replaceAll(' ', '-'))
    const contents: Readonly<Record<string, string | Uint8Array>> = {
      empty: '',
      'too large': new Uint8Array(500_000).fill(65),
      'not text': Uint8Array.of(0x41, 0xff, 0xfe),
      text: 'hello, world!',
      'half a warrant': Buffer.from(text.trim(), 'base64url').subarray(0, 100).toString('base64url'),
      'two warrants in a row': `${text}${text}`,
      'PEM of something else': readFileSync(keys.agent.public),
    }
    const content = contents[what]
    if (content !== undefined) writeFileSync(path, content)
    if (what === 'a folder') mkdirSync(path)
    const name = what === 'with a NUL in its name' ? `${path}\0` : path
    for (const command of [['inspect'], ['verify', '--root', keys.issuer.hex]]) {
      expect(await fails([...command, name])).toEqual([1, code])
    }
  })

  test('are read in every form', async () => {
    const bytes = Buffer.from(text.trim(), 'base64url')
    const pem = `-----BEGIN TENUO WARRANT-----\r\n${text.trim().replace(/.{64}/g, '$&\r\n')}\r\n-----END TENUO WARRANT-----\r\n`
    const file = Buffer.concat([Buffer.from('TENU\x01'), Buffer.from([0x81]), bytes])
    for (const stdin of [text, bytes.toString('base64'), bytes, pem, file]) {
      expect((await run(['verify', '--root', keys.issuer.hex], { stdin })).exit).toBe(0)
    }
    expect((await run(['verify', '--root', keys.issuer.hex, text.trim()])).exit).toBe(0)
  })

  test('CLI-7: are named as they are named', async () => {
    expect(await fails(['inspect', '--', '-x'])).toEqual([1, 'FILE_NOT_FOUND'])
    expect(await fails(['inspect', '@w'])).toEqual([1, 'FILE_NOT_FOUND'])
    expect(await fails(['inspect', join(dir, '*')])).toEqual([1, 'FILE_NOT_FOUND'])
    expect(await fails(['inspect', '-x'])).toEqual([2, 'USAGE'])
    expect(await fails(['inspect', 'fd:99'])).toEqual([1, 'FILE_UNREADABLE'])
  })

  test('a hostile name is shown escaped, on one line', async () => {
    const { stderr } = await run(['inspect', '\u001b[2J\nwarrant: all is well'])
    expect(stderr).toBe(
      'warrant: FILE_NOT_FOUND: there is no such file, in warrant \\u{1b}[2J\\nwarrant: all is well\n',
    )
  })
})

describe('keys', () => {
  test.each([
    ['short', 'abcdef', 'KEY_LENGTH'],
    ['nonsense', 'nonsense!', 'KEY_MALFORMED'],
    ['of small order', `01${'00'.repeat(31)}`, 'KEY_SMALL_ORDER'],
    ['no point', `02${'00'.repeat(31)}`, 'KEY_NOT_ON_CURVE'],
    ['empty', '', 'KEY_MALFORMED'],
  ])('a public key that is %s', async (what, content, code) => {
    const path = join(dir, `key-${what.replaceAll(' ', '-')}`)
    writeFileSync(path, content)
    const argv = ['mint', '--issuer-key', keys.issuer.secret, '--allow', 'x', '--holder', path]
    expect(await fails(argv)).toEqual([1, code])
  })

  test('an RSA key, a public key for a secret one', async () => {
    const argv = ['--holder', keys.agent.hex, '--allow', 'x']
    expect((await fails(['mint', '--issuer-key', keys.issuer.public, ...argv]))[0]).toBe(1)
  })
})

describe('standard input', () => {
  test('CLI-6: endless input is refused, not read', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 65_536
        yield new Uint8Array(65_536).fill(65)
      }
    }
    const calls = ['enforce', warrant, '--root', keys.issuer.hex, '--holder-key', keys.agent.secret]
    for (const argv of [
      ['inspect'],
      ['verify', '--root', '-', warrant],
      ['mint', '--issuer-key', '-', '--holder', keys.agent.hex, '--allow', 'x'],
      [...calls, '--calls', '-'],
      [...calls, '--tool', 'x', '--args', '-'],
    ]) {
      given = 0
      const result = await run(argv, { stdin: endless() })
      expect([result.exit, codeOf(result)]).toEqual([1, 'INPUT_TOO_LARGE'])
      expect(given).toBeLessThan(5_000_000)
    }
  })

  test('is read for one thing', async () => {
    expect(await fails(['verify', '-', '--root', '-'], keys.issuer.hex)).toEqual([1, 'INPUT_USED_TWICE'])
  })

  test('is not waited for at a terminal', async () => {
    const result = await run(['inspect'], { stdinIsTTY: true })
    expect([result.exit, codeOf(result)]).toEqual([2, 'USAGE'])
  })
})

describe('a closed pipe', () => {
  test.each([['inspect'], ['verify'], ['--help'], ['enforce'], ['demo']])(
    'is no success for %s',
    async (command) => {
      const more: Readonly<Record<string, readonly string[]>> = {
        inspect: [warrant],
        verify: [warrant, '--root', keys.issuer.hex],
        enforce: [warrant, '--root', keys.issuer.hex, '--key', keys.agent.secret, '--tool', 'x'],
      }
      const result = await run([command, ...(more[command] ?? [])], { closedAfter: 0 })
      expect([result.exit, result.stderr]).toEqual([1, ''])
    },
  )

  test('stops a stream at once', async () => {
    const stdin = '{"tool":"x"}\n'.repeat(1000)
    const by = ['--root', keys.issuer.hex, '--key', keys.agent.secret, '--calls', '-']
    const result = await run(['enforce', warrant, ...by], { stdin, closedAfter: 3 })
    expect([result.exit, result.stdout]).toEqual([1, 'allow x\n'.repeat(3)])
  })
})

describe('an output that cannot be written', () => {
  test.each([['inspect'], ['verify'], ['--help'], ['enforce'], ['demo'], ['conformance']])(
    'is said, for %s',
    async (command) => {
      const vectors = join(dir, 'vectors.json')
      writeFileSync(vectors, '[{"id":"1","constraint":[1,{"value":1}],"value":1,"expect":true}]')
      const more: Readonly<Record<string, readonly string[]>> = {
        inspect: [warrant],
        verify: [warrant, '--root', keys.issuer.hex],
        enforce: [warrant, '--root', keys.issuer.hex, '--key', keys.agent.secret, '--tool', 'x'],
        conformance: [vectors],
      }
      const result = await run([command, ...(more[command] ?? [])], { closedAfter: 0, closedBy: 'ENOSPC' })
      expect([result.exit, codeOf(result)]).toEqual([1, 'OUTPUT_FAILED'])
    },
  )
})

describe('usage', () => {
  test('no command shows the help, and is wrong', async () => {
    const { exit, stdout, stderr } = await run([])
    expect([exit, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: warrant')
    expect(stderr).toMatch(/\nwarrant: USAGE: a command is missing\n$/)
  })

  test('help on what does not exist is wrong too', async () => {
    const { exit, stdout, stderr } = await run(['help', 'frobnicate'])
    expect([exit, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/\nwarrant: USAGE: there is no such command\n$/)
  })

  test('help and version are asked for and printed', async () => {
    for (const argv of [['--help'], ['help'], ['mint', '--help'], ['help', 'mint'], ['-h']]) {
      const { exit, stdout, stderr } = await run(argv)
      expect([exit, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Usage: warrant /)
    }
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test.each([
    [['frobnicate']],
    [['inspect', 'a', 'b']],
    [['inspect', '--frobnicate']],
    [['mint', '--ttl']],
    [['mint', '--json=yes']],
    [['prove', '--key', 'a', '--holder-key', 'b']],
  ])('%j', async (argv) => {
    expect(await fails(argv)).toEqual([2, 'USAGE'])
  })

  test('a hostile command or flag is shown escaped', async () => {
    const { stderr } = await run(['\u001b[31m\n\u202e'])
    expect(stderr).toMatch(LINE)
    expect(stderr).toContain('\\u{1b}[31m')
    const { stderr: flag } = await run(['inspect', '--\u001b[31m\u202e'])
    expect(flag).toMatch(LINE)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
    expect(flag).not.toMatch(/[\u001b\u202e]/)
  })

  test('with --json, a failure is one JSON object on stderr', async () => {
    for (const [argv, code] of [
      [['frobnicate', '--json'], 'USAGE'],
      [['inspect', '/nowhere', '--json'], 'FILE_NOT_FOUND'],
      [['mint', '--allow', 'x:y', '--json', '--holder', 'h', '--issuer-key', 'k'], 'SPEC_MALFORMED'],
    ] as const) {
      const { stdout, stderr } = await run(argv)
      expect(stdout).toBe('')
      expect(JSON.parse(stderr)).toMatchObject({ error: { code } })
    }
    const { stderr } = await run(['inspect', '/nowhere-\ud800', '--json'])
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } })
    const after = await run(['inspect', '--', '--json'])
    expect(after.stderr).toMatch(LINE)
  })
})

test('whatever the arguments and the input, the answer is a documented exit code and a known code', async () => {
  const commands = ['keygen', 'mint', 'attenuate', 'inspect', 'verify', 'prove', 'enforce', 'nonsense']
  const flags = [
    ...[
      '--json',
      '--root',
      '--key',
      '--holder',
      '--issuer-key',
      '--allow',
      '--ttl',
      '--tool',
      '--args',
      '--calls',
    ],
    ...[
      '--call',
      '--proof',
      '--at',
      '--explain',
      '--approval',
      '--bound',
      '--gate',
      '-',
      '--',
      '',
      'x',
      '{}',
      '30m',
    ],
  ]
  const known = new Set([...ERROR_CODES.keys(), ...Object.keys(CLI_CODES)])
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...flags) },
    fc.constantFrom('agent', 'issuer').map((name) => keys[name as 'agent' | 'issuer'].secret),
    fc.constantFrom('agent', 'issuer').map((name) => keys[name as 'agent' | 'issuer'].hex),
    fc.constant(0).map(() => warrant),
    fc.string({ unit: 'binary', maxLength: 8 }).filter((name) => !name.includes('/')),
  )
  const argv = fc.tuple(fc.constantFrom(...commands), fc.array(word, { maxLength: 8 }))
  const input = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(0).map(() => text),
  )
  await fc.assert(
    fc.asyncProperty(argv, input, async ([command, words], stdin) => {
      // Key pairs would be left in the working folder.
      fc.pre(command !== 'keygen' || words.includes('--json'))
      const name = command === 'keygen' ? [join(dir, 'agent')] : []
      const { exit, stdout, stderr } = await run([command, ...name, ...words], { stdin, now: NOW })
      expect([0, 1, 2]).toContain(exit)
      if (exit === 0 || stdout !== '') return
      const code = LINE.exec(stderr)?.[1] ?? (JSON.parse(stderr) as { error: { code: string } }).error.code
      expect(known).toContain(code)
      expect(code).not.toBe('INTERNAL')
    }),
    { numRuns: 1500 },
  )
})
