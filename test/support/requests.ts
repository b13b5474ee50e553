/** Requests as an enforcer gets them: mostly lawful, some with a fault in the chain or in what comes with the call. */

import fc from 'fast-check'
import {
  type EnforceRequest,
  formatJson,
  leafOf,
  mint,
  parseWarrantId,
  type SettledDecision,
} from '../../src/index.js'
import {
  anyCall,
  type ConstraintPair,
  edgesOf,
  faultyChain,
  requestFor,
  TEST_NOW,
  type TestCall,
  type TestChain,
  testKey,
} from '../../src/testing/index.js'
import { sealedLinks } from '../../src/testing/links.js'
import { chainOf } from '../../src/warrant/chain.js'
import { toolsOf } from '../../src/warrant/fields.js'
import { engines } from './engines.js'
import { objectOf } from './values.js'

/** A chain, a call under it, and the request that presents them. */
export interface Presented {
  readonly under: TestChain
  readonly call: TestCall
  readonly request: EnforceRequest
}

const CHANGES: readonly ((request: EnforceRequest) => Partial<EnforceRequest>)[] = [
  () => ({ proof: undefined }),
  () => ({ proof: new Uint8Array(64) }),
  () => ({ approvals: undefined }),
  ({ approvals = [] }) => ({ approvals: [...approvals, ...approvals, ...approvals] }),
  () => ({ session: 'another' }),
  () => ({ chain: new Uint8Array([0x83, 1]) }),
]

const presented = (under: TestChain, call: TestCall): Presented => ({
  under,
  call,
  request: requestFor(under, call),
})

const lawful = anyCall({ engines }).map(({ under, call }) => presented(under, call))
const faulty = faultyChain({ engines, maxLength: 3 }).map((under) =>
  presented(under, { tool: 'read', args: Object.freeze(Object.create(null)) }),
)
const incomplete = fc.tuple(lawful, fc.constantFrom(...CHANGES)).map(
  ([each, change]): Presented => ({
    ...each,
    request: { ...each.request, ...change(each.request) } as EnforceRequest, // still what is presented and a call
  }),
)

/** A request, allowed more often than for any one reason denied. */
export const anyRequest: fc.Arbitrary<Presented> = fc.oneof(
  { weight: 8, arbitrary: lawful },
  { weight: 1, arbitrary: faulty },
  { weight: 1, arbitrary: incomplete },
)

/** Everything that a decision says, as text; the arguments of an allow in the one order of JSON. */
export const wordsOf = (decision: SettledDecision): string =>
  JSON.stringify([decision, decision.kind === 'allow' ? formatJson(decision.call.args) : decision.message])

const ID = '019dae3d13ed7fb0a7ec467e0964270'

/** The question whether one constraint covers another, as a chain of two that a verifier is asked about. */
export const pairRequest = ([parent, child]: ConstraintPair): Presented => {
  const [root, middle, holder] = [testKey(1), testKey(2), testKey(3)]
  const first = mint(
    { holder: middle.publicKey, tools: { read: { x: parent } }, now: TEST_NOW, id: parseWarrantId(`${ID}1`) },
    root,
  )
  const { payload } = leafOf(first)
  const narrower = toolsOf({ read: { x: child } })
  const next = {
    ...{ ...payload, id: parseWarrantId(`${ID}2`), tools: narrower, depth: 1 },
    ...{ issuer: middle.publicKey, holder: holder.publicKey },
  }
  const under: TestChain = {
    chain: chainOf(sealedLinks({ payloads: [payload, next], now: TEST_NOW })),
    roots: [root.publicKey],
    holder,
    now: TEST_NOW,
    session: undefined,
    approvers: [],
  }
  const [edge = null] = edgesOf(child, engines)
  return presented(under, { tool: 'read', args: objectOf([['x', edge]]) })
}
