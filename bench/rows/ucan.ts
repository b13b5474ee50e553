/** UCAN, by two implementations: delegations from issuer to holder, and an invocation that the holder signs. */

import { fresh, type Work } from '../measure.js'
import { loadPeer } from '../peers.js'
import { must, type Row, ratio } from '../row.js'
import { coldProvedWork } from './proof.js'

const DEPTHS = [1, 3, 8] as const

/** Seconds: an invocation is made long before it is checked. */
const EXPIRATION = 4_000_000_000

/** Invocations that are made before they are timed, each checked once in its turn. */
const INVOCATIONS = 64

interface Answer<T> {
  readonly ok?: T
  readonly error?: Error
}

interface Principal {
  did(): string
}

interface UcantoDelegation {
  archive(): Promise<Answer<Uint8Array>>
}

interface UcantoCore {
  delegate(options: object): Promise<UcantoDelegation>
  invoke(options: object): { delegate(): Promise<UcantoDelegation> }
  readonly Delegation: { extract(archive: Uint8Array): Promise<Answer<UcantoDelegation>> }
  readonly Schema: { struct(shape: object): object; string(): object; integer(): object }
}

interface Granted {
  readonly nb: { readonly path: string; readonly limit: number }
}

interface UcantoValidator {
  access(invocation: UcantoDelegation, options: object): Promise<Answer<unknown>>
  capability(definition: object): object
  ok(value: object): object
  fail(reason: string): object
  readonly DID: { match(options: object): object }
}

const ucantoWork = async (depth: number): Promise<Work> => {
  const { delegate, invoke, Delegation, Schema } = await loadPeer<UcantoCore>('@ucanto/core')
  const { access, capability, DID, ok, fail } = await loadPeer<UcantoValidator>('@ucanto/validator')
  const { Verifier } = await loadPeer<{ readonly Verifier: object }>('@ucanto/principal')
  const { derive } = await loadPeer<{ derive(seed: Uint8Array): Promise<Principal> }>(
    '@ucanto/principal/ed25519',
  )
  const read = capability({
    can: 'file/read',
    with: DID.match({ method: 'key' }),
    nb: Schema.struct({ path: Schema.string(), limit: Schema.integer() }),
    derives: ({ nb }: Granted, { nb: from }: Granted) =>
      nb.path.startsWith(from.path) && nb.limit <= from.limit ? ok({}) : fail('wider'),
  })
  const keys: Principal[] = []
  for (let place = 0; place <= depth + 1; place++) keys.push(await derive(new Uint8Array(32).fill(1 + place)))
  const root = keys[0] as Principal // there are depth + 2
  const common = { expiration: EXPIRATION }
  let proofs: readonly UcantoDelegation[] = []
  for (let place = 1; place <= depth; place++) {
    const capabilities = [{ can: 'file/read', with: root.did(), nb: { path: '/data/', limit: 1_000 } }]
    const parties = { issuer: keys[place - 1], audience: keys[place] }
    proofs = [await delegate({ ...common, ...parties, capabilities, proofs })]
  }
  const authority = keys[depth + 1]
  const archives: Uint8Array[] = []
  for (let i = 0; i < INVOCATIONS; i++) {
    const nb = { path: `/data/report-${i}.csv`, limit: i % 1_000 }
    const asked = { can: 'file/read', with: root.did(), nb }
    const options = { ...common, issuer: keys[depth], audience: authority, capability: asked, proofs }
    archives.push((await (await invoke(options).delegate()).archive()).ok as Uint8Array) // it is whole
  }
  const options = { authority, capability: read, principal: Verifier, validateAuthorization: () => ok({}) }
  return {
    runAsync: async (i) => {
      const { ok: invocation } = await Delegation.extract(archives[i % INVOCATIONS] as Uint8Array) // within the length
      must((await access(invocation as UcantoDelegation, options)).error === undefined)
    },
  }
}

interface Signer {
  readonly did: string
}

interface IsoDelegation {
  readonly cid: object
}

interface IsoUcan {
  readonly Delegation: {
    create(options: object): Promise<IsoDelegation>
    fromString(token: string): Promise<IsoDelegation>
  }
  readonly Invocation: {
    create(options: object): Promise<{ readonly bytes: Uint8Array }>
    from(options: object): Promise<{ readonly delegations: readonly unknown[] }>
  }
}

const POLICY = [
  ['like', '.path', '/data/*'],
  ['>=', '.limit', 0],
  ['<=', '.limit', 1_000],
]

const isoUcanWork = async (depth: number): Promise<Work> => {
  const { Delegation } = await loadPeer<Pick<IsoUcan, 'Delegation'>>('iso-ucan/delegation')
  const { Invocation } = await loadPeer<Pick<IsoUcan, 'Invocation'>>('iso-ucan/invocation')
  const { EdDSASigner } = await loadPeer<{
    readonly EdDSASigner: { generate(seed: Uint8Array): Promise<Signer> }
  }>('iso-signatures/signers/eddsa.js')
  const { Resolver } = await loadPeer<{ readonly Resolver: new (registry: object) => object }>(
    'iso-signatures/verifiers/resolver.js',
  )
  const { verifier } = await loadPeer<{ readonly verifier: object }>('iso-signatures/verifiers/eddsa.js')
  const verifierResolver = new Resolver({ ...verifier })
  const keys: Signer[] = []
  for (let place = 0; place <= depth; place++)
    keys.push(await EdDSASigner.generate(new Uint8Array(32).fill(1 + place)))
  const at = (place: number): Signer => keys[place] as Signer // there are depth + 1
  const common = { sub: at(0).did, cmd: '/file/read', exp: EXPIRATION }
  const prf: IsoDelegation[] = []
  for (let place = 1; place <= depth; place++)
    prf.push(await Delegation.create({ ...common, iss: at(place - 1), aud: at(place).did, pol: POLICY }))
  // Read by each invocation anew; reading verifies nothing, so that each signature is verified once.
  const tokens = new Map(prf.map((delegation) => [String(delegation.cid), String(delegation)]))
  const invocations: Uint8Array[] = []
  for (let i = 0; i < INVOCATIONS; i++) {
    const args = { path: `/data/report-${i}.csv`, limit: i % 1_000 }
    const made = await Invocation.create({ ...common, iss: at(depth), args, prf, verifierResolver })
    invocations.push(made.bytes)
  }
  const resolveProof = (cid: object): Promise<IsoDelegation> =>
    Delegation.fromString(tokens.get(String(cid)) as string) // of the fixtures
  const bytesAt = fresh((i) => invocations[i % INVOCATIONS] as Uint8Array) // within the length
  return {
    prepare: bytesAt.prepare,
    runAsync: async (i) => {
      const read = await Invocation.from({ bytes: bytesAt.at(i), verifierResolver, resolveProof })
      must(read.delegations.length === depth)
    },
  }
}

const PEERS = [
  { name: '@ucanto/validator', workOf: ucantoWork },
  { name: 'iso-ucan', workOf: isoUcanWork },
] as const

const PAIRS = PEERS.flatMap(({ name, workOf }) => DEPTHS.map((depth) => ({ name, workOf, depth })))

export const ucan: Row = {
  key: 'ucan',
  goals: PAIRS.map(({ name, depth }) => ({
    what: `cold with proof, depth ${depth}`,
    against: name,
    goal: 0.07,
    unit: 'ratio',
  })),
  needsPeers: true,
  measure: async (pace) => {
    const found = []
    for (const { workOf, depth } of PAIRS)
      found.push(await ratio(coldProvedWork(depth), await workOf(depth), pace))
    return { found }
  },
}
