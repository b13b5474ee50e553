/** How chains, proofs and approvals travel: what either side writes for HTTP and MCP, the other reads and authorizes. */

import { describe, expect, test } from 'vitest'
import {
  approve,
  type Chain,
  createEnforcer,
  formatHeaders,
  formatMcpMeta,
  grant,
  mint,
  type Presentation,
  type ProofProfile,
  parseHeaders,
  parseMcpCall,
  prove,
  requestHash,
  type SecretKey,
  type ValueObject,
} from '../../../src/index.js'
import { keyOf } from '../../support/statements.js'
import { alice, bob, last, root } from '../../support/warrants.js'
import { base64, type Fields, judgedByReference, type Version } from './reference.js'
import { clock, seedOf, stackText } from './stack.js'

const TOOL = 'query'
const ROOTS = [root.publicKey]
const ARGS: ValueObject = { a: 1, b: 'é', c: [true, 0.5], d: null, e: { f: [] } }
/** What 0.2 has a form for. */
const FLAT: ValueObject = { a: 1, b: 'é', c: [true, 0.5] }

const APPROVERS = [keyOf(21), keyOf(22)]
const COMMON = { holder: alice.publicKey, tools: { [TOOL]: {} }, ttlSeconds: 900, now: clock() }
const SINGLE = mint(COMMON, root)
const GATED = mint(
  {
    ...COMMON,
    gates: { [TOOL]: 'whole' },
    approvers: APPROVERS.map(({ publicKey }) => publicKey),
    minApprovals: 2,
  },
  root,
)
const deeper = (chain: Chain): Chain =>
  grant(
    grant(chain, { holder: bob.publicKey, now: clock() }, alice),
    { holder: keyOf(7).publicKey, now: clock() },
    bob,
  )

interface Case {
  readonly chain: Chain
  readonly holder: SecretKey
}

const CASES: Readonly<Record<string, Case>> = {
  'one warrant': { chain: SINGLE, holder: alice },
  'a chain of three': { chain: deeper(SINGLE), holder: keyOf(7) },
  'one warrant with a gate': { chain: GATED, holder: alice },
  'a chain of three with a gate': { chain: deeper(GATED), holder: keyOf(7) },
}

const approvalsOf = (chain: Chain, args: ValueObject) => {
  const { id, holder, gates } = last(chain).payload
  if (gates === undefined) return []
  const request = { requestHash: requestHash(id, TOOL, args, holder) }
  return APPROVERS.map((key) => approve(request, { externalId: 'a', now: clock() }, key))
}

const presented = ({ chain, holder }: Case, args: ValueObject, profile?: ProofProfile): Presentation => ({
  chain,
  proof: prove(chain, { tool: TOOL, args }, holder, {
    now: clock(),
    ...(profile === undefined ? {} : { profile }),
  }),
  approvals: approvalsOf(chain, args),
})

/** The profile that the MCP client and server of a version have. */
const MCP_PROFILE: Readonly<Record<Version, ProofProfile>> = {
  '0.2.3': 'tenuo-python',
  '0.3.3': 'tenuo-json',
}

const enforcer = (profile: ProofProfile = 'tenuo-0.2') =>
  createEnforcer({ roots: ROOTS, clock, proof: { profile } })

