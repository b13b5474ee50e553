/** Decision receipts, which the package has from 0.3 on: those of either side read by the other, and the published ones. */

import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import {
  type DecisionReceiptFields,
  decisionReceiptHash,
  decodeChain,
  decodeDecisionReceipt,
  defaultBackend,
  grant,
  mint,
  type PublicKey,
  prove,
  requestHash,
  signDecisionReceipt,
  signRevocationList,
  trustedRootsHash,
  type ValueObject,
  verifyDecisionReceipt,
  verifyDecisionReceipts,
} from '../../../src/index.js'
import { damaged, keyOf } from '../../support/statements.js'
import { alice, bob, last, root } from '../../support/warrants.js'
import { base64, judgedByReference } from './reference.js'
import { judgedBySource } from './sdist.js'
import { clock, seedOf, stackText } from './stack.js'

const TOOL = 'read'
const ROOTS = [root.publicKey, keyOf(9).publicKey]
const ENFORCER = keyOf(31)
const CHAIN = grant(
  mint({ holder: alice.publicKey, tools: { [TOOL]: {} }, ttlSeconds: 900, now: clock() }, root),
  { holder: bob.publicKey, now: clock() },
  alice,
)

judgedByReference('decision receipts', (reference, version) => {
  if (version === '0.2.3') {
    test('are not made by the older package', async () => {
      expect(await reference().ask('has', { names: ['ReceiptIssuer', 'verify_receipt'] })).toEqual([
        false,
        false,
      ])
    })
    return
  }

  const args: ValueObject = { a: [1, null], b: 'é' }
  const { id, holder } = last(CHAIN).payload

  test('of the package say what was decided, and follow each other', async () => {
    const now = clock()
    const proof = prove(CHAIN, { tool: TOOL, args }, bob, { now })
    const list = signRevocationList({ revokedIds: [], version: 7, issuedAt: now }, root)
    const wires = (await reference().ask('issueReceipts', {
      ...{ chain: stackText(CHAIN.warrants), roots: ROOTS, srl: base64(list.bytes), tool: TOOL, args },
      ...{ proof: base64(proof), seed: seedOf(ENFORCER), now },
    })) as readonly string[] // as the driver answers
    const receipts = wires.map((wire) => decodeDecisionReceipt(fromHex(wire)))
    const said = verifyDecisionReceipts(receipts, ENFORCER.publicKey)
    const common = {
      chainBytes: CHAIN.bytes,
      at: now,
      // The version of the list is not among what the Python package commits to; its bytes are.
      revocationHash: defaultBackend.sha256(list.bytes),
      rootPrincipal: root.publicKey,
      rootsHash: trustedRootsHash(ROOTS),
    }
    expect(said).toEqual([
      {
        ...common,
        ...{ action: TOOL, outcome: 'allow', requestId: 'request-1', proof },
        requestHash: requestHash(id, TOOL, args, holder),
      },
      {
        ...common,
        ...{
          action: TOOL,
          outcome: 'deny',
          requestId: 'request-2',
          decisionCode: 'constraint-violation',
          proof,
        },
        requestHash: requestHash(id, TOOL, args, holder),
        previousHash: decisionReceiptHash(receipts[0] as never),
      },
      {
        ...common,
        ...{ action: 'other', outcome: 'deny', requestId: 'request-3', decisionCode: 'tool-not-authorized' },
        requestHash: requestHash(id, 'other', args, holder),
        previousHash: decisionReceiptHash(receipts[1] as never),
      },
    ])
    expect(decodeChain(said[0]?.chainBytes as Uint8Array).bytes).toEqual(CHAIN.bytes)
    // What it says, signed here, are its bytes.
    for (const [i, each] of said.entries()) {
      expect(toHex(signDecisionReceipt(each, ENFORCER).bytes)).toBe(wires[i])
    }
  })

  const proof = new Uint8Array(64).fill(7)
  const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
  const least: DecisionReceiptFields = {
    ...{ chainBytes: CHAIN.bytes, action: 'tool:é', outcome: 'allow', at: 1_700_000_000, requestId: '' },
    proof,
  }

  test('of this side are read there', async () => {
    const most: DecisionReceiptFields = {
      ...least,
      ...{
        authorizerId: 'gate',
        rootPrincipal: 'p',
        outcome: 'deny',
        decisionCode: 'x',
        revocationVersion: 2 ** 40,
      },
      ...{
        requestHash: digest(1),
        policyHash: digest(2),
        revocationHash: digest(3),
        previousHash: digest(4),
      },
      rootsHash: digest(5),
    }
    for (const said of [least, most]) {
      const receipt = signDecisionReceipt(said, ENFORCER)
      const read = await reference().object('readReceipt', { receipt: toHex(receipt.bytes) })
      const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : toHex(bytes))
      expect(read).toEqual({
        ...{ version: 1, signer_key: ENFORCER.publicKey, action: 'tool:é', outcome: said.outcome },
        ...{ timestamp: 1_700_000_000, request_id: '', warrant_chain: base64(CHAIN.bytes) },
        ...{ authorizer_id: said.authorizerId ?? null, decision_code: said.decisionCode ?? null },
        ...{ srl_version: said.revocationVersion ?? null, srl_hash: hex(said.revocationHash) },
        ...{ request_hash: hex(said.requestHash), pop_signature: hex(said.proof) },
        ...{ policy_definition_hash: hex(said.policyHash), prev_receipt_hash: hex(said.previousHash) },
        trusted_roots_hash: hex(said.rootsHash),
      })
    }
  })
})

const isRead = (bytes: Uint8Array, signer: PublicKey = ENFORCER.publicKey): boolean => {
  try {
    verifyDecisionReceipt(decodeDecisionReceipt(bytes), signer)
    return true
  } catch {
    return false
  }
}

judgedBySource('published receipts', (read, version) => {
  if (version === '0.2.3') {
    test('are not among the sources of the older package', () => {
      expect(() => read('tenuo-python/tests/unit/test_receipt_vectors.py')).toThrow('ENOENT')
    })
    return
  }

  const source = read('tenuo-python/tests/unit/test_receipt_vectors.py')
  const published = [...source.matchAll(/^(A30_\d) = \(([^)]*)\)/gm)].map(([, name, body]) => ({
    name: String(name),
    receipt: decodeDecisionReceipt(fromHex(String(body).replace(/[^0-9a-f]/g, ''))),
  }))

  test('there are five', () => {
    expect(published.map(({ name }) => name)).toEqual(['A30_1', 'A30_2', 'A30_3', 'A30_4', 'A30_5'])
  })

  describe.each(published)('$name', ({ receipt }) => {
    test('is verified, and holds a chain that is read', () => {
      const said = verifyDecisionReceipt(receipt, receipt.signer)
      expect(decodeChain(said.chainBytes).warrants.length).toBeGreaterThan(0)
      expect(said.proof === undefined).toBe(said.decisionCode === 'tool-not-authorized')
      for (const bytes of damaged(receipt.bytes)) expect(isRead(bytes, receipt.signer)).toBe(false)
    })
  })

  test('the fifth follows the second, and no other', () => {
    const [first, second, , , fifth] = published.map(({ receipt }) => receipt)
    const { signer } = fifth as (typeof published)[number]['receipt']
    expect(verifyDecisionReceipts([second, fifth] as never, signer)).toHaveLength(2)
    expect(() => verifyDecisionReceipts([first, fifth] as never, signer)).toThrow(
      expect.objectContaining({ code: 'RECEIPT_LINK' }),
    )
  })
})
