import { describe, expect, test } from 'vitest'
import {
  formatAddress,
  fourOf,
  lastAddress,
  type Network,
  networkContains,
  networkCovers,
  parseAddress,
  parseNetwork,
} from '../../../src/capability/ipAddress.js'

const wordsOf = (text: string): readonly number[] | undefined => parseAddress(text)?.words

test('the address of two words is theirs', () => {
  expect(formatAddress(fourOf(0x7f00, 1))).toBe('127.0.0.1')
})

describe('strict addresses', () => {
  test('a dotted quad', () => {
    expect(parseAddress('10.1.2.255')).toEqual({ family: 4, words: [0x0a01, 0x02ff] })
    expect(wordsOf('0.0.0.0')).toEqual([0, 0])
    expect(wordsOf('255.255.255.255')).toEqual([0xffff, 0xffff])
  })

  test.each([
    ...['', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.1.1.1', '1.2.3.1000', '1.2.3.4.'],
    ...['010.0.0.1', '1.2.3.04', '00.0.0.0', '0x7f.0.0.1', '2130706433', '127.1', '+1.2.3.4', '-1.2.3.4'],
    ...[' 1.2.3.4', '1.2.3.4 ', '1.2.3.4\n', '1.2.3.4/32', '1.2.3.4:80', '１.2.3.4', '[::1]', 'localhost'],
  ])('no form that clients read in different ways: %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:DB8::a', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 10]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['::2:3:4:5:6:7:8', [0, 2, 3, 4, 5, 6, 7, 8]],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x0102, 0x0304]],
    ['1:2:3:4:5:6:1.2.3.4', [1, 2, 3, 4, 5, 6, 0x0102, 0x0304]],
  ])('%s', (text, words) => {
    expect(parseAddress(text)).toEqual({ family: 6, words })
  })

  test.each([
    ...[':', ':::', ':1', '1:', '::1::', '1::2::3', '00001::', '::g', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9'],
    ...['1::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8::', '::1.2.3', '::1.2.3.04', '1.2.3.4::', '::1.2.3.4:1'],
    ...['1:2:3:4:5:6:7:1.2.3.4', 'fe80::1%eth0', '[::1]', '::1 ', '::0x1', '::-1', '::١'],
  ])('is not IPv6: %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('a text of any length costs nothing', () => {
    expect(parseAddress('1:'.repeat(1_000_000))).toBeUndefined()
    expect(parseAddress('1.'.repeat(1_000_000))).toBeUndefined()
  })
})

const networkOf = (text: string): Network => {
  const network = parseNetwork(text)
  if (network === undefined) throw new Error(`not a network: ${text}`)
  return network
}

const edges = (text: string): [string, string] => {
  const network = networkOf(text)
  return [formatAddress(network.first), formatAddress(lastAddress(network))]
}

describe('networks', () => {
  test('mask the bits of the host', () => {
    expect(edges('10.1.2.3/8')).toEqual(['10.0.0.0', '10.255.255.255'])
    expect(edges('172.16.9.9/12')).toEqual(['172.16.0.0', '172.31.255.255'])
    expect(edges('10.0.0.1')).toEqual(['10.0.0.1', '10.0.0.1'])
    expect(edges('1.2.3.4/0')).toEqual(['0.0.0.0', '255.255.255.255'])
    expect(edges('fe80::1/10')).toEqual(['fe80:0:0:0:0:0:0:0', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])
  })

  test('read the prefixes that the reference reads', () => {
    for (const prefix of ['8', '08', '+8', '0000008', '255.0.0.0'])
      expect(networkOf(`10.0.0.0/${prefix}`).prefix, prefix).toBe(8)
    expect(networkOf('10.0.0.0/0.0.0.0').prefix).toBe(0)
    expect(networkOf('10.0.0.0/255.255.255.255').prefix).toBe(32)
    expect(networkOf('::/08').prefix).toBe(8)
  })

  test.each([
    ...['', '/', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/256', '10.0.0.0/-1', '10.0.0.0/ 8', '10.0.0.0/8/8'],
    ...[
      '10.0.0.0/+',
      '10.0.0.0/1e1',
      '10.0.0.0/255.0.255.0',
      '10.0.0.0/255.0.0',
      '10.0.0.0/::',
      '010.0.0.0/8',
    ],
    ...['::/129', '::/ffff::', '::/255.0.0.0', 'fe80::%1/64', '[::]/0', 'not-a-network'],
  ])('refuse %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  test('contain what lies between their edges', () => {
    const contains = (network: string, address: string): boolean =>
      networkContains(
        networkOf(network),
        parseAddress(address) as NonNullable<ReturnType<typeof parseAddress>>,
      )
    expect(contains('10.0.0.0/25', '10.0.0.127')).toBe(true)
    expect(contains('10.0.0.0/25', '10.0.0.128')).toBe(false)
    expect(contains('::/0', '10.0.0.1')).toBe(false)
    expect(contains('0.0.0.0/0', '::1')).toBe(false)
    expect(contains('::ffff:10.0.0.0/104', '::ffff:10.1.2.3')).toBe(true)
  })

  test('cover networks that are no longer', () => {
    expect(networkCovers(networkOf('10.0.0.0/8'), networkOf('10.255.0.0/16'))).toBe(true)
    expect(networkCovers(networkOf('10.0.0.0/8'), networkOf('10.9.9.9/8'))).toBe(true)
    expect(networkCovers(networkOf('10.0.0.0/16'), networkOf('10.0.0.0/8'))).toBe(false)
    expect(networkCovers(networkOf('10.0.0.0/8'), networkOf('11.0.0.0/16'))).toBe(false)
    expect(networkCovers(networkOf('::/0'), networkOf('10.0.0.0/8'))).toBe(false)
  })
})
