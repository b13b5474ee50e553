/** One run of one question about constraints: what the records of the kinds share while they answer it. */

import {
  MAX_CHAIN_COVER_STEPS,
  MAX_COVER_STEPS,
  MAX_ENGINE_CONSTRAINTS,
  MAX_MATCH_WORK,
} from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import type { StricterRule } from '../rules.js'
import type { Engines, Evidence, Findings, Matcher, Recurse, Verdict } from './constraint.js'
import { type Form, Forms } from './forms.js'
import { type Constraint, kindOf, type SomeKind } from './kinds.js'

/** Steps left from which on comparisons are weighed. */
const UNWEIGHED_UNTIL = MAX_COVER_STEPS - 256

/** Work of matching that counts as one step more. */
const WORK_OF_STEP = MAX_MATCH_WORK / MAX_COVER_STEPS

/** What ends a run that takes too many steps: no partial answer is ever used. */
const EXHAUSTED = new Error('comparing takes too many steps')

/** Steps that many runs share: each is bounded by itself, and all of them together by this. */
export interface Allowance {
  left: number
  /** What one run learns of how constraints are written, the next need not. */
  readonly forms: Forms
}

class Steps implements Allowance {
  left: number
  #forms: Forms | undefined = undefined

  constructor(left: number) {
    this.left = left
  }

  /** Made when first asked for: most runs compare nothing that takes them. */
  get forms(): Forms {
    this.#forms ??= new Forms()
    return this.#forms
  }
}

/** The steps that comparing all links of one chain may take. */
export const chainAllowance = (): Allowance => new Steps(MAX_CHAIN_COVER_STEPS)

/** The answer of one run of comparing, or `exhausted` where it takes too many steps. */
export const answerOf = <T>(
  engines: Engines,
  exhausted: T,
  ask: (run: Run) => T,
  allowance?: Allowance,
): T => {
  try {
    return ask(new Run(engines, allowance))
  } catch (thrown) {
    if (thrown === EXHAUSTED) return exhausted
    throw thrown
  }
}

const FREE = (): void => undefined

/** A matcher as constraints are to those that hold them. */
export type Judge = (value: Value, now: number) => Verdict

const faulting: Judge = () => 'CONSTRAINT_ERROR'
const tooCostly: Judge = () => 'CONSTRAINT_TOO_COSTLY'

export class Run implements Recurse {
  readonly engines: Engines
  readonly #judges = new Map<Constraint, Judge>()
  /** What only constraints that hold others need, and what only engines need: made when first asked for. */
  #answers: Map<string, boolean> | undefined = undefined
  #admitted: Set<number> | undefined = undefined
  readonly #allowance: Allowance
  readonly #charge = (steps: number): void => this.#take(steps)
  #steps = MAX_COVER_STEPS

  constructor(engines: Engines, allowance: Allowance = new Steps(Number.POSITIVE_INFINITY)) {
    this.engines = engines
    this.#allowance = allowance
  }

  compile(constraint: Constraint): Matcher {
    const judge = this.judge(constraint)
    return (value, now) => {
      const verdict = judge(value, now)
      return verdict === 'DENIED_HERE' ? false : verdict
    }
  }

  judge(constraint: Constraint): Judge {
    const known = this.#judges.get(constraint)
    if (known !== undefined) return known
    const judge = this.#compileOrFault(constraint)
    this.#judges.set(constraint, judge)
    return judge
  }

