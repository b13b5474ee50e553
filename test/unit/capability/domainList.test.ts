import { describe, expect, test } from 'vitest'
import {
  compileAddresses,
  compileDenied,
  compileDomains,
  compileEntries,
  hostEntries,
} from '../../../src/capability/domainList.js'
import { type Address, parseAddress } from '../../../src/capability/ipAddress.js'

const addressOf = (text: string): Address => parseAddress(text) as Address // the texts of this file are addresses

describe('a list of domains', () => {
  const isListed = compileDomains(['API.example.com', '*.wild.org', '*', 'a.'])

  test('names a host, and with a wildcard what is below it too', () => {
    expect(['api.example.com', 'wild.org', 'x.wild.org', 'x.y.wild.org', 'a.'].every(isListed)).toBe(true)
  })

  test('stops at labels, and a star alone is no wildcard', () => {
    expect(
      ['x.api.example.com', 'evilwild.org', 'example.com', 'wild.org.', 'x', 'a', ''].some(isListed),
    ).toBe(false)
  })

  test('names an address in its one form', () => {
    const isAllowed = compileAddresses(['8.8.8.8', '[2606:4700::1111]', '::2', '0x01010101', '*.9.9.9'])
    for (const text of ['8.8.8.8', '2606:4700:0:0::1111', '0:0::2'])
      expect(isAllowed(addressOf(text)), text).toBe(true)
    for (const text of ['1.1.1.1', '9.9.9.9', '::ffff:8.8.8.8', '::3'])
      expect(isAllowed(addressOf(text)), text).toBe(false)
  })
})

describe('entries as the hosts that they stand for', () => {
  test.each([
    ['API.Example.com', 'api.example.com'],
    ['*.BÜCHER.example', '*.xn--bcher-kva.example'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['0x7f000001', '127.0.0.1'],
    ['*.0x7f000001', '*.127.0.0.1'],
    ['[2606:4700::ABCD]', '2606:4700:0:0:0:0:0:abcd'],
    ['a.', 'a.'],
    ['A_b/c', 'a_b/c'],
    ['256.1.1.1', '256.1.1.1'],
  ])('%s is %s', (entry, host) => {
    expect(hostEntries([entry])).toEqual([host])
  })

  test('are in a list that has them, or a wildcard above them', () => {
    const isCovered = compileEntries(['*.a.com', 'b.com'])
    expect(['a.com', 'x.a.com', '*.a.com', '*.x.a.com', 'b.com'].map(isCovered)).not.toContain(false)
    expect(['*.b.com', 'x.b.com', 'xa.com', '*.xa.com', '*.com', 'com'].map(isCovered)).not.toContain(true)
  })
})

describe('a list of denied domains', () => {
  const isDenied = compileDenied([
    'EVIL.com.',
    '*.bücher.example',
    '10.0.0.1',
    '0x0a000002',
    '[::ffff:10.0.0.3]',
  ])

  test.each([
    ...['evil.com', 'evil.com.', 'evil.com..', 'xn--bcher-kva.example', 'x.xn--bcher-kva.example.'],
    ...[
      '10.0.0.1',
      '[::ffff:a00:1]',
      '[::a00:1]',
      '[64:ff9b::a00:1]',
      '[2002:a00:1::]',
      '10.0.0.2',
      '[::ffff:a00:2]',
    ],
    ...['10.0.0.3', '[::ffff:a00:3]'],
  ])('matches %s in whatever spelling', (host) => {
    expect(isDenied(host)).toBe(true)
  })

  test.each(['x.evil.com', 'notevil.com', '10.0.0.4', '[::1]', 'example'])('does not match %s', (host) => {
    expect(isDenied(host)).toBe(false)
  })

  test('has what a wildcard stands above, address or not, and no address that a star cuts in two', () => {
    expect(compileDenied(['*.10.0.0.1'])('[::ffff:a00:1]')).toBe(true)
    expect(compileDenied(['10.*.0.0.1'])('10.0.0.1')).toBe(false)
    expect(compileDenied(['straße.de'])('xn--strae-oqa.de')).toBe(true)
    expect(compileDenied(['straße.de'])('strasse.de')).toBe(false)
  })

  test('does not take an entry that holds more than a host for one', () => {
    const isOdd = compileDenied(['http://evil.com', 'a/b', 'user@evil.com', 'evil.com:80'])
    expect(['http', 'a', 'evil.com', 'user'].some(isOdd)).toBe(false)
  })
})
