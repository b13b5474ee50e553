/** Chains that were verified before, with a proof of possession for every call: one signature is left. */

import { type CryptoBackend, callOf, type EnforcerConfig, type Proof, prove } from 'warrant'
import { type Sodium, sodiumBackend } from 'warrant/node'
import { argsOf, chainOf, clock, enforcer, NOW, single } from '../fixtures.js'
import { fresh, type Work } from '../measure.js'
import { bareVerify, must, type Row, ratio } from '../row.js'

interface Proved {
  readonly args: unknown
  readonly proof: Proof
}

/** Another call for every index, and its proof, made at a time. */
const provedAt = (now: () => number) =>
  fresh((index): Proved => {
    const args = argsOf(index)
    return {
      args,
      proof: prove(single.chain, callOf('read_file', args), single.holder, { now: now() }),
    }
  })

const allowedWork = (config: Partial<EnforcerConfig>): Work => {
  const guard = enforcer(config)
  const calls = provedAt(clock)
  const { chain } = single
  return {
    prepare: calls.prepare,
    run: (i) => {
      const { args, proof } = calls.at(i)
      must(guard.enforce({ chain, tool: 'read_file', args, proof }).kind === 'allow')
    },
  }
}

export const warmProof: Row = {
  key: 'warm-proof',
  goals: [{ what: 'enforce with a proof', against: 'B', goal: 1.05, unit: 'ratio' }],
  measure: async (pace) => ({ found: [await ratio(allowedWork({}), bareVerify(), pace)] }),
}

/** Ten minutes old: wrong in each of the five windows that are tried. */
const lateWork = (): Work => {
  const guard = enforcer()
  const calls = provedAt(() => NOW - 600)
  const { chain } = single
  return {
    prepare: calls.prepare,
    run: (i) => {
      const { args, proof } = calls.at(i)
      const decision = guard.enforce({ chain, tool: 'read_file', args, proof })
      must(decision.kind === 'deny' && decision.code === 'PROOF_INVALID')
    },
  }
}

export const wrongProof: Row = {
  key: 'wrong-proof',
  goals: [{ what: 'a proof that is wrong in five windows', against: '5 B', goal: 1.05, unit: 'ratio' }],
  measure: async (pace) => ({ found: [await ratio(lateWork(), bareVerify(5), pace)] }),
}

const sodiumHere = async (): Promise<CryptoBackend | undefined> => {
  try {
    const name: string = 'sodium-native' // it ships no types
    return sodiumBackend(((await import(name)) as { readonly default: Sodium }).default)
  } catch {
    return undefined
  }
}

export const sodium: Row = {
  key: 'sodium',
  goals: [{ what: 'enforce with a proof, by libsodium', against: 'B', goal: 0.65, unit: 'ratio' }],
  measure: async (pace) => {
    const backend = await sodiumHere()
    if (backend === undefined) return { absent: 'sodium-native does not load here' }
    return { found: [await ratio(allowedWork({ backend }), bareVerify(), pace)] }
  },
}

/** Calls under a chain that arrives with them and was never seen, each with its proof: d + 1 signatures. */
export const coldProvedWork = (depth: number): Work => {
  const chains = Array.from({ length: 8 }, (_, i) => chainOf(depth, { firstId: 1 + i * depth }))
  const guard = enforcer({ cacheSize: 4 })
  const calls = fresh((i) => {
    const { chain, holder } = chains[i % 8] as (typeof chains)[number] // one of 8
    const args = argsOf(i)
    const proof = prove(chain, callOf('read_file', args), holder, { now: clock() })
    return { chain: chain.bytes, args, proof }
  })
  return {
    prepare: calls.prepare,
    run: (i) => {
      const { chain, args, proof } = calls.at(i)
      must(guard.enforce({ chain, tool: 'read_file', args, proof }).kind === 'allow')
    },
  }
}
