/** The published implementation as a judge: a process that holds the package, asked one question a line. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe } from 'vitest'
import { formatJson, parseJson } from '../../../src/encoding/json.js'
import { isList, isObject, type Value, type ValueObject } from '../../../src/encoding/value.js'
import { type Installation, installed } from './python.js'

/** The newest release, and the newest of the line whose source was read. */
export const VERSIONS = ['0.3.3', '0.2.3'] as const

export type Version = (typeof VERSIONS)[number]

const DRIVER = fileURLToPath(new URL('./driver.py', import.meta.url))

/** Whether the package has a form for a value: that of 0.2 has none for null and for objects. */
export const hasForm = (version: Version, value: Value): boolean =>
  version !== '0.2.3' || (isObject(value) ? Object.values(value) : [value]).every(isFlat)

const isFlat = (value: Value): boolean =>
  value !== null && !isObject(value) && (!isList(value) || value.every(isFlat))

/** What a question may hold: anything that has a JSON form without loss. Fields that are undefined are left out. */
export type Fields = Readonly<Record<string, Value | undefined>>

/** The reference said no: the name of its exception, and what it says. */
export class Refusal extends Error {
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

const refusalOf = (answer: ValueObject): Refusal =>
  new Refusal(String(answer['error']), String(answer['message']))

const present = (fields: Fields): ValueObject =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  )

interface Waiting {
  readonly settle: (answer: Value) => void
  readonly fail: (refusal: Error) => void
}

export class Reference {
  readonly version: Version
  readonly #process: ChildProcessWithoutNullStreams
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0

  constructor(version: Version, python: string) {
    this.version = version
    this.#process = spawn(python, [DRIVER])
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#answered(line))
    let remarks = ''
    this.#process.stderr.on('data', (chunk) => {
      remarks += String(chunk)
    })
    this.#process.on('exit', () => this.#gone(remarks))
  }

  /** What the reference answers. Rejects with {@link Refusal} where it raises. */
  ask(op: string, fields: Fields = {}): Promise<Value> {
    const id = this.#asked++
    return new Promise((settle, fail) => {
      this.#waiting.set(id, { settle, fail })
      this.#process.stdin.write(`${formatJson({ ...present(fields), id, op })}\n`)
    })
  }

  /** The same where the answer is text. */
  async text(op: string, fields: Fields = {}): Promise<string> {
    const answer = await this.ask(op, fields)
    if (typeof answer !== 'string') throw new TypeError(`${op}: no text`)
    return answer
  }

  /** The same where the answer is bytes. */
  async bytes(op: string, fields: Fields = {}): Promise<Uint8Array> {
    return bytesOf(await this.text(op, fields))
  }

  /** The same where the answer is an object. */
  async object(op: string, fields: Fields = {}): Promise<ValueObject> {
    const answer = await this.ask(op, fields)
    if (!isObject(answer)) throw new TypeError(`${op}: no object`)
    return answer
  }

  /** What the reference answers to each of many questions of one kind; a {@link Refusal} where it raises. */
  async many(
    of: string,
    requests: readonly Fields[],
    shared: Fields = {},
  ): Promise<readonly (Value | Refusal)[]> {
    const answers = await this.ask('many', { of, requests: requests.map(present), shared: present(shared) })
    return (answers as readonly ValueObject[]).map((each) =>
      'ok' in each ? (each['ok'] as Value) : refusalOf(each),
    ) // as the driver writes them
  }

  /** The exception that the reference raises; undefined where it raises none. */
  async refusal(op: string, fields: Fields = {}): Promise<string | undefined> {
    try {
      await this.ask(op, fields)
    } catch (thrown) {
      if (thrown instanceof Refusal) return `${thrown.kind}: ${thrown.message}`
      throw thrown
    }
    return undefined
  }

  close(): void {
    this.#process.stdin.end()
  }

  #answered(line: string): void {
    const answer = parseJson(line) as ValueObject // what the driver writes
    const id = answer['id'] as number // given above
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('ok' in answer) waiting?.settle(answer['ok'] as Value)
    else waiting?.fail(refusalOf(answer))
  }

  #gone(remarks: string): void {
    for (const { fail } of this.#waiting.values()) fail(new Error(`the reference is gone: ${remarks}`))
    this.#waiting.clear()
  }
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))

/** The tests of one subject against every version; those of a version that is not to be had are skipped, and say why. */
export const judgedByReference = (
  subject: string,
  tests: (reference: () => Reference, version: Version) => void,
): void => {
  for (const version of VERSIONS) {
    const found: Installation = installed(version)
    const why = 'missing' in found ? ` (skipped: ${found.missing})` : ''
    describe.skipIf('missing' in found)(`${subject}, tenuo ${version}${why}`, () => {
      let reference: Reference
      beforeAll(() => {
        if ('python' in found) reference = new Reference(version, found.python)
      })
      afterAll(() => reference?.close())
      tests(() => reference, version)
    })
  }
}
