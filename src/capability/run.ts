/** One run of one question about constraints: what the records of the kinds share while they answer it. */

import { toHex } from '../encoding/bytes.js'
import { CborWriter } from '../encoding/cbor.js'
import {
  MAX_CHAIN_COVER_STEPS,
  MAX_COVER_STEPS,
  MAX_ENGINE_CONSTRAINTS,
  MAX_MATCH_WORK,
} from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import type { StricterRule } from '../rules.js'
import type { Engines, Evidence, Findings, Matcher, Recurse } from './constraint.js'
import { type Constraint, kindOf, tagOf } from './kinds.js'

/** Steps left from which on comparisons are weighed. */
const UNWEIGHED_UNTIL = MAX_COVER_STEPS - 256

/** Work of matching that counts as one step more. */
const WORK_OF_STEP = MAX_MATCH_WORK / MAX_COVER_STEPS

/** What ends a run that takes too many steps: no partial answer is ever used. */
const EXHAUSTED = new Error('comparing takes too many steps')

/** Steps that many runs share: each is bounded by itself, and all of them together by this. */
export interface Allowance {
  left: number
}

/** The steps that comparing all links of one chain may take. */
export const chainAllowance = (): Allowance => ({ left: MAX_CHAIN_COVER_STEPS })

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

const faulting: Matcher = () => 'CONSTRAINT_ERROR'
const tooCostly: Matcher = () => 'CONSTRAINT_TOO_COSTLY'

export class Run implements Recurse {
  readonly engines: Engines
  readonly #matchers = new Map<Constraint, Matcher>()
  readonly #forms = new Map<Constraint, string>()
  readonly #admitted = new Set<string>()
  readonly #allowance: Allowance
  #steps = MAX_COVER_STEPS

  constructor(engines: Engines, allowance: Allowance = { left: Number.POSITIVE_INFINITY }) {
    this.engines = engines
    this.#allowance = allowance
  }

  compile(constraint: Constraint): Matcher {
    const known = this.#matchers.get(constraint)
    if (known !== undefined) return known
    const matcher = this.#compileOrFault(constraint)
    this.#matchers.set(constraint, matcher)
    return matcher
  }

  #compileOrFault(constraint: Constraint): Matcher {
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
    const form = this.formOf(constraint)
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
    return this.formOf(constraint).length >> 7
  }

  covers(parent: Constraint, child: Constraint): boolean {
    this.#stepFor(parent, child)
    const kind = kindOf(parent)
    if (kind.coversAll === true) return true
    const childKind = kindOf(child)
    if (childKind.coversAll === true) return false
    if (kind === childKind) return kind.covers(parent, child, this)
    return kind.coversExact && child.kind === 'exact' && this.#permitsExact(parent, child.value)
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

  stricterCover(parent: Constraint, child: Constraint): StricterRule | undefined {
    if (this.covers(parent, child)) return undefined
    const kind = kindOf(parent)
    if (kind === kindOf(child)) return kind.stricterCover?.(parent, child, this)
    if (!kind.coversExact || child.kind !== 'exact') return undefined
    return this.stricterMatch(parent, child.value, 0) ?? kind.stricterCover?.(parent, child, this)
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

  /** A text that two constraints share exactly when they are written alike. */
  formOf(constraint: Constraint): string {
    const known = this.#forms.get(constraint)
    if (known !== undefined) return known
    const writer = new CborWriter()
    writeForm(writer, constraint)
    const form = toHex(writer.finish())
    this.#forms.set(constraint, form)
    return form
  }
}

const writeForm = (writer: CborWriter, constraint: Constraint): void => {
  writer.uint(tagOf(constraint))
  kindOf(constraint).encode(writer, constraint, (inner) => writeForm(writer, inner))
}

/**
 * Findings as keys: a constraint that gave an outcome did not fault, and then neither does another that is written
 * alike, nor, where a kind faults `alike`, any of that kind.
 */
class Book implements Findings {
  readonly #run: Run
  readonly #earlier: readonly Book[]
  readonly #keys = new Set<string>()
  /** No value agrees with the evidence, so that everything holds of every value that does. */
  #impossible = false

  constructor(run: Run, earlier: readonly Book[]) {
    this.#run = run
    this.#earlier = earlier
  }

  add(...[constraint, outcome]: Evidence): void {
    const kind = kindOf(constraint)
    if (kind.coversAll === true && outcome === false) this.#impossible = true
    this.#keys.add(`=${this.#run.formOf(constraint)}`)
    if (kind.faults?.(constraint, this.#run) === 'alike') this.#keys.add(kind.kind)
    for (const inner of kind.evaluated?.(constraint, outcome) ?? []) this.add(...inner)
  }

  settle(constraint: Constraint): boolean {
    this.#run.step()
    if (this.#isImpossible()) return true
    const kind = kindOf(constraint)
    const domain = kind.faults?.(constraint, this.#run) ?? 'own'
    const alone = domain === 'never' || (domain === 'alike' && this.#has(kind.kind))
    const inner = kind.inner?.(constraint) ?? []
    return (
      (alone && inner.every((each) => this.settle(each))) || this.#has(`=${this.#run.formOf(constraint)}`)
    )
  }

  #isImpossible(): boolean {
    return this.#impossible || this.#earlier.some((book) => book.#isImpossible())
  }

  #has(key: string): boolean {
    return this.#keys.has(key) || this.#earlier.some((book) => book.#has(key))
  }
}
