/** What is measured, one row a key: ours against a baseline of the same run, and the goal. */

import { hash, verify as nativeVerify, sign } from 'node:crypto'
import { Decoder } from 'cbor-x'
import { decode as cborgDecode } from 'cborg'
import { callOf, decodeChain, mint, prove, range, subpath, type ToolsInput, verify } from 'warrant'
import { argsOf, bare, chainOfDepth, enforcer, issuer, NOW, seeded, single } from './fixtures.js'
import { measure, type Work } from './measure.js'

/** One figure: a ratio, or a value in the unit stated. */
export interface Part {
  readonly what: string
  readonly value: number
  readonly goal: number
  readonly unit: 'ratio' | 'ns'
}

export interface Row {
  readonly key: string
  run(rounds: number): readonly Part[]
}

const bareVerify: Work = () => nativeVerify(null, bare.message, bare.publicKey, bare.signature)
const bareSign: Work = () => sign(null, bare.message, bare.privateKey)

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`the benchmark measured something else: ${what}`)
}

const ratio = (what: string, goal: number, ours: Work, baseline: Work, rounds: number, times = 1): Part => {
  const timing = measure(ours, baseline, rounds)
  return { what, value: timing.ours / (timing.baseline * times), goal, unit: 'ratio' }
}

const nanoseconds = (what: string, goal: number, ours: Work, rounds: number): Part => ({
  what,
  value: measure(ours, () => {}, rounds).ours,
  goal,
  unit: 'ns',
})

const cold: Row = {
  key: 'cold',
  run: (rounds) =>
    [1, 3, 8].map((depth) => {
      const { chain } = chainOfDepth(depth)
      const options = { roots: [issuer.publicKey], now: NOW }
      const work: Work = () => verify(decodeChain(chain.bytes), options)
      return ratio(`verify depth ${depth} / ${depth} B`, 1.1, work, bareVerify, rounds, depth)
    }),
}

const warmProof: Row = {
  key: 'warm-proof',
  run: (rounds) => {
    const { chain, holder } = single
    const guard = enforcer()
    const proofs = Array.from({ length: 4_096 }, (_, i) => {
      const call = callOf('read_file', argsOf(i))
      return { call, proof: prove(chain, call, holder, { now: NOW }) }
    })
    let next = 0
    let current = guard
    const work: Work = () => {
      if (next === proofs.length) {
        next = 0
        current = enforcer() // a new replay memory: no proof is seen twice
        current.enforce({ chain, call: callOf('read_file', argsOf(0)) }) // verifies the chain
      }
      const { call, proof } = proofs[next++] as (typeof proofs)[number]
      must(current.enforce({ chain, call, proof }).kind === 'allow', 'a denial')
    }
    return [ratio('enforce with a proof / B', 1.05, work, bareVerify, rounds)]
  },
}

const warmBound: Row = {
  key: 'warm-bound',
  run: (rounds) => {
    const bound = enforcer().bind(single.chain, single.holder)
    const calls = Array.from({ length: 4_096 }, (_, i) => callOf('read_file', argsOf(i)))
    const raw = Array.from({ length: 4_096 }, (_, i) => argsOf(i))
    const inert: Work = (i) =>
      must(bound.enforce(calls[i & 4_095] as (typeof calls)[number]).kind === 'allow', 'a denial')
    const copied: Work = (i) => must(bound.enforce('read_file', raw[i & 4_095]).kind === 'allow', 'a denial')
    return [
      nanoseconds('an inert call', 200, inert, rounds),
      nanoseconds('raw arguments, copied', 300, copied, rounds),
    ]
  },
}

const warmBytes: Row = {
  key: 'warm-bytes',
  run: (rounds) => {
    const guard = enforcer()
    const { bytes } = single.chain
    const calls = Array.from({ length: 4_096 }, (_, i) => callOf('read_file', argsOf(i)))
    const ours: Work = (i) => {
      const decision = guard.enforce({ chain: bytes, call: calls[i & 4_095] as (typeof calls)[number] })
      must(decision.kind === 'deny' && decision.code === 'PROOF_MISSING', 'another answer')
    }
    return [
      ratio(
        'enforce from bytes, up to the proof / a hash of them',
        2,
        ours,
        () => hash('sha256', bytes, 'buffer'),
        rounds,
      ),
    ]
  },
}

