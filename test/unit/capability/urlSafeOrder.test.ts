import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers } from '../../../src/capability/constraint.js'
import type { UrlSafeFields } from '../../../src/capability/constraints/urlSafe.js'
import { urlSafe } from '../../../src/capability/constructors.js'
import {
  grantsAddress,
  meetOf,
  narrows,
  narrowsByHost,
  URL_FLAGS,
} from '../../../src/capability/urlSafeOrder.js'
import { byKind, leaves } from '../../support/arbitraries.js'

const OPEN = {
  blockPrivate: false,
  blockLoopback: false,
  blockMetadata: false,
  blockReserved: false,
}

const urlSafeFields = (options: Parameters<typeof urlSafe>[0]): UrlSafeFields => {
  const { kind: _, ...fields } = urlSafe(options)
  return fields
}

describe('the order by the text of entries, and by the hosts that they stand for', () => {
  test.each<[string, string, boolean, boolean]>([
    ['a.com', 'a.com', true, true],
    ['a.com', 'A.COM', true, true],
    ['a.com', 'b.com', false, false],
    ['a.com', 'x.a.com', false, false],
    ['*.a.com', 'x.a.com', true, true],
    ['*.a.com', '*.x.a.com', true, true],
    ['*.a.com', 'a.com', false, true],
    ['*.a.com', 'b.com', false, false],
    ['bücher.example', 'xn--bcher-kva.example', false, true],
    ['[2606:4700::ABCD]', '[2606:4700::abcd]', true, true],
  ])('where %s is allowed, %s may be: %s, %s', (parent, child, byText, byHost) => {
    const [outer, inner] = [urlSafe({ allowDomains: [parent] }), urlSafe({ allowDomains: [child] })]
    expect([narrows(outer, inner), narrowsByHost(outer, inner)]).toEqual([byText, byHost])
  })

  test('takes every block that the parent has, and no list less', () => {
    for (const flag of URL_FLAGS) {
      const [on, off] = [urlSafe({ [flag]: true }), urlSafe({ [flag]: false })]
      expect([narrows(on, off), narrows(off, on)], flag).toEqual([false, true])
    }
    expect(URL_FLAGS).toHaveLength(5)
    expect(narrows(urlSafe({ allowDomains: [] }), urlSafe())).toBe(false)
    expect(narrowsByHost(urlSafe({ denyDomains: ['a.com'] }), urlSafe({ denyDomains: ['*.a.com'] }))).toBe(
      true,
    )
  })

  test('an address is a grant of its own, unless the parent lists it in whatever letters', () => {
    const grants = (parent: string, child: string): boolean =>
      grantsAddress(urlSafe({ allowDomains: [parent] }), urlSafe({ allowDomains: [child] }))
    expect(grants('*.8.8.8', '8.8.8.8')).toBe(true)
    expect(grants('8.8.8.8', '8.8.8.8')).toBe(false)
    expect(grants('[2606:4700::abcd]', '[2606:4700::ABCD]')).toBe(false)
    expect(grants('*.a.com', 'x.a.com')).toBe(false)
    expect(grantsAddress(urlSafe(), urlSafe({ allowDomains: ['8.8.8.8'] }))).toBe(false)
  })
})

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

  test('is as open as both are, and has the ports of both and what either denies', () => {
    const open = urlSafe({ ...OPEN, allowPorts: [80, 443], denyDomains: ['evil.com'] })
    expect(meetOf(open, urlSafe({ ...OPEN, allowPorts: [443, 8443] }))).toEqual(
      urlSafeFields({ ...OPEN, allowPorts: [443], denyDomains: ['evil.com'] }),
    )
    expect(meetOf(urlSafe(OPEN), urlSafe({ ...OPEN, denyDomains: ['a'] }))).toEqual(
      urlSafeFields({ ...OPEN, denyDomains: ['a'] }),
    )
    expect(meetOf(open, urlSafe({ ...OPEN, denyDomains: ['a', 'evil.com'] })).denyDomains).toEqual([
      'evil.com',
      'a',
    ])
    expect(meetOf(urlSafe(), urlSafe({ blockInternalTlds: true })).blockInternalTlds).toBe(true)
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
