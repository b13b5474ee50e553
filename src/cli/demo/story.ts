/** The stage of a story: a clock that the story moves, a line for every call, and a count of what was tried. */

import { copyValue } from '../../capability/inert.js'
import type { SettledDecision } from '../../enforce/decision.js'
import { display, type Paint } from '../display.js'
import { jsonLine } from '../session.js'
import type { Attack, Moment } from './event.js'

/** Sunday 1 March 2026, 02:00:00 UTC: when every story begins. */
export const BEGINNING = 1_772_330_400

/** One call of a story, decided. */
export interface Shown {
  readonly at: number
  readonly session: string
  readonly tool: string
  readonly decision: 'allow' | 'deny'
  readonly code: string | undefined
  readonly reason: string | undefined
  readonly attack: Attack | undefined
}

export class Stage {
  readonly #write: (text: string) => Promise<void>
  readonly #paint: Paint
  readonly #shown: Shown[] = []
  #at = 0

  constructor(write: (text: string) => Promise<void>, paint: Paint) {
    this.#write = write
    this.#paint = paint
  }

  /** The clock of the story, in Unix seconds. */
  readonly clock = (): number => BEGINNING + this.#at

  get shown(): readonly Shown[] {
    return this.#shown
  }

  async title(text: string): Promise<void> {
    this.#at = 0
    await this.#write(`\n${this.#paint.bold(text)}\n`)
  }

  async remark(text: string): Promise<void> {
    await this.#write(`  ${this.#paint.dim(display(text))}\n`)
  }

  /** Moves the clock to a moment, has it decided, and says how. */
  async play(moment: Moment, decide: () => SettledDecision | Promise<SettledDecision>): Promise<void> {
    this.#at = moment.at
    const decision = await decide()
    const { event, attack, at } = moment
    const isAllowed = decision.kind === 'allow'
    const shown: Shown = {
      at,
      session: event.session_id,
      tool: event.tool_name,
      decision: isAllowed ? 'allow' : 'deny',
      code: isAllowed ? undefined : decision.code,
      reason: isAllowed ? undefined : decision.message,
      attack,
    }
    this.#shown.push(shown)
    await this.#write(`${this.#line(shown, event.tool_input)}\n`)
  }

  #line(
    { at, tool, decision, code, reason, attack }: Shown,
    input: Readonly<Record<string, unknown>>,
  ): string {
    const verdict = decision === 'allow' ? this.#paint.green('allow') : this.#paint.red('deny ')
    const asked = this.#paint.dim(jsonLine(copyValue(input)))
    const label = attack === undefined ? '' : `${this.#paint.dim(`[${attack}]`)} `
    const why = code === undefined ? '' : `  ${label}${this.#paint.yellow(code)}: ${display(reason ?? '')}`
    return `  ${timeOf(at)}  ${verdict}  ${display(tool)} ${asked}${why}`
  }
}

/** Minutes and seconds since the story began. */
const timeOf = (at: number): string =>
  `+${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
