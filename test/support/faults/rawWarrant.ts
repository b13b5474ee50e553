/** Warrants of raw CBOR: one payload key or one constraint replaced by any bytes, and envelopes of any parts. */

import { concatBytes, fromHex, toHex, toUtf8 } from '../../../src/encoding/bytes.js'
import { CborWriter } from '../../../src/encoding/cbor.js'
import { TEST_NOW, testKey } from '../../../src/testing/index.js'

const written = (write: (writer: CborWriter) => void): string => {
  const writer = new CborWriter()
  write(writer)
  return toHex(writer.finish())
}

const uint = (number: number): string => written((writer) => writer.uint(number))
const bytes = (hex: string): string => written((writer) => writer.bytes(fromHex(hex)))
/** Text as CBOR, in hexadecimal. */
export const text = (of: string): string => written((writer) => writer.text(of))
const key = (number: number): string => `8201${bytes(testKey(number).publicKey)}`

/** The keys of a payload that has nothing but what it must. */
const LEAST: Readonly<Record<number, string>> = {
  0: uint(1),
  1: bytes('019dae3d13ed7fb0a7ec467e096427db'),
  2: uint(0),
  3: `a1${text('read')}a1${text('constraints')}a0`,
  4: key(2),
  5: key(1),
  6: uint(TEST_NOW),
  7: uint(TEST_NOW + 600),
  8: uint(8),
  18: uint(0),
}

/** The bytes of a payload with these keys replaced, added, or (undefined) left out: raw CBOR in hexadecimal. */
export const payloadHex = (change: Readonly<Record<number, string | undefined>> = {}): string => {
  const fields = Object.entries({ ...LEAST, ...change }).filter(([, raw]) => raw !== undefined)
  const head = written((writer) => writer.map(fields.length))
  return head + fields.map(([name, raw]) => `${uint(Number(name))}${raw}`).join('')
}

/** What an envelope is made of: raw CBOR in hexadecimal. */
export interface EnvelopeParts {
  readonly version?: string
  readonly payload?: string
  readonly signature?: string
}

/** An envelope of any parts; its signature verifies under nobody. */
export const envelope = (parts: EnvelopeParts = {}): Uint8Array => {
  const {
    version = uint(1),
    payload = bytes(payloadHex()),
    signature = `8201${bytes('11'.repeat(64))}`,
  } = parts
  return fromHex(`83${version}${payload}${signature}`)
}

/** A warrant with this payload. */
export const ofPayload = (hex: string): Uint8Array => envelope({ payload: bytes(hex) })

/** A warrant with these keys of its payload changed. */
export const ofKeys = (change: Readonly<Record<number, string | undefined>>): Uint8Array =>
  ofPayload(payloadHex(change))

/** A warrant whose one constraint is this raw CBOR. */
export const ofConstraint = (hex: string): Uint8Array =>
  ofKeys({ 3: `a1${text('read')}a1${text('constraints')}a1${text('x')}${hex}` })

/** A warrant with one extension of these bytes. */
export const ofExtension = (name: string, value: Uint8Array): Uint8Array =>
  ofKeys({ 10: written((writer) => writer.named(new Map([[name, value]]), (each) => writer.octets(each))) })

/** Bytes, with others behind. */
export const followed = (first: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array =>
  concatBytes(first, ...more)

/** The bytes of text. */
export const utf8: (of: string) => Uint8Array = toUtf8
