/** Damage that knows CBOR: to entries, lengths, types, numbers and nesting, at any place of a tree. */

import {
  ARRAY,
  array,
  BYTES,
  byteString,
  bytesOf,
  changedAt,
  holding,
  MAP,
  map,
  NEGATIVE,
  type Node,
  nodeAt,
  octets,
  SIMPLE,
  shortest,
  simple,
  TAG,
  TEXT,
  text,
  UINT,
  uint,
  wrapping,
} from './cborTree.js'
import type { Random } from './random.js'

/** Numbers at which something begins or ends. */
export const BOUNDARIES: readonly bigint[] = [
  ...[0n, 1n, 2n, 4n, 18n, 23n, 24n, 31n, 32n, 33n, 63n, 64n, 65n, 127n, 128n, 255n, 256n, 257n],
  ...[
    65_535n,
    65_536n,
    65_537n,
    7_776_000n,
    262_144n,
    0x7fff_ffffn,
    0x8000_0000n,
    0xffff_ffffn,
    0x1_0000_0000n,
  ],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
]

/** Names that mean something to JavaScript, to the protocol, or to whoever prints them. */
export const TELLING_TEXTS: readonly string[] = [
  ...['', '*', 'read', '__proto__', 'constructor', 'toString', 'all', 'exempt', 'args', 'value', 'tenuo:x'],
  ...[
    'tenuo.session_id',
    'tenuo.agent_id',
    'tenuo.approval_gates',
    'constraints',
    'allow_unknown',
    '\u{feff}a',
  ],
  ...[
    'a\0b',
    '\u{202e}x',
    'é',
    'e\u0301',
    '(a+)+$',
    'a{1000}',
    '[',
    '/data/../etc',
    'https://[::1]/',
    '10.0.0.0/33',
  ],
  ...['value in [1, 2]', '1 / 0 == 0', '((((((((', 'x'.repeat(300)],
]

const SIMPLES = [0xf4, 0xf5, 0xf6, 0xf7, 0xe0, 0xf8, 0xff, 0xfc]

const anyNode = (random: Random): Node => {
  switch (random.below(8)) {
    case 0:
      return simple(random.pick(SIMPLES))
    case 1:
      return uint(random.pick(BOUNDARIES))
    case 2:
      return text(random.pick(TELLING_TEXTS))
    case 3:
      return byteString(random.bytes(random.size(80)))
    case 4:
      return array([])
    case 5:
      return map([])
    case 6:
      return octets(random.bytes(random.size(40)))
    default:
      return floatOf(random)
  }
}

const floatOf = (random: Random): Node => {
  const width = random.pick([2, 4, 8])
  const bits = BigInt(random.bits()) * BigInt(random.bits()) + BigInt(random.bits())
  return { major: SIMPLE, argument: bits & ((1n << BigInt(8 * width)) - 1n), width, count: 1 }
}

type Edit = (node: Node, random: Random, donor: Node) => Node

const renumbered: Edit = (node, random) => {
  const change = random.below(4)
  const argument =
    change === 0
      ? random.pick(BOUNDARIES)
      : change === 1
        ? node.argument + 1n
        : change === 2 && node.argument > 0n
          ? node.argument - 1n
          : BigInt(random.bits())
  return { ...node, argument, width: shortest(argument) }
}

const longer: Edit = (node, random) => ({ ...node, width: random.pick([1, 2, 4, 8]) })
const indefinite: Edit = (node) => ({ ...node, argument: 31n, width: -1 })
const replaced: Edit = (_, random) => anyNode(random)
const grafted: Edit = (_, random, donor) => nodeAt(donor, random.below(donor.count))
const retyped: Edit = (node, random) => ({ ...node, major: random.below(8) })

const wrapped: Edit = (node, random) => {
  switch (random.below(4)) {
    case 0:
      return array([node])
    case 1:
      return map([text(random.pick(TELLING_TEXTS)), node])
    case 2:
      return {
        major: TAG,
        argument: BigInt(random.below(300)),
        width: 2,
        items: [node],
        count: node.count + 1,
      }
    default:
      return wrapping(node)
  }
}

/** All or Not around All or Not, or plain arrays, up to past every limit. */
const nested: Edit = (node, random) => {
  const form = random.below(3)
  let inner = node
  for (let depth = random.below(random.oneIn(8) ? 200 : 40); depth >= 0; depth--) {
    if (form === 0) inner = array([inner])
    else if (form === 1) inner = array([uint(14), map([text('constraint'), inner])])
    else inner = array([uint(random.pick([12, 13])), map([text('constraints'), array([inner])])])
  }
  return inner
}

const entriesEdited: Edit = (node, random, donor) => {
  const step = node.major === MAP ? 2 : 1
  const items = [...(node.items ?? [])]
  const places = Math.floor(items.length / step)
  if (places === 0) return holding(node, step === 2 ? [anyNode(random), anyNode(random)] : [anyNode(random)])
  const [from, to] = [step * random.below(places), step * random.below(places)]
  const entry = items.slice(from, from + step)
  switch (random.below(5)) {
    case 0:
      items.splice(from, step)
      break
    case 1:
      items.splice(to, 0, ...entry)
      break
    case 2:
      items.splice(from, step, ...items.slice(to, to + step))
      items.splice(to, step, ...entry)
      break
    case 3:
      items[from] = nodeAt(donor, random.below(donor.count))
      break
    default:
      for (let more = random.below(random.oneIn(16) ? 300 : 4); more >= 0; more--) items.push(...entry)
  }
  return holding(node, items)
}

const bytesEdited: Edit = (node, random) => {
  const bytes = [...(node.bytes ?? [])]
  switch (random.below(4)) {
    case 0:
      bytes[random.below(bytes.length + 1)] = random.below(256)
      break
    case 1:
      bytes.splice(random.below(bytes.length + 1), random.size(8))
      break
    case 2:
      bytes.splice(random.below(bytes.length + 1), 0, ...random.bytes(random.size(16)))
      break
    default:
      return { ...text(random.pick(TELLING_TEXTS)), major: node.major }
  }
  const { width, argument } = byteString(Uint8Array.from(bytes))
  return { major: node.major, width, argument, bytes: Uint8Array.from(bytes), count: 1 }
}

const ANYWHERE: readonly Edit[] = [
  replaced,
  replaced,
  grafted,
  grafted,
  retyped,
  wrapped,
  longer,
  indefinite,
  nested,
]
const BY_MAJOR: ReadonlyMap<number, Edit> = new Map([
  [UINT, renumbered],
  [NEGATIVE, renumbered],
  [BYTES, bytesEdited],
  [TEXT, bytesEdited],
  [ARRAY, entriesEdited],
  [MAP, entriesEdited],
  [TAG, renumbered],
  [SIMPLE, renumbered],
])

const editOf = (node: Node, random: Random): Edit => {
  if (random.oneIn(12)) return renumbered // of a string or list, a length that lies
  const own = BY_MAJOR.get(node.major)
  return own === undefined || random.oneIn(2) ? random.pick(ANYWHERE) : own
}

/** The tree with so many edits; parts of `donor` may come to stand in it. */
export const editedTree = (tree: Node, donor: Node, edits: number, random: Random): Node => {
  let edited = tree
  for (let i = 0; i < edits; i++) {
    const place = random.below(edited.count)
    edited = changedAt(edited, place, (node) => editOf(node, random)(node, random, donor))
  }
  return edited
}

/** The same, as bytes. */
export const editedBytes = (tree: Node, donor: Node, random: Random): Uint8Array =>
  bytesOf(editedTree(tree, donor, 1 + random.size(4), random))
