/** Payloads altered in one place and signed anew: what is read here must be read there, and read as the same. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, toHex } from '../../../src/encoding/bytes.js'
import { decodeChain } from '../../../src/index.js'
import type { Warrant } from '../../../src/warrant/chain.js'
import { verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { keyOf } from '../../support/statements.js'
import { altered, mandate, minted, root, signedBytes } from '../../support/warrants.js'
import { casesOf, SEEDS, share } from './cases.js'
import { base64, judgedByReference } from './reference.js'
import { toolMaps } from './shapes.js'
import { NOW } from './stack.js'
import { judgeAll, Tally } from './tally.js'
import { rulingOfRun } from './verdicts.js'

const KEYS = [keyOf(21), keyOf(22)].map(({ publicKey }) => publicKey).sort()

const EXTENSIONS = { 'app.note': Uint8Array.of(0x61, 0x78) }

const warrants: fc.Arbitrary<Warrant> = fc.oneof(
  { weight: 4, arbitrary: toolMaps.map((tools) => minted({ tools, now: NOW })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      minted({ now: NOW, sessionId: 's', clearance: 3, agentId: 'agent-7', extensions: EXTENSIONS }),
      altered(minted({ now: NOW }), { approvers: KEYS, minApprovals: 1 }),
      mandate({ now: NOW, bounds: { a: 'x' }, maxIssueDepth: 3 }),
    ),
  },
)

/** What is done to the bytes at one place. */
const ALTERATIONS: readonly ((bytes: Uint8Array, at: number, byte: number) => Uint8Array)[] = [
  (bytes, at, byte) => bytes.map((each, i) => (i === at ? byte : each)),
  (bytes, at, byte) => bytes.map((each, i) => (i === at ? each ^ (1 << (byte % 8)) : each)),
  (bytes, at, byte) => bytes.map((each, i) => (i === at ? each + 1 + (byte % 2) : each)),
  (bytes, at) => concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1)),
  (bytes, at, byte) => concatBytes(bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at)),
  (bytes, at) => bytes.subarray(0, at),
  // A number of one byte, or a length, written in two.
  (bytes, at) => {
    const byte = bytes[at] as number
    const head = (byte & 0xe0) | 0x18
    return concatBytes(bytes.subarray(0, at), Uint8Array.of(head, byte & 0x1f), bytes.subarray(at + 1))
  },
]

const cases = fc
  .tuple(warrants, fc.nat(), fc.nat(255), fc.constantFrom(...ALTERATIONS))
  .map(([{ payload, payloadBytes }, place, byte, alter]) =>
    signedBytes(payload, alter(payloadBytes, place % payloadBytes.length, byte), root),
  )

judgedByReference('altered bytes', (reference, version) => {
  test(`${casesOf('altered bytes')} payloads`, async ({ task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      await judgeAll(reference(), tally, fc.sample(cases, { seed, numRuns: share('altered bytes') }), {
        op: 'verify',
        shared: { roots: [root.publicKey] },
        asked: ({ bytes }) => ({ chain: base64(concatBytes(Uint8Array.of(0x81), bytes)) }),
        ours: ({ bytes }) =>
          rulingOfRun(() => verify(decodeChain(bytes), { roots: [root.publicKey], now: NOW, engines })),
        about: ({ payloadBytes }) => toHex(payloadBytes),
      })
    }
    task.meta.judgement = tally.judgement(version, 'altered bytes', SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.cases - tally.allowed).toBeGreaterThan(tally.cases / 2)
  })
})
