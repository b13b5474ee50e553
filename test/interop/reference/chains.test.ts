/** Chains that pass from one side to the other at every hop, and chains whose laws are broken one at a time. */

import { describe, expect, test } from 'vitest'
import {
  attenuate,
  type Chain,
  capability,
  createEnforcer,
  decodeChain,
  grant,
  issue,
  mint,
  pattern,
  prove,
  range,
  subpath,
  verify,
  wildcard,
} from '../../../src/index.js'
import { capabilityToJson, constraintToJson } from '../../../src/schema/index.js'
import { chainOf, type Payload, type Warrant } from '../../../src/warrant/chain.js'
import { encodePayload } from '../../../src/warrant/payload.js'
import { engines } from '../../support/engines.js'
import { keyOf } from '../../support/statements.js'
import { altered, childOf, EXECUTION, last, mandate, minted, root, tools } from '../../support/warrants.js'
import { base64, judgedByReference, type Reference } from './reference.js'
import { clock, seedOf, stackText } from './stack.js'
import { rulingOfChain } from './verdicts.js'

const DEPTH = 6
const TTL = 3_600
const ROOTS = [root.publicKey]

/** The capability of one hop; each hop is narrower than the one before. */
const narrowed = (hop: number) =>
  capability({
    path: subpath(`/data${'/x'.repeat(hop)}`),
    size: range({ min: hop, max: 100 - hop }),
    name: pattern(`a${'b'.repeat(hop)}*`),
    any: wildcard(),
  })

const argsAt = (hop: number) => ({
  path: `/data${'/x'.repeat(hop)}/f`,
  size: hop + 1,
  name: `a${'b'.repeat(hop)}c`,
  any: ['é', true],
})

/** Who holds the warrant of a hop. */
const holderAt = (hop: number) => keyOf(40 + hop)

const extended = (chain: Chain, bytes: Uint8Array): Chain =>
  chainOf([...chain.warrants, last(decodeChain(bytes))])

/** One hop, made there. */
const theirHop = async (reference: Reference, chain: Chain, hop: number): Promise<Chain> =>
  extended(
    chain,
    await reference.bytes('attenuate', {
      parent: base64(last(chain).bytes),
      seed: seedOf(holderAt(hop - 1)),
      holder: holderAt(hop).publicKey,
      tools: { read: capabilityToJson(narrowed(hop)) },
      ttl: TTL - hop,
    }),
  )

/** One hop, made here. */
const ourHop = (chain: Chain, hop: number): Chain =>
  grant(
    chain,
    {
      holder: holderAt(hop).publicKey,
      tools: { read: narrowed(hop) },
      ttlSeconds: TTL - hop,
      now: clock(),
      engines,
    },
    holderAt(hop - 1),
  )

const first = { holder: holderAt(0).publicKey }

