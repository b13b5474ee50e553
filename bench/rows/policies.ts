/** Policy engines in the process: they decide the same call by a policy, and know no keys, chains or time. */

import { single } from '../fixtures.js'
import { fresh, type Work } from '../measure.js'
import { loadPeer } from '../peers.js'
import { must, type Row, ratio } from '../row.js'
import { inertWork } from './bound.js'

interface Cedar {
  preparsePolicySet(id: string, policies: object): { readonly type: string }
  statefulIsAuthorized(call: object): {
    readonly type: string
    readonly response?: { readonly decision: string }
  }
}

const CEDAR_POLICY = `permit(principal == Agent::"agent", action == Action::"read_file", resource)
  when { context.path like "/data/*" && context.limit >= 0 && context.limit <= 1000 };`

const cedarWork = async (): Promise<Work> => {
  const { default: engine } = await loadPeer<{ readonly default: Cedar }>('@cedar-policy/cedar-wasm/nodejs')
  must(engine.preparsePolicySet('bench', { staticPolicies: CEDAR_POLICY }).type === 'success')
  const common = {
    principal: { type: 'Agent', id: 'agent' },
    action: { type: 'Action', id: 'read_file' },
    resource: { type: 'Tool', id: 'files' },
    preparsedPolicySetId: 'bench',
    entities: [],
  }
  const calls = fresh((i) => ({
    ...common,
    context: { path: `/data/report-${i}.csv`, limit: i % 1_000 },
  }))
  return {
    prepare: calls.prepare,
    run: (i) => must(engine.statefulIsAuthorized(calls.at(i)).response?.decision === 'allow'),
  }
}

export const cedar: Row = {
  key: 'cedar',
  // Node 20 ends in a fault of its own, one time in three or more, where it inlines calls of this WebAssembly.
  flags: ['--no-turbo-inline-js-wasm-calls'],
  goals: [{ what: 'bound, an inert call', against: 'cedar-wasm, parsed policy', goal: 0.015, unit: 'ratio' }],
  needsPeers: true,
  measure: async (pace) => ({ found: [await ratio(inertWork(single), await cedarWork(), pace)] }),
}

interface Casbin {
  newEnforcer(model: object, adapter: object): Promise<{ enforceSync(...request: unknown[]): boolean }>
  newModelFromString(text: string): object
  readonly StringAdapter: new (text: string) => object
}

const CASBIN_MODEL = `[request_definition]
r = sub, act, path, limit
[policy_definition]
p = sub, act, path, min, max
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && keyMatch(r.path, p.path) && r.limit >= p.min && r.limit <= p.max
`

const CASBIN_POLICY = 'p, agent, read_file, /data/*, 0, 1000'

const casbinWork = async (): Promise<Work> => {
  const { newEnforcer, newModelFromString, StringAdapter } = await loadPeer<Casbin>('casbin')
  const guard = await newEnforcer(newModelFromString(CASBIN_MODEL), new StringAdapter(CASBIN_POLICY))
  must(!guard.enforceSync('agent', 'read_file', '/data/report.csv', 1_001))
  const paths = fresh((i) => JSON.parse(`"/data/report-${i}.csv"`) as string) // flat, as ours are
  return {
    prepare: paths.prepare,
    run: (i) => must(guard.enforceSync('agent', 'read_file', paths.at(i), i % 1_000)),
  }
}

export const casbin: Row = {
  key: 'casbin',
  goals: [{ what: 'bound, an inert call', against: 'casbin enforceSync', goal: 0.17, unit: 'ratio' }],
  needsPeers: true,
  measure: async (pace) => ({ found: [await ratio(inertWork(single), await casbinWork(), pace)] }),
}
