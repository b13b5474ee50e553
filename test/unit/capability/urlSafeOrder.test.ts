import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers } from '../../../src/capability/constraint.js'
import { urlSafe } from '../../../src/capability/constructors.js'
import { meetOf } from '../../../src/capability/urlSafeOrder.js'
import { byKind, leaves } from '../../support/arbitraries.js'

describe('what two UrlSafe have in common', () => {
  test('is covered by the parent, and keeps what the child denies', () => {
    const parent = urlSafe({ allowDomains: ['*.a.com', '8.8.8.8'], blockLoopback: false })
    const child = urlSafe({
      schemes: ['https', 'redis'],
      allowDomains: ['x.a.com', 'b.com', '8.8.8.8', '1.1.1.1'],
      denyDomains: ['evil.com'],
      allowPorts: [443],
      blockPrivate: false,
    })
    expect(meetOf(parent, child)).toEqual({
      schemes: ['https'],
      allowDomains: ['x.a.com', '8.8.8.8'],
      denyDomains: ['evil.com'],
      allowPorts: [443],
      blockPrivate: true,
      blockLoopback: true,
      blockMetadata: true,
      blockReserved: true,
      blockInternalTlds: false,
    })
  })

  test('is covered by the parent, whatever the two, and is the child where that is covered', () => {
    const draw = byKind.urlSafe(leaves)
    fc.assert(
      fc.property(draw, draw, (parent, child) => {
        expect(covers(parent, urlSafe(meetOf(parent, child)), {})).toBe(true)
        if (covers(parent, child, {})) expect(covers(child, urlSafe(meetOf(parent, child)), {})).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
