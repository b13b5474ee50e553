/**
 * The laws of chains (docs/reference/format.md §4, §5, §7), asked once more of what was accepted: read with the fuzzer's own
 * reader, and written without a look at the library. What a narrower constraint is, is asked in `narrowing.ts`.
 */

import { ARRAY, bytesOf, MAP, type Node, TEXT, treeOf } from './cborTree.js'
import { ROOT, sha256 } from './forge.js'
import { hexOf, sameBytes } from './target.js'

/** One warrant as the law book reads it. */
interface Read {
  readonly envelope: Uint8Array
  readonly payload: Uint8Array
  readonly fields: ReadonlyMap<number, Node>
}

const KNOWN_KEYS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18]
const REQUIRED = [0, 1, 2, 3, 4, 5, 6, 7, 8, 18]
const ISSUER = 1
const MAX_LIFE = 7_776_000
const TOLERANCE = 30

/**
 * What is wrong with a chain that was accepted; undefined where nothing is. `signed` are the envelopes, as hexadecimal, that
 * the holder of the key that each names as its issuer has signed.
 */
export const breachIn = (bytes: Uint8Array, signed: ReadonlySet<string>, now: number): string | undefined => {
  const envelopes = envelopesOf(bytes)
  if (envelopes === undefined) return 'bytes that hold something else than envelopes'
  const warrants = envelopes.map(readWarrant)
  const ids = new Set(warrants.map((warrant) => bytesHex(warrant?.fields.get(1))))
  if (ids.size !== warrants.length) return 'one id twice'
  let parent: Read | undefined
  for (const warrant of warrants) {
    if (warrant === undefined) return 'a payload that cannot be read'
    if (!signed.has(hexOf(warrant.envelope))) return 'an envelope that nobody signed'
    const breach =
      breachAlone(warrant, now) ??
      (parent === undefined ? breachOfFirst(warrant) : breachOfLink(parent, warrant))
    if (breach !== undefined) return breach
    parent = warrant
  }
  return undefined
}

/** The envelopes, each as it is written anew: whatever else the bytes hold is no chain. */
const envelopesOf = (bytes: Uint8Array): readonly Uint8Array[] | undefined => {
  const tree = treeOf(bytes)
  if (tree?.major !== ARRAY || tree.items === undefined || tree.items.length === 0) return undefined
  const isStack = tree.items[0]?.major === ARRAY
  const envelopes = (isStack ? tree.items : [tree]).map(bytesOf)
  return sameBytes(bytesOf(tree), bytes) ? envelopes : undefined
}

const readWarrant = (envelope: Uint8Array): Read | undefined => {
  const [version, payload, signature] = treeOf(envelope)?.items ?? []
  if (version?.argument !== 1n || payload?.bytes === undefined) return undefined
  if (signature?.items?.[0]?.argument !== 1n || signature.items[1]?.bytes?.length !== 64) return undefined
  const tree = treeOf(payload.bytes)
  if (tree?.major !== MAP || tree.items === undefined) return undefined
  const fields = new Map<number, Node>()
  let last = -1
  for (let i = 0; i < tree.items.length; i += 2) {
    const key = Number(tree.items[i]?.argument)
    if (key <= last || !KNOWN_KEYS.includes(key)) return undefined
    last = key
    fields.set(key, tree.items[i + 1] as Node) // names and values in turn
  }
  return REQUIRED.every((key) => fields.has(key)) ? { envelope, payload: payload.bytes, fields } : undefined
}

const numberIn = ({ fields }: Read, key: number): number | undefined => {
  const node = fields.get(key)
  return node === undefined ? undefined : Number(node.argument)
}

const sure = (warrant: Read, key: number): number => numberIn(warrant, key) as number // required

const bytesHex = (node: Node | undefined): string => (node === undefined ? '' : hexOf(bytesOf(node)))

/** A public key, as hexadecimal. */
const keyIn = ({ fields }: Read, key: number): string =>
  hexOf(fields.get(key)?.items?.[1]?.bytes ?? new Uint8Array())

const wordsOf = (node: Node | undefined, step: 1 | 2): readonly string[] =>
  (node?.items ?? [])
    .filter((item, i) => i % step === 0 && item.major === TEXT)
    .map(({ bytes }) => hexOf(bytes ?? new Uint8Array()))

const ANY = hexOf(new TextEncoder().encode('*'))
const SESSION = hexOf(new TextEncoder().encode('tenuo.session_id'))

const isIssuer = (warrant: Read): boolean => sure(warrant, 2) === ISSUER

