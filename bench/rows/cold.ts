/** Chains that were never seen: decoded, verified and asked about a call, up to the proof, which nobody sent. */

import { Point } from '@noble/ed25519'
import { type Enforcer, type PublicKey, publicKeyToBytes } from 'warrant'
import type { Goal } from '../figure.js'
import { argsOf, chainOf, chainsOf, enforcer, granted, keyOf } from '../fixtures.js'
import { fresh, type Work } from '../measure.js'
import { referenceFigures } from '../reference.js'
import { bareVerify, must, type Row, ratio } from '../row.js'

const DEPTHS = [1, 3, 8] as const

/** A verified chain whose call is permitted, and which lacks the proof alone. */
const coldCall = (guard: Enforcer, chain: Uint8Array, args: unknown): void => {
  const decision = guard.enforce({ chain, tool: 'read_file', args })
  must(decision.kind === 'deny' && decision.code === 'PROOF_MISSING')
}

/** Chains in turn, which differ in their ids. */
const CHAINS = 16

/** Chains of a depth, so many in a call, by an enforcer that remembers fewer of them than there are. */
export const coldWork = (depth: number, times = 1): Work => {
  const chains = chainsOf(CHAINS, depth).map(({ chain }) => chain.bytes)
  const guard = enforcer({ cacheSize: CHAINS / 2 })
  const args = fresh(argsOf)
  return {
    prepare: args.prepare,
    run: (i) => {
      for (let n = 0; n < times; n++)
        coldCall(guard, chains[(i * times + n) % CHAINS] as Uint8Array, args.at(i)) // within the length
    },
  }
}

const depthGoals = (what: string, against: (depth: number) => string, goal: number): readonly Goal[] =>
  DEPTHS.map((depth) => ({ what: `${what} ${depth}`, against: against(depth), goal, unit: 'ratio' }))

export const cold: Row = {
  key: 'cold',
  goals: depthGoals('chain of', (depth) => `${depth} B`, 1.1),
  measure: async (pace) => {
    const found = []
    for (const depth of DEPTHS) found.push(await ratio(coldWork(depth), bareVerify(depth), pace))
    return {
      found,
      notes: referenceFigures(DEPTHS, pace),
    }
  },
}

/** The caches of keys hold fewer. */
const FORGOTTEN = 1_100

interface New {
  readonly bytes: Uint8Array
  readonly root: PublicKey
}

/**
 * Chains of which every key was forgotten when their turn comes again: as many issuers and as many holders as no cache
 * holds. Some have all but their leaf in common, and never follow one another.
 */
const newChains = (depth: number): readonly New[] => {
  const groups = Math.ceil(FORGOTTEN / depth)
  const keyAt = (group: number, place: number) => keyOf(1_000 + group * depth + place)
  const made = Array.from({ length: FORGOTTEN }, (): New | undefined => undefined)
  for (let group = 0; group < groups; group++) {
    const root = keyAt(group, 0).publicKey
    const common = { firstId: 1 + group * 64, keyAt: (place: number) => keyAt(group, place) }
    const parent = depth === 1 ? undefined : chainOf(depth - 1, common)
    for (let at = group, leaf = 0; at < FORGOTTEN; at += groups, leaf++) {
      const holder = keyOf(100_000 + at)
      const { chain } =
        parent === undefined
          ? chainOf(1, { ...common, keyAt: (place) => (place === 0 ? keyAt(group, 0) : holder) })
          : granted(parent, holder, 32 + group * 64 + leaf)
      made[at] = { bytes: chain.bytes, root }
    }
  }
  return made as readonly New[] // every place belongs to a group
}

/** An enforcer is made for each, before it is timed, since the root is new as well. */
const newKeysWork = (depth: number): Work => {
  const chains = newChains(depth)
  for (let i = 0; i < FORGOTTEN; i++) keyOf(500_000 + depth * 10_000 + i) // what was derived for the fixtures is forgotten
  const calls = fresh((i) => {
    const { bytes, root } = chains[i % FORGOTTEN] as New // within the length
    return { guard: enforcer({ roots: [root] }), bytes, args: argsOf(i) }
  })
  return {
    batch: 16,
    prepare: calls.prepare,
    run: (i) => {
      const { guard, bytes, args } = calls.at(i)
      coldCall(guard, bytes, args)
    },
  }
}

/** So many bare verifications, and the decoding of one key that was not seen lately. */
const verifyAndDecode = (depth: number): Work => {
  const keys = Array.from({ length: 512 }, (_, i) => publicKeyToBytes(keyOf(700_000 + i).publicKey))
  const verifies = bareVerify(depth) as { readonly run: (index: number) => unknown } // it is synchronous
  return {
    run: (i) => {
      verifies.run(i)
      Point.fromBytes(keys[i % keys.length] as Uint8Array, true) // within the length
    },
  }
}

export const coldNewKeys: Row = {
  key: 'cold-new-keys',
  goals: depthGoals('new keys, chain of', (depth) => `${depth} B + a decoded point`, 1.25),
  measure: async (pace) => {
    const found = []
    for (const depth of DEPTHS) found.push(await ratio(newKeysWork(depth), verifyAndDecode(depth), pace))
    return { found }
  },
}

export const depth: Row = {
  key: 'depth',
  goals: [{ what: '64 links at depth 64', against: '64 links at depth 4', goal: 1.1, unit: 'ratio' }],
  measure: async (pace) => ({ found: [await ratio(coldWork(64), coldWork(4, 16), pace)] }),
}
