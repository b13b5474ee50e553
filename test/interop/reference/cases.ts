/** How many cases each family puts to each version of the reference: few in every run, all in `npm run test:interop`. */

import { freshSeed, scaled } from '../../support/scale.js'

/** In a run of a few seconds, and in a long one. */
export const PLAN = {
  matching: [1_500, 130_000],
  narrowing: [1_200, 40_000],
  'sets of constraints': [400, 14_000],
  'tool maps': [300, 10_000],
  chains: [300, 8_000],
  'canonical bytes': [400, 12_000],
  'altered bytes': [400, 12_000],
} as const

export type FamilyName = keyof typeof PLAN

export const casesOf = (family: FamilyName): number => {
  const [short, long] = PLAN[family]
  return scaled(short, long)
}

/** What is drawn from the first has been judged before; what is drawn from the second, never. */
const FIXED_SEED = 20_261_121

export const SEEDS: readonly number[] = [FIXED_SEED, freshSeed()]

/** How many cases of a family are drawn from each seed. */
export const share = (family: FamilyName): number => Math.ceil(casesOf(family) / SEEDS.length)
