/** Secrets that come out, and randomness that is none: JS-9 and JS-10. */

import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { generateKey, parseSecretKey, secretKeyFromSeed, secretKeyToPem } from '../../src/crypto/signer.js'
import { toBase64, toBase64Url } from '../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { approve } from '../../src/statement/approval.js'
import { prove } from '../../src/statement/proof.js'
import { mint } from '../../src/warrant/mint.js'
import { elsewhere, enforcerWith, holder, minted, NOW, proofOf } from '../support/enforcing.js'
import { codeOf } from '../support/values.js'

const SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
const key = secretKeyFromSeed(SEED)

/** Every way in which the seed could stand in text. */
const SPELLINGS = [
  toHex(SEED),
  toHex(SEED).toUpperCase(),
  toBase64(SEED),
  toBase64Url(SEED),
  SEED.join(','),
  secretKeyToPem(key).slice(60), // past what every such PEM begins with
  String.fromCharCode(...SEED),
].map((text) => text.slice(0, 24))

/** Those that stand in a text, also as a list over several lines or as an object of places. */
const leaksIn = (text: string): readonly string[] => {
  const joined = text.replace(/\s+/g, '').replace(/"?\d+"?:(?=\d)/g, '')
  return SPELLINGS.filter((spelling) => text.includes(spelling) || joined.includes(spelling))
}

/** All that can be seen of a thing. */
const shown = (thing: unknown): string => {
  const seen: string[] = []
  const add = (text: () => unknown): void => {
    try {
      seen.push(String(text()))
    } catch (thrown) {
      seen.push(inspect(thrown, { depth: 9, showHidden: true }))
    }
  }
  add(() => inspect(thing, { depth: 9, showHidden: true, customInspect: false }))
  add(() => inspect(thing, { depth: 9, showHidden: true, getters: true }))
  add(() => JSON.stringify(thing))
  add(() => inspect(structuredClone(thing), { depth: 9 }))
  add(() => inspect(Object.getOwnPropertyDescriptors(thing), { depth: 9 }))
  add(() => `${thing}`)
  add(() => inspect(Object.values(thing as object), { depth: 9 }))
  if (thing instanceof Error) add(() => `${thing.stack} ${inspect(thing.cause, { depth: 9 })}`)
  return seen.join('\n')
}

describe('JS-9: secrets in what is printed, logged, serialised or thrown', () => {
  test('the scan finds a secret where there is one', () => {
    for (const leak of [
      { seed: SEED },
      { hex: toHex(SEED) },
      new Error(toBase64(SEED)),
      { text: secretKeyToPem(key) },
    ])
      expect(leaksIn(shown(leak))).not.toEqual([])
  })

  test('a key shows nothing of itself', () => {
    for (const thing of [key, { key }, [key], new Map([['key', key]])])
      expect(leaksIn(shown(thing))).toEqual([])
    expect(`${key}`).toBe('SecretKey(redacted)')
    expect(JSON.stringify({ key })).toBe('{"key":"SecretKey(redacted)"}')
    expect(inspect(key)).toBe('SecretKey(redacted)')
  })

  test('nor is it in the console', () => {
    const written: string[] = []
    const streams = [process.stdout, process.stderr]
    const spies = streams.map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        written.push(String(text))
        return true
      }),
    )
    process.stdout.write(inspect(key))
    process.stderr.write(inspect({ keys: [key] }, { depth: 9 }))
    for (const spy of spies) spy.mockRestore()
    expect(written).toEqual(['SecretKey(redacted)', '{ keys: [ SecretKey(redacted) ] }'])
  })

  test('no error about a text that is nearly a secret key repeats any of it', () => {
    const hex = toHex(SEED)
    const pem = secretKeyToPem(key)
    const nearly = [
      hex.slice(1),
      `${hex}0`,
      `0x${hex}`,
      ` ${hex}x`,
      toBase64(SEED).slice(0, -2),
      `${toBase64(SEED)}=`,
      pem.replace('PRIVATE', 'PUBLIC'),
      pem.replace('-----END', '----END'),
      pem.replace('MC4', 'MC5'),
      pem.slice(0, -30),
      `${pem}${pem}`,
      JSON.stringify({ d: toBase64Url(SEED) }),
    ]
    for (const text of nearly) {
      let thrown: unknown
      try {
        parseSecretKey(text)
      } catch (error) {
        thrown = error
      }
      expect(thrown, 'refused').toHaveProperty('code')
      expect(leaksIn(shown(thrown))).toEqual([])
    }
  })

  test('nothing that is made with a key has it inside, nor any failure to', () => {
    const chain = mint({ holder: key.publicKey, tools: { t: {} }, ttlSeconds: 60, now: NOW }, key)
    const enforcer = enforcerWith({ roots: [key.publicKey] })
    const made: readonly (() => unknown)[] = [
      () => chain,
      () => prove(chain, { tool: 't', args: {} }, key, { now: NOW }),
      () => approve({ requestHash: '00'.repeat(32) }, { externalId: 'a', now: NOW }, key),
      () => enforcer.bind(chain, key),
      () => enforcer.enforce({ chain, tool: 't', args: {}, proof: proofOf(chain, 't', {}, key) }),
      () => prove(minted(), { tool: 't', args: {} }, key, { now: NOW }),
      () => enforcer.bind(minted(), key),
      () => mint({ holder: key.publicKey, tools: { t: {} }, ttlSeconds: -1, now: NOW }, key),
      () => enforcer.bind(chain, holder),
    ]
    for (const make of made) {
      let result: unknown
      try {
        result = make()
      } catch (thrown) {
        result = thrown
      }
      expect(leaksIn(shown(result))).toEqual([])
    }
  })
})

describe('JS-10: a random source that throws or is constant', () => {
  afterEach(() => vi.restoreAllMocks())

  /** From now on the platform's source does this. */
  const source = (fill: (bytes: Uint8Array) => void): void => {
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
      fill(bytes as unknown as Uint8Array) // what this package asks it to fill
      return bytes
    })
  }

  const broken: readonly (readonly [string, (bytes: Uint8Array) => void])[] = [
    [
      'throws',
      () => {
        throw new Error('no entropy')
      },
    ],
    ['leaves what was there', () => {}],
    ['fills it with one byte', (bytes) => bytes.fill(7)],
    [
      'gives the same each time',
      (bytes) =>
        bytes.forEach((_, i) => {
          bytes[i] = i
        }),
    ],
  ]

  test.each(broken)('that %s makes no key, and no other source is asked', (_, fill) => {
    const other = vi.spyOn(Math, 'random')
    source(fill)
    expect(codeOf(generateKey)).toBe('KEY_RANDOM_SOURCE')
    expect(other).not.toHaveBeenCalled()
  })

  test.each(broken)('that %s makes no approval and binds no warrant', (_, fill) => {
    const chain = minted()
    const enforcer = enforcerWith()
    source(fill)
    const request = { requestHash: '00'.repeat(32) }
    expect(codeOf(() => approve(request, { externalId: 'a', now: NOW }, key))).toBe('KEY_RANDOM_SOURCE')
    expect(codeOf(() => enforcer.bind(chain, elsewhere(holder)))).toBe('KEY_RANDOM_SOURCE')
  })
})
