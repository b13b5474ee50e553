/** The reader method by method, where a structure around it would hide what it does alone. */

import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../src/encoding/bytes.js'
import { CborReader, decodeValue } from '../../../src/encoding/cbor.js'
import { MAX_CBOR_DEPTH } from '../../../src/encoding/limits.js'
import { FormatError } from '../../../src/errors.js'
import { codeOf } from '../../support/values.js'

const reads = (hex: string, read: (reader: CborReader) => unknown): unknown =>
  read(new CborReader(fromHex(hex)))

/** The code and the rule of a refusal. */
const refused = (hex: string, read: (reader: CborReader) => unknown): unknown => {
  try {
    return reads(hex, read)
  } catch (thrown) {
    return thrown instanceof FormatError ? [thrown.code, thrown.rule] : thrown
  }
}

type Read = (reader: CborReader) => unknown

const empty = (reader: CborReader): void => {
  reader.enter(0)
  reader.leave()
}

const METHODS: readonly (readonly [string, Read])[] = [
  ['peek', (r) => r.peek()],
  ['uint', (r) => r.uint()],
  ['int', (r) => r.int()],
  ['float', (r) => r.float()],
  ['text', (r) => r.text()],
  ['bytes', (r) => r.bytes()],
  ['octets', (r) => r.octets()],
  ['boolean', (r) => r.boolean()],
  ['null', (r) => r.null()],
  ['takeNull', (r) => r.takeNull()],
  ['array', (r) => r.array(() => undefined)],
  ['enter', empty],
  ['named', (r) => r.named(() => undefined)],
  ['unordered', (r) => r.unordered(() => undefined)],
  ['struct', (r) => r.struct([], [], () => undefined)],
  ['numbered', (r) => r.numbered(() => undefined)],
  ['value', (r) => r.value()],
]

test.each(METHODS)('%s at the end of the bytes is CBOR_TRUNCATED', (_, read) => {
  expect(codeOf(() => reads('', read))).toBe('CBOR_TRUNCATED')
})

describe('an item of another type', () => {
  test.each<[string, string, Read, string, string | undefined]>([
    ['int', '40', (r) => r.int(), 'CBOR_UNEXPECTED_TYPE', undefined],
    ['int', 'c000', (r) => r.int(), 'CBOR_TAGGED', 'ENCODING_ONE_FORM'],
    ['int', 'f7', (r) => r.int(), 'CBOR_UNEXPECTED_TYPE', 'ENCODING_ONE_FORM'],
    ['uint', '4161', (r) => r.uint(), 'CBOR_UNEXPECTED_TYPE', undefined],
    ['text', '4161', (r) => r.text(), 'CBOR_UNEXPECTED_TYPE', 'ENCODING_ONE_FORM'],
    ['float', 'f8ff', (r) => r.float(), 'CBOR_UNEXPECTED_TYPE', 'ENCODING_ONE_FORM'],
    ['null', 'f4', (r) => r.null(), 'CBOR_UNEXPECTED_TYPE', undefined],
    ['boolean', 'f6', (r) => r.boolean(), 'CBOR_UNEXPECTED_TYPE', undefined],
    ['value', '4161', (r) => r.value(), 'CBOR_UNEXPECTED_TYPE', 'ENCODING_ONE_FORM'],
    ['value', 'f7', (r) => r.value(), 'CBOR_MALFORMED', 'ENCODING_ONE_FORM'],
    ['float', 'f97c00', (r) => r.float(), 'CBOR_NOT_FINITE', 'VALUE_NOT_FINITE'],
    [
      'struct',
      'a1616100',
      (r) => r.struct(['b'], [], () => r.uint()),
      'CBOR_UNKNOWN_FIELD',
      'ENCODING_UNKNOWN_FIELD',
    ],
  ])('%s of %s', (_, hex, read, code, rule) => {
    expect(refused(hex, read)).toEqual([code, rule])
  })

  test('says which type stands there', () => {
    const types = [
      '00',
      '20',
      '40',
      '60',
      '80',
      'a0',
      'f4',
      'f5',
      'f6',
      'f93c00',
      'fa3f800001',
      'fb3ff0000000000001',
    ]
    expect(types.map((hex) => reads(hex, (reader) => reader.peek()))).toEqual([
      'uint',
      'negative',
      'bytes',
      'text',
      'array',
      'map',
      'boolean',
      'boolean',
      'null',
      'float',
      'float',
      'float',
    ])
  })
})

