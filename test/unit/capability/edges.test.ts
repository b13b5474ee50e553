/** Text at the edges of what it is read as: hosts, addresses, paths, entries of lists, shapes of URLs. */

import { describe, expect, test } from 'vitest'
import { urlPattern } from '../../../src/capability/constructors.js'
import { compileDenied, compileDomains, isDomainEntry } from '../../../src/capability/domainList.js'
import {
  addressInHost,
  decodedHost,
  isAmbiguousQuad,
  withoutFinalDots,
} from '../../../src/capability/hostText.js'
import { formatAddress, parseAddress, parseNetwork } from '../../../src/capability/ipAddress.js'
import { normalizePath, normalizeUnixPath } from '../../../src/capability/lexicalPath.js'
import { parseUrlShape } from '../../../src/capability/urlShape.js'
import { readUrl } from '../../../src/capability/urlText.js'
import { isWarrantError } from '../../../src/errors.js'

const shown = (host: string): string | undefined => {
  const address = addressInHost(host)
  return address === undefined ? undefined : formatAddress(address)
}

describe('a host', () => {
  test.each([
    ['%41', 'a'],
    ['%4', '%4'],
    ['%', '%'],
    ['%%41', '%%41'],
    ['%4x', '%4x'],
    ['%\n%41', '%\n%41'],
    ['%41%42', 'ab'],
    ['A%2E', 'a.'],
    ['plain', 'plain'],
  ])('%j is judged as %j', (host, decoded) => {
    expect(decodedHost(host)).toBe(decoded)
  })

  test.each<[string, string | undefined]>([
    ['0', '0.0.0.0'],
    ['0000', '0.0.0.0'],
    ['0x0', '0.0.0.0'],
    ['4294967295', '255.255.255.255'],
    ['4294967296', undefined],
    ['00000000004294967295', '255.255.255.255'],
    ['99999999999', undefined],
    ['0xffffffff', '255.255.255.255'],
    ['0x1ffffffff', undefined],
    ['0x+7f000001', '127.0.0.1'],
    ['x0x7f000001', undefined],
    ['0x7f000001x', undefined],
    ['0x', undefined],
    ['01.2.3.4', '1.2.3.4'],
    ['01.10.3.4', '1.10.3.4'],
    ['010.2.3.4', undefined],
    ['01.8.3.4', undefined],
    ['01.18.3.4', undefined],
    ['01.81.3.4', undefined],
    ['1.02.3.4', undefined],
    ['[[127.0.0.1]]', '127.0.0.1'],
    ['[', undefined],
    [']', undefined],
    ['', undefined],
  ])('%j is the address %s', (host, address) => {
    expect(shown(host)).toBe(address)
  })

  test.each<[string, boolean]>([
    ['01.2.3.4', true],
    ['1.2.3.04', true],
    ['1.2.3.4', false],
    ['0.0.0.0', false],
    ['x01.2.3.4', false],
    ['01.2.3.4x', false],
    ['x.01.2.3.4', false],
    ['1.2.3.04.x', false],
    ['01.2.3', false],
    ['01.2.3.4.5', false],
    ['11.22.033.44', true],
  ])('%s has an ambiguous zero: %s', (host, ambiguous) => {
    expect(isAmbiguousQuad(host)).toBe(ambiguous)
  })

  test('of a number is the address of its 32 bits', () => {
    expect(addressInHost('0')).toEqual({ family: 4, words: [0, 0] })
    expect(addressInHost('0000')).toEqual({ family: 4, words: [0, 0] })
    expect(addressInHost('65537')).toEqual({ family: 4, words: [1, 1] })
  })

  test('has final dots or has none', () => {
    expect(['a', 'a.', 'a..', '.', '', 'a.b.'].map(withoutFinalDots)).toEqual(['a', 'a', 'a', '', '', 'a.b'])
  })
})