  #compileOrFault(constraint: Constraint): Judge {
    try {
      return this.#admits(constraint) ? kindOf(constraint).compile(constraint, this) : tooCostly
    } catch {
      return faulting
    }
  }

  /**
   * Whether an engine may be asked to compile this one: a run has room for so many that are written differently. Counted
   * by form, so that a constraint that is repeated faults no sooner than one that is not.
   */
  #admits(constraint: Constraint): boolean {
    if (kindOf(constraint).needsEngine !== true) return true
    // Free of steps: these bound comparing, and whether a call is permitted must not hang on them.
    const form = this.#allowance.forms.of(constraint, FREE).number
    this.#admitted ??= new Set()
    if (this.#admitted.has(form)) return true
    if (this.#admitted.size === MAX_ENGINE_CONSTRAINTS) return false
    this.#admitted.add(form)
    return true
  }

  /** Takes one step of the bound on comparing. @throws EXHAUSTED when it is used up. */
  step(): void {
    this.#take(1)
  }

  #take(steps: number): void {
    this.#steps -= steps
    this.#allowance.left -= steps
    if (this.#steps < 0 || this.#allowance.left < 0) throw EXHAUSTED
  }

  /** Takes the steps of one comparison. After the first few, which are free of this price, large ones count as many. */
  #stepFor(parent: Constraint, child: Constraint): void {
    const isWeighed = this.#steps < UNWEIGHED_UNTIL
    this.#take(isWeighed ? 1 + this.#weightOf(parent) + this.#weightOf(child) : 1)
  }

  #weightOf(constraint: Constraint): number {
    return this.formOf(constraint).bytes >> 6
  }

  covers(parent: Constraint, child: Constraint): boolean {
    this.#stepFor(parent, child)
    const kind = kindOf(parent)
    if (kind.coversAll === true) return true
    const childKind = kindOf(child)
    if (childKind.coversAll === true) return false
    if (kind === childKind)
      return kind.inner === undefined
        ? kind.covers(parent, child, this)
        : this.#coversComposite(kind, parent, child)
    return kind.coversExact && child.kind === 'exact' && this.#permitsExact(parent, child.value)
  }

  /** Asked once for two forms, however often they meet: a tree can hold the same pair thousands of times. */
  #coversComposite(kind: SomeKind, parent: Constraint, child: Constraint): boolean {
    const [outer, inner] = [this.formOf(parent).number, this.formOf(child).number]
    const pair = `${outer} ${inner}`
    this.#answers ??= new Map()
    const known = this.#answers.get(pair)
    if (known !== undefined) return known
    const answer = (outer === inner && this.#coversItself(parent)) || kind.covers(parent, child, this)
    this.#answers.set(pair, answer)
    return answer
  }

  /**
   * Whether a constraint covers one that is written alike. Not every constraint does: an Unknown or a Subpath without
   * its root does not. One that holds others does where it holds any and each of them does: then in All every one is
   * covered by itself; in Any too, and what stands before it in the parent is what stands before it in the child; and
   * in Not what the parent asks was asked by the child.
   */
  #coversItself(constraint: Constraint): boolean {
    this.step()
    const kind = kindOf(constraint)
    const inner = kind.inner?.(constraint)
    if (inner === undefined) return kind.covers(constraint, constraint, this)
    return inner.length > 0 && inner.every((each) => this.#coversItself(each))
  }

  isCoveredByOne(child: Constraint, parents: readonly Constraint[]): boolean {
    const alike = this.#alike(parents, child)
    return (
      (alike !== undefined && this.covers(alike, child)) ||
      parents.some((parent) => this.covers(parent, child))
    )
  }

  coversOne(parent: Constraint, children: readonly Constraint[]): boolean {
    const alike = this.#alike(children, parent)
    return (
      (alike !== undefined && this.covers(parent, alike)) ||
      children.some((child) => this.covers(parent, child))
    )
  }

  /** The one of a list that is written alike: among many, most often the only one that covers or is covered. */
  #alike(list: readonly Constraint[], constraint: Constraint): Constraint | undefined {
    return list.length < 2 ? undefined : this.#allowance.forms.alike(list, constraint, this.#charge)
  }

  #permitsExact(parent: Constraint, value: Value): boolean {
    if (typeof value === 'string') this.#take(Math.floor((this.workOf(parent) * value.length) / WORK_OF_STEP))
    return this.compile(parent)(value, 0) === true
  }

  /** Steps of one evaluation per UTF-16 unit of its text, at most. */
  workOf(constraint: Constraint): number {
    const kind = kindOf(constraint)
    const own = (this.#admits(constraint) && kind.work?.(constraint, this)) || 1
    return (kind.inner?.(constraint) ?? []).reduce((sum, inner) => sum + this.workOf(inner), own)
  }

  samples(constraint: Constraint): readonly Value[] {
    return kindOf(constraint).samples(constraint, this)
  }

  differsByDenial(constraint: Constraint): boolean {
    const kind = kindOf(constraint)
    return kind.inner === undefined
      ? kind.stricterMatch !== undefined && kind.differsByFaultOnly !== true
      : kind.inner(constraint).some((inner) => this.differsByDenial(inner))
  }

  stricterMatch(constraint: Constraint, value: Value, now: number): StricterRule | undefined {
    return kindOf(constraint).stricterMatch?.(constraint, value, this, now)
  }

  stricterTrace(constraint: Constraint, value: Value, now: number): StricterRule | undefined {
    const rule = this.stricterMatch(constraint, value, now)
    if (rule !== undefined) return rule
    for (const inner of kindOf(constraint).inner?.(constraint) ?? []) {
      if (typeof this.compile(inner)(value, now) !== 'boolean') return this.stricterTrace(inner, value, now)
    }
    return undefined
  }

  stricterCover(parent: Constraint, child: Constraint): StricterRule | undefined {
    if (this.covers(parent, child)) return undefined
    const kind = kindOf(parent)
    if (kind === kindOf(child)) return kind.stricterCover?.(parent, child, this)
    if (child.kind !== 'exact') return undefined
    return (
      (kind.coversExact ? this.stricterMatch(parent, child.value, 0) : undefined) ??
      kind.stricterCover?.(parent, child, this)
    )
  }

  stricterAmong(parents: readonly Constraint[], children: readonly Constraint[]): StricterRule | undefined {
    for (const parent of parents) {
      for (const child of children) {
        const rule = this.stricterCover(parent, child)
        if (rule !== undefined) return rule
      }
    }
    return undefined
  }

  findings(known?: Findings): Findings {
    return new Book(this, known instanceof Book ? [known] : [])
  }

  /** How a constraint is written, which takes steps as comparing does. */
  formOf(constraint: Constraint): Form {
    return this.#allowance.forms.of(constraint, this.#charge)
  }
}

