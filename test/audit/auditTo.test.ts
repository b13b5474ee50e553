/** The decision log for those who build the guard into their own program: what a guard records, and receipts beside it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signatureFromBytes } from '../../src/crypto/keys.js'
import { fromBase64Url } from '../../src/encoding/base64url.js'
import { fromHex } from '../../src/encoding/bytes.js'
import { createGuard, type GuardMode } from '../../src/enforce/guard.js'
import { type AuditToOptions, auditTo } from '../../src/node/auditTo.js'
import { readDecisions } from '../../src/node/log/read.js'
import { digestOf } from '../../src/node/log/view.js'
import { verifyReceipt } from '../../src/statement/receipt.js'
import { stackBytes } from '../../src/warrant/chain.js'
import { findingOf, newLog } from '../support/decisionLog.js'
import { ARGS, enforcerWith, minted, NOW, proofOf, TOOL } from '../support/enforcing.js'
import { keyOf } from '../support/statements.js'

const chain = minted()
const context = () => ({ chain, proof: proofOf(chain), session: 'session-1' })

const guardTo = (log: string, options: AuditToOptions = {}, mode: GuardMode = 'block') =>
  createGuard({
    enforcer: enforcerWith(),
    mode,
    audit: auditTo(log, { clock: () => NOW + 0.1239, ...options }),
  })

const recordsIn = (log: string) => [...readDecisions(log)].map(({ record }) => record)

test('an allow and a denial are recorded, by digests and sizes', async () => {
  const log = newLog()
  const guard = guardTo(log)
  await guard.check(TOOL, ARGS, context())
  await guard.check(TOOL, { ...ARGS, path: '/etc/passwd' }, context())
  const [allow, deny] = recordsIn(log)
  expect(allow).toEqual({
    time: NOW + 0.124,
    host: 'embedded',
    event: 'call',
    session: 'session-1',
    tool: TOOL,
    verdict: 'allow',
    mode: 'block',
    enforced: true,
    warrantId: chain.warrants[0]?.payload.id,
    argsDigest: digestOf(ARGS),
    view: { path: 'string(12)', limit: 'integer' },
  })
  expect(deny).toMatchObject({ verdict: 'deny', code: 'CONSTRAINT_VIOLATED', where: 'path' })
  expect(deny?.argsDigest).not.toBe(allow?.argsDigest)
  expect(JSON.stringify(recordsIn(log))).not.toContain('passwd')
  expect(findingOf(log)).toBe('holds')
})

test('in warn a denial that runs is recorded as not enforced', async () => {
  const log = newLog()
  const guard = guardTo(log, {}, 'warn')
  await guard(TOOL, () => 'ran')({ path: '/etc/passwd' }, context())
  expect(recordsIn(log)[0]).toMatchObject({ verdict: 'deny', mode: 'warn', enforced: false })
})

test('arguments that cannot be copied are recorded without a digest', async () => {
  const log = newLog()
  await guardTo(log).check(TOOL, { path: () => 1 }, context())
  expect(recordsIn(log)[0]).toMatchObject({ verdict: 'deny', tool: TOOL })
  expect(recordsIn(log)[0]?.argsDigest).toBeUndefined()
})

test('text stands in the log where it is asked for, by tool and argument, and without secrets', async () => {
  const log = newLog()
  const show = new Map([[TOOL, new Set(['path', 'password'])]])
  const guard = guardTo(log, { show, host: 'billing' })
  await guard.check(TOOL, { path: '/data/x?token=hunter2', password: 'hunter2', other: 'text' }, context())
  expect(recordsIn(log)[0]).toMatchObject({
    host: 'billing',
    view: { path: '/data/x?token=[redacted]', password: 'string(7)', other: 'string(4)' },
  })
})

test('receipts in the form of the protocol stand beside, one for each entry', async () => {
  const log = newLog()
  const signer = keyOf(51)
  const receipts = { signer, authorizerId: 'gate-1', chainOf: () => stackBytes(chain.warrants) }
  const guard = guardTo(log, { receipts })
  await guard.check(TOOL, ARGS, context())
  await guard.check(TOOL, { path: '/etc/passwd' }, context())
  const lines = readFileSync(join(log, 'receipts.jsonl'), 'utf8').trim().split('\n')
  const said = lines.map((line) => {
    const { payload, signature, key } = JSON.parse(line) as Record<string, string> // as it was written
    expect(key).toBe(signer.publicKey)
    return verifyReceipt(
      { payloadBytes: fromBase64Url(payload ?? ''), signature: signatureFromBytes(fromHex(signature ?? '')) },
      signer.publicKey,
    )
  })
  expect(said.map(({ outcome, action, at }) => [outcome, action, at])).toEqual([
    ['allow', `tool:${TOOL}`, NOW],
    ['deny', `tool:${TOOL}`, NOW],
  ])
  expect(said[0]?.chainBytes).toEqual(stackBytes(chain.warrants))
})
