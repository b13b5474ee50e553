/**
 * One chain with everything in it, made by both sides in turn: an issuer warrant with bounds, a narrower one, execution
 * with approvers and gates, and grants down to depth 6. It travels in another text form at every hop.
 */

import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../../src/encoding/bytes.js'
import {
  approve,
  type Chain,
  capability,
  createEnforcer,
  decodeChain,
  formatChain,
  grant,
  issue,
  mint,
  parseChain,
  pattern,
  prove,
  requestHash,
  subpath,
  verify,
} from '../../../src/index.js'
import { capabilityToJson, constraintToJson } from '../../../src/schema/index.js'
import { chainOf } from '../../../src/warrant/chain.js'
import { encodePayload } from '../../../src/warrant/payload.js'
import { engines } from '../../support/engines.js'
import { keyOf } from '../../support/statements.js'
import { last, root } from '../../support/warrants.js'
import { base64, type Fields, judgedByReference, type Reference } from './reference.js'
import { clock, seedOf } from './stack.js'
import { rulingOfRun } from './verdicts.js'

const DEPTH = 6
const TTL = 3_600
const SESSION = 'session-é'
const ROOTS = [root.publicKey]
const APPROVERS = [keyOf(21), keyOf(22), keyOf(23)]
const KEYS = APPROVERS.map(({ publicKey }) => publicKey)
const GATES = { write: { path: pattern('*.lock') } }
const GATES_JSON = { write: { path: constraintToJson(GATES.write.path) } }

const holderAt = (hop: number) => keyOf(40 + hop)
const setAt = (hop: number) => capability({ path: subpath(`/data${'/x'.repeat(hop)}`) })
const jsonAt = (hop: number) => capabilityToJson(setAt(hop))

/** What one side does at each hop; the depth of what it makes is the hop. */
interface Side {
  readonly begin: () => Promise<Chain>
  readonly narrowIssuer: (chain: Chain) => Promise<Chain>
  readonly issue: (chain: Chain) => Promise<Chain>
  readonly grant: (chain: Chain, hop: number) => Promise<Chain>
}

const here: Side = {
  begin: async () =>
    mint(
      {
        ...{
          holder: holderAt(0).publicKey,
          issuableTools: ['list', 'write'],
          bounds: setAt(0),
          maxIssueDepth: DEPTH,
        },
        ...{ maxDepth: DEPTH, sessionId: SESSION, clearance: 40, ttlSeconds: TTL, now: clock() },
      },
      root,
    ),
  narrowIssuer: async (chain) =>
    grant(
      chain,
      { holder: holderAt(1).publicKey, issuableTools: ['write'], ttlSeconds: TTL - 1, now: clock(), engines },
      holderAt(0),
    ),
  issue: async (chain) =>
    issue(
      chain,
      {
        ...{ holder: holderAt(2).publicKey, tools: { write: setAt(2) }, maxDepth: DEPTH, clearance: 30 },
        ...{ approvers: KEYS, minApprovals: 2, gates: GATES, ttlSeconds: TTL - 2, now: clock(), engines },
      },
      holderAt(1),
    ),
  grant: async (chain, hop) =>
    grant(
      chain,
      {
        ...{ holder: holderAt(hop).publicKey, tools: { write: setAt(hop) }, clearance: 30 - hop },
        ...{ ttlSeconds: TTL - hop, now: clock(), engines },
      },
      holderAt(hop - 1),
    ),
}

const thereOf = (reference: Reference): Side => {
  const child = async (op: string, chain: Chain, hop: number, fields: Fields): Promise<Chain> => {
    const made = await reference.bytes(op, {
      ...{ parent: base64(last(chain).bytes), seed: seedOf(holderAt(hop - 1)) },
      ...{ holder: holderAt(hop).publicKey, ttl: TTL - hop, ...fields },
    })
    return chainOf([...chain.warrants, last(decodeChain(made))])
  }
  return {
    begin: async () =>
      decodeChain(
        await reference.bytes('mintIssuer', {
          ...{ seed: seedOf(root), holder: holderAt(0).publicKey, issuable: ['list', 'write'], ttl: TTL },
          ...{ constraint_bounds: { path: constraintToJson(subpath('/data')) } },
          ...{ max_issue_depth: DEPTH, session_id: SESSION, clearance: 40 },
        }),
      ),
    narrowIssuer: (chain) => child('attenuate', chain, 1, { issuable_tools: ['write'] }),
    issue: (chain) =>
      child('issue', chain, 2, {
        ...{ tools: { write: jsonAt(2) }, max_depth: DEPTH, clearance: 30, session_id: SESSION },
        ...{ required_approvers: KEYS, min_approvals: 2, approval_gates: GATES_JSON },
      }),
    grant: (chain, hop) =>
      child('attenuate', chain, hop, { tools: { write: jsonAt(hop) }, clearance: 30 - hop }),
  }
}