const deny: Row = {
  key: 'deny',
  run: (rounds) => {
    const bound = enforcer().bind(single.chain, single.holder)
    const calls = (tool: string, args: (i: number) => object) =>
      Array.from({ length: 1_024 }, (_, i) => callOf(tool, args(i)))
    const unknown = calls('delete_file', argsOf)
    const outside = calls('read_file', (i) => ({ ...argsOf(i), path: `/etc/${i}` }))
    const denied =
      (list: readonly ReturnType<typeof callOf>[]): Work =>
      (i) =>
        must(bound.enforce(list[i & 1_023] as (typeof list)[number]).kind === 'deny', 'an allow')
    return [
      nanoseconds('unknown tool', 300, denied(unknown), rounds),
      nanoseconds('constraint violated', 300, denied(outside), rounds),
    ]
  },
}

const wrongProof: Row = {
  key: 'wrong-proof',
  run: (rounds) => {
    const { chain } = single
    const guard = enforcer()
    const proof = prove(chain, callOf('read_file', argsOf(0)), single.holder, { now: NOW - 600 })
    const work: Work = (i) => {
      const decision = guard.enforce({ chain, tool: 'read_file', args: argsOf(i), proof })
      must(decision.kind === 'deny' && decision.code === 'PROOF_INVALID', 'another answer')
    }
    return [ratio('five windows / 5 B', 1.05, work, bareVerify, rounds, 5)]
  },
}

const depth: Row = {
  key: 'depth',
  run: (rounds) => {
    const options = { roots: [issuer.publicKey], now: NOW }
    const [deep, shallow] = [chainOfDepth(64).chain, chainOfDepth(4).chain]
    const verifying =
      (bytes: Uint8Array): Work =>
      () =>
        verify(decodeChain(bytes), options)
    return [
      ratio(
        'a link at depth 64 / at depth 4',
        1.1,
        verifying(deep.bytes),
        verifying(shallow.bytes),
        rounds,
        16,
      ),
    ]
  },
}

const WIDE: ToolsInput = Object.fromEntries([
  ['read_file', { path: subpath('/data'), limit: range({ min: 0, max: 1_000 }) }],
  ...Array.from({ length: 255 }, (_, i) => [
    `tool_${i}`,
    { path: subpath(`/srv/workspaces/tenant-${i}/${'x'.repeat(80)}`), note: subpath(`/srv/notes/${i}`) },
  ]),
])

const width: Row = {
  key: 'width',
  run: (rounds) => {
    const wide = chainOfDepth(1, WIDE)
    must(wide.chain.bytes.length > 55_000 && wide.chain.bytes.length <= 65_536, 'a warrant of another size')
    const calls = Array.from({ length: 4_096 }, (_, i) => callOf('read_file', argsOf(i)))
    const through = ({ chain, holder }: typeof wide): Work => {
      const bound = enforcer().bind(chain, holder)
      return (i) =>
        must(bound.enforce(calls[i & 4_095] as (typeof calls)[number]).kind === 'allow', 'a denial')
    }
    return [ratio('of 256 tools / alone', 1.5, through(wide), through(single), rounds)]
  },
}

const minting: Row = {
  key: 'mint',
  run: (rounds) => {
    const holder = seeded(2).publicKey
    const tools = { read_file: { path: subpath('/data'), limit: range({ min: 0, max: 1_000 }) } }
    const ours: Work = () => mint({ holder, tools, ttlSeconds: 3_600, now: NOW }, issuer)
    return [ratio('mint / a bare signature', 1.25, ours, bareSign, rounds)]
  },
}

const decoding: Row = {
  key: 'decode',
  run: (rounds) => {
    const { bytes } = single.chain
    const payload = (single.chain.warrants[0] as (typeof single.chain.warrants)[number]).payloadBytes
    const cborX = new Decoder({
      useRecords: false,
      mapsAsObjects: false,

      tagUint8Array: false,
      copyBuffers: true,
    })
    const ours: Work = () => decodeChain(bytes)
    return [
      ratio(
        'ours, with the envelope / cborg strict',
        0.85,
        ours,
        () =>
          cborgDecode(payload, {
            strict: true,
            useMaps: true,
            rejectDuplicateMapKeys: true,
            allowIndefinite: false,
          }),
        rounds,
      ),
      ratio('ours, with the envelope / cbor-x', 1.7, ours, () => cborX.decode(payload), rounds),
    ]
  },
}

export const ROWS: readonly Row[] = [
  cold,
  warmProof,
  warmBound,
  warmBytes,
  deny,
  wrongProof,
  depth,
  width,
  minting,
  decoding,
]
