/**
 * CBOR as a tree that can be damaged: a lenient reader and a writer of their own, which share nothing with the library.
 * A node knows how it is written, so that a length can lie and a head can be longer than it need be.
 */

export interface Node {
  readonly major: number
  /** The argument of the head: the number itself, a length, a tag, the bits of a float. */
  readonly argument: bigint
  /** Bytes of the argument: 0, 1, 2, 4 or 8; `shortest` as the protocol writes it; -1 for an indefinite length. */
  readonly width: number
  /** Of byte and text strings. */
  readonly bytes?: Uint8Array
  /** Of arrays, maps (names and values in turn) and tags. */
  readonly items?: readonly Node[]
  /** What stands in a byte string, where that is CBOR too. */
  readonly inner?: Node
  /** Nodes in all, this one among them. */
  readonly count: number
}

export const UINT = 0
export const NEGATIVE = 1
export const BYTES = 2
export const TEXT = 3
export const ARRAY = 4
export const MAP = 5
export const TAG = 6
export const SIMPLE = 7

const NOT_CBOR = new Error('not CBOR that this reader knows')
const MAX_READ_DEPTH = 400

/** The tree of bytes that hold exactly one item of definite lengths; undefined for all others. */
export const treeOf = (bytes: Uint8Array): Node | undefined => {
  try {
    const cursor = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 }
    const node = read(cursor, 0)
    return cursor.at === bytes.length ? node : undefined
  } catch {
    return undefined
  }
}

interface Cursor {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
}

const read = (cursor: Cursor, depth: number): Node => {
  const initial = cursor.bytes[cursor.at++]
  if (initial === undefined || depth > MAX_READ_DEPTH) throw NOT_CBOR
  const major = initial >> 5
  const width = widthOf(initial & 31)
  const argument = readArgument(cursor, initial & 31, width)
  if (major === BYTES || major === TEXT) return readString(cursor, major, argument, width)
  if (major < ARRAY || major === SIMPLE) return { major, argument, width, count: 1 }
  const length = major === TAG ? 1 : Number(argument) * (major === MAP ? 2 : 1)
  if (length > cursor.bytes.length - cursor.at) throw NOT_CBOR
  const items: Node[] = []
  for (let i = 0; i < length; i++) items.push(read(cursor, depth + 1))
  return { major, argument, width, items, count: countOf(items) }
}

const widthOf = (info: number): number => {
  if (info < 24) return 0
  if (info > 27) throw NOT_CBOR
  return 1 << (info - 24)
}

const readArgument = (cursor: Cursor, info: number, width: number): bigint => {
  const { view, at } = cursor
  cursor.at += width
  if (width === 0) return BigInt(info)
  if (width === 1) return BigInt(view.getUint8(at))
  if (width === 2) return BigInt(view.getUint16(at))
  return width === 4 ? BigInt(view.getUint32(at)) : view.getBigUint64(at)
}

const readString = (cursor: Cursor, major: number, argument: bigint, width: number): Node => {
  const end = cursor.at + Number(argument)
  if (end > cursor.bytes.length) throw NOT_CBOR
  const bytes = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  const node = { major, argument, width, bytes, count: 1 }
  const first = (bytes[0] ?? 0) >> 5
  if (major !== BYTES || bytes.length < 8 || (first !== ARRAY && first !== MAP)) return node
  const inner = treeOf(bytes)
  return inner === undefined ? node : { ...node, inner, count: 1 + inner.count }
}

const countOf = (items: readonly Node[]): number => {
  let count = 1
  for (const item of items) count += item.count
  return count
}

/** The width that the protocol asks for. */
export const shortest = (argument: bigint): number => {
  if (argument < 24n) return 0
  if (argument < 0x100n) return 1
  if (argument < 0x1_0000n) return 2
  return argument < 0x1_0000_0000n ? 4 : 8
}

const headed = (major: number, argument: bigint): { major: number; argument: bigint; width: number } => ({
  major,
  argument,
  width: shortest(argument),
})

export const uint = (value: number | bigint): Node => ({ ...headed(UINT, BigInt(value)), count: 1 })

