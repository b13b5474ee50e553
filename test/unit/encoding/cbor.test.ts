import { Decoder } from 'cbor-x'
import * as cborg from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter, decodeValue, encodeValue } from '../../../src/encoding/cbor.js'
import { formatJson } from '../../../src/encoding/json.js'
import { MAX_VALUE_DEPTH } from '../../../src/encoding/limits.js'
import { float, isFloat, type Value } from '../../../src/encoding/value.js'
import { FormatError } from '../../../src/errors.js'
import { codeOf, objectOf, values } from '../../support/values.js'

/** What a general library, which does not tell 1 from 1.0, makes of a value. */
const plain = (value: Value): unknown => {
  if (typeof value === 'bigint') return value
  if (typeof value !== 'object' || value === null) return value
  if (isFloat(value)) return value.float
  if (Array.isArray(value)) return value.map(plain)
  return new Map(Object.entries(value).map(([name, item]) => [name, plain(item as Value)]))
}

/** Integers come back as numbers or bigints, as each library pleases: compare them as what they say. */
const leveled = (decoded: unknown): unknown => {
  if (typeof decoded === 'bigint') return Number.isSafeInteger(Number(decoded)) ? Number(decoded) : decoded
  if (Array.isArray(decoded)) return decoded.map(leveled)
  if (decoded instanceof Map) {
    return new Map([...decoded].map(([name, item]): [unknown, unknown] => [name, leveled(item)]))
  }
  return decoded
}

const written = (write: (writer: CborWriter) => void): string => {
  const writer = new CborWriter()
  write(writer)
  return toHex(writer.finish())
}

const reading = (hex: string, read: (reader: CborReader) => unknown): unknown =>
  codeOf(() => {
    const reader = new CborReader(fromHex(hex))
    read(reader)
    reader.end()
  })

/** Two integers. */
const pair = (reader: CborReader): void => {
  reader.enter(2)
  reader.uint()
  reader.uint()
  reader.leave()
}

