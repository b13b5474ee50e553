import { describe, expect, test } from 'vitest'
import { type Address, formatAddress, parseAddress } from '../../../src/capability/ipAddress.js'
import {
  type AddressFlags,
  addressesWithin,
  referenceBlocks,
  stricterBlock,
} from '../../../src/capability/specialAddress.js'

const addressOf = (text: string): Address => parseAddress(text) as Address // the texts of this file are addresses

const NONE: AddressFlags = {
  blockPrivate: false,
  blockLoopback: false,
  blockMetadata: false,
  blockReserved: false,
}
const ALL: AddressFlags = {
  blockPrivate: true,
  blockLoopback: true,
  blockMetadata: true,
  blockReserved: true,
}

/** Each network, by its first and last address, and the flag that it goes by. */
const BLOCKED: readonly (readonly [flag: keyof AddressFlags, first: string, last: string])[] = [
  ['blockLoopback', '127.0.0.0', '127.255.255.255'],
  ['blockLoopback', '::1', '::1'],
  ['blockPrivate', '10.0.0.0', '10.255.255.255'],
  ['blockPrivate', '172.16.0.0', '172.31.255.255'],
  ['blockPrivate', '192.168.0.0', '192.168.255.255'],
  ['blockPrivate', '100.64.0.0', '100.127.255.255'],
  ['blockPrivate', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockPrivate', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockPrivate', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockMetadata', '169.254.0.0', '169.254.255.255'],
  ['blockMetadata', '100.100.100.200', '100.100.100.200'],
  ['blockMetadata', 'fd00:ec2::254', 'fd00:ec2::254'],
  ['blockReserved', '0.0.0.0', '0.255.255.255'],
  ['blockReserved', '192.0.0.0', '192.0.0.255'],
  ['blockReserved', '192.0.2.0', '192.0.2.255'],
  ['blockReserved', '198.18.0.0', '198.19.255.255'],
  ['blockReserved', '198.51.100.0', '198.51.100.255'],
  ['blockReserved', '203.0.113.0', '203.0.113.255'],
  ['blockReserved', '224.0.0.0', '255.255.255.255'],
  ['blockReserved', '::', '::'],
  ['blockReserved', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockReserved', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockReserved', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['blockReserved', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

const isBlocked = (text: string, flags: AddressFlags): boolean =>
  referenceBlocks(addressOf(text), flags) || stricterBlock(addressOf(text), flags) !== undefined

describe('special-purpose addresses', () => {
  test.each(BLOCKED)('%s blocks %s to %s, and alone', (flag, first, last) => {
    for (const text of [first, last]) {
      expect(isBlocked(text, { ...NONE, [flag]: true }), text).toBe(true)
      expect(isBlocked(text, NONE), text).toBe(false)
    }
  })

  test.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
    ],
    ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255'],
    ...['192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
    ...['198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
    ...['2001:1::', '2001:db7::', '2001:db9::', '2003::', '2606:4700::1111', '64:ff9b::8.8.8.8', '::8.8.8.8'],
    ...['::ffff:8.8.8.8', '::ffff:0:8.8.8.8', '64:ff9b:1::8.8.8.8', 'fbff::', 'fe00::'],
  ])('%s is open', (text) => {
    expect(isBlocked(text, ALL)).toBe(false)
  })

  const FORMS: readonly ((quad: string) => string)[] = [
    (quad) => `::ffff:${quad}`,
    (quad) => `::${quad}`,
    (quad) => `::ffff:0:${quad}`,
    (quad) => `64:ff9b::${quad}`,
    (quad) => `64:ff9b:1::${quad}`,
  ]

  test('an address inside another is blocked under the flag of its own', () => {
    for (const [flag, first, last] of BLOCKED.filter(([, first]) => !first.includes(':'))) {
      for (const quad of [first, last]) {
        for (const form of FORMS) {
          // `::0.0.0.0` is the unspecified address, and all zeros leave nothing to be inside a translated one.
          if (quad === '0.0.0.0' && form(quad) === '::0.0.0.0') continue
          expect(isBlocked(form(quad), { ...NONE, [flag]: true }), form(quad)).toBe(true)
        }
      }
    }
  })

  test('6to4 and the local translation prefix are looked into when they are not blocked as a whole', () => {
    const flags = { ...NONE, blockLoopback: true }
    expect(stricterBlock(addressOf('2002:7f00:1::1'), flags)).toBe('URL_SAFE_EMBEDDED_ADDRESS')
    expect(stricterBlock(addressOf('2002:808:808::1'), flags)).toBeUndefined()
    expect(stricterBlock(addressOf('64:ff9b:1:7f00:0:100::'), flags)).toBe('URL_SAFE_EMBEDDED_ADDRESS')
  })

  test('a rule is named by what it adds', () => {
    expect(stricterBlock(addressOf('100.64.0.1'), ALL)).toBe('URL_SAFE_SPECIAL_ADDRESS')
    expect(stricterBlock(addressOf('64:ff9b::10.0.0.1'), ALL)).toBe('URL_SAFE_EMBEDDED_ADDRESS')
    expect(stricterBlock(addressOf('8.8.8.8'), ALL)).toBeUndefined()
  })

  test.each([
    ['10.0.0.1', true],
    ['::ffff:10.0.0.1', true],
    ['::10.0.0.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', false],
    ['64:ff9b::10.0.0.1', false],
    ['::', false],
  ])('the reference blocks %s: %s', (text, blocked) => {
    expect(referenceBlocks(addressOf(text), ALL)).toBe(blocked)
    expect(referenceBlocks(addressOf(text), NONE)).toBe(false)
  })

  test('an address stands for itself and for what is inside it', () => {
    const within = (text: string): string[] => addressesWithin(addressOf(text)).map(formatAddress)
    expect(within('10.0.0.1')).toEqual(['10.0.0.1'])
    expect(within('::1')).toEqual(['0:0:0:0:0:0:0:1'])
    expect(within('::ffff:10.0.0.1')).toEqual(['0:0:0:0:0:ffff:a00:1', '10.0.0.1'])
    expect(within('2002:a00:1::')).toEqual(['2002:a00:1:0:0:0:0:0', '10.0.0.1'])
    expect(within('::2')).toEqual(['0:0:0:0:0:0:0:2', '0.0.0.2'])
    expect(within('::5:7f00:1')).toEqual(['0:0:0:0:0:5:7f00:1'])
    expect(within('::1:0:7f00:1')).toEqual(['0:0:0:0:1:0:7f00:1'])
    expect(within('32.2.127.0')).toEqual(['32.2.127.0'])
    expect(within('64:ff9b:1::5')).toEqual(['64:ff9b:1:0:0:0:0:5', '0.0.0.5'])
    expect(within('64:ff9b:1::')).toEqual(['64:ff9b:1:0:0:0:0:0', '0.0.0.0', '0.0.0.0'])
  })
})
