/** Warrants made and read: what is left beside the signature, and the strict reader beside general ones. */

import { Decoder } from 'cbor-x'
import { decode as cborgDecode } from 'cborg'
import { attenuate, decodeChain, grant, mint } from 'warrant'
import { chainsOf, issuer, keyOf, NOW, single, TOOLS } from '../fixtures.js'
import type { Work } from '../measure.js'
import { bareSign, must, type Row, ratio } from '../row.js'

const HOLDERS = Array.from({ length: 64 }, (_, i) => keyOf(100 + i).publicKey)

/** Each warrant is for another of some holders, and has an id of its own. */
const holderOf = (index: number) => HOLDERS[index % HOLDERS.length] as (typeof HOLDERS)[number] // within the length

const mintWork: Work = {
  run: (i) => mint({ holder: holderOf(i), tools: TOOLS, ttlSeconds: 3_600, now: NOW }, issuer),
}

const grantWork: Work = {
  run: (i) =>
    grant(single.chain, { holder: holderOf(i), tools: TOOLS, ttlSeconds: 600, now: NOW }, single.holder),
}

const attenuateWork: Work = {
  run: (i) => attenuate(single.chain, { tools: TOOLS, ttlSeconds: 600 + (i % 600), now: NOW }, single.holder),
}

export const minting: Row = {
  key: 'mint',
  goals: ['mint', 'attenuate', 'grant'].map((what) => ({
    what,
    against: 'a bare signature',
    goal: 1.25,
    unit: 'ratio',
  })),
  measure: async (pace) => {
    const found = []
    for (const work of [mintWork, attenuateWork, grantWork]) found.push(await ratio(work, bareSign, pace))
    return { found }
  },
}

/** Other bytes in every call: warrants of one size, which differ in their ids and signatures. */
const CHAINS = chainsOf(256, 1).map(({ chain }) => chain.bytes)
const bytesOf = (index: number): Uint8Array => CHAINS[index % CHAINS.length] as Uint8Array // within the length

type Envelope = readonly [version: unknown, payload: Uint8Array, signature: unknown]

/** As strict as each can be told to be. The envelope holds the payload as bytes, so that both are decoded. */
const CBORG = {
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
}

const cborgWork: Work = {
  run: (i) => {
    const [, payload] = cborgDecode(bytesOf(i), CBORG) as Envelope // of the fixtures
    must(cborgDecode(payload, CBORG) instanceof Map)
  },
}

const cborX = new Decoder({
  useRecords: false,
  mapsAsObjects: false,
  int64AsType: 'bigint',
  tagUint8Array: false,
  copyBuffers: true,
} as ConstructorParameters<typeof Decoder>[0]) // its types lack one of them

const cborXWork: Work = {
  run: (i) => {
    const [, payload] = cborX.decode(bytesOf(i)) as Envelope // of the fixtures
    must(cborX.decode(payload) instanceof Map)
  },
}

export const decoding: Row = {
  key: 'decode',
  goals: [
    { what: 'decode to typed fields', against: 'cborg, strict, to maps', goal: 0.85, unit: 'ratio' },
    { what: 'decode to typed fields', against: 'cbor-x, to maps', goal: 1.7, unit: 'ratio' },
  ],
  measure: async (pace) => {
    const ours: Work = { run: (i) => decodeChain(bytesOf(i)) }
    return { found: [await ratio(ours, cborgWork, pace), await ratio(ours, cborXWork, pace)] }
  },
}