/**
 * Findings as keys: a constraint that gave an outcome did not fault, and then neither does another that is written
 * alike, nor, where a kind faults `alike`, any of that kind.
 */
class Book implements Findings {
  readonly #run: Run
  readonly #earlier: readonly Book[]
  readonly #keys = new Set<string | number>()
  /** No value agrees with the evidence, so that everything holds of every value that does. */
  #impossible = false

  constructor(run: Run, earlier: readonly Book[]) {
    this.#run = run
    this.#earlier = earlier
  }

  add(...[constraint, outcome]: Evidence): void {
    const kind = kindOf(constraint)
    if (kind.coversAll === true && outcome === false) this.#impossible = true
    const { number } = this.#run.formOf(constraint)
    this.#run.step()
    this.#keys.add(number)
    if (kind.faults?.(constraint, this.#run) === 'alike') this.#keys.add(kind.kind)
    for (const inner of kind.evaluated?.(constraint, outcome) ?? []) this.add(...inner)
  }

  settle(constraint: Constraint): boolean {
    this.#run.step()
    if (this.#isImpossible()) return true
    const kind = kindOf(constraint)
    const domain = kind.faults?.(constraint, this.#run)
    const alone = domain === 'never' || (domain === 'alike' && this.#has(kind.kind))
    const inner = kind.inner?.(constraint) ?? []
    return (
      (alone && inner.every((each) => this.settle(each))) || this.#has(this.#run.formOf(constraint).number)
    )
  }

  #isImpossible(): boolean {
    return this.#impossible || this.#earlier.some((book) => book.#isImpossible())
  }

  #has(key: string | number): boolean {
    return this.#keys.has(key) || this.#earlier.some((book) => book.#has(key))
  }
}
