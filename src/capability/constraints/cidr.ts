/** Cidr (format §6): the argument is a string that holds an address of a network, in strict text. */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { FormatError } from '../../errors.js'
import type { ConstraintKind } from '../constraint.js'
import {
  formatAddress,
  lastAddress,
  type Network,
  networkContains,
  networkCovers,
  parseAddress,
  parseNetwork,
} from '../ipAddress.js'
import { textInWords } from '../words.js'

export interface CidrConstraint {
  readonly kind: 'cidr'
  /** The text as it was given, which is what is written. */
  readonly network: string
}

const networkOf = (text: string): Network => {
  const network = parseNetwork(text)
  if (network === undefined) throw new FormatError('CONSTRAINT_INVALID', 'not a network')
  return network
}

/**
 * An address of a network: `10.0.0.0/8`, `2001:db8::/32`, or one address. A string that is no strict address is an
 * error, hence a denial even under Not; IPv4-mapped IPv6 is not in an IPv4 network.
 * @throws FormatError CONSTRAINT_INVALID
 */
export const cidr = (network: string): CidrConstraint => {
  networkOf(network)
  return Object.freeze({ kind: 'cidr', network })
}

/** How networks are read, written, matched and ordered. */
export const cidrKind: ConstraintKind<CidrConstraint> = {
  kind: 'cidr',
  tag: 8,
  coversExact: true,

  decode(reader: CborReader): CidrConstraint {
    return cidr(reader.text())
  },

  encode(writer: CborWriter, { network }: CidrConstraint): void {
    writer.text(network)
  },

  compile({ network: text }: CidrConstraint) {
    const network = networkOf(text)
    return (value) => {
      if (typeof value !== 'string') return false
      const address = parseAddress(value)
      return address === undefined ? 'CONSTRAINT_ERROR' : networkContains(network, address)
    }
  },

  /** It faults on strings that are no address, whatever its network. */
  faults() {
    return 'alike'
  },

  /** The order of networks. `parent` covers `child` if and only if every address of the child is one of the parent. */
  covers(parent: CidrConstraint, child: CidrConstraint): boolean {
    return networkCovers(networkOf(parent.network), networkOf(child.network))
  },

  samples({ network: text }: CidrConstraint) {
    const network = networkOf(text)
    return [formatAddress(network.first), formatAddress(lastAddress(network))]
  },

  describe({ network }: CidrConstraint): string {
    return `an address in ${textInWords(network)}`
  },
}
