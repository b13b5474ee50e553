/** The functions on addresses. What is no address, or no network, is in none and not private, as in the reference. */

import { networkContains, parseAddress, parseNetwork } from '../capability/ipAddress.js'
import type { CelValue } from './value.js'

export const inNetwork = (address: CelValue | undefined, network: CelValue | undefined): boolean => {
  if (typeof address !== 'string' || typeof network !== 'string') return false
  const [inner, outer] = [parseAddress(address), parseNetwork(network)]
  return inner !== undefined && outer !== undefined && networkContains(outer, inner)
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

/** The three private networks of IPv4 and unique local IPv6: neither loopback nor link-local counts. */
export const isPrivate = (address: CelValue | undefined): boolean =>
  PRIVATE.some((network) => inNetwork(address, network))
