/** What is measured upon: keys, ids and fields that are the same in every run, so that sizes are too, and are asserted. */

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import {
  type Chain,
  createEnforcer,
  type Enforcer,
  type EnforcerConfig,
  grant,
  mint,
  parseWarrantId,
  range,
  type SecretKey,
  secretKeyFromSeed,
  signRevocationList,
  subpath,
  type ToolsInput,
  type WarrantId,
} from 'warrant'

/** Unix seconds: when every warrant was minted, and when this process began by its clock. */
export const NOW = 1_772_330_400

const ahead = Math.floor(Date.now() / 1000) - NOW

/** Reads the real clock, as a shipped one does, and tells the time of the fixtures. */
export const clock = (): number => Date.now() / 1000 - ahead

const seedOf = (number: number): Uint8Array => {
  const seed = new Uint8Array(32).fill(7)
  new DataView(seed.buffer).setUint32(0, number)
  return seed
}

const keys = new Map<number, SecretKey>()

/** The key of a number. */
export const keyOf = (number: number): SecretKey => {
  const known = keys.get(number) ?? secretKeyFromSeed(seedOf(number))
  keys.set(number, known)
  return known
}

export const issuer: SecretKey = keyOf(1)
const revoker = keyOf(2)

export const idOf = (number: number): WarrantId => parseWarrantId(number.toString(16).padStart(32, '0'))

/** Two constraints, a Subpath and a Range. */
export const TOOLS: ToolsInput = {
  read_file: { path: subpath('/data'), limit: range({ min: 0, max: 1_000 }) },
}

export interface Holding {
  readonly chain: Chain
  /** The key of the leaf's holder. */
  readonly holder: SecretKey
}

const standardKey = (place: number): SecretKey => (place === 0 ? issuer : keyOf(9 + place))

/** A chain of so many warrants, each granted to another holder. */
export const chainOf = (
  depth: number,
  options: {
    readonly tools?: ToolsInput
    /** Ids begin here. */
    readonly firstId?: number
    /** The key of a place: 0 is the issuer. */
    readonly keyAt?: (place: number) => SecretKey
    readonly now?: number
  } = {},
): Holding => {
  const { tools = TOOLS, firstId = 1, keyAt = standardKey, now = NOW } = options
  const common = { now, ttlSeconds: 3_600 }
  let holder = keyAt(1)
  let chain = mint({ ...common, holder: holder.publicKey, tools, maxDepth: 64, id: idOf(firstId) }, keyAt(0))
  for (let place = 2; place <= depth; place++) {
    const next = keyAt(place)
    chain = grant(chain, { ...common, holder: next.publicKey, id: idOf(firstId + place - 1) }, holder)
    holder = next
  }
  return { chain, holder }
}

/** A chain longer by one, for a holder. */
export const granted = ({ chain, holder }: Holding, to: SecretKey, id: number): Holding => ({
  chain: grant(chain, { now: NOW, ttlSeconds: 3_600, holder: to.publicKey, id: idOf(id) }, holder),
  holder: to,
})

/** Chains of one depth, alike but for their ids. */
export const chainsOf = (count: number, depth: number): readonly Holding[] =>
  Array.from({ length: count }, (_, i) => chainOf(depth, { firstId: 1 + i * depth }))

export const single: Holding = chainOf(1)
assert.equal(single.chain.bytes.length, 313, 'the format changed: measure anew, and say so')
assert.equal(chainOf(3).chain.bytes.length, 1_067, 'the format changed: measure anew, and say so')

const revocations = signRevocationList(
  {
    revokedIds: Array.from({ length: 100 }, (_, i) => idOf(0xffff_0000 + i)),
    version: 1,
    issuedAt: NOW,
  },
  revoker,
)

/** An enforcer as shipped: its defaults, the real clock, and a list of a hundred revoked warrants. */
export const enforcer = (config: Partial<EnforcerConfig> = {}): Enforcer =>
  createEnforcer({
    roots: [issuer.publicKey],
    clock,
    revocation: { issuer: revoker.publicKey, list: revocations },
    ...config,
  })

/** Arguments that are permitted, another set for every index, read from JSON as those of agents are. */
export const argsOf = (index: number): Readonly<Record<string, unknown>> =>
  JSON.parse(`{"path":"/data/report-${index}.csv","limit":${index % 1_000}}`) as Record<string, unknown> // an object

const PKCS8_PREFIX = '302e020100300506032b657004220420'

const bareKey: KeyObject = createPrivateKey({
  key: Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seedOf(1)]),
  format: 'der',
  type: 'pkcs8',
})
const message: Uint8Array = (single.chain.warrants[0] as Chain['warrants'][number]).payloadBytes // it has one

/** What `node:crypto` is given by itself: keys that are imported, and a message as long as that of one warrant. */
export const bare: {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly message: Uint8Array
  readonly signature: Uint8Array
} = {
  privateKey: bareKey,
  publicKey: createPublicKey(bareKey),
  message,
  signature: sign(null, message, bareKey),
}