judgedByReference('chains', (reference) => {
  const enforcer = createEnforcer({ roots: ROOTS, clock, engines })

  /** Both sides say the same of a call under a chain, with a proof of either side. */
  const expectBoth = async (
    chain: Chain,
    holder: ReturnType<typeof keyOf>,
    args: ReturnType<typeof argsAt>,
    allowed: boolean,
  ) => {
    const call = { chain: stackText(chain.warrants), tool: 'read', args }
    const theirs = await reference().text('prove', { ...call, seed: seedOf(holder), now: clock() })
    const ours = prove(chain, { tool: 'read', args }, holder, { now: clock() })
    expect(base64(ours)).toBe(theirs)
    const refusal = await reference().refusal('check', { ...call, roots: ROOTS, proof: theirs })
    expect(refusal === undefined).toBe(allowed)
    expect(enforcer.enforce({ chain, tool: 'read', args, proof: ours }).kind).toBe(allowed ? 'allow' : 'deny')
  }

  test.each([0, 1])(
    `alternating at every hop to depth ${DEPTH}, beginning with side %i`,
    async (beginning) => {
      let chain: Chain =
        beginning === 0
          ? mint(
              { ...first, tools: { read: narrowed(0) }, ttlSeconds: TTL, maxDepth: DEPTH, now: clock() },
              root,
            )
          : decodeChain(
              await reference().bytes('mint', {
                ...first,
                seed: seedOf(root),
                tools: { read: capabilityToJson(narrowed(0)) },
                ttl: TTL,
              }),
            )
      for (let hop = 1; hop <= DEPTH; hop++) {
        chain = hop % 2 === beginning ? ourHop(chain, hop) : await theirHop(reference(), chain, hop)
        const { payload, payloadBytes } = last(chain)
        expect(encodePayload(payload)).toEqual(payloadBytes)
        expect(verify(chain, { roots: ROOTS, now: clock(), engines }).leaf.payload.depth).toBe(hop)
        const seen = await reference().ask('verify', { chain: stackText(chain.warrants), roots: ROOTS })
        expect(seen).toMatchObject({ length: hop + 1, depth: hop })
        await expectBoth(chain, holderAt(hop), argsAt(hop), true)
        await expectBoth(chain, holderAt(hop), { ...argsAt(hop), path: '/data' }, false)
        await expectBoth(chain, holderAt(hop), { ...argsAt(hop), size: 100 - hop + 1 }, false)
      }
      expect(seenLengths(chain)).toHaveLength(DEPTH + 1)
    },
  )

  test('a chain kept whole by narrowing for the same holder, there and here', async () => {
    let chain = mint(
      { ...first, tools: { read: narrowed(0), list: {} }, ttlSeconds: TTL, now: clock() },
      root,
    )
    chain = attenuate(chain, { tools: { read: narrowed(0) }, now: clock() }, holderAt(0))
    const parent = base64(last(chain).bytes)
    chain = extended(
      chain,
      await reference().bytes('attenuate', { parent, seed: seedOf(holderAt(0)), ttl: 60, terminal: true }),
    )
    expect(last(chain).payload.maxDepth).toBe(last(chain).payload.depth)
    await expectBoth(chain, holderAt(0), argsAt(0), true)
    expect(() => attenuate(chain, { now: clock() }, holderAt(0))).toThrow(
      expect.objectContaining({ code: 'ATTENUATE_TERMINAL' }),
    )
  })

  describe('issuer warrants', () => {
    const bounds = { path: subpath('/data') }

    test('made there, issued from here; made here, issued from there', async () => {
      const theirs = decodeChain(
        await reference().bytes('mintIssuer', {
          ...first,
          seed: seedOf(root),
          issuable: ['read', 'list'],
          constraint_bounds: { path: constraintToJson(bounds.path) },
          max_issue_depth: 3,
          clearance: 40,
          session_id: 's-1',
          ttl: TTL,
        }),
      )
      const { payload, payloadBytes } = last(theirs)
      expect(encodePayload(payload)).toEqual(payloadBytes)
      expect(payload).toMatchObject({ type: 'issuer', issuableTools: ['list', 'read'], maxIssueDepth: 3 })
      const holder = holderAt(1).publicKey
      const fromHere = issue(
        theirs,
        {
          holder,
          tools: { read: { path: subpath('/data/x') } },
          ttlSeconds: 60,
          clearance: 30,
          now: clock(),
          engines,
        },
        holderAt(0),
      )
      expect(
        await reference().ask('verify', { chain: stackText(fromHere.warrants), roots: ROOTS }),
      ).toMatchObject({
        length: 2,
        depth: 1,
      })
      const ours = mint(
        {
          ...{
            ...first,
            issuableTools: ['read', 'list'],
            bounds,
            maxIssueDepth: 3,
            maxDepth: 5,
            clearance: 40,
          },
          ...{ sessionId: 's-1', ttlSeconds: TTL, now: clock() },
        },
        root,
      )
      const fromThere = extended(
        ours,
        await reference().bytes('issue', {
          parent: base64(last(ours).bytes),
          seed: seedOf(holderAt(0)),
          holder,
          tools: { read: capabilityToJson(capability({ path: subpath('/data/x') })) },
          clearance: 30,
          max_depth: 3,
          agent_id: 'agent-9',
          ttl: 60,
        }),
      )
      expect(verify(fromThere, { roots: ROOTS, now: clock() }).leaf.payload).toMatchObject({
        ...{ sessionId: 's-1', agentId: 'agent-9', clearance: 30, maxDepth: 3 },
      })
      const call = { tool: 'read', args: { path: '/data/x/f' } }
      for (const chain of [fromHere, fromThere]) {
        const proof = prove(chain, call, holderAt(1), { now: clock() })
        expect(enforcer.enforce({ chain, ...call, proof, session: 's-1' }).kind).toBe('allow')
        const fields = { chain: stackText(chain.warrants), roots: ROOTS, ...call, proof: base64(proof) }
        expect(await reference().refusal('check', fields)).toBeUndefined()
        expect(await reference().refusal('check', { ...fields, clearances: { 're*': 30 } })).toBeUndefined()
        expect(await reference().refusal('check', { ...fields, clearances: { 're*': 31 } })).toMatch(
          /learance/,
        )
      }
    })

    test('issued there without a depth: it has that of its parent, past its issue depth, and is refused here', async () => {
      const parent = mint(
        { ...first, issuableTools: ['read'], maxIssueDepth: 1, maxDepth: 5, now: clock() },
        root,
      )
      const tools = { read: { constraints: {} } }
      const holder = holderAt(1).publicKey
      const fields = { parent: base64(parent.bytes), seed: seedOf(holderAt(0)), holder, tools, ttl: 60 }
      const { warrants } = extended(parent, await reference().bytes('issue', fields))
      expect(
        await reference().refusal('verify', { chain: stackText(warrants), roots: ROOTS }),
      ).toBeUndefined()
      expect(rulingOfChain(warrants, clock())).toEqual({
        code: 'CHAIN_ISSUE_DEPTH',
        rule: 'ISSUE_DEPTH_KEPT',
      })
    })

    test('narrowed there and here', async () => {
      const ours = mint(
        { ...first, issuableTools: ['read', 'list'], bounds, ttlSeconds: TTL, now: clock() },
        root,
      )
      const theirs = extended(
        ours,
        await reference().bytes('attenuate', {
          parent: base64(last(ours).bytes),
          seed: seedOf(holderAt(0)),
          holder: holderAt(1).publicKey,
          issuable_tools: ['read'],
          ttl: 600,
        }),
      )
      expect(verify(theirs, { roots: ROOTS, now: clock() }).leaf.payload.issuableTools).toEqual(['read'])
      const again = grant(theirs, { holder: holderAt(2).publicKey, now: clock() }, holderAt(1))
      expect(
        await reference().ask('verify', { chain: stackText(again.warrants), roots: ROOTS }),
      ).toMatchObject({
        length: 3,
      })
    })
  })

  describe('laws broken one at a time', () => {
    const any = { path: subpath('/data') }
    const parent = minted({ tools: { read: any }, now: clock(), maxDepth: 4, clearance: 20, sessionId: 's' })
    const issuing = mandate({
      issuableTools: ['read'],
      bounds: any,
      now: clock(),
      maxDepth: 4,
      maxIssueDepth: 2,
    })
    const child = (change: Partial<Payload>, of: Warrant = parent): readonly Warrant[] => [
      of,
      childOf(of, change),
    ]

    const CASES: Readonly<Record<string, () => readonly Warrant[]>> = {
      lawful: () => child({}),
      'another issuer': () => child({ issuer: keyOf(5).publicKey }),
      'another parent hash': () => child({ parentHash: new Uint8Array(32) }),
      'no parent hash': () => child({ parentHash: undefined }),
      'a depth skipped': () => child({ depth: 2 }),
      'a depth kept': () => child({ depth: 0 }),
      'a limit raised': () => child({ maxDepth: 5 }),
      'a limit below the depth': () => child({ maxDepth: 0 }),
      'issued before its parent': () => child({ issuedAt: parent.payload.issuedAt - 1 }),
      'a life prolonged': () => child({ expiresAt: parent.payload.expiresAt + 1 }),
      'an id repeated': () => child({ id: parent.payload.id }),
      'a tool added': () => child(tools({ read: any, list: {} })),
      'every tool': () => child(tools({ '*': {} })),
      'an argument dropped': () => child(tools({ read: {} })),
      'an argument added': () => child(tools({ read: { ...any, more: wildcard() } })),
      'a path widened': () => child(tools({ read: { path: subpath('/') } })),
      'arguments opened': () => child(tools({ read: capability(any, { allowUnknown: true }) })),
      'a clearance raised': () => child({ clearance: 21 }),
      'a clearance dropped': () => child({ clearance: undefined }),
      'another session': () => child({ sessionId: 't' }),
      'no session': () => child({ sessionId: undefined }),
      'made an issuer': () => child({ type: 'issuer', issuableTools: ['read'], ...tools({}) }),
      'no tools': () => child(tools({})),
      'more issuable tools': () => child({ issuableTools: ['list', 'read'] }, issuing),
      'every issuable tool': () => child({ issuableTools: ['*'] }, issuing),
      'bounds dropped': () => child({ bounds: undefined }, issuing),
      'bounds widened': () => child({ bounds: capability({ path: subpath('/') }) }, issuing),
      'an issue depth raised': () => child({ maxIssueDepth: 3 }, issuing),
      'an issue depth dropped': () => child({ maxIssueDepth: undefined }, issuing),
      issued: () => child({ ...EXECUTION, maxDepth: 2, ...tools({ read: any }) }, issuing),
      'issued past the bounds': () => child({ ...EXECUTION, maxDepth: 2, ...tools({ read: {} }) }, issuing),
      'issued another tool': () => child({ ...EXECUTION, maxDepth: 2, ...tools({ list: any }) }, issuing),
      'issued to itself': () =>
        child(
          { ...EXECUTION, maxDepth: 2, ...tools({ read: any }), holder: issuing.payload.holder },
          issuing,
        ),
      'issued to its issuer': () =>
        child({ ...EXECUTION, maxDepth: 2, ...tools({ read: any }), holder: root.publicKey }, issuing),
      'issued with a clearance': () =>
        child({ ...EXECUTION, maxDepth: 2, ...tools({ read: any }), clearance: 1 }, issuing),
      'an issuer that narrows nothing': () => child({}, issuing),
      'no tool, and one after it': () => {
        const empty = altered(parent, tools({}))
        return [empty, childOf(empty, tools({ read: any }))]
      },
    }

    test.each(Object.entries(CASES))('%s', async (_, make) => {
      const warrants = make()
      const theirs = await reference().refusal('verify', { chain: stackText(warrants), roots: ROOTS })
      const ours = rulingOfChain(warrants, clock())
      if (ours === 'allow') expect(theirs).toBeUndefined()
      else if (theirs === undefined) expect(ours.rule).toBeDefined()
    })
  })
})

const seenLengths = ({ warrants }: Chain): readonly number[] => warrants.map(({ bytes }) => bytes.length)