describe('integers at their bounds', () => {
  test.each([
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['1b0020000000000000', 2n ** 53n],
    ['3b001ffffffffffffe', Number.MIN_SAFE_INTEGER],
    ['3b001fffffffffffff', -(2n ** 53n)],
    ['1b7fffffffffffffff', 2n ** 63n - 1n],
    ['3b7fffffffffffffff', -(2n ** 63n)],
    ['1affffffff', 2 ** 32 - 1],
  ])('%s is %s', (hex, whole) => {
    expect(reads(hex, (reader) => reader.int())).toBe(whole)
  })

  test('at most what the place allows', () => {
    expect(reads('05', (reader) => reader.uint(5))).toBe(5)
    expect(codeOf(() => reads('06', (reader) => reader.uint(5)))).toBe('CBOR_NUMBER_RANGE')
    expect(codeOf(() => reads('8118ff', (reader) => reader.octets()))).toBeUndefined()
    expect(codeOf(() => reads('81190100', (reader) => reader.octets()))).toBe('CBOR_NUMBER_RANGE')
    expect(codeOf(() => reads('811817', (reader) => reader.octets()))).toBe('CBOR_NOT_CANONICAL')
    expect(codeOf(() => reads('8118', (reader) => reader.octets()))).toBe('CBOR_TRUNCATED')
    expect(codeOf(() => reads('811818', (reader) => reader.octets()))).toBeUndefined()
  })
})

describe('counts at their bounds', () => {
  test.each<[string, string, string, (max: number) => Read]>([
    ['array', '820000', '8200', (max) => (r) => r.array(() => r.uint(), max)],
    ['named', 'a2616100616200', 'a2616100', (max) => (r) => r.named(() => r.uint(), max)],
    ['unordered', 'a2616200616100', 'a2616200', (max) => (r) => r.unordered(() => r.uint(), max)],
  ])('%s of as many as the place allows, and no more', (_, whole, part, read) => {
    expect(codeOf(() => reads(whole, read(2)))).toBeUndefined()
    expect(codeOf(() => reads(whole, read(1)))).toBe('CBOR_NUMBER_RANGE')
    expect(codeOf(() => reads(part, read(2)))).toBe('CBOR_TRUNCATED')
  })

  test('a claim of more items than bytes are left is refused before the first is read', () => {
    let read = 0
    expect(codeOf(() => reads('830000', (reader) => reader.array(() => void read++)))).toBe('CBOR_TRUNCATED')
    expect(codeOf(() => reads('a2616100', (reader) => reader.named(() => void read++)))).toBe(
      'CBOR_TRUNCATED',
    )
    expect(codeOf(() => reads('a20000', (reader) => reader.numbered(() => void read++)))).toBe(
      'CBOR_TRUNCATED',
    )
    expect(read).toBe(0)
  })

  test.each<[string, string, (reader: CborReader) => void]>([
    ['array', '80', (r) => r.array(() => undefined)],
    ['enter', '80', empty],
    ['named', 'a0', (r) => r.named(() => undefined)],
    ['unordered', 'a0', (r) => r.unordered(() => undefined)],
    ['struct', 'a0', (r) => r.struct([], [], () => undefined)],
    ['numbered', 'a0', (r) => r.numbered(() => undefined)],
  ])('of %s side by side there may be more than of nested ones', (_, hex, read) => {
    const reader = new CborReader(fromHex(hex.repeat(MAX_CBOR_DEPTH + 1)))
    for (let i = 0; i <= MAX_CBOR_DEPTH; i++) read(reader)
    reader.end()
  })
})

describe('text on both sides of the quick way', () => {
  test.each([0, 1, 47, 48, 49, 200])('of %i bytes', (length) => {
    const head = length < 24 ? (0x60 + length).toString(16) : `78${length.toString(16).padStart(2, '0')}`
    const of = (text: string): unknown =>
      decodeValue(
        fromHex(head + Array.from(text, (unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join('')),
      )
    expect(of('~'.repeat(length))).toBe('~'.repeat(length))
    expect(of('\x7f'.repeat(length))).toBe('\x7f'.repeat(length))
    if (length > 0) expect(codeOf(() => of(`${'a'.repeat(length - 1)}\x80`))).toBe('CBOR_TEXT_INVALID')
  })
})

test('keys of a numbered map ascend', () => {
  const keys = (hex: string): unknown => {
    const seen: number[] = []
    const code = codeOf(() => reads(hex, (reader) => reader.numbered((key) => seen.push(key, reader.uint()))))
    return code ?? seen
  }
  expect(keys('a200010102')).toEqual([0, 1, 1, 2])
  expect(keys('a201010102')).toBe('CBOR_DUPLICATE_KEY')
  expect(keys('a201010002')).toBe('CBOR_KEY_ORDER')
})

test('a byte string with a wide head is no integer', () => {
  for (const hex of ['5b0000000100000000', '7b0000000100000000', '9b0000000100000000', 'bb0000000100000000'])
    expect(codeOf(() => reads(hex, (reader) => reader.int()))).toBe('CBOR_UNEXPECTED_TYPE')
})

test('a value is nested as deep as is read, in maps as in lists', () => {
  expect(codeOf(() => decodeValue(fromHex(`${'a16161'.repeat(32)}00`)))).toBeUndefined()
  expect(codeOf(() => decodeValue(fromHex(`${'a16161'.repeat(33)}00`)))).toBe('VALUE_TOO_DEEP')
})
