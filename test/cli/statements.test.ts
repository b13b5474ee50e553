/** Transcripts: what others have signed about a warrant or a call, handed to `enforce` as files. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseSecretKey, type SecretKey } from '../../src/crypto/signer.js'
import { approve, formatApproval } from '../../src/statement/approval.js'
import {
  encodeRevocationList,
  formatRevocationList,
  signRevocationList,
} from '../../src/statement/revocation.js'
import { parseWarrantId } from '../../src/warrant/id.js'
import { type Keys, keysFor, NOW, run, type Transcript } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent' | 'boss', Keys>>
let warrant: string
let id: string

const codeOf = (stderr: string): string | undefined => /^warrant: ([A-Z0-9_]+): /.exec(stderr)?.[1]
const signerOf = ({ secret }: Keys): SecretKey => parseSecretKey(readFileSync(secret, 'utf8'))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

const pay = (...more: readonly string[]): Promise<Transcript> =>
  run([
    ...['enforce', warrant, '--root', keys.issuer.hex, '--holder-key', keys.agent.secret],
    ...['--tool', 'pay', '--args', '{"amount":80}', ...more],
  ])

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent', 'boss')
  dir = made.dir
  keys = made.keys
  warrant = join(dir, 'w')
  const { stdout } = await run([
    ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.hex, '--ttl', '1h', '-o', warrant],
    ...[
      '--allow',
      'pay:amount=0..100',
      '--gate',
      'pay:amount=50..100',
      '--approver',
      keys.boss.hex,
      '--json',
    ],
  ])
  id = (JSON.parse(stdout) as { chain: { id: string }[] }).chain[0]?.id ?? ''
})

describe('approvals', () => {
  const requestOf = ({ stderr }: Transcript): string => /request {4}([0-9a-f]{64})/.exec(stderr)?.[1] ?? ''

  test('open the gate for the call that was approved, as text or bytes, and for no other', async () => {
    const asked = await pay()
    expect([asked.exit, codeOf(asked.stderr)]).toEqual([1, 'APPROVAL_REQUIRED'])
    const options = { now: NOW, externalId: 'boss' }
    const approval = approve({ requestHash: requestOf(asked) }, options, signerOf(keys.boss))
    const text = file('approval.txt', `${formatApproval(approval)}\n`)
    const bytes = file('approval.cbor', approval.bytes)
    expect((await pay('--approval', text)).exit).toBe(0)
    expect((await pay('--approval', bytes)).exit).toBe(0)
    const other = await run([
      ...['enforce', warrant, '--root', keys.issuer.hex, '--holder-key', keys.agent.secret],
      ...['--tool', 'pay', '--args', '{"amount":99}', '--approval', text],
    ])
    expect([other.exit, codeOf(other.stderr)]).toEqual([1, 'APPROVAL_INVALID'])
  })

  test('of somebody else do not', async () => {
    const options = { now: NOW, externalId: 'me' }
    const approval = approve({ requestHash: requestOf(await pay()) }, options, signerOf(keys.agent))
    const { exit } = await pay('--approval', file('own.txt', formatApproval(approval)))
    expect(exit).toBe(1)
  })

  test('that cannot be read deny', async () => {
    const { exit, stdout } = await pay('--approval', file('nonsense', 'hello'))
    expect([exit, stdout.slice(0, 9)]).toEqual([1, 'deny pay '])
  })
})

describe('revocation', () => {
  const listOf = (revokedIds: readonly string[], signer: Keys = keys.boss) =>
    signRevocationList(
      { revokedIds: revokedIds.map(parseWarrantId), version: 1, issuedAt: NOW - 60 },
      signerOf(signer),
    )
  const small = (...more: readonly string[]): Promise<Transcript> =>
    run([
      ...['enforce', warrant, '--root', keys.issuer.hex, '--holder-key', keys.agent.secret],
      ...['--tool', 'pay', '--args', '{"amount":1}', '--revocation-issuer', keys.boss.hex, ...more],
    ])

  test('a list that names the warrant denies, as text or bytes', async () => {
    const list = listOf([id])
    for (const content of [formatRevocationList(list), encodeRevocationList(list)]) {
      const { exit, stderr } = await small('--revocations', file('list', content))
      expect([exit, codeOf(stderr)]).toEqual([1, 'WARRANT_REVOKED'])
    }
  })

  test('a list that does not lets the call pass', async () => {
    expect((await small('--revocations', file('clean', encodeRevocationList(listOf([]))))).exit).toBe(0)
  })

  test('a list that is stale, missing or signed by another is no list', async () => {
    const clean = file('clean', encodeRevocationList(listOf([])))
    const stale = await small('--revocations', clean, '--revocation-max-age', '30s')
    expect(codeOf(stale.stderr)).toBe('REVOCATION_STALE')
    for (const more of [[], ['--revocation-max-age', '1h']]) {
      const missing = await small(...more)
      expect([missing.exit, codeOf(missing.stderr), missing.stdout]).toEqual([2, 'USAGE', ''])
    }
    const forged = file('forged', encodeRevocationList(listOf([], keys.agent)))
    const refused = await small('--revocations', forged)
    expect([refused.exit, codeOf(refused.stderr), refused.stdout]).toEqual([1, 'REVOCATION_SIGNATURE', ''])
  })
})
