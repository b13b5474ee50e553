/**
 * The hosts of URLs, read leniently in order to block: whatever some client would take for an address is looked at as
 * one. Constraints that grant by address read it strictly instead (`ipAddress.ts`); the two are never mixed.
 */

import { type Address, fourOf, parseAddress } from './ipAddress.js'
import { readUrl } from './urlText.js'

/**
 * A host as the reference judges it: percent-decoded once, octet by octet, and in lower case. A `%` that two
 * hexadecimal digits do not follow takes the two characters after it along as they are.
 */
export const decodedHost = (host: string): string =>
  (host.includes('%')
    ? host.replace(/%([\s\S]{0,2})/gu, (whole, digits: string) =>
        /^[0-9a-f]{2}$/i.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : whole,
      )
    : host
  ).toLowerCase()

const withoutBrackets = (host: string): string => {
  let start = 0
  let end = host.length
  while (host[start] === '[') start++
  while (host[end - 1] === ']') end--
  return host.slice(start, end)
}

/** A number of at most 32 bits, as an address. */
const numberAddress = (digits: string, base: 10 | 16): Address | undefined => {
  const significant = digits.replace(/^0+/, '')
  if (significant.length > 10) return undefined
  const number = significant === '' ? 0 : Number.parseInt(significant, base)
  return number > 0xffffffff ? undefined : fourOf(Math.floor(number / 0x10000), number % 0x10000)
}

const FOUR_NUMBERS = /^[0-9]+(?:\.[0-9]+){3}$/

/** Four numbers some of which have a leading zero: to one client octal, to another decimal, to a third a name. */
export const isAmbiguousQuad = (host: string): boolean =>
  FOUR_NUMBERS.test(host) && host.split('.').some((part) => part.length > 1 && part.startsWith('0'))

/** The address of a quad whose leading zeros change nothing: octal and decimal agree. */
const harmlessQuad = (host: string): Address | undefined => {
  if (!host.startsWith('0') || !isAmbiguousQuad(host)) return undefined
  const parts = host.split('.')
  const agree = parts.every(
    (part) => /^[0-7]+$/.test(part) && (!part.startsWith('0') || Number.parseInt(part, 8) === Number(part)),
  )
  return agree ? parseAddress(parts.map(Number).join('.')) : undefined
}

/** The address that the reference sees in a decoded host: strict text, one decimal number, or one after `0x`. */
export const addressInHost = (host: string): Address | undefined => {
  const text = withoutBrackets(host)
  const strict = parseAddress(text)
  if (strict !== undefined) return strict
  if (/^[0-9]+$/.test(text)) return numberAddress(text, 10)
  const hex = /^0x\+?([0-9a-f]+)$/i.exec(text)?.[1]
  return hex === undefined ? harmlessQuad(text) : numberAddress(hex, 16)
}

/**
 * A host as http would write it, or undefined where it could not be one: names mapped by IDNA and in lower case,
 * addresses in their one form. Schemes without such rules keep opaque text, which each client reads in its own way.
 */
export const hostAsHttp = (host: string): string | undefined => {
  const read = readUrl(`http://${host}/`)
  return read === undefined || read === 'too-long' ? undefined : read.host
}

/** The strict address of a host or of an entry of a list of domains, with or without brackets. */
export const literalAddress = (host: string): Address | undefined => parseAddress(withoutBrackets(host))

/** A name without the dots that may end it: to a resolver, `localhost.` is `localhost`. */
export const withoutFinalDots = (name: string): string => {
  let end = name.length
  while (name.charCodeAt(end - 1) === 0x2e) end--
  return name.slice(0, end)
}
