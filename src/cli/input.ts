/** Reading what is named on the command line: a file, `-` for standard input, `fd:N` for an open descriptor. Bounded. */

import { createReadStream } from 'node:fs'
import { fromUtf8 } from '../encoding/bytes.js'
import { cliFailure } from './failure.js'
import type { Io } from './io.js'
import { isKeyText, isSecretText } from './secrets.js'

/** Bytes of one key, list of roots, proof or approval. */
export const MAX_SMALL_INPUT = 65_536

/** A flag and the name of its file, for messages. What may be a key in the wrong place is not repeated. */
export const placeOf = (flag: string, name: string): string => {
  if (name === '-') return `${flag} (standard input)`
  return isKeyText(name) || isSecretText(name) ? flag : `${flag} ${name}`
}

/** The standard input of one run, which can be read once. */
export class Inputs {
  readonly #io: Io
  #stdinFor: string | undefined

  constructor(io: Io) {
    this.#io = io
  }

  /** Whether standard input is a terminal: then reading it would wait for somebody to type. */
  get stdinIsTTY(): boolean {
    return this.#io.stdin.isTTY
  }

  /**
   * The bytes of a named input.
   * @param what the flag or argument that names it; for messages.
   * @throws CliFailure FILE_NOT_FOUND, FILE_UNREADABLE, INPUT_TOO_LARGE, INPUT_USED_TWICE
   */
  async bytes(name: string, what: string, limit: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of this.chunks(name, what)) {
      length += part.length
      if (length > limit) throw cliFailure('INPUT_TOO_LARGE', what, `${limit} bytes`)
      parts.push(part)
    }
    const bytes = new Uint8Array(length)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }

  /** The text of a named input. @throws CliFailure as bytes, and INPUT_NOT_TEXT */
  async text(name: string, what: string, limit: number): Promise<string> {
    return textOf(await this.bytes(name, what, limit), what)
  }

  /** The bytes of a named input, in the pieces in which they come. */
  async *chunks(name: string, what: string): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#open(name, what)
    } catch (thrown) {
      throw fileFailure(thrown, what)
    }
  }

  #open(name: string, what: string): AsyncIterable<Uint8Array> {
    if (name === '-') {
      if (this.#stdinFor !== undefined) {
        throw cliFailure('INPUT_USED_TWICE', what, `already read for ${this.#stdinFor}`)
      }
      this.#stdinFor = what
      return this.#io.stdin.bytes()
    }
    const descriptor = /^fd:(\d{1,4})$/.exec(name)?.[1]
    return descriptor === undefined
      ? createReadStream(name)
      : createReadStream('', { fd: Number(descriptor), autoClose: false })
  }
}

/** @throws CliFailure INPUT_NOT_TEXT */
export const textOf = (bytes: Uint8Array, what: string): string => {
  try {
    return fromUtf8(bytes)
  } catch {
    throw cliFailure('INPUT_NOT_TEXT', what)
  }
}

const fileFailure = (thrown: unknown, what: string): unknown => {
  const errno = systemCode(thrown)
  if (errno === undefined) return isBadName(thrown) ? cliFailure('FILE_NOT_FOUND', what) : thrown
  return errno === 'ENOENT' || errno === 'ENOTDIR'
    ? cliFailure('FILE_NOT_FOUND', what)
    : cliFailure('FILE_UNREADABLE', what, errno)
}

/** A name with a NUL in it, which no file can have. */
const isBadName = (thrown: unknown): boolean =>
  thrown instanceof TypeError && 'code' in thrown && thrown.code === 'ERR_INVALID_ARG_VALUE'

/** The code of an error of the system, such as ENOENT. */
export const systemCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined
