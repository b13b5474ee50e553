/** The verifier as a target: lawful chains with bytes, fields, links or signatures changed, some signed again by somebody. */

import { damaged } from './byteEdits.js'
import { array, bytesOf, map, type Node, treeOf, uint } from './cborTree.js'
import { changeField, changeGrant } from './fieldEdits.js'
import {
  envelopeOf,
  fieldsOf,
  hashNode,
  issuerOf,
  KEYS,
  malleated,
  partsOf,
  publicNode,
  ROOT,
  signatureOver,
  THIEF,
} from './forge.js'
import { breachIn } from './lawBook.js'
import type { Library } from './library.js'
import { wideningIn } from './narrowing.js'
import type { Random } from './random.js'
import { chainsOf, enginesOf, NOW } from './seeds.js'
import { ACCEPTED, bytesOfHex, hexOf, hold, Pool, refusalOf, sameBytes, type Target } from './target.js'
import { editedBytes } from './treeEdits.js'

export interface ChainInput {
  readonly bytes: Uint8Array
  /** Envelopes, as hexadecimal, that the holder of the key that they name as their issuer has signed. */
  readonly signed: readonly string[]
}

interface Source extends ChainInput {
  readonly envelopes: readonly Uint8Array[]
}

const NO_WORDS: readonly Uint8Array[] = []

/** @param seeds which of the lawful chains it starts from, by their names; all unless told. */
export const chains = (library: Library, seeds: RegExp = /./): Target<ChainInput> => {
  const { warrant: w } = library
  const options = { roots: [w.parsePublicKey(ROOT.hex)], now: NOW, engines: enginesOf(library) }
  const widening = wideningIn(library)
  const pool = new Pool<Source>(
    chainsOf(library)
      .filter(({ name }) => seeds.test(name))
      .map(({ chain: { bytes, warrants } }) =>
        sourceOf({ bytes, signed: warrants.map((each) => hexOf(each.bytes)) }),
      ),
  )
  return {
    name: 'chains',
    next: (random) => {
      const [source, donor] = [pool.pick(random), pool.pick(random)]
      return random.pick(RECIPES)(source, donor, random)
    },
    run: ({ bytes, signed }) => {
      let verified: ReturnType<typeof w.verify>
      try {
        verified = w.verify(w.decodeChain(bytes), options)
      } catch (thrown) {
        return refusalOf(library, thrown, ['format', 'trust'])
      }
      hold(sameBytes(verified.chain.bytes, bytes), 'what was verified is something else')
      const breach = breachIn(bytes, new Set(signed), NOW) ?? widening(verified.chain)
      hold(breach === undefined, `accepted: ${breach}`)
      return ACCEPTED
    },
    keep: (input) => pool.add(sourceOf(input)),
    show: ({ bytes, signed }) => [hexOf(bytes), ...signed].join(' '),
    read: (line) => {
      const [hex = '', ...signed] = line.split(' ')
      return { bytes: bytesOfHex(hex), signed }
    },
    sort: () => 'verifier',
  }
}

const sourceOf = ({ bytes, signed }: ChainInput): Source => {
  const tree = treeOf(bytes)
  const isStack = tree?.items?.[0]?.items !== undefined
  return {
    bytes,
    signed,
    envelopes: tree === undefined ? [] : isStack ? (tree.items ?? []).map(bytesOf) : [bytes],
  }
}

type Recipe = (source: Source, donor: Source, random: Random) => ChainInput

const stacked = (envelopes: readonly Uint8Array[], random: Random): Uint8Array => {
  const [first] = envelopes
  if (first !== undefined && envelopes.length === 1 && !random.oneIn(4)) return first
  return bytesOf(array(envelopes.map((envelope) => treeOf(envelope) ?? uint(0))))
}

const both = (a: Source, b: Source): readonly string[] => [...new Set([...a.signed, ...b.signed])]

/** Bytes that know of nothing. */
const blind: Recipe = (source, donor, random) => ({
  bytes: damaged(source.bytes, donor.bytes, NO_WORDS, 1 + random.size(3), random),
  signed: both(source, donor),
})

/** CBOR changed anywhere, inside payloads too, under the old signatures. */
const wellFormed: Recipe = (source, donor, random) => {
  const [tree, other] = [treeOf(source.bytes), treeOf(donor.bytes)]
  if (tree === undefined) return blind(source, donor, random)
  return { bytes: editedBytes(tree, other ?? tree, random), signed: both(source, donor) }
}

/** Links dropped, repeated, reordered, or taken from another chain. */
const spliced: Recipe = (source, donor, random) => {
  const links = [...source.envelopes]
  const [at, to] = [random.below(links.length + 1), random.below(links.length + 1)]
  const other = donor.envelopes.slice(random.below(donor.envelopes.length + 1))
  switch (random.below(6)) {
    case 0:
      links.splice(at, 1)
      break
    case 1:
      links.splice(to, 0, ...links.slice(at, at + 1))
      break
    case 2:
      links.reverse()
      break
    case 3:
      links.splice(at, random.below(3), ...other)
      break
    case 4:
      links.push(...donor.envelopes)
      break
    default:
      links.splice(0, at)
  }
  return { bytes: stacked(links, random), signed: both(source, donor) }
}

