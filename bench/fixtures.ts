/** What is measured upon: fixed keys and fields, so that every run measures the same bytes, which their sizes show. */

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import {
  type Chain,
  createEnforcer,
  type Enforcer,
  grant,
  mint,
  parseWarrantId,
  range,
  type SecretKey,
  secretKeyFromSeed,
  subpath,
  type ToolsInput,
} from 'warrant'

/** Unix seconds: where every clock of the fixtures stands. */
export const NOW = 1_772_330_400

export const seeded = (byte: number): SecretKey => secretKeyFromSeed(new Uint8Array(32).fill(byte))
export const issuer = seeded(1)

const idOf = (number: number) => parseWarrantId(number.toString(16).padStart(32, '0'))

const TOOLS: ToolsInput = { read_file: { path: subpath('/data'), limit: range({ min: 0, max: 1_000 }) } }

export interface Holding {
  readonly chain: Chain
  readonly holder: SecretKey
}

/** A chain of so many warrants, each granted to a new holder. */
export const chainOfDepth = (depth: number, tools: ToolsInput = TOOLS): Holding => {
  let holder = seeded(2)
  const common = { now: NOW, ttlSeconds: 3_600 }
  let chain = mint({ ...common, holder: holder.publicKey, tools, maxDepth: 64, id: idOf(1) }, issuer)
  for (let link = 1; link < depth; link++) {
    const child = seeded(2 + link)
    chain = grant(chain, { ...common, holder: child.publicKey, id: idOf(1 + link) }, holder)
    holder = child
  }
  return { chain, holder }
}

export const single = chainOfDepth(1)
assert.equal(single.chain.bytes.length, 313, 'the format changed: measure anew, and say so')

const begun = Date.now()

/** Reads the real clock, as a shipped one does, and tells the time of the fixtures. */
const storyClock = (): number => NOW + (Date.now() - begun) / 1e6

export const enforcer = (): Enforcer => createEnforcer({ roots: [issuer.publicKey], clock: storyClock })

/** Arguments that are permitted, different for every index. */
export const argsOf = (index: number): { readonly path: string; readonly limit: number } => ({
  path: `/data/report-${index}.csv`,
  limit: index % 1_000,
})

/** B: one bare verification by `node:crypto`, its key cached, of a message as long as that of the single warrant. */
const bareKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 1)]),
  format: 'der',
  type: 'pkcs8',
})
export const bare = {
  privateKey: bareKey,
  publicKey: createPublicKey(bareKey),
  message: Buffer.alloc(300, 7),
  signature: sign(null, Buffer.alloc(300, 7), bareKey),
}
