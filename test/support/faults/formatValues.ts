/** Faults of what is written: values, names and sizes that no warrant can carry. */

import fc from 'fast-check'
import {
  type Chain,
  cidr,
  copyValue,
  exact,
  integer,
  type MintOptions,
  mint,
  pattern,
  range,
  subpath,
} from '../../../src/index.js'
import { TEST_NOW, testKey } from '../../../src/testing/index.js'
import type { Case } from './case.js'

const minted = (options: Partial<MintOptions>): Chain =>
  mint({ holder: testKey(2).publicKey, tools: { read: {} }, now: TEST_NOW, ...options }, testKey(1))

const named = <T>(count: number, value: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name ${i}`, value]))

const counts = (least: number): fc.Arbitrary<number> => fc.integer({ min: least, max: least + 50 })
const surrogate = fc.string().map((text) => `${text}\udfff`)

/** A value that nests so deep. */
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = { value }
  return value
}

const circular = (): unknown => {
  const value: Record<string, unknown> = {}
  value['itself'] = value
  return value
}

export const VALUE_FAULTS = {
  TEXT_SURROGATE: surrogate.map((name) => () => minted({ tools: { [name]: {} } })),
  WARRANT_TOO_LARGE: fc
    .integer({ min: 66_000, max: 90_000 })
    .map((length) => () => minted({ tools: { read: { x: exact('x'.repeat(length)) } } })),
  TOOLS_TOO_MANY: counts(257).map((count) => () => minted({ tools: named(count, {}) })),
  CONSTRAINTS_TOO_MANY: counts(65).map((count) => () => minted({ tools: { read: named(count, 1) } })),
  EXTENSIONS_TOO_MANY: counts(65).map(
    (count) => () => minted({ extensions: named(count, new Uint8Array(1)) }),
  ),
  EXTENSION_TOO_LARGE: fc.constantFrom<Case>(
    () => minted({ extensions: { x: new Uint8Array(8_193) } }),
    () => minted({ extensions: { ['x'.repeat(256)]: new Uint8Array(1) } }),
  ),
  EXTENSION_RESERVED: fc
    .string()
    .map((name) => () => minted({ extensions: { [`tenuo.${name}`]: new Uint8Array(1) } })),
  TOOL_NAME_RESERVED: fc
    .stringMatching(/^[a-z]{0,9}$/)
    .map((name) => () => minted({ tools: { [`tenuo:${name}`]: {} } })),
  TOOL_NAME_INVALID: fc
    .constantFrom('', 'x'.repeat(257))
    .map((name) => () => minted({ tools: { [name]: {} } })),
  CONSTRAINT_INVALID: fc.constantFrom<Case>(
    () => cidr('10.0.0.0/33'),
    () => subpath('relative'),
    () => pattern('['),
    () => range({ min: Number.NaN }),
  ),
  VALUE_UNSUPPORTED: fc
    .constantFrom<unknown>(undefined, () => 1, Symbol('x'), new Date(0), new Map())
    .map((value) => () => copyValue(value)),
  VALUE_NUMBER: fc
    .constantFrom<unknown>(Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 63n)
    .map((value) => (): unknown => (typeof value === 'bigint' ? integer(value) : copyValue(value))),
  VALUE_TOO_LARGE: fc
    .constantFrom<unknown>('x'.repeat(1_048_577), new Array(16_385).fill(null) as unknown)
    .map((value) => () => copyValue(value)),
  VALUE_TOO_DEEP: fc.oneof(
    fc.integer({ min: 34, max: 500 }).map((depth) => () => copyValue(nested(depth))),
    fc.constant(() => copyValue(circular())),
  ),
  TIME_MALFORMED: fc
    .constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 60)
    .map((now) => () => minted({ now })),
}