export const text = (value: string): Node => {
  const bytes = new TextEncoder().encode(value)
  return { ...headed(TEXT, BigInt(bytes.length)), bytes, count: 1 }
}

export const byteString = (bytes: Uint8Array): Node => ({
  ...headed(BYTES, BigInt(bytes.length)),
  bytes,
  count: 1,
})

export const array = (items: readonly Node[]): Node => ({
  ...headed(ARRAY, BigInt(items.length)),
  items,
  count: countOf(items),
})

/** A map of names and values in turn. */
export const map = (items: readonly Node[]): Node => ({
  ...headed(MAP, BigInt(items.length >> 1)),
  items,
  count: countOf(items),
})

/** Bytes as the protocol writes some of them: an array of integers. */
export const octets = (bytes: Uint8Array): Node => array([...bytes].map(uint))

export const simple = (initial: number): Node => ({
  major: SIMPLE,
  argument: BigInt(initial & 31),
  width: 0,
  count: 1,
})

/** A node that holds others in place of its own, its length with them. */
export const holding = (node: Node, items: readonly Node[]): Node =>
  node.major === TAG
    ? { ...node, items, count: countOf(items) }
    : {
        ...headed(node.major, BigInt(node.major === MAP ? items.length >> 1 : items.length)),
        items,
        count: countOf(items),
      }

/** A byte string that holds another item. */
export const wrapping = (inner: Node): Node => {
  const bytes = bytesOf(inner)
  return { ...headed(BYTES, BigInt(bytes.length)), bytes, inner, count: 1 + inner.count }
}

/** Where trees are written; one at a time, so that it can be used again. */
let scratch = new Uint8Array(4_096)
let view = new DataView(scratch.buffer)
let at = 0

/** The bytes of a tree, as its nodes say that they are written. */
export const bytesOf = (node: Node): Uint8Array => {
  at = 0
  write(node)
  return scratch.slice(0, at)
}

const reserve = (count: number): void => {
  if (at + count <= scratch.length) return
  const larger = new Uint8Array(Math.max(2 * scratch.length, at + count))
  larger.set(scratch)
  scratch = larger
  view = new DataView(scratch.buffer)
}

const HEAD = 9
const BREAK = 0xff

const write = ({ major, argument, width, bytes, items }: Node): void => {
  reserve(HEAD + 1 + (bytes?.length ?? 0))
  const initial = major << 5
  if (width === 0) scratch[at++] = initial | Number(argument & 31n)
  else if (width === -1) scratch[at++] = initial | 31
  else writeArgument(initial, argument, width)
  if (bytes !== undefined) {
    scratch.set(bytes, at)
    at += bytes.length
  }
  if (items !== undefined) for (let i = 0; i < items.length; i++) write(items[i] as Node) // within the length
  if (width !== -1) return
  reserve(1)
  scratch[at++] = BREAK
}

const writeArgument = (initial: number, argument: bigint, width: number): void => {
  scratch[at++] = initial | (width === 1 ? 24 : width === 2 ? 25 : width === 4 ? 26 : 27)
  if (width === 1) view.setUint8(at, Number(argument & 0xffn))
  else if (width === 2) view.setUint16(at, Number(argument & 0xffffn))
  else if (width === 4) view.setUint32(at, Number(argument & 0xffff_ffffn))
  else view.setBigUint64(at, argument)
  at += width
}

/** The tree with its node of that number, counted from the top, changed. */
export const changedAt = (node: Node, number: number, change: (node: Node) => Node): Node => {
  if (number === 0) return change(node)
  if (node.inner !== undefined) return wrapping(changedAt(node.inner, number - 1, change))
  let left = number - 1
  const items = [...(node.items ?? [])]
  for (const [i, item] of items.entries()) {
    if (left < item.count) {
      items[i] = changedAt(item, left, change)
      return { ...node, items, count: countOf(items) }
    }
    left -= item.count
  }
  return node
}

/** The node of that number, counted from the top. */
export const nodeAt = (node: Node, number: number): Node => {
  let found = node
  changedAt(node, number, (each) => {
    found = each
    return each
  })
  return found
}
