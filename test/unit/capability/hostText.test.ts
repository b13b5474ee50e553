import { describe, expect, test } from 'vitest'
import {
  addressInHost,
  decodedHost,
  hostAsHttp,
  isAmbiguousQuad,
  literalAddress,
  withoutFinalDots,
} from '../../../src/capability/hostText.js'
import { formatAddress } from '../../../src/capability/ipAddress.js'

const seen = (host: string): string | undefined => {
  const address = addressInHost(host)
  return address && formatAddress(address)
}

describe('an address in a host, read leniently', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '0:0:0:0:0:0:0:1'],
    ['[[::1]]', '0:0:0:0:0:0:0:1'],
    ['2130706433', '127.0.0.1'],
    ['0002130706433', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['4294967295', '255.255.255.255'],
    ['0x7f000001', '127.0.0.1'],
    ['0x+7f000001', '127.0.0.1'],
    ['00.0.0.01', '0.0.0.1'],
  ])('%s is %s', (host, address) => {
    expect(seen(host)).toBe(address)
  })

  test.each(['4294967296', '0x100000000', '0x', '010.0.0.1', '127.1', '08.0.0.1', 'a.b', '', '127.0.0.1.'])(
    '%j holds none',
    (host) => {
      expect(seen(host)).toBeUndefined()
    },
  )

  test('four numbers with a leading zero are ambiguous', () => {
    expect(['010.0.0.1', '1.2.3.04'].every(isAmbiguousQuad)).toBe(true)
    expect(['10.0.0.1', '0.0.0.0', '010.0.1', 'a.0.0.01'].some(isAmbiguousQuad)).toBe(false)
  })

  test('digits without end cost nothing', () => {
    for (const host of ['1'.repeat(60_000), `0x${'f'.repeat(60_000)}`, `${']'.repeat(60_000)}a`])
      expect(seen(host)).toBeUndefined()
  })
})

describe('a host', () => {
  test('is decoded once, octet by octet, in lower case', () => {
    expect(decodedHost('%4cOCALHOST')).toBe('localhost')
    expect(decodedHost('%2541')).toBe('%41')
    expect(decodedHost('a%zz%4')).toBe('a%zz%4')
    expect(decodedHost('%%41b')).toBe('%%41b')
    expect(decodedHost('%C3%A9')).toBe('ã©')
  })

  test('as http writes it', () => {
    expect(hostAsHttp('LOCALHOST')).toBe('localhost')
    expect(hostAsHttp('127.1')).toBe('127.0.0.1')
    expect(hostAsHttp('%E2%93%9Bocalhost')).toBe('localhost')
    expect(hostAsHttp('[::FFFF:1.2.3.4]')).toBe('[::ffff:102:304]')
    expect(hostAsHttp('256.1.1.1')).toBeUndefined()
    expect(hostAsHttp('a%2Fb')).toBeUndefined()
    expect(hostAsHttp('a'.repeat(60_000))).toBeUndefined()
  })

  test('is an address only in strict text', () => {
    expect(literalAddress('[::1]')?.family).toBe(6)
    expect(literalAddress('::1')?.family).toBe(6)
    expect(literalAddress('0x7f000001')).toBeUndefined()
  })

  test('loses its final dots', () => {
    expect(withoutFinalDots('localhost..')).toBe('localhost')
    expect(withoutFinalDots('a.b')).toBe('a.b')
    expect(withoutFinalDots('...')).toBe('')
  })
})
