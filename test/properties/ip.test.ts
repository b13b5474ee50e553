/** Addresses and networks against another reader and against arithmetic. */

import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { covers, permits } from '../../src/capability/constraint.js'
import { cidr, exact } from '../../src/capability/constructors.js'
import {
  type Address,
  formatAddress,
  lastAddress,
  type Network,
  networkContains,
  networkCovers,
  parseAddress,
  parseNetwork,
} from '../../src/capability/ipAddress.js'

const RUNS = { numRuns: 2_000 }

const fours = fc.ipV4()
const sixes = fc.oneof(
  fc.ipV6(),
  fours.map((quad) => `::ffff:${quad}`),
  fc
    .array(fc.constantFrom('0', '1', 'ffff', 'a00'), { minLength: 8, maxLength: 8 })
    .map((words) => words.join(':')),
)
const addresses = fc.oneof(fours, sixes)

/** Text that is nearly an address. */
const nearly = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '10',
      '127',
      '255',
      '256',
      '010',
      'ffff',
      'g',
      '.',
      ':',
      '::',
      '%',
      '[',
      ']',
      '/',
      ' ',
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))

const prefixes = fc.integer({ min: 0, max: 128 })
const networks = fc
  .tuple(addresses, prefixes)
  .map(([address, prefix]) => `${address}/${address.includes(':') ? prefix : prefix % 33}`)

const bitsOf = (address: Address): bigint =>
  address.words.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n)

const networkOf = (text: string): Network => parseNetwork(text) as Network // the arbitraries make networks

/** Another reader; leading zeros, which it reads, are kept from it, and it takes `::1.2.3.4` for the mapped address. */
const otherReader = (text: string): string | undefined => {
  const isFour = ipaddr.IPv4.isValidFourPartDecimal(text)
  const isSix = !text.includes('%') && !text.includes('[') && ipaddr.IPv6.isValid(text)
  return isFour || isSix ? ipaddr.parse(text).toNormalizedString() : undefined
}

describe('addresses', () => {
  test('are those of another reader', () => {
    fc.assert(
      fc.property(fc.oneof(addresses, nearly), (text) => {
        const address = parseAddress(text)
        if (address === undefined && /(^|[.:])0[0-9]+(\.|$)/.test(text)) return // the other one reads leading zeros
        if (text.includes(':') && text.includes('.')) {
          expect(address !== undefined).toBe(otherReader(text) !== undefined)
        } else {
          expect(address && formatAddress(address)).toBe(otherReader(text))
        }
      }),
      RUNS,
    )
  })

  test('are read back from the text that is written', () => {
    fc.assert(
      fc.property(addresses, (text) => {
        const address = parseAddress(text) as Address
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
      RUNS,
    )
  })
})

describe('networks', () => {
  test('contain an address if and only if its leading bits are theirs', () => {
    fc.assert(
      fc.property(networks, addresses, (text, other) => {
        const network = networkOf(text)
        const address = parseAddress(other) as Address
        const shift = BigInt((network.first.family === 4 ? 32 : 128) - network.prefix)
        const isInside =
          address.family === network.first.family &&
          bitsOf(address) >> shift === bitsOf(network.first) >> shift
        expect(networkContains(network, address)).toBe(isInside)
      }),
      RUNS,
    )
  })

  test('cover a network if and only if they contain its first and last address', () => {
    fc.assert(
      fc.property(networks, networks, fc.boolean(), (a, b, isRelated) => {
        const outer = networkOf(a)
        const inner = isRelated
          ? networkOf(`${a.replace(/\/.*/, '')}/${b.replace(/.*\//, '')}`)
          : networkOf(b)
        if (inner === undefined) return
        expect(networkCovers(outer, inner)).toBe(
          networkContains(outer, inner.first) && networkContains(outer, lastAddress(inner)),
        )
      }),
      RUNS,
    )
  })
})

describe('the law of Cidr', () => {
  test('what a covered network permits, its parent permits', () => {
    const circumstances = { engines: {}, now: 0 }
    fc.assert(
      fc.property(networks, networks, fc.oneof(addresses, nearly), (a, b, text) => {
        const [parent, child] = [cidr(a), cidr(b)]
        if (covers(parent, child, {}) && permits(child, text, circumstances) === true)
          expect(permits(parent, text, circumstances)).toBe(true)
        expect(covers(parent, exact(text), {})).toBe(permits(parent, text, circumstances) === true)
      }),
      RUNS,
    )
  })
})
