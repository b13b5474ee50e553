/** What an approver is shown and asked, and what becomes of requests that were tampered with. */

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeApproval, generateKey, mint } from '../../src/index.js'
import { approvalDesk, codeIn, type Desk, requestIn } from '../support/approvalDesk.js'
import { run, type Transcript } from './harness.js'

const KEY = '--approver-key'

const waiting = async (asked: Parameters<Desk['pay']>[0] = {}): Promise<{ desk: Desk; file: string }> => {
  const desk = approvalDesk({ approvers: 2, needed: 1 })
  expect(await desk.pay(asked)).toBe('APPROVAL_REQUIRED')
  return { desk, file: desk.pending()[0] as string }
}

const keyOf = (desk: Desk): string => desk.keys[0] as string

describe('warrant approve', () => {
  test('shows what the warrant and the call say, and asks', async () => {
    const { desk, file } = await waiting()
    const asked = (typed: string): Promise<Transcript> =>
      run(['approve', file, KEY, keyOf(desk), '--root', desk.home.issuer.publicKey], {
        now: desk.start + 5,
        stdin: typed,
        stdinIsTTY: true,
      })
    const no = await asked('n\n')
    expect([no.exit, no.stdout, codeIn(no.stderr.split('approve this call? [y/N] ')[1] as string)]).toEqual([
      ...[1, '', 'NOT_CONFIRMED'],
    ])
    const lines = no.stderr.split('\n').map((line) => line.trim())
    for (const line of [
      'call of pay',
      'amount',
      '2000',
      '(allowed: 0 to 10000, both included)',
      'to',
      '"acme"',
      `VERIFIED under root ${desk.home.issuer.publicKey.slice(0, 16)}…`,
      'approvals  1 of 2:',
      `${desk.people[0]?.publicKey}  (you)`,
      `request ${requestIn(file)['requestHash']}`,
    ])
      expect(lines).toContain(line)
    expect(lines).toContainEqual(expect.stringMatching(/^expires {4}in 23h 59m, at /))
    expect(lines).toContainEqual(expect.stringMatching(/^asked in {3}claude, session s1, at /))
    const yes = await asked('y\n')
    expect(yes.exit).toBe(0)
    const { approver, payload } = decodeApproval(Buffer.from(yes.stdout.trim(), 'base64'))
    expect(approver).toBe(desk.people[0]?.publicKey)
    expect(Buffer.from(payload.requestHash).toString('hex')).toBe(requestIn(file)['requestHash'])
    // Until the request can be answered no more, though the approver would give it 15 minutes.
    expect([payload.approvedAt, payload.expiresAt]).toEqual([desk.start + 5, desk.start + 900])
    expect(payload.externalId).toBe(`key:${approver.slice(0, 16)}`)
  })

  test('says that nothing is verified where no root was given, and signs nothing unless told to', async () => {
    const { desk, file } = await waiting()
    const argv = ['approve', file, KEY, keyOf(desk)]
    for (const more of [[], ['--json']]) {
      const { exit, stdout } = await desk.warrant([...argv, ...more])
      expect([exit, stdout]).toEqual([1, ''])
    }
    const { stderr } = await desk.warrant(argv)
    expect(stderr).toContain('UNVERIFIED: no trusted root was given')
    expect(stderr).toContain('NOT_CONFIRMED')
    const other = await desk.warrant([...argv, '--yes', '--root', generateKey().publicKey])
    expect([other.exit, other.stdout, codeIn(other.stderr)]).toEqual([1, '', 'CHAIN_UNTRUSTED_ROOT'])
  })

  test('takes a file, standard input and a link, and writes a file of mode 0600 once', async () => {
    const { desk, file } = await waiting()
    const name = file.split('/').at(-1)?.slice(0, 12) as string
    const at = ['--home', desk.home.folder]
    const shown = await desk.warrant(['approvals', 'show', name, ...at])
    expect(shown.stdout).toBe(readFileSync(file, 'utf8'))
    const { stdout: link } = await desk.warrant(['approvals', 'show', name, '--link', ...at])
    expect(link).toMatch(/^warrant:approve\?request=[A-Za-z0-9_-]+\n$/)
    const out = desk.home.path('..', 'approval')
    const common = [KEY, keyOf(desk), '--yes', '--external-id', 'alice@example.com']
    for (const [source, stdin] of [
      [file, ''],
      ['-', shown.stdout],
      ['-', link],
      [link.trim(), ''],
    ] as const) {
      const { exit, stdout } = await desk.warrant(['approve', source, ...common, '--json'], 0, stdin)
      expect([exit, (JSON.parse(stdout) as { requestHash: string }).requestHash]).toEqual([
        ...[0, requestIn(file)['requestHash']],
      ])
    }
    const written = await desk.warrant(['approve', file, ...common, '--out', out, '--ttl', '1m'])
    expect([written.exit, written.stdout, statSync(out).mode & 0o777]).toEqual([0, '', 0o600])
    const again = await desk.warrant(['approve', file, ...common, '--out', out])
    expect([again.exit, codeIn(again.stderr)]).toEqual([1, 'FILE_EXISTS'])
    const added = await desk.warrant(['approvals', 'add', out, ...at])
    expect([added.exit, added.stdout]).toEqual([0, `${name}  1 of 1: the call may be made\n`])
    expect(await desk.pay({ after: 95 })).toBe('APPROVAL_INVALID') // a minute, and the tolerance
    expect(await desk.pay({ after: 80 })).toBe('allowed')
  })

  test('escapes whatever acts on a terminal, and cuts nothing short', async () => {
    const hostile = '\u001b[2J\u202e\nrequest approved\u0007'
    const { desk, file } = await waiting({ to: `${hostile}${'x'.repeat(2_000)} end`, session: 's1' })
    const request = requestIn(file)
    writeFileSync(file, JSON.stringify({ ...request, host: hostile, session: `${hostile}\u200b` }))
    const { stderr } = await desk.warrant(['approve', file, KEY, keyOf(desk), '--yes'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u200b]/)
    expect(stderr).not.toMatch(/^\s*request approved/m)
    expect(stderr).toContain('xxx end"')
    expect(stderr.match(/x/g)?.length).toBeGreaterThan(2_000)
  })

  test('lets no part of a long value pass for a line of its own', async () => {
    // A quotation mark in front of it: these words begin the second piece.
    const { desk, file } = await waiting({ to: `${'x'.repeat(399)}(allowed: every sum)`, session: 's1' })
    const { stderr } = await desk.warrant(['approve', file, KEY, keyOf(desk), '--yes'])
    expect(stderr).toMatch(/^ {4}… \(allowed: every sum\)"$/m)
    expect(stderr).not.toMatch(/^ *\(allowed: every sum/m)
  })
})

describe('a request that was tampered with', () => {
  const told: readonly (readonly [string, (request: Record<string, unknown>) => object, string])[] = [
    ['other arguments', () => ({ args: { amount: 9_000, to: 'mallory' } }), 'REQUEST_MALFORMED'],
    ['another tool', () => ({ tool: 'refund' }), 'REQUEST_MALFORMED'],
    ['another hash', () => ({ requestHash: 'ab'.repeat(32) }), 'REQUEST_MALFORMED'],
    ['words to be believed', () => ({ display: 'pay 1 to charity' }), 'REQUEST_MALFORMED'],
    ['another version', () => ({ version: 2 }), 'REQUEST_MALFORMED'],
    ['no id', () => ({ id: '' }), 'REQUEST_MALFORMED'],
    ['arguments that are no object', () => ({ args: [1] }), 'REQUEST_MALFORMED'],
    ['a warrant that is none', () => ({ warrant: 'AAAA' }), 'ENVELOPE_MALFORMED'],
  ]
  test.each(told)('with %s is refused', async (_, change, code) => {
    const { desk, file } = await waiting()
    const request = requestIn(file)
    writeFileSync(file, JSON.stringify({ ...request, ...change(request) }))
    const { exit, stdout, stderr } = await desk.warrant(['approve', file, KEY, keyOf(desk), '--yes'])
    expect([exit, stdout, codeIn(stderr)]).toEqual([1, '', code])
  })

  test('into one that is whole, of a call that no approval could let pass, is refused too', async () => {
    const { desk, file } = await waiting()
    const { formatRequest, hashOfCall, parseRequest } = await import('../../src/hook/approvalRequest.js')
    const request = parseRequest(readFileSync(file, 'utf8'))
    const refusalOf = async (change: Partial<typeof request>, after = 0): Promise<string> => {
      const changed = { ...request, ...change }
      const hash = hashOfCall(changed.chain, changed.tool, changed.args)
      writeFileSync(file, formatRequest({ ...changed, hash }))
      const { exit, stdout, stderr } = await desk.warrant(['approve', file, KEY, keyOf(desk), '--yes'], after)
      expect([exit, stdout]).toEqual([1, ''])
      return codeIn(stderr)
    }
    expect(await refusalOf({ tool: 'refund' })).toBe('TOOL_NOT_GRANTED')
    expect(await refusalOf({ args: { amount: 20_000, to: 'acme' } })).toBe('CONSTRAINT_VIOLATED')
    expect(await refusalOf({ args: { amount: 2_000 } })).toBe('CONSTRAINT_ARGUMENT_MISSING')
    expect(await refusalOf({ args: { amount: 500, to: 'acme' } })).toBe('APPROVAL_INVALID')
    expect(await refusalOf({}, 901)).toBe('APPROVAL_INVALID')
    expect(await refusalOf({}, 86_401)).toBe('WARRANT_EXPIRED')
    const ungated = mint(
      { holder: generateKey().publicKey, tools: { pay: {} }, now: desk.start },
      desk.home.issuer,
    )
    expect(await refusalOf({ chain: ungated })).toBe('APPROVAL_INVALID')
  })
})

describe('warrant approvals', () => {
  test('lists what waits, and what of it was answered', async () => {
    const { desk, file } = await waiting()
    const at = ['--home', desk.home.folder]
    const name = file.split('/').at(-1)?.slice(0, 12)
    const before = await desk.warrant(['approvals', 'list', ...at])
    expect(before.stdout).toMatch(new RegExp(`^${name}  0 of 1  until \\S+  pay  claude s1\n$`))
    expect(await desk.answer()).toBe('added')
    const { stdout } = await desk.warrant(['approvals', 'list', '--json', ...at])
    expect(JSON.parse(stdout)).toMatchObject({ requests: [{ needed: 1, received: 1, tool: 'pay' }] })
    expect((await desk.warrant(['approvals', 'list', ...at], 901)).stderr).toBe(
      'no call waits for approval\n',
    )
  })

  test('refuses what it does not know', async () => {
    const { desk } = await waiting()
    const at = ['--home', desk.home.folder]
    for (const argv of [['show'], ['show', 'ffffffffffff'], ['add'], ['grant', 'x'], ['show', 'a', 'b']]) {
      const { exit, stderr } = await desk.warrant(['approvals', ...argv, ...at])
      expect([exit, codeIn(stderr)]).toEqual([2, 'USAGE'])
    }
    const { exit, stderr } = await desk.warrant(['approvals', 'list', '--home', desk.home.path('nowhere')])
    expect([exit, codeIn(stderr)]).toEqual([1, 'FILE_NOT_FOUND'])
  })
})
