/** What is made, at each of its bounds: the code of the refusal and the place that it names, and what is just allowed. */

import { describe, expect, test } from 'vitest'
import { wildcard } from '../../../src/capability/constructors.js'
import { isWarrantError } from '../../../src/errors.js'
import { attenuate, grant } from '../../../src/warrant/attenuate.js'
import { type Chain, chainOf, decodeChain, type Warrant } from '../../../src/warrant/chain.js'
import { issue } from '../../../src/warrant/issue.js'
import { mint } from '../../../src/warrant/mint.js'
import { formatChain, parseChain } from '../../../src/warrant/text.js'
import { approvers, holder, issuer, NOW } from '../../support/enforcing.js'
import { keyOf } from '../../support/statements.js'
import { codeOf } from '../../support/values.js'

const other = keyOf(41)

/** The code of what is thrown, and the place. */
const refused = (make: () => unknown): unknown => {
  try {
    make()
    return 'made'
  } catch (thrown) {
    return isWarrantError(thrown) ? [thrown.code, thrown.where] : thrown
  }
}

type Options = Readonly<Record<string, unknown>>

const minting = (options: Options): unknown =>
  refused(() => mint({ holder: holder.publicKey, now: NOW, ...options } as never, issuer)) // a test may ask for anything

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `tool_${i}`)
const tools = { read: {}, write: {} }
const keys = approvers.map(({ publicKey }) => publicKey)
const root = mint({ holder: holder.publicKey, now: NOW, tools, ttlSeconds: 600, maxDepth: 3 }, issuer)
const issuing = mint(
  {
    holder: holder.publicKey,
    now: NOW,
    issuableTools: ['read', 'write'],
    ttlSeconds: 600,
    maxDepth: 3,
    maxIssueDepth: 2,
  },
  issuer,
)

