/** UrlSafe and UrlPattern: no spelling of a blocked address gets through, and nothing that is covered permits more. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Constraint, covers, permits, stricterCover } from '../../src/capability/constraint.js'
import { not, urlPattern, urlSafe } from '../../src/capability/constructors.js'
import { type Network, networkContains, parseAddress, parseNetwork } from '../../src/capability/ipAddress.js'
import { addressSpellings, type Quad, specialQuad } from '../../src/testing/index.js'
import { rulingOf } from '../support/ruling.js'

const RUNS = { numRuns: 3_000 }

const BLOCKED = [
  ...[
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
  ],
  ...[
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
].map((text) => parseNetwork(text) as Network) // they are networks

const isBlocked = (quad: string): boolean => {
  const address = parseAddress(quad)
  return address !== undefined && BLOCKED.some((network) => networkContains(network, address))
}

/** Any address, special ones more often than chance has them. */
const quads: fc.Arbitrary<Quad> = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
  specialQuad(),
)

describe('UrlSafe with its defaults', () => {
  const safe = urlSafe({ schemes: ['http', 'https', 'ftp', 'ws', 'redis'] })
  const isSafe = (url: string): boolean => rulingOf(safe, url) === 'allow'

  test('no spelling of a blocked address is permitted, under any scheme', () => {
    fc.assert(
      fc.property(quads, fc.constantFrom('http', 'https', 'ftp', 'ws', 'redis'), (octets, scheme) => {
        fc.pre(isBlocked(octets.join('.')))
        for (const host of addressSpellings(octets))
          expect(isSafe(`${scheme}://${host}:80/x`), host).toBe(false)
        expect(isSafe(`${scheme}://[2002:${octets[0].toString(16)}00::1]/`)).toBe(false)
      }),
      RUNS,
    )
  })

  test('every other address is permitted, so that the blocks are no wider than they say', () => {
    fc.assert(
      fc.property(quads, (octets) => {
        const quad = octets.join('.')
        fc.pre(!isBlocked(quad) && quad !== '100.100.100.200')
        for (const host of [quad, `[::ffff:${quad}]`, `[64:ff9b::${quad}]`])
          expect(isSafe(`http://${host}/`), host).toBe(true)
      }),
      RUNS,
    )
  })

  test('no dots behind, letter case or label before a blocked name changes that', () => {
    const names = fc.constantFrom(
      'localhost',
      'localhost.localdomain',
      'metadata.google.internal',
      'metadata.goog',
    )
    fc.assert(
      fc.property(names, fc.nat(3), fc.infiniteStream(fc.boolean()), (name, dots, upper) => {
        const spelled = [...name]
          .map((letter) => (upper.next().value ? letter.toUpperCase() : letter))
          .join('')
        expect(isSafe(`http://${spelled}${'.'.repeat(dots)}/`)).toBe(false)
      }),
    )
    expect(isSafe('http://a.b.localhost./')).toBe(false)
  })

  test('gives an outcome for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.webUrl()), (text) => {
        expect(permits(safe, text, { engines: {}, now: 0 })).toBeTypeOf('boolean')
        expect(permits(safe, `http://${text}`, { engines: {}, now: 0 })).toBeTypeOf('boolean')
      }),
      RUNS,
    )
  })
})

