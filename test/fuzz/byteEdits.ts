/** Damage that knows nothing of what it damages: single bytes, runs of them, and numbers written over them. */

import type { Random } from './random.js'

const TELLING_BYTES: readonly number[] = [
  ...[
    0x00, 0x01, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80,
    0x82,
  ],
  ...[0x83, 0x9b, 0x9f, 0xa0, 0xa1, 0xbb, 0xbf, 0xc0, 0xdb, 0xf4, 0xf6, 0xf7, 0xf9, 0xfa, 0xfb, 0xff],
]

/** Nothing that is made grows beyond this, but for a few that are to be refused for their size. */
const MOST = 300_000

const overwritten = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  const width = random.pick([1, 2, 4, 8])
  const at = random.below(copy.length)
  if (at + width > copy.length) copy[at] = random.pick(TELLING_BYTES)
  else if (width === 1) copy[at] = random.oneIn(2) ? random.below(256) : random.pick(TELLING_BYTES)
  else if (width === 2) view.setUint16(at, random.pick([0, 1, 0xff, 0x100, 0x7fff, 0xffff]))
  else if (width === 4) view.setUint32(at, random.pick([0, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff]))
  else view.setBigUint64(at, random.pick([0n, 0xffff_ffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]))
  return copy
}

const flipped = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = bytes.slice()
  const at = random.below(copy.length)
  copy[at] = (copy[at] as number) ^ (1 << random.below(8)) // within the length
  return copy
}

const stepped = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = bytes.slice()
  const at = random.below(copy.length)
  copy[at] = (copy[at] as number) + (random.oneIn(2) ? 1 : 255) // within the length
  return copy
}

const without = (bytes: Uint8Array, random: Random): Uint8Array => {
  const at = random.below(bytes.length)
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.size(bytes.length)))
}

const truncated = (bytes: Uint8Array, random: Random): Uint8Array =>
  bytes.slice(0, random.below(bytes.length))

const inserted = (bytes: Uint8Array, part: Uint8Array, random: Random): Uint8Array => {
  const at = random.below(bytes.length + 1)
  return joined(bytes.subarray(0, at), part, bytes.subarray(at))
}

const runOf = (bytes: Uint8Array, random: Random): Uint8Array => {
  const at = random.below(bytes.length)
  return bytes.subarray(at, at + 1 + random.size(bytes.length))
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Bytes with one edit. Runs of `donor` and words of `dictionary` may come to stand in them. */
const editedOnce = (
  bytes: Uint8Array,
  donor: Uint8Array,
  dictionary: readonly Uint8Array[],
  random: Random,
): Uint8Array => {
  if (bytes.length === 0) return random.bytes(1 + random.size(64))
  if (dictionary.length > 0 && random.oneIn(3)) return inserted(bytes, random.pick(dictionary), random)
  switch (random.below(10)) {
    case 0:
    case 1:
      return flipped(bytes, random)
    case 2:
    case 3:
      return overwritten(bytes, random)
    case 4:
      return stepped(bytes, random)
    case 5:
      return without(bytes, random)
    case 6:
      return truncated(bytes, random)
    case 7:
      return inserted(bytes, random.bytes(1 + random.size(16)), random)
    case 8:
      return inserted(bytes, runOf(bytes, random), random)
    default:
      return donor.length === 0 ? flipped(bytes, random) : inserted(bytes, runOf(donor, random), random)
  }
}

/** Bytes with so many edits. */
export const damaged = (
  bytes: Uint8Array,
  donor: Uint8Array,
  dictionary: readonly Uint8Array[],
  edits: number,
  random: Random,
): Uint8Array => {
  let edited = bytes
  for (let i = 0; i < edits; i++) edited = editedOnce(edited, donor, dictionary, random)
  return edited.length > MOST ? edited.slice(0, MOST) : edited
}
