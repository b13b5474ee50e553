import { describe, expect, test } from 'vitest'
import { hasCanonicalHost, KNOWN_PORTS, readUrl } from '../../../src/capability/urlText.js'

describe('a URL', () => {
  test('is taken apart as the parser of the web does it', () => {
    expect(readUrl(' HTTPS://u:p@EXAMPLE.com:8443\\a/../b?q#f\n')).toEqual({
      scheme: 'https',
      host: 'example.com',
      port: 8443,
      path: '/b',
      isUnclear: false,
    })
    expect(readUrl('https://h:443/')).toMatchObject({ port: undefined })
    expect(readUrl('redis://H/')).toMatchObject({ scheme: 'redis', host: 'H' })
    expect(readUrl('not a url')).toBeUndefined()
  })

  test('of a scheme with rules for hosts has one form of host', () => {
    expect(['http', 'https', 'ws', 'wss', 'ftp', 'file'].every(hasCanonicalHost)).toBe(true)
    expect(hasCanonicalHost('redis')).toBe(false)
  })

  test('of some schemes has a port when it has none written', () => {
    const schemes = ['http', 'https', 'ws', 'wss', 'ftp', 'file', 'redis']
    expect(schemes.map((scheme) => KNOWN_PORTS.get(scheme))).toEqual([
      80,
      443,
      80,
      443,
      21,
      undefined,
      undefined,
    ])
  })

  const international = Array.from({ length: 30_000 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
  )

  test.each([
    ['a long text', `http://h/?${'a'.repeat(65_536)}`],
    ['a long authority', `http://${international.join('')}/`],
    ['a long authority behind slashes', `http:/\\/\\${international.join('')}/`],
    ['a long authority without slashes', `http:${international.join('')}/`],
    ['a long authority through tabs', `\t h\tttp:/\n/${international.slice(0, 3_000).join('\t')}/`],
    [
      'a long authority of percent signs',
      `http://${encodeURIComponent(international.slice(0, 3_000).join(''))}/`,
    ],
    ['a long user', `http://${'u'.repeat(3_000)}@h/`],
    ['a long path', `http://h/${'a'.repeat(20_000)}`],
    ['a path that grows', `http://h/${international.slice(0, 10_000).join('')}`],
    ['an opaque host that grows', `redis://${international.slice(0, 10_000).join('')}/`],
  ])('over its bounds is not read: %s', (_, text) => {
    expect(readUrl(text)).toBe('too-long')
  })

  test.each([
    ...['file://h//a', 'file://h/C:/a', 'file://h/c|/a', 'file:////a', 'file://h/..//a', 'file://h/C:'],
    ...['http://xn--a-/', 'http://x.xn--a-b-.com/', 'http://XN--A-./', 'http://stra\u1e9ee.de/'],
    ...['http:\\\\stra%E1%ba%9Ee.de', 'h\tttp://%E1\n%BA%9E/', 'ws://u@\u1e9e'],
  ])('that parsers read differently says so: %j', (text) => {
    expect(readUrl(text)).toMatchObject({ isUnclear: true })
  })

  test.each([
    ...[
      'file://h/a//b',
      'file:///a/C:/b',
      'file://h/cc:/a',
      'http://h//a',
      'http://h/C:/a',
      'http://xn--bcher-kva.de/',
    ],
    ...['http://h/\u1e9e', 'http://h?%e1%ba%9e', 'http://stra\u00dfe.de/', 'http://h/xn--a-'],
  ])('that is clear says so: %j', (text) => {
    expect(readUrl(text)).toMatchObject({ isUnclear: false })
  })

  test('within its bounds is read', () => {
    expect(readUrl(`http://${'a'.repeat(2_048)}/`)).toMatchObject({ host: 'a'.repeat(2_048) })
    expect(readUrl(`http://h/?${'a'.repeat(65_000)}`)).toMatchObject({ host: 'h' })
    expect(readUrl(`http://h/?${'a'.repeat(65_526)}`)).toMatchObject({ host: 'h' })
    expect(readUrl(`redis://${'a'.repeat(16_384)}/`)).toMatchObject({ scheme: 'redis' })
  })

  test('one unit over a bound is not', () => {
    expect(readUrl(`http://h/?${'a'.repeat(65_527)}`)).toBe('too-long')
    expect(readUrl(`redis://${'a'.repeat(16_385)}/`)).toBe('too-long')
    expect(readUrl(`HTTP://${'a'.repeat(2_049)}/`)).toBe('too-long')
  })
})
