/** The decoder as a target: bytes for every door, damaged with and without knowledge of CBOR. */

import type { Constraint } from '../../src/capability/constraint.js'
import type { Chain, Warrant } from '../../src/warrant/chain.js'
import { damaged } from './byteEdits.js'
import { type Node, treeOf } from './cborTree.js'
import { byteDoors, type Door, textDoors } from './doors.js'
import type { Library } from './library.js'
import { chainsOf, constraintsOf, NOW, ringOf } from './seeds.js'
import { ACCEPTED, bytesOfHex, Finding, hexOf, Pool, refusalOf, type Target } from './target.js'
import { editedBytes } from './treeEdits.js'

export interface DoorInput {
  readonly door: string
  readonly bytes: Uint8Array
}

interface Seed {
  readonly bytes: Uint8Array
  /** Read when it is first needed; null where it is not CBOR. */
  tree: Node | null | undefined
}

/** Doors that are opened more often than others. */
const WEIGHTS: Readonly<Record<string, number>> = {
  chain: 8,
  payload: 6,
  constraint: 6,
  value: 4,
  'chain-text': 3,
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const WORDS: readonly Uint8Array[] = [
  ...[
    '-----BEGIN TENUO WARRANT-----\n',
    '\n-----END TENUO WARRANT-----',
    ' CHAIN',
    '-----',
    '\r\n',
    '\n',
    ' ',
  ],
  ...[
    '=',
    '==',
    '+',
    '/',
    '-',
    '_',
    '"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '\\',
    '\\u',
    '\\ud800',
    'null',
    'true',
    '.0',
  ],
  ...['1e308', '1e-400', '-0', '9007199254740993', '18446744073709551616', '__proto__', '0x', 'tnu_wrt_'],
  ...[
    'PRIVATE KEY',
    'PUBLIC KEY',
    ' ',
    '#',
    '|',
    '(',
    ')',
    '*',
    '?',
    '..',
    '@',
    '$',
    '{1,9}',
    'value',
    'regex:',
  ],
  ...['cel:', 'json:', 'min', 'max', 'any', 'all', 'not'],
].map(utf8)
const NO_WORDS: readonly Uint8Array[] = []

export const decoders = (library: Library): Target<DoorInput> => {
  const bytes = byteDoors(library)
  const texts = textDoors(library)
  const doors = new Map<string, Door>([...bytes, ...texts].map((door) => [door.name, door]))
  const texted = new Set(texts.map(({ name }) => name))
  const drawn = [...doors.keys()].flatMap((name) => Array<string>(WEIGHTS[name] ?? 1).fill(name))
  const pools = new Map<string, Pool<Seed>>()
  const seeds = seedsOf(library)
  for (const name of doors.keys()) pools.set(name, new Pool((seeds[name] ?? [new Uint8Array(1)]).map(seedOf)))
  const poolOf = (door: string): Pool<Seed> => pools.get(door) as Pool<Seed> // every door has one

  return {
    name: 'decoders',
    next: (random) => {
      const door = random.pick(drawn)
      const pool = poolOf(door)
      const seed = pool.pick(random)
      const donor = (random.oneIn(8) ? poolOf(random.pick(drawn)) : pool).pick(random)
      if (texted.has(door)) {
        return { door, bytes: damaged(seed.bytes, donor.bytes, WORDS, 1 + random.size(4), random) }
      }
      const [tree, other] = random.oneIn(3) ? [treeIn(seed), treeIn(donor)] : [null, null]
      const edited = tree === null ? seed.bytes : editedBytes(tree, other ?? tree, random)
      const edits = tree === null ? 1 + random.size(5) : random.oneIn(6) ? 1 : 0
      return { door, bytes: damaged(edited, donor.bytes, NO_WORDS, edits, random) }
    },
    run: (input) => {
      const door = doors.get(input.door)
      if (door === undefined) throw new Finding(`no door ${input.door}`)
      try {
        door.open(input.bytes)
        return ACCEPTED
      } catch (thrown) {
        if (thrown instanceof Finding) throw thrown
        const code = refusalOf(library, thrown, ['format'])
        if (!door.codes.test(code))
          throw new Finding(`${input.door} refuses with ${code}, which it does not say`)
        return code
      }
    },
    keep: ({ door, bytes: kept }) => poolOf(door).add(seedOf(kept)),
    show: ({ door, bytes: shown }) => `${door} ${hexOf(shown)}`,
    read: (line) => {
      const [door = '', hex = ''] = line.split(' ')
      return { door, bytes: bytesOfHex(hex) }
    },
    sort: ({ door }) => door,
  }
}

const seedOf = (bytes: Uint8Array): Seed => ({ bytes, tree: undefined })

const treeIn = (seed: Seed): Node | null => {
  if (seed.tree === undefined)
    seed.tree = (seed.bytes.length > 20_000 ? undefined : treeOf(seed.bytes)) ?? null
  return seed.tree
}

/** Lawful input for every door. */
export const seedsOf = (library: Library): Readonly<Record<string, readonly Uint8Array[]>> => {
  const { warrant: w, cbor, extensions, gates, schema } = library
  const ring = ringOf(library)
  const chains = chainsOf(library).map(({ chain }) => chain)
  const constraints = constraintsOf(library)
  const encoded = (constraint: Constraint): Uint8Array => {
    const writer = new cbor.CborWriter()
    library.constraint.encodeConstraint(writer, constraint)
    return writer.finish()
  }
  const hash = new Uint8Array(32).fill(7)
  const approvals = ring.approvers.map((approver, i) =>
    w.approve(
      { requestHash: hash },
      {
        externalId: `approver ${i}`,
        now: NOW,
        nonce: new Uint8Array(16).fill(i),
        ...(i === 1 && { extensions: new Map([['note', hash]]) }),
      },
      approver,
    ),
  )
  const first = chains[0] as Chain // there are many
  const ids = chains.map((chain) => w.leafOf(chain).payload.id)
  const id = w.leafOf(first).payload.id
  const list = w.signRevocationList({ revokedIds: ids.slice(0, 4), version: 3, issuedAt: NOW }, ring.root)
  const none = w.signRevocationList({ revokedIds: [], version: 1, issuedAt: NOW }, ring.root)
  const request = w.signRevocationRequest({ warrantId: id, reason: 'lost', requestedAt: NOW }, ring.root)
  const receipt = {
    authorizerId: 'gate',
    chainBytes: first.bytes,
    action: 'tool:read',
    outcome: 'allow',
    at: NOW,
  }
  const call = { tool: 'read', args: { path: '/data/a', limit: 5 } }
  const proof = w.prove(first, call, ring.keyOf(2), { now: NOW })
  const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value))
  const specs = [
    'read',
    'read:path=/data',
    'read:path=/data/**,limit=1..10',
    'pay:amount=..50,to=a|b',
    'x:u=urlsafe:a.example',
    'x:v=json:{"exact":1}',
    'x:r=regex:^a+$',
    'x:c=cel:value > 1',
  ]
  return {
    chain: chains.map(({ bytes }) => bytes),
    payload: chains.flatMap(({ warrants }) => warrants.slice(-1).map(({ payloadBytes }) => payloadBytes)),
    constraint: constraints.map(encoded),
    value: [
      null,
      true,
      1,
      -1,
      2 ** 40,
      'text',
      '',
      w.float(1.5),
      w.float(1e300),
      [1, 'a', []],
      { a: 1, b: { c: [null] } },
    ].map((value) => cbor.encodeValue(w.copyValue(value))),
    gates: [{ pay: 'whole' } as const, { pay: { amount: w.range({ min: 1 }) }, '*': 'whole' } as const].map(
      (input) => gates.encodeGates(gates.gatesOf(input)),
    ),
    approval: approvals.map(w.encodeApproval),
    approvals: [
      w.encodeApprovals(approvals),
      w.encodeApprovals([]),
      ...approvals.slice(0, 1).map(w.encodeApproval),
    ],
    'revocation-list': [list, none].map(w.encodeRevocationList),
    'revocation-request': [w.encodeRevocationRequest(request)],
    receipt: [w.encodeReceiptPayload(receipt), w.encodeReceiptPayload({ ...receipt, rootPrincipal: 'root' })],
    'chain-file': chains.slice(0, 12).map(w.encodeChainFile),
    extension: [{ a: [1, 2] }, 'text', 5, [true, null]].map((value) => extensions.encodeAppValue(value)),
    'chain-text': chains
      .slice(0, 12)
      .flatMap((chain) => (['plain', 'pem'] as const).map((form) => utf8(w.formatChain(chain, form)))),
    base64url: ['', 'AA', 'AAA', 'AAAA', 'q-_9'].map(utf8),
    base64: ['', 'AA==', 'AAA=', 'AAAA', 'q+/9'].map(utf8),
    'public-key': [
      w.publicKeyToPem(ring.root.publicKey),
      ring.root.publicKey,
      Buffer.from(ring.root.publicKey, 'hex').toString('base64'),
    ].map(utf8),
    'secret-key': [w.secretKeyToPem(ring.root), '01'.repeat(32), Buffer.alloc(32, 1).toString('base64')].map(
      utf8,
    ),
    'approval-text': approvals.map((approval) => utf8(w.formatApproval(approval))),
    'revocation-list-text': [utf8(w.formatRevocationList(list))],
    proof: [w.formatProof(proof), hexOf(proof), Buffer.from(proof).toString('base64url')].map(utf8),
    'warrant-id': [id, id.slice(8)].map(utf8),
    duration: ['30m', '1h', '7d', '45s', '1h30m'].map(utf8),
    json: [json(call), utf8('[1, 2.5, -0.0, 1e3, "\\u00e9\\n", null]'), utf8('9223372036854775807')],
    'call-json': [json(call)],
    'args-json': [json(call.args)],
    'constraint-json': constraints.map((each) => utf8(w.formatJson(schema.constraintToJson(each)))),
    'tools-json': chains
      .slice(0, 8)
      .map(({ warrants }) => utf8(w.formatJson(schema.toolsToJson((warrants[0] as Warrant).payload.tools)))),
    allow: specs.map(utf8),
    gate: ['pay', 'pay:amount=10..', 'read:path=/etc', 'pay:amount=!10..'].map(utf8),
  }
}