const hosts = fc.oneof(
  fc.constantFrom(
    'a.com',
    'A.COM',
    'x.a.com',
    'a.com.',
    'b.x.a.com',
    'evil.com',
    'localhost',
    'x.localhost',
    'x.internal',
    'xa.com',
  ),
  fc.constantFrom(
    '8.8.8.8',
    '134744072',
    '[::ffff:8.8.8.8]',
    '10.0.0.1',
    '[::1]',
    '127.1',
    '[2002:808:808::]',
    '8.8.8.8.',
  ),
)
const urls = fc
  .tuple(
    fc.constantFrom('https', 'http', 'redis', 'ws', 'file'),
    hosts,
    fc.constantFrom('', ':443', ':80', ':8443'),
    fc.constantFrom(
      '',
      '/',
      '/a',
      '/a/',
      '/a/b',
      '/a/b/c',
      '/[a]/b',
      '/ab',
      '/b',
      '/a//b',
      '/A/b',
      '/a]/b',
      '/[a/b',
    ),
  )
  .map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`)

const some = (...items: readonly string[]): fc.Arbitrary<readonly string[] | undefined> =>
  fc.option(fc.subarray([...items]), { nil: undefined })

const policies = fc
  .record({
    schemes: fc.subarray(['https', 'HTTP', 'redis', 'ws', 'file']),
    allowDomains: some(
      'a.com',
      '*.a.com',
      'x.a.com',
      '*.x.a.com',
      '8.8.8.8',
      '*.b.com',
      '[::1]',
      '*.com',
      '10.0.0.1',
    ),
    denyDomains: some('evil.com', '8.8.8.8', 'x.a.com', '*.x.a.com', '[::1]'),
    allowPorts: fc.option(fc.subarray([80, 443, 8443]), { nil: undefined }),
    blockPrivate: fc.boolean(),
    blockLoopback: fc.boolean(),
    blockMetadata: fc.boolean(),
    blockReserved: fc.boolean(),
    blockInternalTlds: fc.boolean(),
  })
  .map(urlSafe)

const patterns = fc
  .tuple(
    fc.constantFrom('https', 'http', '*', 'redis', 'HTTP'),
    fc.constantFrom('a.com', '*.a.com', 'x.a.com', '*.A.com', 'X.a.com', 'u@*', '*.com', '8.8.8.8'),
    fc.constantFrom('', '', ':443', ':8443', ':80'),
    fc.constantFrom(
      ...[
        '',
        '/',
        '/*',
        '/a',
        '/a/*',
        '/a/b',
        '/a/b/*',
        '/[ab]/*',
        '/[ab]/b',
        '/[a/*',
        '/[a/]b',
        '/[ab]/[b',
        '/a*',
        '/**',
      ],
      ...[
        '/a/**',
        '/a/**/*',
        '/*/b',
        '/*/b/*',
        '/*/b/c',
        '/[!a]/*',
        '/[]a]/*',
        '/[]a]/b',
        '/a]/*',
        '/a]/b',
        '/***/*',
        '/a/***',
      ],
    ),
  )
  .map(([scheme, host, port, path]) => urlPattern(`${scheme}://${host}${port}${path}`))

/** The law for one pair on some values, also with both negated; true where the pair is covered. */
const holdsOn = (parent: Constraint, child: Constraint, values: readonly string[]): boolean => {
  const isCovered = covers(parent, child, {})
  if (isCovered) {
    expect(stricterCover(parent, child, {})).toBeUndefined()
    for (const value of values) {
      if (rulingOf(child, value) === 'allow') expect(rulingOf(parent, value), value).toBe('allow')
    }
  }
  if (covers(not(child), not(parent), {})) {
    for (const value of values) {
      if (rulingOf(not(parent), value) === 'allow') expect(rulingOf(not(child), value), value).toBe('allow')
    }
  }
  return isCovered
}

describe('the law', () => {
  test('UrlSafe: what a covered child permits, its parent permits', () => {
    let covered = 0
    fc.assert(
      fc.property(
        policies,
        policies,
        fc.subarray(['schemes', 'allowDomains', 'denyDomains', 'allowPorts', 'blockLoopback']),
        fc.array(urls),
        (parent, other, changed, values) => {
          // A child that shares most fields with its parent is covered often enough to be worth asking.
          const fields = Object.fromEntries(changed.map((name) => [name, other[name as keyof typeof other]]))
          const child = urlSafe({ ...parent, ...fields })
          if (holdsOn(parent, child, values)) covered++
        },
      ),
      { numRuns: 6_000 },
    )
    expect(covered).toBeGreaterThan(500)
  })

  test('UrlPattern: what a covered child permits, its parent permits', () => {
    let covered = 0
    fc.assert(
      fc.property(patterns, patterns, fc.array(urls), (parent, child, values) => {
        if (holdsOn(parent, child, values)) covered++
      }),
      { numRuns: 20_000 },
    )
    expect(covered).toBeGreaterThan(200)
  })
})
