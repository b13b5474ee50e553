/** Changes to the fields of a payload: any field by anything, or what it grants by something as well-formed. */

import {
  ARRAY,
  bytesOf,
  changedAt,
  holding,
  map,
  type Node,
  nodeAt,
  octets,
  treeOf,
  UINT,
  uint,
} from './cborTree.js'
import { KEYS, publicNode } from './forge.js'
import type { Random } from './random.js'
import { NOW } from './seeds.js'
import { sameBytes } from './target.js'
import { BOUNDARIES, editedTree } from './treeEdits.js'

type Fields = Map<number, Node>

const TOOLS = 3
const EXTENSIONS = 10
const STEPS = [-2n, -1n, 1n, 2n, 60n]

/** When a warrant was issued and when it expires, from now: at the edges of what is in force, and past them. */
const TIMES: readonly (readonly [number, number])[] = [
  ...([
    [30, 60],
    [31, 60],
    [0, 1],
    [-60, 0],
    [-60, -1],
    [0, 0],
    [0, 7_776_000],
    [0, 7_776_001],
    [-7_776_000, 1],
  ] as const),
]

const NUMBERS = [2, 6, 7, 8, 13, 16, 17, 18]

/** Changes one field, by one of another payload, a number near or far, another key, or anything at all. */
export const changeField = (fields: Fields, others: ReadonlyMap<number, Node>, random: Random): void => {
  const [key] = random.pick([...fields])
  const own = fields.get(key) as Node // just picked
  switch (random.below(9)) {
    case 0: {
      const [name, node] = random.pick([...others])
      fields.set(name, node)
      break
    }
    case 1:
      fields.delete(key)
      break
    case 2:
      fields.set(random.pick([4, 5]), publicNode(random.pick(KEYS)))
      break
    case 3:
      fields.set(key, editedTree(own, random.pick([...others.values()]), 1, random))
      break
    case 4:
      fields.set(TOOLS, editedTree(fields.get(TOOLS) ?? map([]), others.get(TOOLS) ?? map([]), 1, random))
      break
    case 5: {
      const [issued, expires] = random.pick(TIMES)
      fields.set(6, uint(NOW + issued))
      fields.set(7, uint(NOW + expires))
      break
    }
    default: {
      const number = random.pick(NUMBERS)
      const before = fields.get(number)?.argument ?? 0n
      const near = before + random.pick(STEPS)
      fields.set(number, uint(random.oneIn(3) ? random.pick(BOUNDARIES) : near < 0n ? 0n : near))
    }
  }
}

/** What a payload grants: tools, extensions, issuable tools, bounds, approvers, their number, clearance. */
const GRANTS = [TOOLS, EXTENSIONS, 11, 13, 14, 15, 16, 17]

/** Changes what is granted: a constraint by another, an entry more or less, or a whole field by that of another payload. */
export const changeGrant = (fields: Fields, others: ReadonlyMap<number, Node>, random: Random): void => {
  const key = random.pick(GRANTS.filter((each) => fields.has(each)))
  const own = fields.get(key) as Node // just filtered
  const other = others.get(key) ?? others.get(TOOLS) ?? own
  switch (random.below(key === TOOLS || key === 14 ? 4 : 7)) {
    case 0:
    case 1:
    case 2:
      fields.set(key, key === EXTENSIONS ? withGates(own, other, random) : regrafted(own, other, random))
      break
    case 3:
      fields.set(key, entryChanged(own, other, random))
      break
    case 4:
      fields.set(key, other)
      break
    case 5:
      fields.delete(key)
      break
    default:
      fields.set(random.pick([16, 17]), uint(random.below(60)))
  }
}

/** A pair of a number and a body, as every constraint is. */
const isConstraint = ({ major, items }: Node): boolean =>
  major === ARRAY && items?.length === 2 && items[0]?.major === UINT

const constraintsIn = (tree: Node): readonly number[] => {
  const found: number[] = []
  for (let i = 0; i < tree.count; i++) if (isConstraint(nodeAt(tree, i))) found.push(i)
  return found
}

/** A constraint in the place of another, or around it or inside it. */
const regrafted = (own: Node, other: Node, random: Random): Node => {
  const [places, graftings] = [constraintsIn(own), constraintsIn(other)]
  if (places.length === 0 || graftings.length === 0) return entryChanged(own, other, random)
  const graft = nodeAt(other, random.pick(graftings))
  return changedAt(own, random.pick(places), (old) => {
    switch (random.below(5)) {
      case 0:
        return composite(random.pick([12, 13]), [old, graft])
      case 1:
        return composite(random.pick([12, 13]), [old])
      case 2:
        return nudged(old, random)
      default:
        return graft
    }
  })
}

const CONSTRAINTS = new TextEncoder().encode('constraints')

const composite = (type: 12 | 13, inner: readonly Node[]): Node => {
  const name: Node = {
    major: 3,
    argument: BigInt(CONSTRAINTS.length),
    width: 0,
    bytes: CONSTRAINTS,
    count: 1,
  }
  return holding({ major: ARRAY, argument: 0n, width: 0, count: 1 }, [
    uint(type),
    map([name, holding({ major: ARRAY, argument: 0n, width: 0, count: 1 }, inner)]),
  ])
}

/** One number, letter or flag of a constraint, one up or down. */
const nudged = (constraint: Node, random: Random): Node =>
  changedAt(constraint, random.below(constraint.count), (node) => {
    if (node.bytes !== undefined && node.bytes.length > 0) {
      const bytes = node.bytes.slice()
      bytes[random.below(bytes.length)] = random.pick([0x2a, 0x2f, 0x61, 0x62, 0x63, 0x30, 0x2e])
      return { ...node, bytes }
    }
    return node.items === undefined && node.argument > 0n ? { ...node, argument: node.argument ^ 1n } : node
  })

const entryChanged = (own: Node, other: Node, random: Random): Node => {
  const step = own.major === ARRAY ? 1 : 2
  const items = [...(own.items ?? [])]
  const taken = (other.items ?? []).slice(0, step)
  const at = step * random.below(Math.floor(items.length / step) + 1)
  const same = items.findIndex((item, i) => i % step === 0 && isSameText(item, taken[0]))
  if (random.oneIn(2)) items.splice(at, step)
  else if (same >= 0) items.splice(same, step, ...taken)
  else items.splice(at, 0, ...taken)
  return own.items === undefined ? own : holding(own, items)
}

const isSameText = (a: Node, b: Node | undefined): boolean =>
  a.bytes !== undefined && b?.bytes !== undefined && sameBytes(a.bytes, b.bytes)

const GATES = 'tenuo.approval_gates'

/** The gate map among the extensions, which is CBOR inside an array of integers, with one constraint changed. */
const withGates = (extensions: Node, other: Node, random: Random): Node => {
  const items = [...(extensions.items ?? [])]
  const at = items.findIndex((item) => new TextDecoder().decode(item.bytes) === GATES)
  const value = items[at + 1]
  const gates =
    at < 0 ? undefined : treeOf(Uint8Array.from(value?.items ?? [], ({ argument }) => Number(argument)))
  if (gates === undefined) return entryChanged(extensions, other, random)
  items[at + 1] = octets(bytesOf(regrafted(gates, gates, random)))
  return holding(extensions, items)
}
