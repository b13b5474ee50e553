/** Approval gates and approvals: which calls ask for them, and which approvals of which side are enough. */

import { describe, expect, test } from 'vitest'
import { CborWriter } from '../../../src/encoding/cbor.js'
import {
  type Approval,
  approve,
  attenuate,
  attestApprovalContext,
  capability,
  cidr,
  createEnforcer,
  decodeApproval,
  decodeChain,
  exact,
  type GatesInput,
  mint,
  oneOf,
  parseApproval,
  pattern,
  prove,
  range,
  requestHash,
  subpath,
  type ValueObject,
  verifyApprovalContext,
  wildcard,
} from '../../../src/index.js'
import { capabilityToJson, constraintToJson } from '../../../src/schema/index.js'
import { stackBytes } from '../../../src/warrant/chain.js'
import { gatesOf } from '../../../src/warrant/gates.js'
import { GATES_EXTENSION } from '../../../src/warrant/payload.js'
import { keyOf } from '../../support/statements.js'
import { alice, altered, childOf, gated, last, minted, root } from '../../support/warrants.js'
import { base64, bytesOf, type Fields, judgedByReference } from './reference.js'
import { clock, seedOf, stackText } from './stack.js'
import { rulingOfChain } from './verdicts.js'

const APPROVERS = [keyOf(21), keyOf(22), keyOf(23)]
const KEYS = APPROVERS.map(({ publicKey }) => publicKey)
const ROOTS = [root.publicKey]
const CAPABILITY = capability({ path: subpath('/'), n: wildcard() })

const GATES: Readonly<Record<string, GatesInput>> = {
  'a whole tool': { write: 'whole' },
  'every value of an argument': { write: { path: 'all' } },
  'values that match': { write: { path: pattern('/etc/*') } },
  'values that do not match': { write: { path: { unless: subpath('/tmp') } } },
  'two arguments': { write: { path: { unless: pattern('/tmp/*') }, n: range({ min: 10 }) } },
  'an argument that is missing': { write: { path: pattern('/etc/*'), absent: exact('x') } },
  'a condition that cannot be evaluated': { write: { path: cidr('10.0.0.0/8') } },
  'another tool': { read: 'whole' },
  'an exemption by set': { write: { path: { unless: oneOf(['/etc/a', '/tmp/a']) } } },
}

const CALLS: readonly ValueObject[] = [
  { path: '/etc/a', n: 1 },
  { path: '/tmp/a', n: 1 },
  { path: '/tmp/a', n: 10 },
  { path: '/data', n: 'x' },
]

/** Gates as the driver reads them. */
const gatesToJson = (input: GatesInput): Fields =>
  Object.fromEntries(
    Object.entries(input).map(([tool, gate]) => [
      tool,
      gate === 'whole'
        ? gate
        : Object.fromEntries(
            Object.entries(gate).map(([name, each]) => {
              if (each === 'all') return [name, each]
              return [
                name,
                'unless' in each ? { unless: constraintToJson(each.unless) } : constraintToJson(each),
              ]
            }),
          ),
    ]),
  )

