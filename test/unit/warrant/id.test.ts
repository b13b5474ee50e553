/** Ids: their forms, and new ones. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../../src/encoding/bytes.js'
import {
  bareId,
  givenWarrantId,
  newWarrantId,
  parseWarrantId,
  type WarrantId,
  warrantIdFromBytes,
  warrantIdToBytes,
} from '../../../src/warrant/id.js'
import { codeOf } from '../../support/values.js'

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 })

test('every 16 bytes are an id, and come back from each of its texts', () => {
  fc.assert(
    fc.property(bytes16, (bytes) => {
      const id = warrantIdFromBytes(bytes)
      const hex = toHex(bytes)
      expect(id).toBe(`tnu_wrt_${hex}`)
      expect(bareId(id)).toBe(hex)
      expect(warrantIdToBytes(id)).toEqual(bytes)
      const dashed = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      for (const text of [id, hex, dashed, hex.toUpperCase(), dashed.toUpperCase()])
        expect(parseWarrantId(text)).toBe(id)
    }),
  )
})

describe('what is no id', () => {
  const hex = '019dae3d13ed7fb0a7ec467e096427db'
  test.each([
    '',
    'tnu_wrt_',
    hex.slice(1),
    `${hex}0`,
    `tnu_wrt_${hex}0`,
    `TNU_WRT_${hex}`,
    `tnu_wrt_tnu_wrt_${hex}`,
    `${hex.slice(0, 31)}g`,
    ` ${hex}`,
    `${hex}\n`,
    '019dae3d-13ed-7fb0-a7ec467e096427db',
    'tnu_wrt_019dae3d-13ed-7fb0-a7ec-467e096427db',
    '０19dae3d13ed7fb0a7ec467e096427db',
  ])('%j', (text) => {
    expect(codeOf(() => parseWarrantId(text))).toBe('WARRANT_ID_MALFORMED')
  })

  test.each([0, 15, 17, 32])('%i bytes', (length) => {
    expect(codeOf(() => warrantIdFromBytes(new Uint8Array(length)))).toBe('WARRANT_ID_MALFORMED')
  })
})

describe('new ids', () => {
  test('are UUIDs of version 7 that begin with the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 38 }),
        fc.integer({ min: 0, max: 999 }),
        (seconds, thousandths) => {
          const bytes = warrantIdToBytes(newWarrantId(seconds + thousandths / 1000))
          const milliseconds = Number.parseInt(toHex(bytes.subarray(0, 6)), 16)
          expect(Math.abs(milliseconds - (seconds * 1000 + thousandths))).toBeLessThanOrEqual(1)
          expect((bytes[6] as number) >> 4).toBe(7)
          expect((bytes[8] as number) >> 6).toBe(2)
        },
      ),
    )
  })

  test('differ, and sort by their time', () => {
    const ids = Array.from({ length: 200 }, (_, i) => newWarrantId(1_700_000_000 + i))
    expect(new Set(ids).size).toBe(200)
    expect([...ids].sort()).toEqual(ids)
    expect(newWarrantId(1)).not.toBe(newWarrantId(1))
  })

  test('need a time', () => {
    for (const now of [Number.NaN, -1, Infinity])
      expect(codeOf(() => newWarrantId(now))).toBe('TIME_MALFORMED')
  })

  test('are made where none is given, and one that is given is read', () => {
    const id = newWarrantId(5)
    expect(givenWarrantId(id, 5)).toBe(id)
    expect(givenWarrantId(undefined, 5)).not.toBe(id)
    expect(codeOf(() => givenWarrantId('nonsense' as WarrantId, 5))).toBe('WARRANT_ID_MALFORMED')
  })
})