describe('values against other libraries', () => {
  test('cborg reads what we write', () => {
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!formatJson(value).includes('\uFEFF')) // cborg drops a byte order mark
        const decoded = cborg.decode(encodeValue(value), {
          useMaps: true,
          strict: true,
          rejectDuplicateMapKeys: true,
        })
        expect(leveled(decoded)).toEqual(plain(value))
      }),
      { numRuns: 500 },
    )
  })

  test('cbor-x reads what we write', () => {
    const decoder = new Decoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false })
    fc.assert(
      fc.property(values, (value) => {
        expect(leveled(decoder.decode(encodeValue(value)))).toEqual(plain(value))
      }),
      { numRuns: 500 },
    )
  })

  // cborg writes no subnormal halves; every half is tried one by one below.
  test('a float with a fraction is as short as cborg writes it', () => {
    const fractions = fc
      .oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc
          .integer({ min: -2048, max: 2048 })
          .chain((n) => fc.integer({ min: 1, max: 24 }).map((e) => n * 2 ** -e)),
      )
      .filter((number) => !Number.isInteger(number) && Math.abs(number) >= 2 ** -14)
    fc.assert(
      fc.property(fractions, (number) => {
        expect(toHex(encodeValue(number))).toBe(toHex(cborg.encode(number)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('one form', () => {
  test('what is written is read back as the same value, and written again as the same bytes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeValue(value)
        const read = decodeValue(bytes)
        expect(read).toEqual(value)
        expect(toHex(encodeValue(read))).toBe(toHex(bytes))
      }),
      { numRuns: 1000 },
    )
  })

  test('different values have different bytes', () => {
    const all: Value[] = [
      0,
      float(0),
      float(-0),
      '',
      '0',
      false,
      null,
      [],
      objectOf([]),
      1,
      float(1),
      1.5,
      2n ** 53n,
    ]
    expect(new Set(all.map((value) => toHex(encodeValue(value)))).size).toBe(all.length)
  })

  test('any bytes that are read are written back unchanged', () => {
    const heads = fc.constantFrom(
      0x00,
      0x17,
      0x18,
      0x19,
      0x1b,
      0x20,
      0x60,
      0x61,
      0x80,
      0x81,
      0xa0,
      0xa1,
      0xf4,
      0xf6,
      0xf9,
      0xfa,
      0xfb,
    )
    const bytes = fc.array(fc.oneof(heads, fc.nat(255)), { maxLength: 24 }).map((all) => Uint8Array.from(all))
    let accepted = 0
    fc.assert(
      fc.property(bytes, (input) => {
        let value: Value
        try {
          value = decodeValue(input)
        } catch (thrown) {
          expect((thrown as { code: string }).code).toMatch(/^(CBOR|VALUE)_/) // the codes of this reader
          return
        }
        accepted++
        expect(toHex(encodeValue(value))).toBe(toHex(input))
      }),
      { numRuns: 20_000 },
    )
    expect(accepted).toBeGreaterThan(1000)
  })

  test('no bit of a value can be changed into the same value', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(7), (value, position, bit) => {
        const bytes = encodeValue(value)
        const changed = bytes.slice()
        const at = position % bytes.length
        changed[at] = (changed[at] as number) ^ (1 << bit)
        let other: Value
        try {
          other = decodeValue(changed)
        } catch {
          return
        }
        expect(toHex(encodeValue(other))).toBe(toHex(changed))
      }),
    )
  })

  test('no prefix of a value is a value', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeValue(value)
        for (let end = 0; end < bytes.length; end++) {
          expect(codeOf(() => decodeValue(bytes.subarray(0, end)))).toBe('CBOR_TRUNCATED')
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('every half-precision float', () => {
  test('is read as the number it is, and written back in two bytes', () => {
    const view = new DataView(new ArrayBuffer(3))
    view.setUint8(0, 0xf9)
    for (let bits = 0; bits < 0x10000; bits++) {
      view.setUint16(1, bits)
      const bytes = new Uint8Array(view.buffer.slice(0))
      if ((bits & 0x7c00) === 0x7c00) {
        expect(codeOf(() => decodeValue(bytes))).toBe('CBOR_NOT_FINITE')
        continue
      }
      const value = decodeValue(bytes)
      const number = isFloat(value) ? value.float : value
      if (!Object.is(cborg.decode(bytes), number)) throw new Error(`half ${bits} is read as ${number}`)
      if (toHex(encodeValue(value)) !== toHex(bytes)) throw new Error(`half ${bits} is written otherwise`)
    }
  })
})

describe('refusals', () => {
  test.each([
    ['1817', 'CBOR_NOT_CANONICAL'],
    ['190017', 'CBOR_NOT_CANONICAL'],
    ['1a0000ffff', 'CBOR_NOT_CANONICAL'],
    ['1b00000000ffffffff', 'CBOR_NOT_CANONICAL'],
    ['3817', 'CBOR_NOT_CANONICAL'],
    ['780161', 'CBOR_NOT_CANONICAL'],
    ['9800', 'CBOR_NOT_CANONICAL'],
    ['fa3f800000', 'CBOR_NOT_CANONICAL'],
    ['fb3ff0000000000000', 'CBOR_NOT_CANONICAL'],
    ['fb40f86a0000000000', 'CBOR_NOT_CANONICAL'],
    ['1b8000000000000000', 'CBOR_NUMBER_RANGE'],
    ['1bffffffffffffffff', 'CBOR_NUMBER_RANGE'],
    ['3b8000000000000000', 'CBOR_NUMBER_RANGE'],
    ['3bffffffffffffffff', 'CBOR_NUMBER_RANGE'],
    ['f97e00', 'CBOR_NOT_FINITE'],
    ['f97c00', 'CBOR_NOT_FINITE'],
    ['fa7f800000', 'CBOR_NOT_FINITE'],
    ['fb7ff8000000000000', 'CBOR_NOT_FINITE'],
    ['5f4101ff', 'CBOR_UNEXPECTED_TYPE'],
    ['7f6161ff', 'CBOR_INDEFINITE'],
    ['9f01ff', 'CBOR_INDEFINITE'],
    ['bf616101ff', 'CBOR_INDEFINITE'],
    ['ff', 'CBOR_INDEFINITE'],
    ['81ff', 'CBOR_INDEFINITE'],
    ['c001', 'CBOR_TAGGED'],
    ['c24101', 'CBOR_TAGGED'],
    ['d9010001', 'CBOR_TAGGED'],
    ['81c001', 'CBOR_TAGGED'],
    ['a1c0616101', 'CBOR_TAGGED'],
    ['f7', 'CBOR_MALFORMED'],
    ['f0', 'CBOR_MALFORMED'],
    ['f818', 'CBOR_MALFORMED'],
    ['f8ff', 'CBOR_MALFORMED'],
    ['1c', 'CBOR_MALFORMED'],
    ['7e', 'CBOR_MALFORMED'],
    ['4101', 'CBOR_UNEXPECTED_TYPE'],
    ['a10101', 'CBOR_UNEXPECTED_TYPE'],
    ['a1416101', 'CBOR_UNEXPECTED_TYPE'],
    ['a2616101616102', 'CBOR_DUPLICATE_KEY'],
    ['a2616201616102', 'CBOR_KEY_ORDER'],
    ['a262616101616102', 'CBOR_KEY_ORDER'],
    ['61ff', 'CBOR_TEXT_INVALID'],
    ['63eda080', 'CBOR_TEXT_INVALID'],
    ['0000', 'CBOR_TRAILING_BYTES'],
    ['a000', 'CBOR_TRAILING_BYTES'],
    ['', 'CBOR_TRUNCATED'],
    ['82', 'CBOR_TRUNCATED'],
    ['8201', 'CBOR_TRUNCATED'],
    ['9affffffff', 'CBOR_TRUNCATED'],
    ['9b001fffffffffffff', 'CBOR_TRUNCATED'],
    ['bb001fffffffffffff', 'CBOR_TRUNCATED'],
    ['7b001fffffffffffff', 'CBOR_TRUNCATED'],
    ['9bffffffffffffffff', 'CBOR_NUMBER_RANGE'],
  ])('a value of bytes %s is %s', (hex, code) => {
    expect(codeOf(() => decodeValue(fromHex(hex)))).toBe(code)
  })

  test('nesting ends at the stated depth, in a value and in the structures around it', () => {
    const nested = (depth: number): Uint8Array => fromHex(`${'81'.repeat(depth)}00`)
    expect(codeOf(() => decodeValue(nested(MAX_VALUE_DEPTH)))).toBeUndefined()
    expect(codeOf(() => decodeValue(nested(MAX_VALUE_DEPTH + 1)))).toBe('VALUE_TOO_DEEP')
    expect(codeOf(() => decodeValue(nested(60_000)))).toBe('VALUE_TOO_DEEP')
    const arrays = (reader: CborReader): void => {
      if (reader.peek() === 'array') reader.array(() => arrays(reader))
      else reader.uint()
    }
    expect(reading(`${'81'.repeat(160)}00`, arrays)).toBeUndefined()
    expect(reading(`${'81'.repeat(161)}00`, arrays)).toBe('CBOR_TOO_DEEP')
  })

  test('hostile input of 64 KiB is refused', () => {
    const bombs = ['9b0000ffffffffffff', '81', 'a16161', '8181', '9affffffff', 'a1'].map((unit) =>
      fromHex(unit.repeat(Math.floor(131_072 / unit.length))),
    )
    for (const bomb of bombs) expect(codeOf(() => decodeValue(bomb))).toBeDefined()
  })
})

describe('the writer', () => {
  test.each<[string, (writer: CborWriter) => void]>([
    ['17', (w) => w.uint(23)],
    ['1818', (w) => w.uint(24)],
    ['19ffff', (w) => w.uint(65_535)],
    ['1a00010000', (w) => w.uint(65_536)],
    ['1b0000000100000000', (w) => w.uint(2 ** 32)],
    ['1b001fffffffffffff', (w) => w.uint(Number.MAX_SAFE_INTEGER)],
    ['3bffffffffffffffff'.replace(/^3bf/, '3b7'), (w) => w.int(-(2n ** 63n))],
    ['00', (w) => w.int(-0)],
    ['38ff', (w) => w.int(-256n)],
    ['831010187f', (w) => w.octets(Uint8Array.of(16, 16, 127))],
    ['831718 18 18ff'.replaceAll(' ', ''), (w) => w.octets(Uint8Array.of(23, 24, 255))],
    ['43 010203'.replaceAll(' ', ''), (w) => w.bytes(Uint8Array.of(1, 2, 3))],
    [
      'a2616100626161 01'.replaceAll(' ', ''),
      (w) =>
        w.named(
          new Map([
            ['aa', 1],
            ['a', 0],
          ]),
          (n) => w.uint(n),
        ),
    ],
  ])('writes %s', (hex, write) => {
    expect(written(write)).toBe(hex)
  })

  test.each<[string, (writer: CborWriter) => void]>([
    ['CBOR_NUMBER_RANGE', (w) => w.uint(-1)],
    ['CBOR_NUMBER_RANGE', (w) => w.uint(2 ** 53)],
    ['CBOR_NUMBER_RANGE', (w) => w.uint(0.5)],
    ['CBOR_NUMBER_RANGE', (w) => w.int(2 ** 53)],
    ['CBOR_NUMBER_RANGE', (w) => w.int(2n ** 63n)],
    ['CBOR_NUMBER_RANGE', (w) => w.int(-(2n ** 63n) - 1n)],
    ['CBOR_NOT_FINITE', (w) => w.float(Number.NaN)],
    ['CBOR_NOT_FINITE', (w) => w.float(Number.NEGATIVE_INFINITY)],
    ['TEXT_SURROGATE', (w) => w.text('\uD800')],
  ])('refuses with %s what has no form', (code, write) => {
    expect(codeOf(() => written(write))).toBe(code)
  })

  test('grows as far as it has to', () => {
    const long = 'x'.repeat(100_000)
    expect(decodeValue(encodeValue([long, long]))).toEqual([long, long])
  })
})

describe('structures', () => {
  const fields = ['a', 'b', 'c'] as const
  const struct = (hex: string): unknown =>
    reading(hex, (reader) => reader.struct(fields, ['a'], () => void reader.uint()))

  test.each([
    ['a1616100', undefined],
    ['a2616100616300', undefined],
    ['a3616100616200616300', undefined],
    ['a0', 'CBOR_MISSING_FIELD'],
    ['a1616200', 'CBOR_MISSING_FIELD'],
    ['a2616100616400', 'CBOR_UNKNOWN_FIELD'],
    ['a2616100616100', 'CBOR_DUPLICATE_KEY'],
    ['a2616200616100', 'CBOR_KEY_ORDER'],
    ['a10000', 'CBOR_UNEXPECTED_TYPE'],
    ['8161', 'CBOR_UNEXPECTED_TYPE'],
  ])('a struct of %s is %s', (hex, code) => {
    expect(struct(hex)).toBe(code)
  })

  test.each([
    ['a200000100', undefined],
    ['a201000000', 'CBOR_KEY_ORDER'],
    ['a200000000', 'CBOR_DUPLICATE_KEY'],
    ['a12000', 'CBOR_UNEXPECTED_TYPE'],
    ['a1616100', 'CBOR_UNEXPECTED_TYPE'],
  ])('a numbered map of %s is %s', (hex, code) => {
    expect(reading(hex, (reader) => reader.numbered(() => void reader.uint()))).toBe(code)
  })

  test.each([
    ['a2616201616101', undefined],
    ['a2616101616101', 'CBOR_DUPLICATE_KEY'],
    ['a10101', 'CBOR_UNEXPECTED_TYPE'],
    ['a3616101616201616301', 'CBOR_NUMBER_RANGE'],
  ])('a map in any order of %s is %s', (hex, code) => {
    expect(reading(hex, (reader) => reader.unordered(() => void reader.uint(), 2))).toBe(code)
  })

  test('an optional null is taken where it stands, and nothing else is', () => {
    const reader = new CborReader(fromHex('f600'))
    expect([reader.takeNull(), reader.takeNull(), reader.uint()]).toEqual([true, false, 0])
  })

  test('fixed lengths are exact, of arrays, byte strings and octets', () => {
    expect(reading('8100', pair)).toBe('CBOR_UNEXPECTED_TYPE')
    expect(reading('83000000', pair)).toBe('CBOR_UNEXPECTED_TYPE')
    expect(reading('4100', (r) => r.bytes(2))).toBe('CBOR_UNEXPECTED_TYPE')
    expect(reading('8100', (r) => r.octets(2))).toBe('CBOR_UNEXPECTED_TYPE')
    expect(reading('82190100 00'.replace(' ', ''), (r) => r.octets(2))).toBe('CBOR_NUMBER_RANGE')
    expect(reading('420000', (r) => r.octets(2))).toBe('CBOR_UNEXPECTED_TYPE')
    expect(reading('820000', (r) => r.bytes(2))).toBe('CBOR_UNEXPECTED_TYPE')
  })

  test('bytes are copied out unless asked to be shared', () => {
    const input = fromHex('4101')
    const copied = new CborReader(input).bytes()
    const shared = new CborReader(input).sharedBytes()
    input[1] = 2
    expect([copied[0], shared[0]]).toEqual([1, 2])
  })
})

describe('forms that the reference reads and that are not the one that is written', () => {
  const ruleOf = (hex: string, read: (reader: CborReader) => unknown): unknown => {
    try {
      read(new CborReader(fromHex(hex)))
    } catch (thrown) {
      return thrown instanceof FormatError ? [thrown.code, thrown.rule] : thrown
    }
    return undefined
  }
  const other = (code: string) => [code, 'ENCODING_ONE_FORM']
  const refused = (code: string) => [code, undefined]

  test('an array that announces more items than it has, or than are wanted', () => {
    expect(ruleOf('820102', pair)).toBeUndefined()
    expect(ruleOf('83010203', pair)).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('840102f6f6', pair)).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('8101', pair)).toEqual(refused('CBOR_UNEXPECTED_TYPE'))
  })

  test('names and texts as byte strings', () => {
    expect(ruleOf('4161', (reader) => reader.text())).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('4161', (reader) => reader.value())).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('01', (reader) => reader.text())).toEqual(refused('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('6161', (reader) => reader.bytes())).toEqual(refused('CBOR_UNEXPECTED_TYPE'))
  })

  test('null and booleans as undefined or in two bytes', () => {
    expect(ruleOf('f7', (reader) => reader.null())).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('f816', (reader) => reader.null())).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('f815', (reader) => reader.boolean())).toEqual(other('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('f7', (reader) => reader.value())).toEqual(other('CBOR_MALFORMED'))
    expect(ruleOf('f6', (reader) => reader.boolean())).toEqual(refused('CBOR_UNEXPECTED_TYPE'))
    expect(ruleOf('e0', (reader) => reader.value())).toEqual(refused('CBOR_MALFORMED'))
  })
})
