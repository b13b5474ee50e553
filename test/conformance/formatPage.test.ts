/** The annotated example of docs/reference/format.md is a warrant: minted here byte for byte, and verified. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decodeChain, mint, parseWarrantId, secretKeyFromSeed, subpath, verify } from '../../src/index.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/reference/format.md', import.meta.url)), 'utf8')

/** Hexadecimal of the example: on each line, what stands before the `#`. */
const exampleHex = (): string =>
  (/```text\n([\s\S]*?)```/.exec(page)?.[1] ?? '').replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '')

const seed = (byte: number): ReturnType<typeof secretKeyFromSeed> =>
  secretKeyFromSeed(new Uint8Array(32).fill(byte))

describe('the example on the first screen', () => {
  const [issuer, holder] = [seed(1), seed(2)]
  const now = 1_772_330_400

  test('is what mint() makes of these fields', () => {
    const chain = mint(
      {
        holder: holder.publicKey,
        tools: { read_file: { path: subpath('/data') } },
        ttlSeconds: 1_200,
        maxDepth: 1,
        sessionId: 'cron_42',
        id: parseWarrantId('019cac5e7a00700080000000000000aa'),
        now,
      },
      issuer,
    )
    expect(exampleHex()).toBe(Buffer.from(chain.bytes).toString('hex'))
  })

  test('verifies', () => {
    const chain = decodeChain(Buffer.from(exampleHex(), 'hex'))
    expect(verify(chain, { roots: [issuer.publicKey], now }).leaf.payload.sessionId).toBe('cron_42')
  })
})