describe('minting', () => {
  test.each<[string, Options, unknown]>([
    ['no tools', { tools: {} }, ['MINT_STRUCTURE', 'tools']],
    ['tools beside issuable ones', { tools, issuableTools: ['read'] }, ['MINT_STRUCTURE', 'tools']],
    ['256 tools', { tools: Object.fromEntries(names(256).map((name) => [name, {}])) }, 'made'],
    [
      '257 tools',
      { tools: Object.fromEntries(names(257).map((name) => [name, {}])) },
      ['TOOLS_TOO_MANY', undefined],
    ],
    ['256 issuable tools', { issuableTools: names(256) }, 'made'],
    ['257 issuable tools', { issuableTools: names(257) }, ['TOOLS_TOO_MANY', undefined]],
    ['a tool of 256 bytes', { tools: { ['é'.repeat(128)]: {} } }, 'made'],
    ['a tool of 257 bytes', { tools: { [`${'é'.repeat(128)}a`]: {} } }, ['TOOL_NAME_INVALID', undefined]],
    ['a tool without a name', { tools: { '': {} } }, ['TOOL_NAME_INVALID', undefined]],
    ['a tool of the protocol', { tools: { 'tenuo:x': {} } }, ['TOOL_NAME_RESERVED', undefined]],
    ['a second', { tools, ttlSeconds: 1 }, 'made'],
    ['no time', { tools, ttlSeconds: 0 }, ['MINT_TTL', 'ttlSeconds']],
    ['half a second', { tools, ttlSeconds: 0.5 }, ['MINT_TTL', 'ttlSeconds']],
    ['ninety days', { tools, ttlSeconds: 7_776_000 }, 'made'],
    ['a second more', { tools, ttlSeconds: 7_776_001 }, ['MINT_TTL', 'ttlSeconds']],
    ['depth 0', { tools, maxDepth: 0 }, 'made'],
    ['depth 64', { tools, maxDepth: 64 }, 'made'],
    ['depth 65', { tools, maxDepth: 65 }, ['MINT_STRUCTURE', 'max_depth']],
    ['a depth below 0', { tools, maxDepth: -1 }, ['MINT_STRUCTURE', 'max_depth']],
    ['half a depth', { tools, maxDepth: 0.5 }, ['MINT_STRUCTURE', 'max_depth']],
    ['clearance 0', { tools, clearance: 0 }, 'made'],
    ['clearance 255', { tools, clearance: 255 }, 'made'],
    ['clearance 256', { tools, clearance: 256 }, ['MINT_STRUCTURE', 'clearance']],
    ['issue depth 65', { issuableTools: ['read'], maxIssueDepth: 65 }, ['MINT_STRUCTURE', 'max_issue_depth']],
    [
      'a gate on every tool',
      { tools, gates: { '*': 'whole' }, approvers: keys },
      ['MINT_STRUCTURE', 'gates.*'],
    ],
    ['a gate on no tool', { tools, gates: { rm: 'whole' }, approvers: keys }, ['MINT_STRUCTURE', 'gates.rm']],
    ['a gate under the tool of all', { tools: { '*': {} }, gates: { rm: 'whole' }, approvers: keys }, 'made'],
    ['a gate without approvers', { tools, gates: { read: 'whole' } }, ['MINT_APPROVERS', undefined]],
    ['approvers without a gate', { tools, approvers: keys }, ['MINT_APPROVERS', undefined]],
    ['all approvals', { tools, gates: { read: 'whole' }, approvers: keys, minApprovals: 3 }, 'made'],
    [
      'an approval more',
      { tools, gates: { read: 'whole' }, approvers: keys, minApprovals: 4 },
      ['MINT_APPROVERS', undefined],
    ],
    [
      'no approval',
      { tools, gates: { read: 'whole' }, approvers: keys, minApprovals: 0 },
      ['MINT_APPROVERS', undefined],
    ],
    ['64 extensions', { tools, extensions: extensions(64) }, 'made'],
    ['65 extensions', { tools, extensions: extensions(65) }, ['EXTENSIONS_TOO_MANY', undefined]],
    ['an extension of 8,192 bytes', { tools, extensions: { a: new Uint8Array(8_192) } }, 'made'],
    [
      'of 8,193 bytes',
      { tools, extensions: { a: new Uint8Array(8_193) } },
      ['EXTENSION_TOO_LARGE', undefined],
    ],
    ['a name of 255 bytes', { tools, extensions: { ['a'.repeat(255)]: new Uint8Array(1) } }, 'made'],
    [
      'a name of 256 bytes',
      { tools, extensions: { ['a'.repeat(256)]: new Uint8Array(1) } },
      ['EXTENSION_TOO_LARGE', undefined],
    ],
    [
      'an extension of the protocol',
      { tools, extensions: { 'tenuo.gates': new Uint8Array(1) } },
      ['EXTENSION_RESERVED', undefined],
    ],
  ])('%s', (_, options, outcome) => {
    expect(minting(options)).toEqual(outcome)
  })

  function extensions(count: number): Record<string, Uint8Array> {
    return Object.fromEntries(names(count).map((name) => [name, new Uint8Array(1)]))
  }

  test('64 approvers, and no more; each once, in order', () => {
    const many = Array.from({ length: 65 }, (_, i) => keyOf(100 + i).publicKey)
    const gated = { tools, gates: { read: 'whole' } }
    expect(minting({ ...gated, approvers: many.slice(0, 64) })).toBe('made')
    expect(minting({ ...gated, approvers: many })).toEqual(['MINT_APPROVERS', undefined])
    const [first, second, third] = [...keys].sort()
    const made = mint(
      { holder: holder.publicKey, now: NOW, ...gated, approvers: [third, first, second, first] } as never,
      issuer,
    )
    expect(made.warrants[0]?.payload.approvers).toEqual([first, second, third])
  })

  test('a constraint whose name is allowUnknown is a constraint', () => {
    const odd = { read: { allowUnknown: true, constraints: 'all' } }
    const { payload } = mint({ holder: holder.publicKey, now: NOW, tools: odd }, issuer)
      .warrants[0] as Warrant
    expect([...(payload.tools.get('read')?.constraints.keys() ?? [])].sort()).toEqual([
      'allowUnknown',
      'constraints',
    ])
    expect(payload.tools.get('read')?.allowUnknown).toBe(false)
    const odder = { read: { allowUnknown: wildcard(), constraints: wildcard() } }
    const again = mint({ holder: holder.publicKey, now: NOW, tools: odder }, issuer).warrants[0] as Warrant
    expect(again.payload.tools.get('read')?.constraints.size).toBe(2)
  })
})

