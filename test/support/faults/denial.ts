/** A fault for every code of denial: what whoever calls a tool meets. */

import fc from 'fast-check'
import type { DenialCode } from '../../../src/errors.js'
import {
  approve,
  type Chain,
  cidr,
  createEnforcer,
  createGuard,
  createReplayMemory,
  defaultBackend,
  type EnforceRequest,
  type EnforcerConfig,
  leafOf,
  type MintOptions,
  mint,
  prove,
  range,
  regex,
  requestHash,
  subpath,
  unknown,
} from '../../../src/index.js'
import { TEST_NOW, testKey } from '../../../src/testing/index.js'
import { sealedLinks } from '../../../src/testing/links.js'
import { objectOf } from '../../../src/testing/values.js'
import { type Chain as AnyChain, chainOf, type Payload } from '../../../src/warrant/chain.js'
import { engines } from '../engines.js'
import type { Case, Faults } from './case.js'
import type { Reached } from './unreached.js'

const [root, holder, stranger] = [testKey(1), testKey(2), testKey(13)]
const approvers = [testKey(21), testKey(22)]
const now = TEST_NOW
const TOOL = 'read'

/** Arguments that the warrants below permit. */
const goodArgs = fc.record({
  path: fc.constantFrom('/data', '/data/a', '/data/a/b'),
  limit: fc.integer({ min: 0, max: 10 }),
})
type Args = Readonly<Record<string, unknown>>
const TOOLS = { [TOOL]: { path: subpath('/data'), limit: range({ max: 10 }) } }

const warrantOf = (options: Partial<MintOptions> = {}): Chain =>
  mint({ holder: holder.publicKey, tools: TOOLS, ttlSeconds: 600, now, ...options }, root)

const gated = (): Chain =>
  warrantOf({ gates: { [TOOL]: 'whole' }, approvers: approvers.map(({ publicKey }) => publicKey) })

const approvalsOf = (chain: Chain, args: Args, by: readonly (typeof root)[]): Uint8Array[] => {
  const { id } = leafOf(chain).payload
  const hash = requestHash(id, TOOL, objectOf(Object.entries(args) as [string, string][]), holder.publicKey) // plain values
  return by.map((key) => approve({ requestHash: hash }, { externalId: 'a', now }, key).bytes)
}

const enforcerOf = (config: Partial<EnforcerConfig> = {}) =>
  createEnforcer({ roots: [root.publicKey], clock: () => now, engines, ...config })

/** The decision on a call that has its proof, unless it says otherwise. */
const decided = (
  args: unknown,
  config: Partial<EnforcerConfig> = {},
  change: Readonly<Record<string, unknown>> = {},
): unknown => {
  const chain = (change['chain'] as Chain | undefined) ?? warrantOf()
  const tool = (change['tool'] as string | undefined) ?? TOOL
  const proof = (): unknown => prove(chain, { tool, args }, holder, { now })
  const request = { chain, tool, args, ...('proof' in change ? {} : { proof: orNothing(proof) }), ...change }
  return enforcerOf(config).enforce(request as EnforceRequest) // parts of any kind, as they come from outside
}

/** No proof can be made of a call that is none. */
const orNothing = (make: () => unknown): unknown => {
  try {
    return make()
  } catch {
    return undefined
  }
}

const refusedArgs = (bad: fc.Arbitrary<unknown>): fc.Arbitrary<Case> =>
  fc.tuple(goodArgs, bad).map(
    ([args, given]) =>
      () =>
        decided({ ...args, path: given }),
  )

const constrained = (constraint: unknown, given: unknown, config: Partial<EnforcerConfig> = {}): unknown =>
  decided({ path: given }, config, {
    chain: warrantOf({ tools: { [TOOL]: { path: constraint } } as MintOptions['tools'] }), // a constraint
  })

/** Arguments that nest so deep. */
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

/** Approvers and gates that no builder lets stand together: a gate that nobody can open. */
const unopenable = (): AnyChain => {
  const { payload } = leafOf(gated())
  const alone: Payload = {
    ...payload,
    issuer: root.publicKey,
    holder: holder.publicKey,
    approvers: undefined,
  }
  return chainOf(sealedLinks({ payloads: [alone], now }))
}

const withStore = (answer: () => unknown): Partial<EnforcerConfig> => ({
  replay: { claim: answer, peek: answer } as EnforcerConfig['replay'], // a store that lies
})