describe('an address', () => {
  test.each([
    '1..2.3',
    '10..20.30',
    '1.2.3.a',
    'a.b.c.d',
    '',
    '.1.2.3.4',
    '1.2.3.4.',
    '1.2.3',
    '11.22.33',
    '1.2.3.4.5',
    '1.2.3.:',
    '1.2.3./',
    '1.2.3.256',
    '1.2.3.00',
    '001.2.3.4',
    '1111.2.3.4',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1::',
    ':::',
    '1:2:3:4::5:6:7:8',
    '12345::',
    '::1.2.3.4:1',
    '1.2.3.4::',
    `${'0'.repeat(42)}::1`,
  ])('is not %s', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test.each([
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('is %s', (text, written) => {
    const address = parseAddress(text)
    expect(address === undefined ? undefined : formatAddress(address)).toBe(written)
  })

  test.each([
    '/8',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.255.0',
    '10.0.0.0/0.255.0.0',
    '10.0.0.0/0.0.0.1',
    '10.0.0.0/8/8',
  ])('and %s is no network', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  test('and a network has the bits of its prefix, of its mask, or of the one address', () => {
    const prefixes = [
      '10.1.2.3/8',
      '10.1.2.3/255.0.0.0',
      '10.1.2.3/+08',
      '10.1.2.3',
      '10.1.2.3/0',
      '::1',
      '::1/64',
      '10.1.2.3/32',
      '::1/128',
    ]
    expect(prefixes.map((text) => parseNetwork(text)?.prefix)).toEqual([8, 8, 8, 32, 0, 128, 64, 32, 128])
  })
})

describe('a path', () => {
  test.each<[string, string | undefined]>([
    ['a:/x', 'a:/x'],
    ['z:/x', 'z:/x'],
    ['A:\\x', 'A:\\x'],
    ['Z:\\x\\..', 'Z:\\'],
    ['@:/x', undefined],
    ['[:/x', undefined],
    ['`:/x', undefined],
    ['{:/x', undefined],
    ['a:x', undefined],
    ['a/x', undefined],
    ['aa:/x', undefined],
    ['', undefined],
    ['/', '/'],
    ['/a\0', undefined],
  ])('%j is %j', (path, normal) => {
    expect(normalizePath(path)).toBe(normal)
  })

  test.each<[string, string | undefined]>([
    ['/data\\x/../etc', '/etc'],
    ['/a\\b', '/a\\b'],
    ['/a\\..\\b/..', '/'],
    ['/a/b', undefined],
    ['a\\b', undefined],
  ])('%j is %j where a backslash is a letter', (path, normal) => {
    expect(normalizeUnixPath(path)).toBe(normal)
  })
})

describe('an entry of a list of domains', () => {
  test.each<[string, boolean]>([
    ['example.com', true],
    ['*.example.com', true],
    ['', false],
    ['*.', false],
    ['*', false],
    ['a*.com', false],
    ['*.*.com', false],
    ['*..com', false],
    ['*.10.0.0.1', false],
    ['10.0.0.1', true],
    ['[::1]', true],
    ['[nonsense]', false],
    ['::1]', false],
    ['[::1', false],
    ['a b', false],
    ['a/b', false],
    ['a:80', false],
    ['a\0', false],
  ])('%j could stand for a host: %s', (entry, could) => {
    expect(isDomainEntry(entry)).toBe(could)
  })

  test('stands for itself, or with a star for all below it too, in any letter case', () => {
    const listed = compileDomains(['One.com', '*.Two.com'])
    expect(
      ['one.com', 'a.one.com', 'two.com', 'a.two.com', 'a.b.two.com', 'atwo.com', 'two.com.x'].map(listed),
    ).toEqual([true, false, true, true, true, false, false])
    expect(compileDomains([])('')).toBe(false)
  })

  test('denies a host in every spelling, and an address wherever it is', () => {
    const denied = compileDenied(['Evil.com.', '*.Bad.org', '10.0.0.1'])
    const hosts = [
      'evil.com',
      'evil.com.',
      'x.evil.com',
      'bad.org',
      'x.bad.org',
      '10.0.0.1',
      '[::ffff:10.0.0.1]',
      '10.0.0.2',
    ]
    expect(hosts.map(denied)).toEqual([true, true, false, true, true, true, true, false])
    expect(compileDenied(['a.*.'])('a')).toBe(false)
  })
})

describe('the shape of a URL', () => {
  const refused = (pattern: string): unknown => {
    try {
      parseUrlShape(pattern)
      return 'read'
    } catch (thrown) {
      return isWarrantError(thrown) ? [thrown.code, thrown.rule] : thrown
    }
  }

  test.each<[string, unknown]>([
    ['example.com', ['CONSTRAINT_INVALID', undefined]],
    ['://example.com', ['CONSTRAINT_INVALID', undefined]],
    ['mailto:a', ['CONSTRAINT_INVALID', undefined]],
    ['https://', ['CONSTRAINT_INVALID', undefined]],
    ['https://__tenuo_host_wildcard__.com', ['CONSTRAINT_INVALID', undefined]],
    ['https://a/__tenuo_path_wildcard__', ['CONSTRAINT_INVALID', undefined]],
    [`https://a/${'x'.repeat(65_536)}`, ['CONSTRAINT_INVALID', 'URL_TOO_LONG']],
    ['file:///C:/x', ['CONSTRAINT_INVALID', 'URL_UNCLEAR']],
    ['https://example.com', 'read'],
    ['*://*.example.com/*', 'read'],
  ])('%s', (pattern, outcome) => {
    expect(refused(pattern)).toEqual(outcome)
  })

  test('has what was written of it, and nothing that was not', () => {
    expect(parseUrlShape('HTTPS://*.Example.com:8443/a/*')).toEqual({
      scheme: 'https',
      host: '*.example.com',
      port: 8443,
      path: '/a/*',
    })
    expect(parseUrlShape('*://example.com')).toEqual({
      scheme: undefined,
      host: 'example.com',
      port: undefined,
      path: undefined,
    })
    expect(parseUrlShape('urn://')).toMatchObject({ scheme: 'urn', host: undefined, path: undefined })
    expect(() => urlPattern('https://')).toThrow()
  })
})

describe('a URL', () => {
  test('is as long as is read, and so are its authority and its path', () => {
    const path = (length: number): unknown => readUrl(`https://a/${'x'.repeat(length - 10)}`)
    expect(path(16_000)).toMatchObject({ host: 'a' })
    expect(path(65_537)).toBe('too-long')
    const host = (length: number): unknown => readUrl(`https://${'a'.repeat(length)}`)
    expect(host(2_048)).not.toBe('too-long')
    expect(host(2_049)).toBe('too-long')
    expect(readUrl(`https:\t//${'a'.repeat(2_048)}`)).not.toBe('too-long')
    expect(readUrl(`HTTPS://\n${'a'.repeat(2_049)}`)).toBe('too-long')
    expect(readUrl(`https://a/${'x'.repeat(16_383)}`)).toMatchObject({ host: 'a' })
    expect(readUrl(`https://a/${'x'.repeat(16_384)}`)).toBe('too-long')
    expect(readUrl('not a url')).toBeUndefined()
  })
})
