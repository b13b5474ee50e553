/** A rung: one constraint that admits everything that was seen of an argument, and how far it goes beyond. */

import type { Constraint } from '../capability/kinds.js'

/** From exactly what was seen to anything at all. */
export const SLACKS = ['exact', 'tight', 'roomy', 'open'] as const
export type Slack = (typeof SLACKS)[number]

/** The place of a slack on the dial. */
export const levelOf = (slack: Slack): number => SLACKS.indexOf(slack)

export interface Rung {
  /** The least slack at which it is taken. */
  readonly slack: Slack
  readonly constraint: Constraint
  /** What it is and why, in words, without a value. */
  readonly why: string
  /** What whoever mints it should know, without a value. */
  readonly warnings?: readonly string[]
}

/** Where the rungs of a kind begin: one value stays itself until the dial is turned to `roomy`. */
export const firstSlack = (isSingle: boolean): Slack => (isSingle ? 'roomy' : 'tight')