judgedByReference('approvals', (reference) => {
  const enforcer = () => createEnforcer({ roots: ROOTS, clock })

  const theirApproval = async (hash: Uint8Array, by: number, change: Fields = {}): Promise<Uint8Array> =>
    reference().bytes('approve', {
      ...{
        seed: seedOf(APPROVERS[by] as never),
        hash: base64(hash),
        nonce: base64(new Uint8Array(16).fill(by)),
      },
      ...{ external_id: `approver-${by}`, approved_at: clock(), expires_at: clock() + 300, ...change },
    })

  const ourApproval = (hash: Uint8Array, by: number, now = clock()): Approval =>
    approve({ requestHash: hash }, { externalId: `é-${by}`, now }, APPROVERS[by] as never)

  describe.each(Object.entries(GATES))('a gate on %s', (_, gates) => {
    const options = { holder: alice.publicKey, approvers: KEYS, minApprovals: 2, ttlSeconds: 600 }
    const tools = { write: CAPABILITY, read: {} }

    test('the same bytes from both sides', async () => {
      const theirs = decodeChain(
        await reference().bytes('mint', {
          ...{
            seed: seedOf(root),
            holder: alice.publicKey,
            ttl: 600,
            required_approvers: KEYS,
            min_approvals: 2,
          },
          tools: { write: capabilityToJson(CAPABILITY), read: { constraints: {} } },
          approval_gates: gatesToJson(gates) as ValueObject,
        }),
      )
      const { id, issuedAt } = last(theirs).payload
      expect(mint({ ...options, tools, gates, id, maxDepth: 64, now: issuedAt }, root).bytes).toEqual(
        theirs.bytes,
      )
      expect(last(theirs).payload.gates).toEqual(gatesOf(gates))
    })

    test.each(CALLS)('%o', async (args) => {
      const chain = mint({ ...options, tools, gates, now: clock() }, root)
      const call = { tool: 'write', args }
      const proof = prove(chain, call, alice, { now: clock() })
      const { id, holder } = last(chain).payload
      const hash = requestHash(id, 'write', args, holder)
      const approvals = [ourApproval(hash, 0).bytes, await theirApproval(hash, 2)]
      for (const given of [[], approvals.slice(0, 1), approvals]) {
        const fields = { chain: stackText(chain.warrants), roots: ROOTS, ...call, proof: base64(proof) }
        const theirs = await reference().refusal('check', { ...fields, approvals: given.map(base64) })
        const ours = enforcer().enforce({ chain, ...call, proof, approvals: given })
        expect([ours.kind, theirs]).toEqual([theirs === undefined ? 'allow' : 'deny', theirs])
      }
    })
  })

  test('approvals of either side are read alike by the other', async () => {
    const hash = new Uint8Array(32).map((_, i) => i * 8)
    const extensions = { note: base64(Uint8Array.of(1, 0x18, 0xff)) }
    for (const change of [{}, { extensions }]) {
      const theirs = await theirApproval(hash, 1, change)
      const read = decodeApproval(theirs)
      expect(read.bytes).toEqual(theirs)
      expect(read.payload).toMatchObject({ requestHash: hash, externalId: 'approver-1' })
      expect(parseApproval(base64(theirs)).payloadBytes).toEqual(read.payloadBytes)
    }
    const ours = ourApproval(hash, 1)
    const seen = await reference().object('readApproval', { bytes: base64(ours.bytes) })
    expect(seen).toMatchObject({ bytes: base64(ours.bytes), approver: KEYS[1] ?? '', externalId: 'é-1' })
    expect(bytesOf(String(seen['hash']))).toEqual(hash)
  })

  describe('m of n', () => {
    const chain = mint(
      {
        ...{ holder: alice.publicKey, tools: { write: {} }, gates: { write: 'whole' }, ttlSeconds: 900 },
        ...{ approvers: KEYS, minApprovals: 2, now: clock() },
      },
      root,
    )
    const { id, holder } = last(chain).payload
    const hash = requestHash(id, 'write', {}, holder)
    const at = (seconds: number, life = 300) => ({
      approved_at: clock() + seconds,
      expires_at: clock() + seconds + life,
    })

    const SETS: Readonly<Record<string, () => Promise<readonly Uint8Array[]>>> = {
      none: async () => [],
      'two of three': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 1)]),
      'one twice': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 0)]),
      'one twice and another': () =>
        Promise.all([theirApproval(hash, 0), theirApproval(hash, 0), theirApproval(hash, 2)]),
      'one of another call': () =>
        Promise.all([
          theirApproval(hash, 0),
          theirApproval(
            hash.map((each) => each ^ 1),
            1,
          ),
        ]),
      'one expired': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 1, at(-400))]),
      'one expired within the tolerance': () =>
        Promise.all([theirApproval(hash, 0), theirApproval(hash, 1, at(-320))]),
      'one from the future': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 1, at(60))]),
      'one a little ahead': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 1, at(20))]),
      'one without duration': () => Promise.all([theirApproval(hash, 0), theirApproval(hash, 1, at(0, 0))]),
      'one of a stranger': async () => [
        await theirApproval(hash, 0),
        approve({ requestHash: hash }, { externalId: 'x', now: clock() }, keyOf(29)).bytes,
      ],
      'more than twice as many as approvers': () =>
        Promise.all([0, 1, 2, 0, 1, 2, 0].map((by) => theirApproval(hash, by))),
      'exactly twice as many': () => Promise.all([0, 0, 0, 0, 0, 1].map((by) => theirApproval(hash, by))),
    }

    test.each(Object.entries(SETS))('%s', async (_, make) => {
      const approvals = await make()
      const call = { tool: 'write', args: {} }
      const proof = prove(chain, call, alice, { now: clock() })
      const fields = { chain: stackText(chain.warrants), roots: ROOTS, ...call, proof: base64(proof) }
      const theirs = await reference().refusal('check', { ...fields, approvals: approvals.map(base64) })
      const ours = enforcer().enforce({ chain, ...call, proof, approvals })
      expect([ours.kind, theirs]).toEqual([theirs === undefined ? 'allow' : 'deny', theirs])
    })
  })

  describe('gates of a child', () => {
    const fixed = { tools: { write: CAPABILITY, read: {} }, approvers: KEYS, minApprovals: 2 }
    const names = Object.keys(GATES)

    test.each(names)('under a parent with a gate on %s', async (name) => {
      const parent = minted({ ...fixed, gates: GATES[name] as GatesInput, now: clock() })
      for (const other of [...names, undefined]) {
        const change =
          other === undefined
            ? { extensions: new Map(), gates: undefined }
            : gated(GATES[other] as GatesInput)
        const warrants = [parent, childOf(parent, change)]
        const theirs = await reference().refusal('verify', { chain: stackText(warrants), roots: ROOTS })
        const ours = rulingOfChain(warrants, clock())
        const verdicts = `${other}: ${JSON.stringify(ours)} / ${theirs}`
        if (ours === 'allow') expect(theirs, verdicts).toBeUndefined()
        else if (theirs === undefined) expect(ours.rule, verdicts).toBeDefined()
      }
    })

    test('a child of either side keeps them', async () => {
      const chain = mint(
        { holder: alice.publicKey, ...fixed, gates: { write: 'whole', read: 'whole' }, now: clock() },
        root,
      )
      const theirs = decodeChain(
        await reference().bytes('attenuate', {
          ...{ parent: base64(last(chain).bytes), seed: seedOf(alice), ttl: 60 },
          tools: { write: capabilityToJson(CAPABILITY) },
        }),
      )
      const ours = attenuate(chain, { tools: { write: CAPABILITY }, now: clock() }, alice)
      expect(last(theirs).payload.gates).toEqual(last(ours).payload.gates)
      expect(last(theirs).payload.approvers).toEqual(last(ours).payload.approvers)
    })

    test('a message beside them, as 0.3 writes it, decides nothing, and a child need not hand it on', async () => {
      const whole = minted({ ...fixed, gates: { write: 'whole' }, now: clock() })
      const writer = new CborWriter()
      writer.map(1)
      writer.text('write')
      writer.map(2)
      writer.text('args')
      writer.null()
      writer.text('message')
      writer.text('needs a human')
      const extensions = new Map([[GATES_EXTENSION, writer.finish()]])
      const chain = decodeChain(stackBytes([altered(whole, { extensions, gates: undefined })]))
      expect(last(chain).payload.gates).toEqual(gatesOf({ write: 'whole' }))
      const child = attenuate(chain, { ttlSeconds: 60, now: clock() }, alice)
      for (const { warrants } of [chain, child]) {
        const asked = { chain: stackText(warrants), roots: ROOTS }
        expect(await reference().refusal('verify', asked)).toBeUndefined()
        expect(rulingOfChain(warrants, clock())).toBe('allow')
        const call = { tool: 'write', args: { path: '/a', n: 1 } }
        const proof = base64(prove({ warrants }, call, alice, { now: clock() }))
        expect(await reference().refusal('check', { ...asked, ...call, proof })).toBeDefined()
        expect(enforcer().enforce({ chain: base64(stackBytes(warrants)), ...call, proof })).toMatchObject({
          kind: 'deny',
          code: 'APPROVAL_REQUIRED',
        })
      }
    })

    test('gates that cannot be read: no call passes on either side', async () => {
      const whole = minted({ ...fixed, gates: { write: 'whole' }, now: clock() })
      const extensions = new Map([[GATES_EXTENSION, Uint8Array.of(0xa1, 0x61, 0xff, 0xa0)]])
      const warrant = altered(whole, { extensions, gates: undefined })
      const chain = { warrants: [warrant], bytes: stackBytes([warrant]) }
      for (const tool of ['write', 'read']) {
        const call = { tool, args: tool === 'write' ? { path: '/a', n: 1 } : {} }
        const proof = base64(prove(chain, call, alice, { now: clock() }))
        const fields = { chain: stackText([warrant]), roots: ROOTS, ...call, proof }
        expect(await reference().refusal('check', fields)).toBeDefined()
        expect(enforcer().enforce({ chain: base64(chain.bytes), ...call, proof })).toMatchObject({
          kind: 'deny',
          code: 'CBOR_TEXT_INVALID',
        })
      }
    })

    test('approvers and thresholds weakened by a child', async () => {
      const parent = minted({ ...fixed, gates: { write: 'whole' }, now: clock() })
      const changes = [
        { approvers: undefined, minApprovals: undefined },
        { approvers: KEYS.slice(0, 2).sort() },
        { minApprovals: 1 },
        { approvers: [...KEYS, keyOf(29).publicKey].sort() },
      ]
      for (const change of changes) {
        const warrants = [parent, childOf(parent, change)]
        expect(
          await reference().refusal('verify', { chain: stackText(warrants), roots: ROOTS }),
        ).toBeUndefined()
        const ours = rulingOfChain(warrants, clock())
        expect(ours === 'allow' || ours.rule !== undefined, JSON.stringify(ours)).toBe(true)
      }
      expect(altered(parent, {}).payload.approvers).toEqual([...KEYS].sort())
    })
  })

  test('attestations of what approvers were shown', async () => {
    const { id, holder } = last(
      mint({ holder: alice.publicKey, tools: { a: {} }, now: clock() }, root),
    ).payload
    const args = { b: 1, a: ['x', true], '\u{1F600}': 0.5, '\u{FF5E}': '' }
    const context = { warrantId: id, tool: 'a', args, holder }
    const ours = attestApprovalContext(context, alice)
    const asked = { warrant_id: id, tool: 'a', args, holder }
    const theirs = (await reference().object('attest', { ...asked, seed: seedOf(alice) }))[
      'made'
    ] as ValueObject
    expect(theirs).toMatchObject({
      signature: ours.signature_b64,
      request_hash: ours.request_hash,
      args_canonical_cbor_b64: ours.args_canonical_cbor_b64,
    })
    verifyApprovalContext(context, bytesOf(String(theirs['signature'])), alice.publicKey)
    const given = { ...asked, signer: alice.publicKey, signature: ours.signature_b64 }
    expect(await reference().refusal('verifyAttestation', given)).toBeUndefined()
    expect(
      await reference()
        .ask('verifyAttestation', { ...given, tool: 'b' })
        .catch(() => false),
    ).not.toBe(true)
  })
})
