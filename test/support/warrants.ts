/** Warrants that no builder makes: any fields at all, rightly signed by any key. What attacks on chains are made of. */

import { defaultBackend } from '../../src/crypto/backend.js'
import { type PublicKey, signatureFromBytes } from '../../src/crypto/keys.js'
import type { SecretKey } from '../../src/crypto/signer.js'
import { type Chain, chainOf, type Payload, type Warrant } from '../../src/warrant/chain.js'
import { sealWarrant, warrantMessage } from '../../src/warrant/envelope.js'
import { type CapabilityInput, toolsOf } from '../../src/warrant/fields.js'
import { encodeGates, type GatesInput, gatesOf } from '../../src/warrant/gates.js'
import { newWarrantId } from '../../src/warrant/id.js'
import { type MintIssuerOptions, type MintOptions, mint } from '../../src/warrant/mint.js'
import { encodePayload, GATES_EXTENSION } from '../../src/warrant/payload.js'
import { type VerifyOptions, verify } from '../../src/warrant/verify.js'
import { engines } from './engines.js'
import { keyOf, NOW } from './statements.js'
import { codeOf } from './values.js'

export { NOW }

/** A trusted root, four that may hold warrants, and one that should not. */
export const root: SecretKey = keyOf(1)
export const alice: SecretKey = keyOf(2)
export const bob: SecretKey = keyOf(3)
export const carol: SecretKey = keyOf(4)
export const dave: SecretKey = keyOf(5)
export const mallory: SecretKey = keyOf(0x66)

const everybody = [root, alice, bob, carol, dave, mallory]

/** The secret key of one of them. */
export const secretOf = (key: PublicKey): SecretKey => {
  const found = everybody.find(({ publicKey }) => publicKey === key)
  if (found === undefined) throw new Error('nobody has this key')
  return found
}

export const TTL = 3_600

/** A root warrant for Alice. */
export const minted = (options: Partial<MintOptions> = {}): Warrant =>
  mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: TTL, now: NOW, ...options }, root)
    .warrants[0] as Warrant // a root stands alone

/** An issuer warrant for Alice. */
export const mandate = (options: Partial<MintIssuerOptions> = {}): Warrant =>
  mint({ holder: alice.publicKey, issuableTools: ['read'], ttlSeconds: TTL, now: NOW, ...options }, root)
    .warrants[0] as Warrant // a root stands alone

/** A warrant of exactly these payload bytes. */
export const signedBytes = (payload: Payload, payloadBytes: Uint8Array, key: SecretKey): Warrant =>
  sealWarrant(payload, payloadBytes, signatureFromBytes(key.sign(warrantMessage(payloadBytes))))

/** A warrant of exactly these fields. */
export const signed = (payload: Payload, key: SecretKey = secretOf(payload.issuer)): Warrant =>
  signedBytes(payload, encodePayload(payload), key)

/** The same warrant with other fields, signed anew. */
export const altered = ({ payload }: Warrant, change: Partial<Payload>, key?: SecretKey): Warrant =>
  signed({ ...payload, ...change }, key)

/** Tools as they stand in a payload. */
export const tools = (input: Readonly<Record<string, CapabilityInput>>): Pick<Payload, 'tools'> => ({
  tools: toolsOf(input),
})

/** Gates as they stand in a payload. */
export const gated = (input: GatesInput): Pick<Payload, 'extensions' | 'gates'> => {
  const gates = gatesOf(input)
  return { extensions: new Map([[GATES_EXTENSION, encodeGates(gates)]]), gates }
}

/** What a payload says that has no gates. */
export const UNGATED: Pick<Payload, 'extensions' | 'gates'> = { extensions: new Map(), gates: undefined }

export const hashOf = ({ payloadBytes }: Warrant): Uint8Array => defaultBackend.sha256(payloadBytes)

/** A child that says what its parent says, for Bob; or says something else, lawful or not. */
export const childOf = (parent: Warrant, change: Partial<Payload> = {}, key?: SecretKey): Warrant => {
  const { holder, depth } = parent.payload
  const lawful = {
    id: newWarrantId(NOW),
    issuer: holder,
    holder: holder === bob.publicKey ? carol.publicKey : bob.publicKey,
    depth: depth + 1,
    parentHash: hashOf(parent),
  }
  return altered(parent, { ...lawful, ...change }, key)
}

/** What an issuer warrant's child says that calls tools. */
export const EXECUTION: Partial<Payload> = {
  type: 'execution',
  issuableTools: undefined,
  maxIssueDepth: undefined,
  bounds: undefined,
  ...tools({ read: {} }),
}

export const options = (change: Partial<VerifyOptions> = {}): VerifyOptions => ({
  roots: [root.publicKey],
  now: NOW,
  engines,
  ...change,
})

/** The code by which a chain of these warrants is refused; undefined where it is not. */
export const refusalOf = (warrants: readonly Warrant[], change: Partial<VerifyOptions> = {}): unknown =>
  codeOf(() => verify(chainOf(warrants), options(change)))

/** The stricter rule by which it is refused. */
export const ruleOfRefusal = (warrants: readonly Warrant[]): unknown => {
  try {
    verify(chainOf(warrants), options())
  } catch (thrown) {
    return typeof thrown === 'object' && thrown !== null && 'rule' in thrown ? thrown.rule : undefined
  }
  return undefined
}

/** The leaf of a chain. */
export const last = ({ warrants }: Chain): Warrant => warrants.at(-1) as Warrant // at least one
