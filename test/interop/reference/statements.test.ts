/** Revocation, receipts, keys, and the texts in which warrants travel. */

import { describe, expect, test } from 'vitest'
import { toHex } from '../../../src/encoding/bytes.js'
import {
  createEnforcer,
  decodeRevocationList,
  decodeRevocationRequest,
  formatChain,
  grant,
  mint,
  parseChain,
  parsePublicKey,
  parseSecretKey,
  prove,
  publicKeyToPem,
  requestHash,
  secretKeyToPem,
  signRevocationList,
  signRevocationRequest,
  verifyRevocationList,
  verifyRevocationRequest,
} from '../../../src/index.js'
import { keyOf } from '../../support/statements.js'
import { alice, bob, last, root } from '../../support/warrants.js'
import { base64, bytesOf, judgedByReference } from './reference.js'
import { clock, seedOf, stackText } from './stack.js'

const ROOTS = [root.publicKey]
const SINGLE = mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: 900, now: clock() }, root)
const CHAIN = grant(SINGLE, { holder: bob.publicKey, now: clock() }, alice)
const OTHER = mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: 900, now: clock() }, root)
const IDS = [last(SINGLE).payload.id, last(CHAIN).payload.id]

judgedByReference('revocation', (reference) => {
  const control = keyOf(31)

  test('lists of either side are read alike by the other', async () => {
    const theirs = await reference().bytes('revoke', { ids: IDS, version: 7, seed: seedOf(control) })
    const read = verifyRevocationList(decodeRevocationList(theirs), control.publicKey)
    expect(read).toMatchObject({ revokedIds: IDS, version: 7, issuer: control.publicKey })
    for (const issuedAt of [clock(), 0, 1_700_000_000]) {
      const ours = signRevocationList({ revokedIds: IDS.slice(0, 1) as never, version: 8, issuedAt }, control)
      const asked = { bytes: base64(ours.bytes), issuer: control.publicKey, asked: IDS }
      expect(await reference().ask('readRevocations', asked)).toMatchObject({
        ...{ bytes: base64(ours.bytes), ids: IDS.slice(0, 1), version: 8, revoked: [true, false] },
      })
    }
  })

  test('a list that is altered or of another issuer is refused by both', async () => {
    const ours = signRevocationList({ revokedIds: [], version: 1, issuedAt: clock() }, control)
    const asked = { bytes: base64(ours.bytes), issuer: root.publicKey, asked: [] }
    expect(await reference().refusal('readRevocations', asked)).toBeDefined()
    expect(() => verifyRevocationList(ours, root.publicKey)).toThrow(
      expect.objectContaining({ code: 'REVOCATION_SIGNATURE' }),
    )
  })

  test('requests of either side are read alike by the other', async () => {
    const { id, issuer, holder, expiresAt } = last(SINGLE).payload
    const fields = { warrantId: id, reason: 'verloren é', requestedAt: clock() }
    const ours = signRevocationRequest(fields, alice)
    const seen = await reference().ask('readRevocationRequest', { bytes: base64(ours.bytes) })
    expect(seen).toMatchObject({
      ...{ bytes: base64(ours.bytes), warrantId: id, reason: 'verloren é', requestor: alice.publicKey },
    })
    const theirs = decodeRevocationRequest(
      await reference().bytes('askRevocation', { warrant_id: id, reason: 'lost', seed: seedOf(root) }),
    )
    const target = { id, issuer, holder, expiresAt }
    expect(() => verifyRevocationRequest(theirs, target, { now: clock() })).not.toThrow()
  })
})

