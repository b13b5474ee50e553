/** Warrants of every kind of constraint, made on one side and used on the other, byte for byte. */

import { describe, expect, test } from 'vitest'
import {
  all,
  any,
  type Constraint,
  capability,
  cel,
  cidr,
  contains,
  createEnforcer,
  decodeChain,
  exact,
  float,
  integer,
  mint,
  not,
  notOneOf,
  oneOf,
  parseProof,
  pattern,
  prove,
  range,
  regex,
  shlex,
  subpath,
  subset,
  urlPattern,
  urlSafe,
  type Value,
  verify,
  wildcard,
} from '../../../src/index.js'
import { capabilityToJson } from '../../../src/schema/index.js'
import { encodePayload } from '../../../src/warrant/payload.js'
import { engines } from '../../support/engines.js'
import { keyOf } from '../../support/statements.js'
import { alice, root } from '../../support/warrants.js'
import { base64, bytesOf, judgedByReference } from './reference.js'
import { NOW, seedOf, stackText } from './stack.js'

/** Of each kind, what the package can build, with a value that is permitted and one that is not. */
const CASES: readonly (readonly [Constraint, Value, Value])[] = [
  [exact('é\u{1F600}'), 'é\u{1F600}', 'e\u0301\u{1F600}'],
  [exact(1), 1, float(1)],
  [exact(float(1)), float(1), 1],
  [exact(float(-0)), float(-0), 0],
  [exact(true), true, 1],
  [exact(integer(-(2n ** 63n))), integer(-(2n ** 63n)), integer(-(2n ** 63n) + 1n)],
  [exact(['a', [1, float(0.1)]]), ['a', [1, float(0.1)]], ['a', [1, float(0.2)]]],
  [oneOf(['b', 'a', 1, float(1), false]), float(1), 0],
  [oneOf(['b', 'a']), 'a', 'c'],
  [notOneOf(['prod', 'live']), 'dev', 'prod'],
  [range({ min: 0.5, max: 100 }), 100, float(100.5)],
  [range({ max: 65_505 }), -1, 65_506],
  [range({ min: 1e300 }), float(1e301), 7],
  [pattern('staging-*'), 'staging-1', 'prod'],
  [pattern('*.[ab]?'), 'x.az', 'x.cz'],
  [regex('^[a-z]+$'), 'abc', 'abc1'],
  [cidr('10.0.0.0/8'), '10.255.0.1', '11.0.0.1'],
  [cidr('2001:db8::/32'), '2001:db8::1', '2001:db9::1'],
  [urlPattern('https://*.example.com/api/*'), 'https://x.example.com/api/a', 'https://x.example.com/b'],
  [contains(['a', 1]), ['b', 1, 'a'], ['a']],
  [subset(['a', 'b']), ['a', 'a'], ['c']],
  [all([pattern('a*'), not(exact('ab'))]), 'ac', 'ab'],
  [any([exact('localhost'), cidr('10.0.0.0/8')]), 'localhost', '11.0.0.1'],
  [not(oneOf(['x', 'y'])), 'z', 'x'],
  [cel('value > 3 && value < 10'), 4, 10],
  [wildcard(), 'anything', null],
  [subpath('/data/a/../b'), '/data/b/c', '/data/b/../c'],
  [subpath('/Data', { caseSensitive: false, allowEqual: false }), '/dAtA/x', '/data'],
  [urlSafe(), 'https://example.com/', 'http://169.254.169.254/'],
  [
    urlSafe({
      schemes: ['https'],
      allowDomains: ['*.a.example'],
      allowPorts: [443],
      blockInternalTlds: true,
    }),
    'https://x.a.example/',
    'https://x.a.example:8443/',
  ],
  [urlSafe({ denyDomains: ['b.example'], blockPrivate: false }), 'http://10.0.0.1/', 'http://b.example/'],
  [shlex(['git', 'ls']), 'git log "a b"', 'ls; rm x'],
]

const TOOL = 'tool\u{FF5E}'
const HOLDER = { holder: alice.publicKey, seed: seedOf(root) }

const shapeOf = (constraint: Constraint, more: Readonly<Record<string, Constraint>> = {}) =>
  capability({ '\u{1F600}arg': constraint, '\u{FF5E}arg': wildcard(), ...more })

const argsOf = (value: Value) => ({ '\u{1F600}arg': value, '\u{FF5E}arg': 1 })