export const DENIAL_FAULTS: Faults<Reached<DenialCode>> = {
  CALL_MALFORMED: refusedArgs(fc.constantFrom<unknown>(() => 1, Symbol('x'), new Date(0), new Map())),
  CALL_TOO_LARGE: refusedArgs(
    fc.constantFrom<unknown>('x'.repeat(1_048_577), new Array(16_385).fill(0) as unknown),
  ),
  CALL_TOO_DEEP: refusedArgs(fc.integer({ min: 40, max: 400 }).map(nested)),
  CALL_NUMBER: refusedArgs(fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, 2n ** 63n)),
  CALL_TEXT: refusedArgs(fc.string().map((text) => `${text}\ud800`)),
  WARRANT_MISSING: goodArgs.map((args) => () => decided(args, {}, { chain: null, proof: undefined })),
  SESSION_UNKNOWN: goodArgs.map((args) => () => {
    const guard = createGuard({ enforcer: enforcerOf() })
    return guard.check(TOOL, args, { session: 'nobody' })
  }),
  SESSION_MISMATCH: fc.tuple(goodArgs, fc.constantFrom(undefined, 'other', '')).map(
    ([args, session]) =>
      () =>
        decided(args, {}, { chain: warrantOf({ sessionId: 's-1' }), session }),
  ),
  WARRANT_NOT_EXECUTION: goodArgs.map((args) => () => {
    const chain = mint({ holder: holder.publicKey, issuableTools: [TOOL], now }, root)
    return decided(args, {}, { chain })
  }),
  TOOL_NOT_GRANTED: fc
    .tuple(goodArgs, fc.constantFrom('write', 'READ', 'read ', '*', '__proto__', 'constructor'))
    .map(
      ([args, tool]) =>
        () =>
          decided(args, {}, { tool }),
    ),
  CLEARANCE_TOO_LOW: fc.tuple(goodArgs, fc.integer({ min: 1, max: 255 })).map(
    ([args, needed]) =>
      () =>
        decided(args, { clearances: { [TOOL]: needed } }, { chain: warrantOf({ clearance: needed - 1 }) }),
  ),
  CONSTRAINT_VIOLATED: fc
    .tuple(goodArgs, fc.constantFrom<object>({ path: '/etc' }, { path: '/data/../etc' }, { limit: 11 }))
    .map(
      ([args, bad]) =>
        () =>
          decided({ ...args, ...bad }),
    ),
  CONSTRAINT_ARGUMENT_MISSING: goodArgs.map(
    ({ path }) =>
      () =>
        decided({ path }),
  ),
  CONSTRAINT_ARGUMENT_UNKNOWN: goodArgs.map((args) => () => decided({ ...args, more: 1 })),
  CONSTRAINT_UNKNOWN: fc
    .integer({ min: 100, max: 255 })
    .filter((tag) => tag !== 128) // which the protocol knows
    .map((tag) => () => constrained(unknown(tag, new Uint8Array()), 'x')),
  CONSTRAINT_ERROR: fc.string().map((text) => () => constrained(cidr('10.0.0.0/8'), `${text}/`)),
  CONSTRAINT_ENGINE_MISSING: fc
    .string()
    .map((text) => () => constrained(regex('^/data/'), text, { engines: {} })),
  CONSTRAINT_TOO_COSTLY: fc
    .constantFrom('(a|b|ab){500}x', '(a?){400}b')
    .map((text) => () => constrained(regex(text), 'a'.repeat(1_000_000))),
  PROOF_MISSING: goodArgs.map((args) => () => decided(args, {}, { proof: undefined })),
  PROOF_INVALID: fc
    .tuple(
      goodArgs,
      fc.constantFrom('thief', 'other call', 'late', 'early'),
      fc.integer({ min: 91, max: 999 }),
    )
    .map(([args, fault, off]) => () => {
      const chain = warrantOf()
      const id = leafOf(chain).payload.id
      const signer = fault === 'thief' ? stranger : holder
      const told = fault === 'other call' ? { ...args, limit: args.limit + 1 } : args
      const when = fault === 'late' ? now + off : fault === 'early' ? now - off : now
      const target = { payload: { id, holder: signer.publicKey } }
      const proof = prove(target, { tool: TOOL, args: told }, signer, { now: when })
      return decided(args, {}, { chain, proof })
    }),
  PROOF_REPLAYED: goodArgs.map((args) => () => {
    const chain = warrantOf()
    const enforcer = enforcerOf()
    const request = { chain, tool: TOOL, args, proof: prove(chain, { tool: TOOL, args }, holder, { now }) }
    return enforcer.enforce(request).kind === 'allow' ? enforcer.enforce(request) : 'never used'
  }),
  PROOF_PROFILE: goodArgs.map(
    (args) => () => decided({ ...args, path: { a: 1 } }, { proof: { profile: 'tenuo-python' } }),
  ),
  REPLAY_MEMORY_FULL: goodArgs.map((args) => () => {
    const replay = createReplayMemory({ capacity: 1 })
    decided(args, { replay })
    return decided(args, { replay })
  }),
  STORE_FAILED: fc
    .tuple(
      goodArgs,
      fc.constantFrom<() => unknown>(
        () => 'yes',
        () => true,
        () => undefined,
        () => Promise.resolve('fresh'),
        () => {
          throw new Error('down')
        },
      ),
    )
    .map(
      ([args, answer]) =>
        () =>
          decided(args, withStore(answer)),
    ),
  APPROVAL_REQUIRED: goodArgs.map((args) => () => decided(args, {}, { chain: gated() })),
  APPROVAL_INSUFFICIENT: goodArgs.map((args) => () => {
    const chain = gated()
    return decided(args, {}, { chain, approvals: approvalsOf(chain, args, approvers.slice(1)) })
  }),
  APPROVAL_UNCONFIGURED: goodArgs.map((args) => () => decided(args, {}, { chain: unopenable() })),
  APPROVAL_TOO_MANY: fc.tuple(goodArgs, fc.integer({ min: 5, max: 9 })).map(([args, many]) => () => {
    const chain = gated()
    const [one] = approvalsOf(chain, args, approvers)
    return decided(args, {}, { chain, approvals: new Array(many).fill(one) })
  }),
  APPROVAL_INVALID: goodArgs.map((args) => () => {
    const [first] = approvers as [typeof root]
    const chain = warrantOf({ gates: { [TOOL]: 'whole' }, approvers: [first.publicKey] })
    return decided(args, {}, { chain, approvals: approvalsOf(chain, { ...args, limit: 11 }, [first]) })
  }),
  AUDIT_FAILED: goodArgs.map((args) => () => {
    const enforcer = enforcerOf()
    const audit = (): never => {
      throw new Error('disk full')
    }
    const guard = createGuard({ enforcer, audit })
    guard.sessions.set('s', enforcer.bind(warrantOf(), holder))
    return guard.check(TOOL, args, { session: 's' })
  }),
  ENFORCE_INTERNAL: goodArgs.map((args) => () => {
    const sha256 = (): never => {
      throw new Error('no digest')
    }
    return decided(args, { backend: { ...defaultBackend, sha256 } })
  }),
}
