/** One run of the command line: what it reads and where it speaks. Product to stdout, remarks to stderr. */

import { formatJson } from '../encoding/json.js'
import type { Value } from '../encoding/value.js'
import { display, type Paint, paintFor, UNSAFE } from './display.js'
import { type CliFailure, EXIT_DONE, outputFailure } from './failure.js'
import { Inputs } from './input.js'
import type { Io, Sink } from './io.js'
import { withoutKeys } from './secrets.js'

export class Session {
  /** The world that was passed in; a write to stdout that does not succeed is a CliFailure, whoever makes it. */
  readonly io: Io
  readonly inputs: Inputs
  readonly json: boolean
  /** For what goes to stdout. */
  readonly paint: Paint
  /** What the process ends with. */
  exit: number = EXIT_DONE

  constructor(io: Io, json: boolean) {
    this.io = { ...io, stdout: failing(io.stdout) }
    this.json = json
    this.inputs = new Inputs(io)
    this.paint = paintFor(io.stdout.isTTY, io.env)
  }

  /** Whole Unix seconds. */
  now(): number {
    return Math.floor(this.io.clock())
  }

  /** Product, as it is: everything from outside in it has gone through `display`. */
  async print(text: string): Promise<void> {
    await this.io.stdout.write(text)
  }

  /** Product for machines, one line. */
  async printJson(value: Value): Promise<void> {
    await this.print(`${jsonLine(value)}\n`)
  }

  /** A remark for people; silent where machines read. That nobody hears it is no failure. */
  async remark(text: string): Promise<void> {
    if (!this.json) await this.io.stderr.write(`${text}\n`).catch(() => {})
  }

  /** The one line of a failure, and the exit code with it. */
  async fail(failure: CliFailure): Promise<void> {
    this.exit = failure.exit
    if (failure.code === 'OUTPUT_CLOSED') return
    const text = this.json
      ? `${jsonLine({ error: failureJson(failure) })}\n`
      : [failureLine(failure), ...remarkLines(failure).map((remark) => `  ${remark}\n`)].join('')
    await this.io.stderr.write(text).catch(() => {}) // there is nobody left to tell
  }
}

/** `warrant: CODE: what, in where`, on one line whatever the parts hold. */
const failureLine = ({ code, message, place }: CliFailure): string =>
  `warrant: ${code}: ${display(withoutKeys(message))}${place === undefined ? '' : `, in ${display(withoutKeys(place))}`}\n`

/** What helps to put it right: of a child that would widen its parent, both sides and what was computed of them. */
const remarkLines = ({ remarks, widening = {} }: CliFailure): readonly string[] => {
  const { parent, child, witness, nearest } = widening
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['parent allows', parent],
    ['child would allow', child],
    ['for example', witness],
    ['nearest legal child', nearest],
  ]
  return [
    ...remarks,
    ...lines.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(20)}${display(text)}`])),
  ]
}

/** The same for machines. */
export const failureJson = ({ code, message, place, where, widening }: CliFailure): Value => {
  // A name that was typed need not be well-formed, which JSON must be.
  const full = withoutKeys([place, where].filter((part) => part !== undefined).join(': ')).toWellFormed()
  return {
    code,
    message: withoutKeys(message).toWellFormed(),
    ...(full !== '' && { where: full }),
    ...(widening && { widening: { ...widening } }),
  }
}

const EVERY_UNSAFE = new RegExp(UNSAFE, 'gu')

/** One line of JSON in which nothing acts on a terminal: such characters stand as escapes, which say the same. */
export const jsonLine = (value: Value): string =>
  formatJson(value).replace(EVERY_UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, i) => unitEscape(character.charCodeAt(i))).join(''),
  )

const unitEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`

const failing = (sink: Sink): Sink => ({
  isTTY: sink.isTTY,
  write: async (text) => {
    try {
      await sink.write(text)
    } catch (thrown) {
      throw outputFailure(thrown)
    }
  },
})