judgedByReference('warrants of every kind of constraint', (reference, version) => {
  const enforcer = createEnforcer({ roots: [root.publicKey], clock: () => NOW, engines })
  const hasForm = (value: Value): boolean => value !== null || version !== '0.2.3'
  /** The builders of the package take text alone for literals; what they cannot build, they can still read. */
  const isBuildable = (constraint: Constraint): boolean => {
    if (constraint.kind === 'exact') return typeof constraint.value === 'string'
    if (constraint.kind === 'oneOf') return constraint.values.every((each) => typeof each === 'string')
    return true
  }

  describe.each(CASES.map((each) => [each[0].kind, each] as const))('%s', (_, [constraint, good, bad]) => {
    const calls = [good, bad].filter(hasForm)

    test('minted there: the same fields and bytes here, and the same decisions', async () => {
      const tools = { [TOOL]: capabilityToJson(shapeOf(constraint)) }
      if (!isBuildable(constraint)) {
        expect(await reference().refusal('mint', { ...HOLDER, tools, ttl: 600 })).toMatch(
          /not an instance of 'str'/,
        )
        return
      }
      const chain = decodeChain(await reference().bytes('mint', { ...HOLDER, tools, ttl: 600 }))
      const [warrant] = verify(chain, { roots: [root.publicKey], now: NOW, engines }).chain.warrants
      expect(warrant?.payload.tools.get(TOOL)?.constraints.get('\u{1F600}arg')).toEqual(constraint)
      expect(encodePayload(warrant?.payload as never)).toEqual(warrant?.payloadBytes)
      for (const value of calls) {
        const args = argsOf(value)
        const fields = { chain: stackText(chain.warrants), seed: seedOf(alice), tool: TOOL, args, now: NOW }
        const proof = parseProof(await reference().text('prove', fields))
        const decision = enforcer.enforce({ chain, tool: TOOL, args, proof })
        const isGood = value === good || constraint.kind === 'wildcard'
        expect(decision.kind === 'allow' ? 'allow' : decision.code).toBe(
          isGood ? 'allow' : 'CONSTRAINT_VIOLATED',
        )
      }
    })

    test('minted here: the same fields and bytes there, and the same decisions', async () => {
      const chain = mint(
        { holder: alice.publicKey, tools: { [TOOL]: shapeOf(constraint) }, ttlSeconds: 600, now: NOW },
        root,
      )
      const seen = await reference().object('decode', { bytes: base64(chain.bytes) })
      expect(bytesOf(String(seen['bytes']))).toEqual(chain.bytes)
      expect(seen).toMatchObject({
        holder: alice.publicKey,
        issuer: root.publicKey,
        tools: [TOOL],
        problems: [],
      })
      for (const value of calls) {
        const args = argsOf(value)
        const proof = base64(prove(chain, { tool: TOOL, args }, alice, { now: NOW }))
        const fields = { chain: stackText(chain.warrants), roots: [root.publicKey], tool: TOOL, args, proof }
        const isGood = value === good || constraint.kind === 'wildcard'
        expect((await reference().refusal('check', fields)) === undefined).toBe(isGood)
      }
    })
  })

  test('fields of a warrant besides its tools', async () => {
    const approvers = [keyOf(21), keyOf(22), keyOf(23)].map(({ publicKey }) => publicKey)
    const theirs = decodeChain(
      await reference().bytes('mint', {
        ...HOLDER,
        ttl: 600,
        tools: {
          a: capabilityToJson(capability({ x: exact('1') }, { allowUnknown: true })),
          b: { constraints: {} },
        },
        session_id: 'séance',
        clearance: 30,
        required_approvers: approvers,
        min_approvals: 2,
        approval_gates: { a: { x: 'all' }, b: 'whole' },
      }),
    )
    const { payload, payloadBytes } = theirs.warrants[0] as never as (typeof theirs.warrants)[number]
    expect(encodePayload(payload)).toEqual(payloadBytes)
    expect(payload).toMatchObject({
      sessionId: 'séance',
      clearance: 30,
      minApprovals: 2,
      maxDepth: 64,
      depth: 0,
    })
    expect(payload.approvers).toEqual([...approvers].sort())
    const ours = mint(
      {
        ...{ holder: payload.holder, id: payload.id, now: payload.issuedAt, ttlSeconds: 600, maxDepth: 64 },
        ...{ tools: payload.tools, sessionId: 'séance', clearance: 30, approvers, minApprovals: 2 },
        gates: { a: { x: 'all' }, b: 'whole' },
      },
      root,
    )
    expect(ours.bytes).toEqual(theirs.bytes)
  })

  test('extensions and an agent, minted here', async () => {
    const extensions = {
      'app.note': Uint8Array.of(0x61, 0x78),
      '\u{1F600}': Uint8Array.of(0xff),
      '\u{FF5E}': Uint8Array.of(),
    }
    const chain = mint(
      { holder: alice.publicKey, tools: { a: {} }, now: NOW, agentId: 'agent-7', extensions, maxDepth: 3 },
      root,
    )
    const seen = await reference().object('decode', { bytes: base64(chain.bytes) })
    expect(seen).toMatchObject({ agentId: 'agent-7', maxDepth: 3, bytes: base64(chain.bytes) })
    expect(seen['extensions']).toMatchObject({ 'app.note': 'YXg=', '\u{1F600}': '/w==', '\u{FF5E}': '' })
  })
})