/** The chain as it arrives after it was written as text, by either side in turn. */
const carried = async (reference: Reference, chain: Chain, hop: number): Promise<Chain> => {
  const stacked = formatChain(chain)
  const bytes = chain.warrants.map((each) => base64(each.bytes))
  const texts = [
    async () => stacked,
    async () => formatChain(chain, 'pem'),
    async () => reference.text('encodeStack', { warrants: bytes }),
    async () => (await Promise.all(bytes.map((each) => reference.text('toPem', { bytes: each })))).join(''),
  ]
  const text = await (texts[hop % texts.length] as () => Promise<string>)() // one of four
  const seen = (await reference.ask('decodeStack', { chain: text })) as readonly { readonly bytes: string }[]
  expect(seen.map((each) => each.bytes)).toEqual(bytes)
  expect(parseChain(text).bytes).toEqual(chain.bytes)
  return parseChain(text)
}

/** The chain of {@link DEPTH} hops in which `beginning` makes the even ones. */
const alternated = async (reference: Reference, beginning: number): Promise<Chain> => {
  const sides = [here, thereOf(reference)]
  const at = (hop: number): Side => sides[(hop + beginning) % 2] as Side // one of two
  let chain = await carried(reference, await at(0).begin(), 0)
  for (let hop = 1; hop <= DEPTH; hop++) {
    const side = at(hop)
    if (hop === 1) chain = await side.narrowIssuer(chain)
    else chain = hop === 2 ? await side.issue(chain) : await side.grant(chain, hop)
    const { payload, payloadBytes } = last(chain)
    expect(encodePayload(payload)).toEqual(payloadBytes)
    expect(payload).toMatchObject({ depth: hop, sessionId: SESSION })
    const seen = await reference.ask('verify', { chain: formatChain(chain), roots: ROOTS })
    expect(seen).toMatchObject({ length: hop + 1, depth: hop })
    chain = await carried(reference, chain, hop)
  }
  return chain
}

const path = `/data${'/x'.repeat(DEPTH)}/f`
const OPEN = { tool: 'write', args: { path } }
const ASKED = { tool: 'write', args: { path: `${path}.lock` } }

const approvalsFor = async (reference: Reference, chain: Chain): Promise<readonly Uint8Array[]> => {
  const { id, holder } = last(chain).payload
  const hash = requestHash(id, ASKED.tool, ASKED.args, holder)
  const theirs = await reference.bytes('approve', {
    ...{ seed: seedOf(APPROVERS[1] as (typeof APPROVERS)[number]), hash: base64(hash), external_id: 'b' },
    ...{ nonce: base64(new Uint8Array(16).fill(7)), approved_at: clock(), expires_at: clock() + 300 },
  })
  return [approve({ requestHash: hash }, { externalId: 'a', now: clock() }, keyOf(21)).bytes, theirs]
}

interface Circumstances {
  readonly approvals?: readonly Uint8Array[]
  /** The clearance that the tool asks for. */
  readonly needed?: number
  readonly session?: string
  /** The depth of the warrant that is revoked. */
  readonly revoked?: number
}

