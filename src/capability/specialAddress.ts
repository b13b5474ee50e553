/**
 * Addresses that a URL from outside must not reach (format §6, UrlSafe): which networks each block flag stands for,
 * and the IPv4 addresses that hide inside IPv6 ones.
 *
 * The networks of the reference, and the way it looks inside an address, are kept apart from ours, so that a refusal
 * which the reference does not share can be named by its rule.
 */

import type { StricterRule } from '../rules.js'
import { type Address, fourOf, type Network, networkContains, parseNetwork } from './ipAddress.js'

/** The flags of UrlSafe that block addresses. */
export interface AddressFlags {
  readonly blockPrivate: boolean
  readonly blockLoopback: boolean
  readonly blockMetadata: boolean
  readonly blockReserved: boolean
}

type Networks = readonly (readonly [flag: keyof AddressFlags, network: Network])[]

/** Read when the first address is asked about, as in few processes of the hook. */
const networksOf = (table: Readonly<Record<keyof AddressFlags, readonly string[]>>): (() => Networks) => {
  let networks: Networks | undefined
  return () => {
    networks ??= Object.entries(table).flatMap(
      ([flag, texts]) =>
        texts.map((text) => [flag as keyof AddressFlags, parseNetwork(text) as Network] as const), // rows of this file
    )
    return networks
  }
}

const REFERENCE = networksOf({
  blockLoopback: ['127.0.0.0/8', '::1'],
  blockPrivate: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10'],
  blockReserved: ['0.0.0.0/8', '224.0.0.0/4', '255.255.255.255'],
  blockMetadata: ['169.254.0.0/16'],
})

const OURS = networksOf({
  blockLoopback: [],
  blockPrivate: ['100.64.0.0/10', 'fec0::/10'],
  blockReserved: [
    '192.0.0.0/24',
    '192.0.2.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '::',
    'ff00::/8',
    '2001:db8::/32',
    '2001::/32', // Teredo
    '2002::/16', // 6to4
  ],
  // The metadata services that do not lie in 169.254.0.0/16.
  blockMetadata: ['100.100.100.200', 'fd00:ec2::254'],
})

const isIn = (networks: Networks, address: Address, flags: AddressFlags): boolean =>
  networks.some(([flag, network]) => flags[flag] && networkContains(network, address))

/** Words of an IPv6 address; only asked of one. */
const sixWords = ({
  words,
}: Address): readonly [number, number, number, number, number, number, number, number] =>
  words as unknown as ReturnType<typeof sixWords> // an address of family 6 has eight words

/** An IPv4 address written as IPv6 in a way that the reference unwraps: `::ffff:a.b.c.d`, and `::a.b.c.d` above `::1`. */
const unwrap = (address: Address): Address => {
  if (!startsWith(address, [0, 0, 0, 0, 0])) return address // no address of two words does
  const [, , , , , marker, high, low] = sixWords(address)
  const isMapped = marker === 0xffff
  const isCompatible = marker === 0 && (high > 0 || low > 1)
  return isMapped || isCompatible ? fourOf(high, low) : address
}

const startsWith = (address: Address, prefix: readonly number[]): boolean =>
  prefix.every((word, i) => address.words[i] === word)

const TRANSLATED = [0, 0, 0, 0, 0xffff, 0]
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0]
const NAT64_LOCAL = [0x64, 0xff9b, 1]
const SIX_TO_FOUR = [0x2002]

/** IPv4 addresses that an IPv6 address reaches through a translator or a tunnel, beyond those that are unwrapped. */
const translations = (address: Address): Address[] => {
  if (address.family === 4) return []
  const [, second, third, fourth, fifth, sixth, high, low] = sixWords(address)
  if (startsWith(address, TRANSLATED) || startsWith(address, NAT64)) return [fourOf(high, low)]
  if (startsWith(address, SIX_TO_FOUR)) return [fourOf(second, third)]
  if (!startsWith(address, NAT64_LOCAL)) return []
  // RFC 8215 leaves the layout to the site: the last 32 bits, or those of a /48 of RFC 6052, which skips bits 64 to 71.
  const layouts = [fourOf(high, low), fourOf(fourth, ((fifth & 0xff) << 8) | (sixth >> 8))]
  const used = layouts.filter(({ words }) => words.some((word) => word !== 0))
  return used.length === 0 ? layouts : used
}

/** Every address that one stands for: itself, and the IPv4 addresses inside it. */
export const addressesWithin = (address: Address): readonly Address[] => {
  const unwrapped = unwrap(address)
  return unwrapped === address ? [address, ...translations(address)] : [address, unwrapped]
}

/** Whether the reference blocks an address under these flags. */
export const referenceBlocks = (address: Address, flags: AddressFlags): boolean =>
  isIn(REFERENCE(), unwrap(address), flags)

/** The rule by which an address is blocked that the reference lets pass. */
export const stricterBlock = (address: Address, flags: AddressFlags): StricterRule | undefined => {
  if (isIn(OURS(), address, flags)) return 'URL_SAFE_SPECIAL_ADDRESS'
  const within = addressesWithin(address)
  return within.some((inner) => isIn(REFERENCE(), inner, flags) || isIn(OURS(), inner, flags))
    ? 'URL_SAFE_EMBEDDED_ADDRESS'
    : undefined
}
