/** What the hostile generators give, asked of the constraints that stand against it, and judged by somebody else. */

import { BlockList, isIP } from 'node:net'
import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type Constraint, permits, shlex, subpath, urlSafe } from '../../src/index.js'
import { hostileCommand, hostilePath, hostileUrl } from '../../src/testing/index.js'
import { freshSeed, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'

const seed = freshSeed()
console.log(`hostile: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })
const RUNS = { numRuns: scaled(4_000, 60_000), seed }

const isPermitted = (constraint: Constraint, text: string): boolean =>
  permits(constraint, text, { engines: {}, now: 0 }) === true

/** Runs a law of what is permitted, and counts; something must be permitted, or the law says nothing. */
const judged = (
  drawn: fc.Arbitrary<string>,
  constraint: Constraint,
  tally: Tally,
  isHarmless: (text: string) => boolean,
) => {
  fc.assert(
    fc.property(drawn, (text) => {
      const isAllowed = isPermitted(constraint, text)
      tally.count(isAllowed ? 'permitted, and harmless' : 'denied')
      if (isAllowed) expect(isHarmless(text), text).toBe(true)
    }),
    RUNS,
  )
  expect(tally.of('denied')).toBeGreaterThan(tally.total / 2)
  expect(tally.of('permitted, and harmless')).toBeGreaterThan(0)
}

describe('paths', () => {
  const tally = new Tally('hostile paths under /data')
  test('that Subpath permits stay below its root, on either kind of machine', () => {
    judged(hostilePath('/data'), subpath('/data'), tally, (path) => {
      const [unix, windows] = [posix.resolve('/', path), win32.resolve('C:\\', path)]
      const isBelow = (resolved: string, root: string, separator: string): boolean =>
        resolved === root || resolved.startsWith(`${root}${separator}`)
      return !path.includes('\0') && isBelow(unix, '/data', '/') && isBelow(windows, 'C:\\data', '\\')
    })
  })
})

describe('URLs', () => {
  const special = { ipv4: new BlockList(), ipv6: new BlockList() }
  const NETWORKS = [
    ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
    ...[
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
    ],
    ...['224.0.0.0/4', '240.0.0.0/4'],
  ]
  for (const network of NETWORKS) {
    const [address, prefix] = network.split('/') as [string, string]
    special.ipv4.addSubnet(address, Number(prefix), 'ipv4')
  }
  for (const network of ['fc00::/7', 'fe80::/10', '::/128', '::1/128']) {
    const [address, prefix] = network.split('/') as [string, string]
    special.ipv6.addSubnet(address, Number(prefix), 'ipv6')
  }

  const tally = new Tally('hostile URLs')
  test('that UrlSafe permits lead to no internal address by the reading of the platform', () => {
    judged(hostileUrl('a.example'), urlSafe({ blockInternalTlds: true }), tally, (url) => {
      const { hostname, protocol } = new URL(url)
      const host = hostname.replace(/^\[|\]$|\.$/g, '')
      if (isIP(host) === 4) return !special.ipv4.check(host, 'ipv4')
      if (isIP(host) === 6) {
        // A list of IPv4 networks holds mapped addresses too; translated ones (RFC 6052) embed one alike.
        const embedding = host.replace(/^64:ff9b::/, '::ffff:')
        return !special.ipv6.check(host, 'ipv6') && !special.ipv4.check(embedding, 'ipv6')
      }
      return (
        /^https?:$/.test(protocol) && !/(^|\.)(localhost|internal|local)$|^localhost\.localdomain$/.test(host)
      )
    })
  })
})

describe('commands', () => {
  const tally = new Tally('hostile command lines under ls')
  test('that Shlex permits are one command of an allowed program', () => {
    judged(hostileCommand('ls'), shlex(['ls']), tally, (line) => {
      const [first = ''] = line.trim().split(/\s+/)
      return !/[\0\n\r\v\f;|&<>$`()]/.test(line) && posix.basename(first) === 'ls' && !first.includes('..')
    })
  })
})
