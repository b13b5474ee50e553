/**
 * IP addresses and networks in their strict text forms (format §6): four plain decimal parts without leading zeros, or
 * RFC 4291 text without zone or brackets. An IPv4-mapped IPv6 address is IPv6: the two families never mix.
 */

type AddressFamily = 4 | 6

/** An address as 16-bit words, the highest first: two of them or eight. */
export interface Address {
  readonly family: AddressFamily
  readonly words: readonly number[]
}

/** A network: its first address, and how many leading bits all its addresses share. */
export interface Network {
  readonly first: Address
  readonly prefix: number
}

/** The longest address text is `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
const MAX_ADDRESS_TEXT = 45

const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39

const addressOf = (family: AddressFamily, words: readonly number[]): Address => ({ family, words })

/** The two words of a strict dotted quad, or undefined. */
const quadWords = (text: string): [high: number, low: number] | undefined => {
  let number = 0
  let parts = 0
  let part = 0
  let digits = 0
  for (let i = 0; i <= text.length; i++) {
    const unit = i === text.length ? DOT : text.charCodeAt(i)
    if (unit === DOT) {
      if (digits === 0 || part > 255 || ++parts > 4) return undefined
      number = number * 256 + part
      part = digits = 0
    } else {
      // A second digit after a leading zero: some readers take 010 as 8, others as 10.
      if (unit < ZERO || unit > NINE || ++digits > 3 || (digits > 1 && part === 0)) return undefined
      part = part * 10 + unit - ZERO
    }
  }
  return parts === 4 ? [Math.floor(number / 0x10000), number % 0x10000] : undefined
}

const HEX_GROUP = /^[0-9A-Fa-f]{1,4}$/

/** Words of colon-separated groups, the last of which may be a dotted quad where `mayEndInQuad`. */
const groupWords = (text: string, mayEndInQuad: boolean): number[] | undefined => {
  if (text === '') return []
  const words: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    if (HEX_GROUP.test(group)) {
      words.push(Number.parseInt(group, 16))
      continue
    }
    const quad = mayEndInQuad && i === groups.length - 1 ? quadWords(group) : undefined
    if (quad === undefined) return undefined
    words.push(...quad)
  }
  return words
}

const parseSix = (text: string): Address | undefined => {
  const gap = text.indexOf('::')
  if (gap < 0) {
    const words = groupWords(text, true)
    return words?.length === 8 ? addressOf(6, words) : undefined
  }
  const head = groupWords(text.slice(0, gap), false)
  const tail = groupWords(text.slice(gap + 2), true)
  if (head === undefined || tail === undefined) return undefined
  const zeros = 8 - head.length - tail.length
  return zeros < 1 ? undefined : addressOf(6, [...head, ...new Array<number>(zeros).fill(0), ...tail])
}

/** The address of strict text, or undefined. */
export const parseAddress = (text: string): Address | undefined => {
  if (text.length > MAX_ADDRESS_TEXT) return undefined
  if (text.includes(':')) return parseSix(text)
  const quad = quadWords(text)
  return quad === undefined ? undefined : addressOf(4, quad)
}

/** The IPv4 address of 32 bits given as two words. */
export const fourOf = (high: number, low: number): Address => addressOf(4, [high, low])

const bitsOf = (family: AddressFamily): number => (family === 4 ? 32 : 128)

/** Which of the bits of the word at `index` a prefix covers. */
const wordMask = (prefix: number, index: number): number => {
  const bits = Math.min(16, Math.max(0, prefix - 16 * index))
  return (0xffff << (16 - bits)) & 0xffff
}

/** The bits that a contiguous netmask sets, or undefined. */
const maskPrefix = (text: string): number | undefined => {
  const words = quadWords(text)
  if (words === undefined) return undefined
  const bits = words.map((word) => word.toString(2).padStart(16, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

/** A decimal prefix length: a sign and leading zeros are read, as the reference does; a v4 netmask too. */
const parsePrefix = (text: string, family: AddressFamily): number | undefined => {
  const digits = /^\+?0*([0-9]{1,3})$/.exec(text)?.[1]
  if (digits === undefined) return family === 4 ? maskPrefix(text) : undefined
  const prefix = Number(digits)
  return prefix <= bitsOf(family) ? prefix : undefined
}

/**
 * The network of `address[/prefix]`, or undefined. Without a prefix it is the one address; bits of the host are
 * allowed and masked.
 */
export const parseNetwork = (text: string): Network | undefined => {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const { family, words } = address
  const prefix = slash < 0 ? bitsOf(family) : parsePrefix(text.slice(slash + 1), family)
  if (prefix === undefined) return undefined
  return {
    first: addressOf(
      family,
      words.map((word, i) => word & wordMask(prefix, i)),
    ),
    prefix,
  }
}

/** Whether an address is one of a network: of the same family, with the same leading bits. */
export const networkContains = (network: Network, address: Address): boolean =>
  network.first.family === address.family &&
  network.first.words.every(
    (word, i) => ((address.words[i] as number) & wordMask(network.prefix, i)) === word,
  )

/** Whether every address of `inner` is one of `outer`. */
export const networkCovers = (outer: Network, inner: Network): boolean =>
  outer.prefix <= inner.prefix && networkContains(outer, inner.first)

/** The last address of a network. */
export const lastAddress = ({ first, prefix }: Network): Address =>
  addressOf(
    first.family,
    first.words.map((word, i) => word | (~wordMask(prefix, i) & 0xffff)),
  )

/** Text that {@link parseAddress} reads back: a dotted quad, or eight groups without compression. */
export const formatAddress = ({ family, words }: Address): string =>
  family === 4
    ? words.flatMap((word) => [word >> 8, word & 0xff]).join('.')
    : words.map((word) => word.toString(16)).join(':')