describe('narrowing', () => {
  const narrowing = (parent: Chain, options: Options): unknown =>
    refused(() => attenuate(parent, { now: NOW, ...options }, holder))

  test.each<[string, Chain, Options, unknown]>([
    ['to what it grants', root, {}, 'made'],
    ['to no tool', root, { tools: {} }, ['MINT_STRUCTURE', 'tools']],
    ['to issuable tools', root, { issuableTools: ['read'] }, ['ATTENUATE_TYPE', 'issuableTools']],
    ['to tools', issuing, { tools }, ['ATTENUATE_TYPE', 'tools']],
    ['for a second', root, { ttlSeconds: 1 }, 'made'],
    ['for no time', root, { ttlSeconds: 0 }, ['MINT_TTL', 'ttlSeconds']],
    ['for half a second', root, { ttlSeconds: 0.5 }, ['MINT_TTL', 'ttlSeconds']],
    ['to the next second', root, { expiresAt: NOW + 1 }, 'made'],
    ['to this second', root, { expiresAt: NOW }, ['MINT_TTL', 'expiresAt']],
    ['to half a second', root, { expiresAt: NOW + 0.5 }, ['MINT_TTL', 'expiresAt']],
    ['to two ends', root, { expiresAt: NOW + 9, ttlSeconds: 9 }, ['MINT_TTL', 'expiresAt']],
    ['to its end', root, { expiresAt: NOW + 600 }, 'made'],
    ['beyond its end', root, { expiresAt: NOW + 601 }, ['ATTENUATE_EXPIRY', 'expires_at']],
    ['at its end', root, { now: NOW + 600 }, ['ATTENUATE_EXPIRED', undefined]],
    ['a second before', root, { now: NOW + 599 }, 'made'],
    ['to depth 65', root, { maxDepth: 65 }, ['MINT_STRUCTURE', 'max_depth']],
    ['to clearance 256', root, { clearance: 256 }, ['MINT_STRUCTURE', 'clearance']],
    ['by gates without approvers', root, { gates: { read: 'whole' } }, ['MINT_APPROVERS', 'gates']],
    ['by gates of nobody', root, { gates: { read: 'whole' }, approvers: [] }, ['MINT_APPROVERS', 'gates']],
    [
      'by a gate on all tools',
      root,
      { gates: { '*': 'whole' }, approvers: keys },
      ['MINT_STRUCTURE', 'gates.*'],
    ],
    ['by a threshold of nobody', root, { minApprovals: 1 }, ['MINT_APPROVERS', undefined]],
    [
      'by a threshold above all',
      root,
      { gates: { read: 'whole' }, approvers: keys, minApprovals: 4 },
      ['MINT_APPROVERS', undefined],
    ],
    ['by gates and approvers', root, { gates: { read: 'whole' }, approvers: keys, minApprovals: 3 }, 'made'],
    ['to issue depth 65', issuing, { maxIssueDepth: 65 }, ['MINT_STRUCTURE', 'max_issue_depth']],
  ])('%s', (_, parent, options, outcome) => {
    expect(narrowing(parent, options)).toEqual(outcome)
  })

  test('by whoever is not the holder names the issuer', () => {
    expect(refused(() => attenuate(root, { now: NOW }, other))).toEqual(['ATTENUATE_NOT_HOLDER', 'issuer'])
  })

  test('below the last depth names it', () => {
    const terminal = attenuate(root, { now: NOW, maxDepth: 1 }, holder)
    expect(narrowing(terminal, {})).toEqual(['ATTENUATE_TERMINAL', 'depth'])
  })

  test('keeps the agent unless another is named', () => {
    const named = mint({ holder: holder.publicKey, now: NOW, tools, agentId: 'a' }, issuer)
    const agentOf = (chain: Chain): unknown => chain.warrants.at(-1)?.payload.agentId
    expect(agentOf(attenuate(named, { now: NOW }, holder))).toBe('a')
    expect(agentOf(attenuate(named, { now: NOW, agentId: 'b' }, holder))).toBe('b')
    expect(agentOf(attenuate(root, { now: NOW }, holder))).toBeUndefined()
    expect(agentOf(attenuate(root, { now: NOW, agentId: 'b' }, holder))).toBe('b')
  })

  test('keeps every gate, and a whole one whole', () => {
    const read = (gate: unknown): Options => ({ gates: { read: gate }, approvers: keys })
    const byPath = { path: 'all' }
    const gated = (gate: unknown): Chain =>
      mint({ holder: holder.publicKey, now: NOW, tools, ...read(gate) } as never, issuer)
    const gateOf = (chain: Chain): unknown => {
      const gate = chain.warrants.at(-1)?.payload.gates?.get('read')
      return gate === undefined || gate === 'whole' ? gate : [...gate.keys()]
    }
    expect(gateOf(attenuate(gated('whole'), { now: NOW }, holder))).toBe('whole')
    expect(gateOf(attenuate(gated('whole'), { now: NOW, gates: { read: byPath } as never }, holder))).toBe(
      'whole',
    )
    expect(gateOf(attenuate(gated(byPath), { now: NOW, gates: { read: 'whole' } }, holder))).toBe('whole')
    expect(
      gateOf(attenuate(gated(byPath), { now: NOW, gates: { read: { mode: 'all' } } as never }, holder)),
    ).toEqual(['mode', 'path'])
    expect(gateOf(attenuate(gated(byPath), { now: NOW, tools: { write: {} } }, holder))).toBeUndefined()
  })
})

