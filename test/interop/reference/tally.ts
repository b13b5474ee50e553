/** The verdicts of both sides on many cases, counted; and what no rule explains, kept. */

import type { StricterRule } from '../../../src/rules.js'
import type { Judgement } from '../../support/judgements.js'
import { type Fields, type Reference, Refusal } from './reference.js'

/** `allow`; or why not, and by which rule where the reference may allow. */
export type Ruling = 'allow' | { readonly code: string; readonly rule: StricterRule | undefined }

/** One case on which the two sides differ in a way that no rule explains. */
export interface Difference {
  readonly ours: string
  readonly theirs: string
  readonly about: string
}

/**
 * The difference that has no excuse, if there is one: this side allows what the reference denies, or denies what the
 * reference allows without naming a stricter rule.
 */
export const unexcused = (
  ours: Ruling,
  theirs: true | string,
  about: () => string,
): Difference | undefined => {
  if (ours === 'allow') return theirs === true ? undefined : { ours, theirs, about: about() }
  if (theirs !== true || ours.rule !== undefined) return undefined
  return { ours: ours.code, theirs: 'allow', about: about() }
}

/** How many differences are kept to be shown: the rest is counted. */
const SHOWN = 60

export class Tally {
  readonly unexplained: Difference[] = []
  #allowed = 0
  #denied = 0
  #differing = 0
  readonly #stricter = new Map<string, number>()

  judge(ours: Ruling, theirs: true | string, about: () => string): void {
    const found = unexcused(ours, theirs, about)
    if (found !== undefined) {
      this.#differing++
      if (this.unexplained.length < SHOWN) this.unexplained.push(found)
    } else if (ours === 'allow') this.#allowed++
    else if (theirs !== true) this.#denied++
    else this.#stricter.set(String(ours.rule), (this.#stricter.get(String(ours.rule)) ?? 0) + 1)
  }

  get cases(): number {
    const stricter = [...this.#stricter.values()].reduce((sum, count) => sum + count, 0)
    return this.#allowed + this.#denied + this.#differing + stricter
  }

  get allowed(): number {
    return this.#allowed
  }

  /** For the line that closes the run. */
  judgement(version: string, family: string, seeds: readonly number[]): Judgement {
    return {
      ...{ version, family, seeds: [...seeds], cases: this.cases, allowed: this.#allowed },
      ...{
        denied: this.#denied,
        stricter: Object.fromEntries(this.#stricter),
        unexplained: this.#differing,
      },
    }
  }
}

const CASES_OF_LINE = 200

/** Cases of one family, as both sides are asked. */
export interface Family<Case> {
  /** The operation of the driver that judges one case, and what it is given. */
  readonly op: string
  readonly asked: (one: Case) => Fields
  readonly shared?: Fields
  readonly ours: (one: Case) => Ruling
  readonly about: (one: Case) => string
}

/** Puts every case to both sides. To the reference, not to refuse is to allow. */
export const judgeAll = async <Case>(
  reference: Reference,
  tally: Tally,
  cases: readonly Case[],
  { op, asked, shared, ours, about }: Family<Case>,
): Promise<void> => {
  for (let from = 0; from < cases.length; from += CASES_OF_LINE) {
    const some = cases.slice(from, from + CASES_OF_LINE)
    const answers = await reference.many(op, some.map(asked), shared)
    for (const [i, one] of some.entries()) tally.judge(ours(one), verdictOf(answers[i]), () => about(one))
  }
}

const verdictOf = (answer: unknown): true | string => (answer instanceof Refusal ? answer.message : true)
