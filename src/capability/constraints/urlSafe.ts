/**
 * UrlSafe (format §6): the argument is a URL that does not lead into private, loopback, metadata or reserved networks.
 * Names are not resolved: the tool must connect to the host as it was parsed, and refuse such addresses once more when
 * it has resolved a name.
 */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { FormatError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import type { Constraint, ConstraintKind } from '../constraint.js'
import { grantsAddress, meetOf, narrows, narrowsByHost, URL_FLAGS } from '../urlSafeOrder.js'
import { compileUrlSafety, hasDomainEntries } from '../urlSafety.js'
import { textInWords } from '../words.js'

/** What a URL must be. Domains are `name`, or `*.name` for it and everything below; an absent list asks nothing. */
export interface UrlSafeFields {
  readonly schemes: readonly string[]
  readonly allowDomains: readonly string[] | undefined
  readonly denyDomains: readonly string[] | undefined
  readonly allowPorts: readonly number[] | undefined
  readonly blockPrivate: boolean
  readonly blockLoopback: boolean
  readonly blockMetadata: boolean
  readonly blockReserved: boolean
  readonly blockInternalTlds: boolean
}

export interface UrlSafeConstraint extends UrlSafeFields {
  readonly kind: 'urlSafe'
}

const DEFAULTS: UrlSafeFields = {
  schemes: ['http', 'https'],
  allowDomains: undefined,
  denyDomains: undefined,
  allowPorts: undefined,
  blockPrivate: true,
  blockLoopback: true,
  blockMetadata: true,
  blockReserved: true,
  blockInternalTlds: false,
}

const MAX_PORT = 65_535

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= MAX_PORT

const frozenList = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list && Object.freeze([...list])

/**
 * A URL that is safe to fetch. Every option stands for itself; by default http and https, any host and port, with all
 * blocks on but that of internal top-level domains.
 * @throws FormatError CONSTRAINT_INVALID for a port that is none, or a flag that is no boolean.
 */
export const urlSafe = (options: Partial<UrlSafeFields> = {}): UrlSafeConstraint => {
  const named = Object.entries(options).filter(([, option]) => option !== undefined)
  const given: UrlSafeFields = { ...DEFAULTS, ...Object.fromEntries(named) } // own properties alone
  if (URL_FLAGS.some((flag) => typeof given[flag] !== 'boolean'))
    throw new FormatError('CONSTRAINT_INVALID', 'flag of a safe URL')
  if (!(given.allowPorts ?? []).every(isPort)) throw new FormatError('CONSTRAINT_INVALID', 'not a port')
  return Object.freeze({
    kind: 'urlSafe',
    schemes: Object.freeze([...given.schemes]),
    allowDomains: frozenList(given.allowDomains),
    denyDomains: frozenList(given.denyDomains),
    allowPorts: frozenList(given.allowPorts),
    blockPrivate: given.blockPrivate,
    blockLoopback: given.blockLoopback,
    blockMetadata: given.blockMetadata,
    blockReserved: given.blockReserved,
    blockInternalTlds: given.blockInternalTlds,
  })
}

/** Names on the wire, in the order that is written. */
const WIRE_NAMES = [
  'schemes',
  'allow_domains',
  'deny_domains',
  'allow_ports',
  'block_private',
  'block_loopback',
  'block_metadata',
  'block_reserved',
  'block_internal_tlds',
] as const

type Mutable<T> = { -readonly [K in keyof T]?: T[K] }

const readList = <T>(reader: CborReader, read: () => T): readonly T[] => {
  const items: T[] = []
  reader.array(() => items.push(read()))
  return items
}

const readOptional = <T>(reader: CborReader, read: () => T): readonly T[] | undefined =>
  reader.takeNull() ? undefined : readList(reader, read)

const writeOptional = <T>(
  writer: CborWriter,
  list: readonly T[] | undefined,
  write: (item: T) => void,
): void => {
  if (list === undefined) {
    writer.null()
    return
  }
  writer.array(list.length)
  for (const item of list) write(item)
}

const MAX_SAMPLES = 64

const SAMPLE_HOSTS = [
  'example.com',
  '127.0.0.1',
  'localhost',
  '10.0.0.1',
  '169.254.169.254',
  '224.0.0.1',
  'host.internal',
  '93.184.216.34',
]

const sampleHosts = ({ allowDomains, denyDomains }: UrlSafeFields): readonly string[] =>
  [...(allowDomains ?? SAMPLE_HOSTS), ...(denyDomains ?? [])].flatMap((entry) =>
    entry.startsWith('*.') ? [`x${entry.slice(1)}`, entry.slice(2)] : [entry],
  )

const listed = (texts: readonly string[]): string => texts.map(textInWords).join(', ')

/** How safe URLs are read, written, matched and ordered. */
export const urlSafeKind: ConstraintKind<UrlSafeConstraint> = {
  kind: 'urlSafe',
  tag: 18,
  coversExact: true,

  decode(reader: CborReader): UrlSafeConstraint {
    const fields: Mutable<UrlSafeFields> = {}
    const text = (): string => reader.text()
    reader.struct(WIRE_NAMES, [], (name) => {
      switch (name) {
        case 'schemes':
          fields.schemes = readList(reader, text)
          break
        case 'allow_domains':
          fields.allowDomains = readOptional(reader, text)
          break
        case 'deny_domains':
          fields.denyDomains = readOptional(reader, text)
          break
        case 'allow_ports':
          fields.allowPorts = readOptional(reader, () => reader.uint(MAX_PORT))
          break
        case 'block_private':
          fields.blockPrivate = reader.boolean()
          break
        case 'block_loopback':
          fields.blockLoopback = reader.boolean()
          break
        case 'block_metadata':
          fields.blockMetadata = reader.boolean()
          break
        case 'block_reserved':
          fields.blockReserved = reader.boolean()
          break
        case 'block_internal_tlds':
          fields.blockInternalTlds = reader.boolean()
      }
    })
    return urlSafe(fields)
  },

  encode(writer: CborWriter, constraint: UrlSafeConstraint): void {
    const text = (item: string): void => writer.text(item)
    writer.map(WIRE_NAMES.length)
    writer.text('schemes')
    writeOptional(writer, constraint.schemes, text)
    writer.text('allow_domains')
    writeOptional(writer, constraint.allowDomains, text)
    writer.text('deny_domains')
    writeOptional(writer, constraint.denyDomains, text)
    writer.text('allow_ports')
    writeOptional(writer, constraint.allowPorts, (port) => writer.uint(port))
    for (const [i, flag] of URL_FLAGS.entries()) {
      writer.text(WIRE_NAMES[4 + i] as string) // the flags stand last, in this order
      writer.boolean(constraint[flag])
    }
  },

  compile(constraint: UrlSafeConstraint) {
    const judge = compileUrlSafety(constraint)
    return (value) => {
      if (typeof value !== 'string') return false
      const verdict = judge(value)
      if (verdict === 'too-long') return 'CONSTRAINT_TOO_COSTLY'
      if (verdict === 'URL_SAFE_ENTRY') return 'CONSTRAINT_ERROR'
      return typeof verdict === 'boolean' ? verdict : 'DENIED_HERE'
    }
  },

  /** It faults on text that is too long to be read as a URL; and on any text where an entry could be no host. */
  faults(constraint: UrlSafeConstraint) {
    return hasDomainEntries(constraint) ? 'alike' : 'own'
  },

  /**
   * The order of safe URLs. `parent` covers `child` if and only if
   * 1. every scheme of the child is one of the parent, letter case aside, and
   * 2. every block of the parent is one of the child, and
   * 3. where the parent lists ports, the child does, and no others, and
   * 4. where the parent lists allowed domains, the child does; each of its entries is one of the parent or ends like a
   *    wildcard of the parent, and those that are addresses are entries of the parent; and
   * 5. where the parent lists denied domains, the child does, and lists each of them too, as text.
   */
  covers(parent: UrlSafeConstraint, child: UrlSafeConstraint): boolean {
    return (
      narrows(parent, child) &&
      !grantsAddress(parent, child) &&
      hasDomainEntries(parent) &&
      hasDomainEntries(child)
    )
  },

  nearest(parent: UrlSafeConstraint, child: Constraint): UrlSafeConstraint | undefined {
    return child.kind === 'urlSafe' ? urlSafe(meetOf(parent, child)) : undefined
  },

  samples(constraint: UrlSafeConstraint) {
    const ports = ['', ...(constraint.allowPorts ?? [8443]).map((port) => `:${port}`)]
    return constraint.schemes
      .flatMap((scheme) => sampleHosts(constraint).map((host) => `${scheme}://${host}`))
      .flatMap((start) => ports.map((port) => `${start}${port}/`))
      .slice(0, MAX_SAMPLES)
  },

  describe(constraint: UrlSafeConstraint): string {
    const { schemes, allowDomains, denyDomains, allowPorts } = constraint
    const off = URL_FLAGS.filter((flag) => !constraint[flag] && DEFAULTS[flag])
    return [
      `a safe URL of ${schemes.length === 0 ? 'no scheme' : listed(schemes)}`,
      ...(allowDomains === undefined ? [] : [`to ${listed(allowDomains) || 'no host'}`]),
      ...(denyDomains === undefined ? [] : [`not to ${listed(denyDomains) || 'no host'}`]),
      ...(allowPorts === undefined ? [] : [`on port ${allowPorts.join(', ') || 'none'}`]),
      ...(constraint.blockInternalTlds ? ['not to internal names'] : []),
      ...(off.length === 0
        ? []
        : [`${off.map((flag) => flag.slice(5).toLowerCase()).join(', ')} not blocked`]),
    ].join('; ')
  },

  stricterMatch(constraint: UrlSafeConstraint, value): StricterRule | undefined {
    const verdict = typeof value === 'string' && compileUrlSafety(constraint)(value)
    if (typeof verdict === 'boolean') return undefined
    return verdict === 'too-long' ? 'URL_TOO_LONG' : verdict
  },

  /** Only asked of a child that is not covered. */
  stricterCover(parent: UrlSafeConstraint, child: Constraint): StricterRule | undefined {
    if (child.kind !== 'urlSafe') return undefined
    if (narrows(parent, child))
      return grantsAddress(parent, child) ? 'URL_SAFE_ALLOW_ADDRESS' : 'URL_SAFE_ENTRY'
    return narrowsByHost(parent, child) ? 'URL_SAFE_ENTRY_TEXT' : undefined
  },
}
