/** Calls without a signature: under a warrant that was bound, denied before any, or asked from bytes up to the proof. */

import { hash } from 'node:crypto'
import { type BoundWarrant, type Call, callOf, range, subpath, type ToolsInput } from 'warrant'
import { argsOf, chainOf, clock, enforcer, type Holding, single } from '../fixtures.js'
import { fresh, type Work } from '../measure.js'
import { bareVerify, must, nanoseconds, type Row, ratio } from '../row.js'

const boundTo = ({ chain, holder }: Holding): BoundWarrant => enforcer().bind(chain, holder)

/** Calls that were copied before they are timed. */
export const inertWork = (holding: Holding): Work => {
  const bound = boundTo(holding)
  const calls = fresh((i) => callOf('read_file', argsOf(i)))
  return {
    prepare: calls.prepare,
    run: (i) => must(bound.enforce(calls.at(i)).kind === 'allow'),
  }
}

/** Arguments as they come, which are copied. */
export const rawWork = (holding: Holding): Work => {
  const bound = boundTo(holding)
  const args = fresh(argsOf)
  return {
    prepare: args.prepare,
    run: (i) => must(bound.enforce('read_file', args.at(i)).kind === 'allow'),
  }
}

export const warmBound: Row = {
  key: 'warm-bound',
  goals: [
    { what: 'an inert call', goal: 200, unit: 'ns' },
    { what: 'raw arguments, copied', goal: 300, unit: 'ns', heldTo: 700 },
  ],
  measure: async (pace) => ({
    found: [await nanoseconds(inertWork(single), pace), await nanoseconds(rawWork(single), pace)],
  }),
}

export const warmBytes: Row = {
  key: 'warm-bytes',
  goals: [{ what: 'enforce from bytes, up to the proof', against: 'a hash of them', goal: 2, unit: 'ratio' }],
  measure: async (pace) => {
    const guard = enforcer()
    const chain = single.chain.bytes
    const args = fresh(argsOf)
    const ours: Work = {
      prepare: args.prepare,
      run: (i) => {
        const decision = guard.enforce({ chain, tool: 'read_file', args: args.at(i) })
        must(decision.kind === 'deny' && decision.code === 'PROOF_MISSING')
      },
    }
    return { found: [await ratio(ours, { run: () => hash('sha256', chain, 'buffer') }, pace)] }
  },
}

interface Denial {
  readonly what: string
  readonly code: string
  readonly call: (index: number) => Call
  /** How far ahead the clock of the enforcer is. */
  readonly ahead?: number
}

const outside = (i: number): Readonly<Record<string, unknown>> => ({ ...argsOf(i), path: `/etc/secret-${i}` })

const DENIALS: readonly Denial[] = [
  { what: 'unknown tool', code: 'TOOL_NOT_GRANTED', call: (i) => callOf('delete_file', argsOf(i)) },
  {
    what: 'expired',
    code: 'WARRANT_EXPIRED',
    call: (i) => callOf('read_file', argsOf(i)),
    ahead: 7_200,
  },
  {
    what: 'constraint violated',
    code: 'CONSTRAINT_VIOLATED',
    call: (i) => callOf('read_file', outside(i)),
  },
]

const MISSING: Denial = {
  what: 'missing proof',
  code: 'PROOF_MISSING',
  call: (i) => callOf('read_file', argsOf(i)),
}

/** A proof that nobody gets to look at: other bytes for every call. */
const unread = (index: number): Uint8Array => {
  const bytes = new Uint8Array(64).fill(3)
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}

const deniedWork = (
  { code, call, ahead = 0 }: Denial,
  proofAt: (index: number) => Uint8Array | undefined,
): Work => {
  const guard = enforcer({ clock: () => clock() + ahead })
  const { chain } = single
  const asked = fresh((i) => ({ call: call(i), proof: proofAt(i) }))
  return {
    prepare: asked.prepare,
    run: (i) => {
      const { call, proof } = asked.at(i)
      const decision = guard.enforce({ chain, call, proof })
      must(decision.kind === 'deny' && decision.code === code)
    },
  }
}

const WITHOUT = [...DENIALS, MISSING]

export const deny: Row = {
  key: 'deny',
  goals: [
    ...WITHOUT.map(({ what }) => ({ what, goal: 300, unit: 'ns' as const })),
    ...DENIALS.map(({ what }) => ({
      what: `${what}, with a proof`,
      against: 'B',
      goal: 0.02,
      unit: 'ratio' as const,
    })),
  ],
  measure: async (pace) => {
    const found = []
    for (const denial of WITHOUT)
      found.push(
        await nanoseconds(
          deniedWork(denial, () => undefined),
          pace,
        ),
      )
    for (const denial of DENIALS) found.push(await ratio(deniedWork(denial, unread), bareVerify(), pace))
    return { found }
  },
}

/** 256 tools with two constraints each, filled to the most that a warrant may hold. */
const WIDE: ToolsInput = Object.fromEntries([
  ['read_file', { path: subpath('/data'), limit: range({ min: 0, max: 1_000 }) }],
  ...Array.from({ length: 255 }, (_, i) => [
    `tool_${i}`,
    { path: subpath(`/srv/workspaces/tenant-${i}/${'x'.repeat(105)}`), note: subpath(`/srv/notes/${i}`) },
  ]),
])

export const width: Row = {
  key: 'width',
  goals: [
    { what: 'an inert call, of 256 tools', against: 'of one tool', goal: 1.5, unit: 'ratio' },
    { what: 'raw arguments, of 256 tools', against: 'of one tool', goal: 1.5, unit: 'ratio' },
  ],
  measure: async (pace) => {
    const wide = chainOf(1, { tools: WIDE })
    must(wide.chain.bytes.length > 65_000 && wide.chain.bytes.length <= 65_536)
    return {
      found: [
        await ratio(inertWork(wide), inertWork(single), pace),
        await ratio(rawWork(wide), rawWork(single), pace),
      ],
    }
  },
}