judgedByReference('transport', (reference, version) => {
  const args = version === '0.2.3' ? FLAT : ARGS

  describe.each(Object.entries(CASES))('%s', (name, given) => {
    const { chain, holder } = given
    const asked = { chain: stackText(chain.warrants), seed: seedOf(holder), roots: ROOTS, tool: TOOL, args }

    describe('HTTP', () => {
      test.each(['readFastapi', 'readA2a'])('our headers, by %s', async (op) => {
        const headers = formatHeaders(presented(given, args), { approvals: 'json' })
        const ask = (change: Fields = {}) =>
          reference().ask(op, { roots: ROOTS, tool: TOOL, args, headers, ...change })
        if (version === '0.2.3' && op === 'readFastapi' && name.includes('gate')) {
          // It looks for approvals of a request without a holder, and then for those of one with: no set is both.
          await expect(ask()).rejects.toThrow('hash mismatch')
          return
        }
        expect(await ask()).toEqual(args)
        await expect(ask({ args: { ...args, a: 2 } })).rejects.toThrow()
        await expect(ask({ headers: { ...headers, 'X-Tenuo-PoP': '' } })).rejects.toThrow()
        if (chain.warrants.length === 1) return
        const leaf = formatHeaders({
          ...presented(given, args),
          chain: { ...chain, warrants: [last(chain)] },
        })
        await expect(ask({ headers: leaf })).rejects.toThrow()
      })

      test('their headers', async () => {
        if (version === '0.2.3' && chain.warrants.length > 1) {
          // Headers of a chain are not written there; the leaf alone is under no trusted root.
          expect(await reference().refusal('writeHeaders', asked)).toMatch(/^TypeError/)
          return
        }
        if (name.includes('gate')) {
          // The package asks for approvals that it then does not send.
          expect(await reference().refusal('writeHeaders', asked)).toMatch(/^RuntimeError/)
          return
        }
        await isAllowed(await reference().object('writeHeaders', asked))
      })

      test('their headers of A2A', async () => {
        if (version === '0.2.3') {
          // Its client asks the extension for a name that the published one does not have.
          expect(await reference().refusal('writeA2a', asked)).toMatch(/^ImportError/)
          return
        }
        await isAllowed(await reference().object('writeA2a', asked))
      })

      const isAllowed = async (written: ValueObject): Promise<void> => {
        const headers = written as Readonly<Record<string, string>> // as the package types them
        const lower = Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value] as const)
        for (const each of [headers, lower, new Headers(headers)]) {
          const read = parseHeaders(each)
          expect(read.chain.warrants.map(({ bytes }) => bytes)).toEqual(
            chain.warrants.map(({ bytes }) => bytes),
          )
          const approvals = approvalsOf(chain, args)
          const request = { ...read, approvals, tool: TOOL }
          expect(enforcer().enforce({ ...request, args })).toMatchObject({ kind: 'allow' })
          expect(enforcer().enforce({ ...request, args: { ...args, a: 2 } })).toMatchObject({
            code: 'PROOF_INVALID',
          })
        }
      }
    })

    describe('MCP', () => {
      const profile = MCP_PROFILE[version]

      test('our envelope', async () => {
        const meta = formatMcpMeta(presented(given, args, profile)) as unknown as ValueObject // its JSON
        const ask = (change: Fields = {}) =>
          reference().ask('readMcp', { roots: ROOTS, tool: TOOL, args, meta, ...change })
        expect(await ask()).toEqual(args)
        await expect(ask({ args: { ...args, a: 2 } })).rejects.toThrow(/^-3200[12]/)
        await expect(ask({ meta: {} })).rejects.toThrow('-32001')
      })

      test('their envelope', async () => {
        const approvals = approvalsOf(chain, args)
        const meta = await reference().object('writeMcp', {
          ...asked,
          now: clock(),
          approvals: approvals.map(({ bytes }) => base64(bytes)),
        })
        const call = parseMcpCall({ name: TOOL, arguments: args, _meta: meta })
        expect(call.approvals ?? []).toHaveLength(approvals.length)
        expect(enforcer(profile).enforce(call)).toMatchObject({ kind: 'allow' })
        const other = parseMcpCall({ name: TOOL, arguments: { ...args, a: 2 }, _meta: meta })
        expect(enforcer(profile).enforce(other)).toMatchObject({ code: 'PROOF_INVALID' })
      })

      test('our envelope beside the arguments', async () => {
        const { tenuo } = formatMcpMeta(presented(given, args, profile))
        const carried = { ...args, _tenuo: tenuo } as unknown as ValueObject // its JSON
        expect(enforcer(profile).enforce(parseMcpCall({ name: TOOL, arguments: carried }))).toMatchObject({
          kind: 'allow',
          call: { args },
        })
        const theirs = reference().ask('readMcp', { roots: ROOTS, tool: TOOL, args: carried, meta: {} })
        if (version === '0.2.3') await expect(theirs).rejects.toThrow('-32001')
        else expect(await theirs).toEqual(args)
      })

      test('an envelope spelt otherwise is never read here and refused there', async () => {
        const { tenuo } = formatMcpMeta(presented(given, args, profile))
        for (const [what, envelope] of Object.entries(spellings(tenuo as unknown as ValueObject))) {
          const meta = { tenuo: envelope }
          const theirs = await reference().refusal('readMcp', { roots: ROOTS, tool: TOOL, args, meta })
          const ours = allows(profile, { name: TOOL, arguments: args, _meta: meta })
          if (ours) expect(theirs, what).toBeUndefined()
          else expect(REFUSED_HERE, what).toContain(what)
        }
      })
    })
  })
})

const allows = (profile: ProofProfile, params: unknown): boolean => {
  try {
    return enforcer(profile).enforce(parseMcpCall(params)).kind === 'allow'
  } catch {
    return false
  }
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

const spellings = (tenuo: ValueObject): Readonly<Record<string, ValueObject>> => {
  const { warrant, signature } = tenuo as { readonly warrant: string; readonly signature: string } // as written
  return {
    'as it is': tenuo,
    'another field': { ...tenuo, version: 1 },
    'null for approvals': { ...tenuo, approvals: null },
    'text for approvals': { ...tenuo, approvals: 'x' },
    'white space in the warrant': { ...tenuo, warrant: `${warrant.slice(0, 8)}\n${warrant.slice(8)}` },
    'white space in the proof': { ...tenuo, signature: ` ${signature}` },
    'a proof without padding': { ...tenuo, signature: signature.replaceAll('=', '') },
    'a proof in hexadecimal': { ...tenuo, signature: Buffer.from(signature, 'base64').toString('hex') },
    'no proof': { warrant },
    'no warrant': { signature },
    'a warrant that is no text': { ...tenuo, warrant: [warrant] },
    'a short proof': { ...tenuo, signature: base64(new Uint8Array(63)) },
    'a proof of zeros': { ...tenuo, signature: base64(new Uint8Array(64)) },
    'a warrant with a stray bit': { ...tenuo, warrant: `${urlSafe(warrant)}A` },
  }
}

const REFUSED_HERE = [
  ...['another field', 'null for approvals', 'text for approvals', 'white space in the warrant'],
  ...[
    'white space in the proof',
    'a proof without padding',
    'a proof in hexadecimal',
    'no proof',
    'no warrant',
  ],
  ...['a warrant that is no text', 'a short proof', 'a proof of zeros', 'a warrant with a stray bit'],
]
