/** A random source that fails while work is done with it: nothing is made of it, nothing is left, and all goes on after. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { generateKey } from '../../src/crypto/signer.js'
import { approve } from '../../src/statement/approval.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import { folder, run } from '../cli/harness.js'
import { elsewhere, enforcerWith, holder, minted, NOW } from '../support/enforcing.js'
import { codeOf } from '../support/values.js'

const chain = minted()

/** What becomes of the bytes that are asked for. */
const FAULTS: readonly (readonly [string, (bytes: Uint8Array) => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('no entropy')
    },
  ],
  ['leaves what was there', () => {}],
  ['gives zeros', (bytes) => bytes.fill(0)],
  ['gives the same each time', (bytes) => bytes.set(bytes.map((_, i) => i * 7))],
  ['gives a short cycle', (bytes) => bytes.set(bytes.map((_, i) => i % 2))],
]

const MAKING: readonly (readonly [string, () => unknown])[] = [
  ['a key', generateKey],
  ['the id of a warrant', () => minted()],
  ['the id of a child', () => attenuate(chain, { now: NOW }, holder)],
  ['an approval', () => approve({ requestHash: '00'.repeat(32) }, { externalId: 'a', now: NOW }, holder)],
  ['a binding with a key elsewhere', () => enforcerWith().bind(chain, elsewhere(holder))],
]

afterEach(() => vi.restoreAllMocks())

const breakSource = (fill: (bytes: Uint8Array) => unknown): void => {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    fill(bytes as unknown as Uint8Array) // what this package asks it to fill
    return bytes
  })
}

describe.each(FAULTS)('a source that %s', (_, fill) => {
  test.each(MAKING)('makes not %s, and does once it is mended', (_, make) => {
    breakSource(fill)
    expect(codeOf(make)).toBe('KEY_RANDOM_SOURCE')
    vi.restoreAllMocks()
    expect(codeOf(make)).toBeUndefined()
  })

  test('writes no key file', async () => {
    const dir = folder()
    breakSource(fill)
    const { exit, stdout, stderr } = await run(['keygen', join(dir, 'k')])
    expect([exit, stdout, /^warrant: ([A-Z_]+):/.exec(stderr)?.[1]]).toEqual([1, '', 'KEY_RANDOM_SOURCE'])
    expect(readdirSync(dir)).toEqual([])
    vi.restoreAllMocks()
    expect((await run(['keygen', join(dir, 'k')])).exit).toBe(0)
    expect(existsSync(join(dir, 'k.key'))).toBe(true)
  })
})
