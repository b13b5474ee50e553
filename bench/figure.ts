/** Figures and their goals, and the arithmetic on them: `met` follows from what was measured, and from nothing else. */

/** What a goal is stated in: a ratio against the baseline of the same run, or a figure by itself. */
export type Unit = 'ratio' | 'ns' | 'kB' | 'MB'

/** What is to be reached. */
export interface Goal {
  /** What of ours is measured. */
  readonly what: string
  /** What it is compared with, where it is a ratio. */
  readonly against?: string
  readonly goal: number
  readonly unit: Unit
  /** The goal is a floor; otherwise it is a ceiling. */
  readonly atLeast?: true
  /** A goal that is missed by more than the tolerance: what checks hold the figure to until it is met. */
  readonly heldTo?: number
  /** What the two sides of a ratio are amounts of; times unless told. */
  readonly of?: 'time' | 'bytes' | 'rate'
}

/** What was found for one goal; times in nanoseconds. */
export interface Found {
  readonly value: number
  /** The medians of the two sides. `value` is the median of the ratios of rounds, which is not quite their ratio. */
  readonly ours?: number
  readonly baseline?: number
}

/** A goal, and what was found. */
export interface Part extends Goal, Found {
  readonly met: boolean
}

/** What came of a row. */
export type Outcome =
  | { readonly kind: 'measured'; readonly parts: readonly Part[]; readonly notes: readonly string[] }
  /** What it is compared with, or what it is measured by, is not here. */
  | { readonly kind: 'absent'; readonly why: string }

/** How much of its goal a figure takes: more than 1 misses it. */
export const shareOf = ({ goal, atLeast }: Goal, { value }: Found): number =>
  atLeast === true ? goal / value : value / goal

/** A figure that is none meets nothing. */
export const partOf = (goal: Goal, found: Found): Part => ({
  ...goal,
  ...found,
  met: shareOf(goal, found) <= 1,
})

/** The part that is worst against its goal; one that is no figure is worse than all. */
export const worstOf = (parts: readonly Part[]): Part =>
  parts.reduce((worst, part) => (share(part) > share(worst) ? part : worst))

const share = (part: Part): number => {
  const found = shareOf(part, part)
  return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found
}

/** The middle of some numbers, of which there is one at least. */
export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] as number // within the length
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
}

/** How far past its goal a row may be where only a change for the worse is looked for. */
export const TOLERANCE = 1.5

/**
 * Whether any part is past its goal by more than the tolerance, or past what it is held to. What is absent has no figure
 * to fail by.
 * @param slowness how many times slower than the machine of the goals this one is: nanoseconds are judged by it.
 */
export const isFarOff = (outcome: Outcome, slowness = 1): boolean =>
  outcome.kind === 'measured' && outcome.parts.some((part) => !isTolerable(part, slowness))

const isTolerable = (part: Part, slowness: number): boolean => {
  const value = part.unit === 'ns' ? part.value / slowness : part.value
  return part.heldTo === undefined ? shareOf(part, { value }) <= TOLERANCE : value <= part.heldTo
}

/** B on the machine of the goals, in nanoseconds. */
const B_OF_GOALS = 65_000

/** How many times slower this machine is, by its B; 1 where it is faster, since no figure is to hide behind that. */
export const slownessBy = (b: number): number => Math.max(1, b / B_OF_GOALS)

/** A row as `--json` writes it. */
export interface JsonRow {
  /** The worst part against its goal, in its unit; null where nothing was measured. */
  readonly ratio: number | null
  readonly goal: number
  readonly met: boolean
  readonly unit: Unit
  readonly parts: readonly Part[]
  readonly notes?: readonly string[]
  readonly absent?: string
}

/** What was not measured meets no goal. */
export const jsonOf = (goals: readonly Goal[], outcome: Outcome): JsonRow => {
  if (outcome.kind === 'absent') {
    const { goal, unit } = goals[0] as Goal // a row has one at least
    return { ratio: null, goal, met: false, unit, parts: [], absent: outcome.why }
  }
  const { parts, notes } = outcome
  const { value, goal, unit } = worstOf(parts)
  return {
    ratio: value,
    goal,
    met: parts.every(({ met }) => met),
    unit,
    parts,
    ...(notes.length > 0 && { notes }),
  }
}