describe('issuing', () => {
  const issued = (parent: Chain, options: Options = {}): unknown =>
    refused(() =>
      issue(parent, { now: NOW, holder: other.publicKey, tools: { read: {} }, ...options }, holder),
    )

  test('of nothing, and under what issues nothing', () => {
    expect(issued(issuing)).toBe('made')
    expect(issued(issuing, { tools: {} })).toEqual(['MINT_STRUCTURE', 'tools'])
    expect(issued(root)).toEqual(['ATTENUATE_TYPE', undefined])
  })

  test('as deep as it may, and no deeper', () => {
    const one = grant(issuing, { now: NOW, holder: holder.publicKey }, holder)
    expect(issued(one)).toBe('made')
    const two = grant(one, { now: NOW, holder: holder.publicKey }, holder)
    expect(issued(two)).toEqual(['ATTENUATE_ISSUE_DEPTH', 'max_issue_depth'])
  })
})

describe('chains in bytes and in text', () => {
  const first = root.warrants[0] as Warrant

  test('of as many warrants as depths allow, and no more', () => {
    const small = mint({ holder: holder.publicKey, now: NOW, tools: { a: {} } }, issuer)
      .warrants[0] as Warrant
    const many = (count: number): Warrant[] => Array.from({ length: count }, () => small)
    expect(chainOf(many(65)).warrants).toHaveLength(65)
    expect(codeOf(() => chainOf(many(66)))).toBe('CHAIN_TOO_LONG')
    expect(codeOf(() => chainOf([]))).toBe('CHAIN_EMPTY')
    expect(decodeChain(chainOf(many(65)).bytes).warrants).toHaveLength(65)
    const stack = Uint8Array.of(0x98, 66, ...many(66).flatMap(({ bytes }) => [...bytes]))
    try {
      decodeChain(stack)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'CHAIN_TOO_LONG', rule: 'STRUCTURE_DEPTH' })
    }
  })

  test('of as many bytes as are read, and no more', () => {
    expect(codeOf(() => decodeChain(new Uint8Array(262_144)))).toBe('ENVELOPE_MALFORMED')
    expect(codeOf(() => decodeChain(new Uint8Array(262_145)))).toBe('CHAIN_TOO_LARGE')
    const size = (bytes: number): Warrant => {
      const filled = (fill: number): Warrant =>
        mint(
          {
            holder: holder.publicKey,
            now: NOW,
            tools: { a: {} },
            extensions: Object.fromEntries(
              Array.from({ length: 9 }, (_, i) => [`e${i}`, new Uint8Array(i === 0 ? fill : 7_900)]),
            ),
          },
          issuer,
        ).warrants[0] as Warrant
      return filled(1_000 + bytes - filled(1_000).bytes.length)
    }
    // Four of one size and one more byte of head: the most, and one more.
    const most = [size(65_535), size(65_536), size(65_536), size(65_536)]
    expect(chainOf(most).bytes.length).toBe(262_144)
    expect(codeOf(() => chainOf([size(65_536), size(65_536), size(65_536), size(65_536)]))).toBe(
      'CHAIN_TOO_LARGE',
    )
    expect(codeOf(() => decodeChain(size(65_536).bytes))).toBeUndefined()
    expect(codeOf(() => size(65_537))).toBe('WARRANT_TOO_LARGE')
  })

  test('with white space around it, of the four kinds alone', () => {
    const text = formatChain(root)
    for (const space of [' ', '\t', '\r\n', ' \t\r\n \n']) {
      for (const padded of [space + text, text + space, space + text + space])
        expect(parseChain(padded).bytes).toEqual(first.bytes)
    }
    for (const space of ['\u00a0', '\v', '\f'])
      expect(codeOf(() => parseChain(text + space))).toBe('TEXT_NOT_BASE64')
    expect(codeOf(() => parseChain(' \n'))).toBe('ENVELOPE_MALFORMED')
    expect(codeOf(() => parseChain(''))).toBe('ENVELOPE_MALFORMED')
  })

  test('with as much text as is read, and no more', () => {
    const text = formatChain(root)
    expect(parseChain(text.padEnd(400_000)).bytes).toEqual(first.bytes)
    expect(codeOf(() => parseChain(text.padEnd(400_001)))).toBe('TEXT_TOO_LARGE')
  })
})