const LABELS = [
  '',
  'tenuo-warrant-v1',
  'tenuo-warrant-v1\x02',
  'tenuo-warrant-v1tenuo-pop-v1',
  'tenuo-warrant-v1tenuo-approval-v1\x01',
].map((label) => new TextEncoder().encode(label))

/** Another signature over the same payload. */
const resigned: Recipe = (source, donor, random) => {
  const at = random.below(source.envelopes.length)
  const parts = partsOf(source.envelopes[at] ?? new Uint8Array())
  const other = partsOf(random.pick(donor.envelopes.length === 0 ? [source.bytes] : donor.envelopes))
  if (parts === undefined || other === undefined) return blind(source, donor, random)
  const links = [...source.envelopes]
  links[at] = envelopeOf(
    parts.payload,
    otherSignature(parts.payload, parts.signature, other.signature, random),
  )
  return { bytes: stacked(links, random), signed: both(source, donor) }
}

const otherSignature = (
  payload: Uint8Array,
  own: Uint8Array,
  other: Uint8Array,
  random: Random,
): Uint8Array => {
  const issuer = issuerOf(payload) ?? ROOT
  switch (random.below(7)) {
    case 0:
      return signatureOver(payload, THIEF)
    case 1:
      return signatureOver(payload, random.pick(KEYS.filter((key) => key !== issuer)))
    case 2:
      return signatureOver(payload, issuer, random.pick(LABELS))
    case 3:
      return own.length === 64 ? malleated(own) : signatureOver(payload, THIEF)
    case 4:
      return other
    case 5:
      return new Uint8Array(64).fill(random.below(3))
    default:
      return Uint8Array.from([...own.subarray(0, 32), ...other.subarray(32)])
  }
}

/** Whether there are fields enough to change some. */
const isRich = (fields: Map<number, Node> | undefined): fields is Map<number, Node> =>
  fields?.has(3) === true && fields.size > 3

/** Fields changed, and signed again: by nobody, by a thief, by a thief who says so, or by whoever may, and all after it. */
const rewritten: Recipe = (source, donor, random) => {
  const links = [...source.envelopes]
  const at = random.below(links.length)
  const [old, other] = [
    partsOf(links[at] ?? new Uint8Array()),
    partsOf(random.pick([...donor.envelopes, ...links])),
  ]
  const [fields, others] = [old && fieldsOf(old.payload), other && fieldsOf(other.payload)]
  if (old === undefined || !isRich(fields) || !isRich(others)) return blind(source, donor, random)
  for (let i = random.below(3); i >= 0; i--) changeField(fields, others, random)
  const mode = random.below(8)
  if (mode === 0) fields.set(5, publicNode(THIEF))
  const payload = payloadOf(fields)
  const signed = new Set(both(source, donor))
  if (mode === 1) links[at] = envelopeOf(payload, old.signature)
  else if (mode === 2) links[at] = envelopeOf(payload, signatureOver(payload, THIEF))
  else links[at] = rightlySigned(payload, signed)
  if (mode > 3) follow(links, at + 1, payload, signed, random)
  return { bytes: stacked(links, random), signed: [...signed] }
}

/** Every later link names its parent anew, and is signed by the key that it names. */
const follow = (
  links: Uint8Array[],
  from: number,
  first: Uint8Array,
  signed: Set<string>,
  random: Random,
): void => {
  let parent = first
  for (let i = from; i < links.length; i++) {
    const fields = fieldsOf(partsOf(links[i] as Uint8Array)?.payload ?? new Uint8Array()) // within the length
    if (fields === undefined) return
    fields.set(9, hashNode(parent))
    const holder = fieldsOf(parent)?.get(4)
    if (holder !== undefined && random.oneIn(3)) fields.set(5, holder)
    const payload = payloadOf(fields)
    links[i] = rightlySigned(payload, signed)
    parent = payload
  }
}

const payloadOf = (fields: ReadonlyMap<number, Node>): Uint8Array =>
  bytesOf(map([...fields].sort(([a], [b]) => a - b).flatMap(([key, node]) => [uint(key), node])))

/** Signed by the key that the payload names, and noted; by a thief where the story has no such key. */
const rightlySigned = (payload: Uint8Array, signed: Set<string>): Uint8Array => {
  const issuer = issuerOf(payload)
  const envelope = envelopeOf(payload, signatureOver(payload, issuer ?? THIEF))
  if (issuer !== undefined) signed.add(hexOf(envelope))
  return envelope
}

/** A link that is granted something else than it was, in well-formed words, and everything rightly signed. */
const regranted: Recipe = (source, donor, random) => {
  const links = [...source.envelopes]
  const at = random.below(links.length)
  const [old, other] = [
    partsOf(links[at] ?? new Uint8Array()),
    partsOf(random.pick([...donor.envelopes, ...links])),
  ]
  const [fields, others] = [old && fieldsOf(old.payload), other && fieldsOf(other.payload)]
  if (!isRich(fields) || !isRich(others)) return blind(source, donor, random)
  for (let i = random.below(2); i >= 0; i--) changeGrant(fields, others, random)
  const payload = payloadOf(fields)
  const signed = new Set(both(source, donor))
  links[at] = rightlySigned(payload, signed)
  follow(links, at + 1, payload, signed, random)
  return { bytes: stacked(links, random), signed: [...signed] }
}

const RECIPES: readonly Recipe[] = [
  blind,
  wellFormed,
  spliced,
  resigned,
  rewritten,
  rewritten,
  regranted,
  regranted,
  regranted,
]