judgedByReference('revoked chains', (reference, version) => {
  if (version === '0.2.3') {
    test('the older package has no way to be told of a list', async () => {
      const list = await reference().text('revoke', { ids: IDS, version: 1, seed: seedOf(root) })
      const asked = { chain: stackText(CHAIN.warrants), roots: ROOTS, srl: list }
      expect(await reference().refusal('verify', asked)).toMatch(/^AttributeError/)
    })
    return
  }

  test.each([0, 1])('the warrant at depth %i revoked', async (at) => {
    const control = root
    const list = await reference().bytes('revoke', {
      ids: [IDS[at] as string],
      version: 1,
      seed: seedOf(control),
    })
    const revocation = { issuer: control.publicKey, maxAgeSeconds: 3_600, list }
    const enforcer = createEnforcer({ roots: ROOTS, clock, revocation })
    for (const [chain, holder] of [
      [SINGLE, alice],
      [CHAIN, bob],
      [OTHER, alice],
    ] as const) {
      const proof = prove(chain, { tool: 'read', args: {} }, holder, { now: clock() })
      const fields = {
        chain: stackText(chain.warrants),
        roots: ROOTS,
        tool: 'read',
        args: {},
        proof: base64(proof),
      }
      const theirs = await reference().refusal('check', { ...fields, srl: base64(list) })
      const ours = enforcer.enforce({ chain, tool: 'read', args: {}, proof })
      expect([ours.kind, theirs]).toEqual([theirs === undefined ? 'allow' : 'deny', theirs])
    }
  })
})

judgedByReference('texts', (reference) => {
  test('one warrant: base64url and PEM', async () => {
    const { bytes } = SINGLE
    const plain = await reference().text('toBase64', { bytes: base64(bytes) })
    expect(formatChain(SINGLE)).toBe(plain)
    expect(parseChain(plain).bytes).toEqual(bytes)
    const pem = await reference().text('toPem', { bytes: base64(bytes) })
    expect(formatChain(SINGLE, 'pem')).toBe(pem)
    expect(parseChain(pem).bytes).toEqual(bytes)
    for (const text of [plain, pem, formatChain(SINGLE), formatChain(SINGLE, 'pem')]) {
      const [seen] = (await reference().ask('decodeStack', { chain: text })) as readonly {
        readonly bytes: string
      }[]
      expect(bytesOf(String(seen?.bytes))).toEqual(bytes)
    }
  })

  test('a chain: base64, a PEM of a chain, PEMs of its warrants', async () => {
    const warrants = CHAIN.warrants.map(({ bytes }) => base64(bytes))
    const stack = await reference().text('encodeStack', { warrants })
    expect(formatChain(CHAIN)).toBe(stack)
    const pems = await Promise.all(warrants.map((bytes) => reference().text('toPem', { bytes })))
    for (const text of [stack, formatChain(CHAIN, 'pem'), pems.join('')]) {
      expect(parseChain(text).bytes).toEqual(CHAIN.bytes)
      const seen = await reference().ask('decodeStack', { chain: text })
      expect((seen as readonly { readonly bytes: string }[]).map(({ bytes }) => bytes)).toEqual(warrants)
    }
  })

  test('keys: PEM of both sides', async () => {
    const theirs = await reference().object('writeKey', { seed: seedOf(alice) })
    expect(theirs['public']).toBe(publicKeyToPem(alice.publicKey))
    expect(parsePublicKey(String(theirs['public']))).toBe(alice.publicKey)
    const ours = { pem: secretKeyToPem(alice) }
    expect(await reference().ask('readKey', ours)).toEqual({ public: alice.publicKey })
  })

  test('a secret key as the package writes it: PKCS#8 of version 2, with the public key inside', async () => {
    const theirs = await reference().object('writeKey', { seed: seedOf(alice) })
    expect(parseSecretKey(String(theirs['secret'])).publicKey).toBe(alice.publicKey)
  })
})

judgedByReference('receipts', (reference, version) => {
  describe('of the package', () => {
    if (version === '0.2.3') {
      test('are not made by the older one', async () => {
        expect(await reference().ask('has', { names: ['ReceiptIssuer', 'verify_receipt'] })).toEqual([
          false,
          false,
        ])
      })
      return
    }

    test('embed the chain, the proof and the request hash as they are here', async () => {
      const args = { a: [1, null] }
      const proof = prove(CHAIN, { tool: 'read', args }, bob, { now: clock() })
      const made = await reference().object('issueReceipt', {
        ...{ chain: stackText(CHAIN.warrants), roots: ROOTS, tool: 'read', args, proof: base64(proof) },
        ...{ seed: seedOf(root), now: clock() },
      })
      const { id, holder } = last(CHAIN).payload
      expect(parseChain(String(made['chain'])).bytes).toEqual(CHAIN.bytes)
      expect(made['proof']).toBe(toHex(proof))
      expect(made['requestHash']).toBe(toHex(requestHash(id, 'read', args, holder)))
      expect(made['outcome']).toBe('allow')
    })
  })
})
