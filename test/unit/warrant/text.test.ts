/** Text forms of chains: one for each use, and every other spelling refused. */

import { describe, expect, test } from 'vitest'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { MAX_CHAIN_TEXT } from '../../../src/encoding/limits.js'
import { chainOf, decodeChain, stackBytes } from '../../../src/warrant/chain.js'
import { formatChain, parseChain } from '../../../src/warrant/text.js'
import { codeOf } from '../../support/values.js'
import { childOf, minted } from '../../support/warrants.js'

const first = minted()
const second = childOf(first)
const single = chainOf([first])
const pair = chainOf([first, second])
const singlePem = formatChain(single, 'pem')
const pairPem = formatChain(pair, 'pem')
const ids = (text: string): readonly string[] => parseChain(text).warrants.map(({ payload }) => payload.id)
const refusal = (text: string): unknown => codeOf(() => parseChain(text))

describe('what is written', () => {
  test('one warrant is base64url, a longer chain is padded base64, and a PEM has lines of 64', () => {
    expect(formatChain(single)).toBe(toBase64Url(first.bytes))
    expect(formatChain(pair)).toBe(toBase64(stackBytes([first, second])))
    const lines = pairPem.split('\n')
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
      '-----BEGIN TENUO WARRANT CHAIN-----',
      '-----END TENUO WARRANT CHAIN-----',
      '',
    ])
    for (const line of lines.slice(1, -3)) expect(line).toHaveLength(64)
    expect(singlePem.startsWith('-----BEGIN TENUO WARRANT-----\n')).toBe(true)
  })

  test('one warrant that came in an array of one is written as one warrant', () => {
    const boxed = decodeChain(stackBytes([first]))
    expect(formatChain(boxed)).toBe(formatChain(single))
    expect(formatChain(boxed, 'pem')).toBe(singlePem)
  })
})

describe('what is read', () => {
  test('each form, in either alphabet, with white space around it', () => {
    const stack = stackBytes([first, second])
    for (const text of [formatChain(pair), toBase64Url(stack), pairPem]) {
      expect(ids(text)).toEqual([first.payload.id, second.payload.id])
      expect(ids(`\r\n \t${text}\n\n`)).toEqual([first.payload.id, second.payload.id])
    }
    for (const text of [
      formatChain(single),
      toBase64(first.bytes),
      toBase64(stackBytes([first])),
      singlePem,
    ]) {
      expect(ids(text)).toEqual([first.payload.id])
    }
    expect(ids(pairPem.replaceAll('\n', '\r\n'))).toHaveLength(2)
  })

  test('warrants in blocks of their own, in their order', () => {
    const secondPem = formatChain(chainOf([second]), 'pem')
    expect(ids(singlePem + secondPem)).toEqual([first.payload.id, second.payload.id])
    expect(ids(`${secondPem}\n\n${singlePem}`)).toEqual([second.payload.id, first.payload.id])
  })

  const body = toBase64Url(first.bytes)
  const block = (label: string, inner: string): string =>
    `-----BEGIN ${label}-----\n${inner}\n-----END ${label}-----\n`
  test.each([
    ['nothing', '', 'ENVELOPE_MALFORMED'],
    ['white space alone', ' \r\n', 'ENVELOPE_MALFORMED'],
    ['padding under base64url', `${body}=`, 'TEXT_NOT_BASE64'],
    ['both alphabets', `-_+/${body}`, 'TEXT_NOT_BASE64'],
    ['white space inside', `${body.slice(0, 8)} ${body.slice(8)}`, 'TEXT_NOT_BASE64'],
    ['line ends inside', `${body.slice(0, 8)}\n${body.slice(8)}`, 'TEXT_NOT_BASE64'],
    ['a byte order mark', `\uFEFF${body}`, 'TEXT_NOT_BASE64'],
    ['stray bits', toBase64Url(Uint8Array.of(0x80)).replace(/.$/, 'B'), 'TEXT_NOT_BASE64'],
    ['a letter that is none', `${body.slice(0, -1)}é`, 'TEXT_NOT_BASE64'],
    ['text before a block', `x${singlePem}`, 'TEXT_NOT_BASE64'],
    ['text after a block', `${singlePem}x`, 'TEXT_PEM_MALFORMED'],
    ['text between blocks', `${singlePem}x\n${singlePem}`, 'TEXT_PEM_MALFORMED'],
    ['another label', block('CERTIFICATE', body), 'TEXT_PEM_MALFORMED'],
    [
      'labels that differ',
      singlePem.replace('END TENUO WARRANT', 'END TENUO WARRANT CHAIN'),
      'TEXT_PEM_MALFORMED',
    ],
    ['no end', singlePem.slice(0, -6), 'TEXT_PEM_MALFORMED'],
    ['standard base64 told by a plus alone', '+AAA', 'ENVELOPE_MALFORMED'],
    ['standard base64 told by a slash alone', '/AAA', 'ENVELOPE_MALFORMED'],
    ['padding in a block', block('TENUO WARRANT', `${body}=`), 'TEXT_PEM_MALFORMED'],
    ['space at a line end of a block', block('TENUO WARRANT', `${body} `), 'TEXT_PEM_MALFORMED'],
    [
      'a carriage return inside',
      block('TENUO WARRANT', `${body.slice(0, 8)}\r${body.slice(8)}`),
      'TEXT_NOT_BASE64',
    ],
    ['an empty block', block('TENUO WARRANT', ''), 'ENVELOPE_MALFORMED'],
    ['a chain as a warrant', block('TENUO WARRANT', toBase64Url(pair.bytes)), 'CHAIN_NOT_SINGLE'],
    [
      'an array of one as a warrant',
      block('TENUO WARRANT', toBase64Url(stackBytes([first]))),
      'CHAIN_NOT_SINGLE',
    ],
    ['a warrant as a chain', block('TENUO WARRANT CHAIN', body), 'TEXT_PEM_MALFORMED'],
    ['two chains', pairPem + pairPem, 'TEXT_PEM_MALFORMED'],
    ['a warrant and a chain', singlePem + pairPem, 'TEXT_PEM_MALFORMED'],
    ['too many blocks', singlePem.repeat(66), 'CHAIN_TOO_LONG'],
    ['too much', 'A'.repeat(MAX_CHAIN_TEXT + 1), 'TEXT_TOO_LARGE'],
  ])('%s is refused', (_, text, code) => {
    expect(refusal(text)).toBe(code)
  })
})

describe('400 KB of hostile text', () => {
  const end = '\n-----END TENUO WARRANT CHAIN----'
  const fill = (unit: string): string => unit.repeat(Math.floor((MAX_CHAIN_TEXT - 100) / unit.length))
  test.each([
    ['line ends', '\n'],
    ['line ends of two', '\r\n'],
    ['spaces', ' '],
    ['dashes', '-'],
    ['almost ends', end],
    ['almost ends of the other label', '\n-----END TENUO WARRANT-----'],
    ['beginnings', '-----BEGIN TENUO WARRANT-----\n'],
    ['letters', 'A'],
  ])('%s, in and around a block: decided at once', (_, unit) => {
    for (const text of [
      fill(unit),
      `-----BEGIN TENUO WARRANT CHAIN-----\n${fill(unit)}`,
      `-----BEGIN TENUO WARRANT CHAIN-----\n${fill(unit)}\n-----END TENUO WARRANT CHAIN-----`,
      `x${fill(unit)}x`,
    ])
      expect(refusal(text)).toMatch(/^(?:TEXT_|CHAIN_|ENVELOPE_|CBOR_)/)
  })
})