const breachAlone = (warrant: Read, now: number): string | undefined => {
  const { fields } = warrant
  const [issued, expires, depth, limit] = [
    sure(warrant, 6),
    sure(warrant, 7),
    sure(warrant, 18),
    sure(warrant, 8),
  ]
  if (sure(warrant, 0) !== 1) return 'another version'
  if (![0, 1].includes(sure(warrant, 2))) return 'another type'
  if (expires <= issued || now >= expires || issued > now + TOLERANCE) return 'a time that is not now'
  if (depth > 64 || depth > limit) return 'a depth above its limit'
  if ((depth === 0) !== !fields.has(9)) return 'a parent hash that does not fit the depth'
  const tools = wordsOf(fields.get(3), 2).length
  if (
    isIssuer(warrant)
      ? tools > 0 || wordsOf(fields.get(11), 1).length === 0
      : [11, 13, 14].some((key) => fields.has(key))
  )
    return 'fields of the other type'
  const [approvers, needed] = [fields.get(15)?.items?.length, numberIn(warrant, 16)]
  if (approvers !== undefined && needed !== undefined && (needed < 1 || needed > approvers))
    return 'a threshold out of reach'
  return undefined
}

const breachOfFirst = (warrant: Read): string | undefined => {
  if (keyIn(warrant, 5) !== ROOT.hex) return 'a root that is not trusted'
  return sure(warrant, 7) - sure(warrant, 6) > MAX_LIFE ? 'a life above the ceiling' : undefined
}

const sessionOf = ({ fields }: Read): string => {
  const items = fields.get(10)?.items ?? []
  const at = items.findIndex((item, i) => i % 2 === 0 && hexOf(item.bytes ?? new Uint8Array()) === SESSION)
  return at < 0 ? 'none' : bytesHex(items[at + 1])
}

const neededBy = (warrant: Read): number => {
  const named = warrant.fields.get(15)?.items?.length ?? 0
  return Math.min(numberIn(warrant, 16) ?? named, named)
}

const breachOfLink = (parent: Read, child: Read): string | undefined => {
  const hash = Uint8Array.from(child.fields.get(9)?.items ?? [], ({ argument }) => Number(argument))
  if (!sameBytes(hash, sha256(parent.payload))) return 'a parent hash of something else (I5)'
  if (keyIn(child, 5) !== keyIn(parent, 4)) return 'an issuer who does not hold the parent (I1)'
  if (sure(child, 18) !== sure(parent, 18) + 1 || sure(child, 18) > sure(parent, 8))
    return 'a depth that does not follow (I2)'
  if (sure(child, 8) > sure(parent, 8)) return 'a raised depth limit (I2)'
  if (sure(child, 7) > sure(parent, 7)) return 'a child that outlives its parent (I3)'
  if (sure(child, 6) < sure(parent, 6)) return 'a child that is older than its parent (I3)'
  if (!isIssuer(parent) && isIssuer(child)) return 'an issuer under an execution warrant (I4)'
  if ((numberIn(child, 17) ?? 0) > (numberIn(parent, 17) ?? 0)) return 'a raised clearance (I4)'
  if (sessionOf(child) !== sessionOf(parent)) return 'another session'
  return breachOfTools(parent, child) ?? breachOfApprovers(parent, child) ?? breachOfIssuing(parent, child)
}

const breachOfTools = (parent: Read, child: Read): string | undefined => {
  const granted = isIssuer(parent) ? wordsOf(parent.fields.get(11), 1) : wordsOf(parent.fields.get(3), 2)
  const taken = isIssuer(child) ? wordsOf(child.fields.get(11), 1) : wordsOf(child.fields.get(3), 2)
  const isGranted = (tool: string): boolean => granted.includes(tool) || granted.includes(ANY)
  return taken.every(isGranted) ? undefined : 'a tool that the parent does not grant (I4)'
}

const breachOfApprovers = (parent: Read, child: Read): string | undefined => {
  const named = new Set((parent.fields.get(15)?.items ?? []).map(bytesHex))
  if (named.size === 0) return undefined
  const added = new Set((child.fields.get(15)?.items ?? []).map(bytesHex).filter((key) => !named.has(key)))
    .size
  return neededBy(child) - added >= neededBy(parent)
    ? undefined
    : 'approvals that would not satisfy the parent (I4)'
}

const breachOfIssuing = (parent: Read, child: Read): string | undefined => {
  if (!isIssuer(parent)) return undefined
  if (isIssuer(child) && parent.fields.has(14) && !child.fields.has(14)) return 'bounds that vanish (I4)'
  if (!isIssuer(child) && [keyIn(parent, 4), keyIn(parent, 5)].includes(keyIn(child, 4)))
    return 'execution for oneself (I4)'
  const limit = numberIn(parent, 13)
  if (limit === undefined) return undefined
  const reached = isIssuer(child)
    ? (numberIn(child, 13) ?? Number.POSITIVE_INFINITY)
    : Math.max(sure(child, 18), sure(child, 8))
  return reached <= limit ? undefined : 'an issue depth above its limit (I4)'
}