/** What both sides say of a call under a chain, with a proof on which they agree: the code here, and whether there. */
const asking =
  (reference: Reference, chain: Chain) =>
  async (
    call: { readonly tool: string; readonly args: { readonly path: string } },
    { approvals = [], needed = 0, session = SESSION, revoked }: Circumstances = {},
  ): Promise<readonly [ours: string, theirs: boolean]> => {
    const now = clock()
    const proof = prove(chain, call, holderAt(DEPTH), { now })
    const asked = { chain: formatChain(chain), ...call }
    expect(await reference.text('prove', { ...asked, seed: seedOf(holderAt(DEPTH)), now })).toBe(
      base64(proof),
    )
    const ids = revoked === undefined ? [] : [chain.warrants[revoked]?.payload.id as string]
    const list =
      revoked === undefined
        ? undefined
        : await reference.bytes('revoke', { ids, version: 1, seed: seedOf(root) })
    const enforcer = createEnforcer({
      ...{ roots: ROOTS, clock, engines, clearances: { write: needed } },
      ...(list && { revocation: { issuer: root.publicKey, maxAgeSeconds: TTL, list } }),
    })
    const ours = enforcer.enforce({ chain, ...call, proof, approvals, session })
    const refusal = await reference.refusal('check', {
      ...{ ...asked, roots: ROOTS, proof: base64(proof), approvals: approvals.map(base64) },
      ...{ clearances: { write: needed }, srl: list && base64(list) },
    })
    return [ours.kind === 'allow' ? 'allow' : ours.code, refusal === undefined]
  }

const BEGINNINGS: readonly (readonly [place: string, beginning: number])[] = [
  ['here', 0],
  ['there', 1],
]

judgedByReference('a chain with everything in it', (reference, version) => {
  describe.each(BEGINNINGS)('begun %s', (_, beginning) => {
    test('is verified, narrowed, proved and authorised by both alike', async () => {
      const chain = await alternated(reference(), beginning)
      const [one, other] = (await approvalsFor(reference(), chain)) as readonly [Uint8Array, Uint8Array]
      const ask = asking(reference(), chain)
      const clearance = 30 - DEPTH
      expect(await ask(OPEN)).toEqual(['allow', true])
      expect(await ask({ ...OPEN, args: { path: '/data/f' } })).toEqual(['CONSTRAINT_VIOLATED', false])
      expect(await ask({ ...OPEN, tool: 'list' })).toEqual(['TOOL_NOT_GRANTED', false])
      expect(await ask(OPEN, { needed: clearance })).toEqual(['allow', true])
      expect(await ask(OPEN, { needed: clearance + 1 })).toEqual(['CLEARANCE_TOO_LOW', false])
      expect(await ask(ASKED)).toEqual(['APPROVAL_REQUIRED', false])
      expect(await ask(ASKED, { approvals: [one] })).toEqual(['APPROVAL_INSUFFICIENT', false])
      expect(await ask(ASKED, { approvals: [one, one] })).toEqual(['APPROVAL_INSUFFICIENT', false])
      expect(await ask(ASKED, { approvals: [one, other] })).toEqual(['allow', true])
      // The package carries a session and does not ask it of a call.
      expect(await ask(OPEN, { session: 'another' })).toEqual(['SESSION_MISMATCH', true])
    })

    // The older package cannot be told of a list: see statements.test.ts.
    const revocable = version === '0.2.3' ? [] : [DEPTH]
    test.each(revocable)('is refused by both once one of its warrants, to depth %i, is revoked', async () => {
      const chain = await alternated(reference(), beginning)
      const ask = asking(reference(), chain)
      for (let revoked = 0; revoked <= DEPTH; revoked++)
        expect(await ask(OPEN, { revoked })).toEqual(['WARRANT_REVOKED', false])
    })

    test('is refused by both once one warrant of it is not as it was signed', async () => {
      const chain = await alternated(reference(), beginning)
      for (const [at, { bytes }] of chain.warrants.entries()) {
        for (const place of [60, bytes.length - 1]) {
          const changed = bytes.map((byte, i) => (i === place ? byte ^ 1 : byte))
          const envelopes = chain.warrants.map((each, i) => (i === at ? changed : each.bytes))
          const text = base64(concatBytes(Uint8Array.of(0x80 | envelopes.length), ...envelopes))
          expect(await reference().refusal('verify', { chain: text, roots: ROOTS })).toBeDefined()
          const ours = rulingOfRun(() => verify(parseChain(text), { roots: ROOTS, now: clock(), engines }))
          expect(ours).toMatchObject({ code: expect.stringMatching(/^(SIGNATURE|CHAIN|CBOR)_/) })
        }
      }
    })
  })
})
