/** What an enforcer can be told, and the setting that is made of it: read once, by own properties, and checked. */

import type { Engines } from '../capability/constraint.js'
import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import type { PublicKey } from '../crypto/keys.js'
import { DEFAULT_PROOF_WINDOWS } from '../encoding/limits.js'
import { assertProofWindows } from '../statement/proof.js'
import { DEFAULT_PROOF_PROFILE, PROOF_PROFILES, type ProofProfile } from '../statement/proofProfile.js'
import { ChainCache } from './chainCache.js'
import { type Clearances, ClearanceTable } from './clearances.js'
import { optionsOf, own } from './options.js'
import { createReplayMemory, type ReplayStore } from './replay.js'
import { type RevocationListInput, Revocations } from './revocations.js'
import type { Setting } from './setting.js'
import { DEFAULT_STORE_TIMEOUT_MILLISECONDS, type SharedReplay } from './sharedStore.js'
import type { Standing } from './standing.js'
import { type Clock, DecisionTime } from './time.js'

/** What an enforcer is told once and for all. */
export interface EnforcerConfig {
  /** Whose root warrants are believed. */
  readonly roots: readonly PublicKey[]
  readonly clock: Clock
  /** For constraints that need a heavy engine; without it they deny. */
  readonly engines?: Engines | undefined
  readonly backend?: CryptoBackend | undefined
  readonly proof?: ProofPolicy | undefined
  /** Without it nothing is asked about revocation: a revoked warrant lives until it expires. */
  readonly revocation?: RevocationPolicy | undefined
  /** Where used proofs are remembered; a bounded memory of this enforcer's own unless given. */
  readonly replay?: ReplayStore | undefined
  /** Tools for which a repeated proof does no harm: their calls are not looked up in the replay memory. */
  readonly idempotentTools?: readonly string[] | undefined
  readonly clearances?: Clearances | undefined
  /**
   * Whether a warrant that is bound to no session is refused. In either case one that is bound to a session is used in
   * that session alone: any other, or none, is SESSION_MISMATCH.
   */
  readonly sessionRequired?: boolean | undefined
  /** Verified chains that are remembered at most; 1,024 unless told. */
  readonly cacheSize?: number | undefined
}

/** Which proofs of possession are accepted. */
export interface ProofPolicy {
  /** Windows of 30 seconds that are tried: 2 to 10, 5 unless told. */
  readonly maxWindows?: number | undefined
  /** The form in which holders sign arguments. Under any but the default, calls are brought into it before all else. */
  readonly profile?: ProofProfile | undefined
}

/** Who may revoke, and how fresh its word must be. */
export interface RevocationPolicy {
  /** Who signs the lists. */
  readonly issuer: PublicKey
  /** Past this age, and while there is no list, every call is denied with REVOCATION_STALE. Unbounded unless given. */
  readonly maxAgeSeconds?: number | undefined
  /** The list to begin with. */
  readonly list?: RevocationListInput | undefined
}

/** A configuration whose proofs are remembered by a store that is shared with other processes. */
export interface SharedEnforcerConfig extends Omit<EnforcerConfig, 'replay'> {
  readonly replay: SharedReplay
}

/** The setting of a configuration, and the shared store where there is one. @throws TypeError */
export const readConfig = (config: EnforcerConfig | SharedEnforcerConfig): Configured => {
  const given = optionsOf<EnforcerConfig | SharedEnforcerConfig>(config, 'enforcer config')
  const replay = own(given, 'replay')
  const shared = replay !== undefined && 'store' in replay ? readShared(replay) : undefined
  const store = shared === undefined ? readStore(replay as ReplayStore | undefined) : undefined // told by `store`
  const backend = own(given, 'backend') ?? defaultBackend
  const proof = optionsOf(own(given, 'proof'), 'proof')
  const cacheSize = own(given, 'cacheSize') ?? DEFAULT_CACHE_SIZE
  assert(Number.isSafeInteger(cacheSize) && cacheSize >= 1, 'cacheSize must be a positive integer')
  const maxWindows = own(proof, 'maxWindows') ?? DEFAULT_PROOF_WINDOWS
  assertProofWindows(maxWindows)
  const profile = own(proof, 'profile') ?? DEFAULT_PROOF_PROFILE
  assert(PROOF_PROFILES.includes(profile), 'no such proof profile')
  const clearances = own(given, 'clearances')
  const setting: Setting = Object.freeze({
    roots: readRoots(own(given, 'roots')),
    time: new DecisionTime(readClock(own(given, 'clock'))),
    engines: readEngines(own(given, 'engines')),
    backend,
    maxWindows,
    profile,
    revocations: readRevocation(own(given, 'revocation'), backend),
    replay: store,
    idempotentTools: new Set(readNames(own(given, 'idempotentTools'))),
    clearances: clearances === undefined ? undefined : new ClearanceTable(clearances),
    sessionRequired: readFlag(own(given, 'sessionRequired'), 'sessionRequired'),
    cache: new ChainCache<Standing>(cacheSize, MAX_CACHE_BYTES),
    known: new WeakMap(),
  })
  return { setting, shared }
}

/** What a configuration says. */
export interface Configured {
  readonly setting: Setting
  readonly shared: Required<SharedReplay> | undefined
}

const DEFAULT_CACHE_SIZE = 1_024
/** Chain bytes that are remembered at most; what is decoded of them takes several times as much. */
const MAX_CACHE_BYTES = 16_777_216

const assert: (holds: boolean, message: string) => asserts holds = (holds, message) => {
  if (!holds) throw new TypeError(message)
}

const ROOT = /^[0-9a-f]{64}$/

/** An enforcer without roots would deny everything, which nobody means. */
const readRoots = (roots: readonly PublicKey[] | undefined): ReadonlySet<PublicKey> => {
  assert(Array.isArray(roots) && roots.length > 0, 'roots must be a list of one public key or more')
  for (const root of roots) assert(typeof root === 'string' && ROOT.test(root), 'a root must be a public key')
  return new Set(roots)
}

const readClock = (clock: Clock | undefined): Clock => {
  assert(typeof clock === 'function', 'clock must be a function that gives Unix seconds')
  return clock
}

const readEngines = (engines: Engines | undefined): Engines => {
  const given = optionsOf(engines, 'engines')
  const regex = own(given, 'regex')
  const cel = own(given, 'cel')
  return Object.freeze({ ...(regex && { regex }), ...(cel && { cel }) })
}

const readRevocation = (
  policy: RevocationPolicy | undefined,
  backend: CryptoBackend,
): Revocations | undefined => {
  if (policy === undefined) return undefined
  const given = optionsOf(policy, 'revocation')
  const issuer = own(given, 'issuer')
  const maxAge = own(given, 'maxAgeSeconds')
  assert(typeof issuer === 'string' && ROOT.test(issuer), 'revocation issuer must be a public key')
  assert(maxAge === undefined || (Number.isFinite(maxAge) && maxAge > 0), 'maxAgeSeconds must be positive')
  const revocations = new Revocations(issuer, maxAge, backend)
  const list = own(given, 'list')
  if (list !== undefined) revocations.update(list)
  return revocations
}

const readStore = (store: ReplayStore | undefined): ReplayStore => {
  if (store === undefined) return createReplayMemory()
  assert(isStore(store), 'a replay store must have claim and peek')
  return store
}

const readShared = (shared: SharedReplay): Required<SharedReplay> => {
  const store = own(shared, 'store')
  const timer = own(shared, 'timer')
  const timeoutMilliseconds = own(shared, 'timeoutMilliseconds') ?? DEFAULT_STORE_TIMEOUT_MILLISECONDS
  assert(store !== undefined && isStore(store), 'a replay store must have claim and peek')
  assert(typeof timer === 'function', 'a shared store needs a timer')
  assert(timeoutMilliseconds > 0 && timeoutMilliseconds <= MAX_TIMEOUT, 'the timeout must be positive')
  return Object.freeze({ store, timer, timeoutMilliseconds })
}

/** What timers can wait for; they fire at once for anything longer. */
const MAX_TIMEOUT = 2_147_483_647

const isStore = (store: unknown): boolean =>
  typeof store === 'object' &&
  store !== null &&
  'claim' in store &&
  typeof store.claim === 'function' &&
  'peek' in store &&
  typeof store.peek === 'function'

const readNames = (names: readonly string[] | undefined): readonly string[] => {
  if (names === undefined) return []
  assert(Array.isArray(names), 'idempotentTools must be a list of names')
  for (const name of names) assert(typeof name === 'string', 'idempotentTools must be a list of names')
  return names
}

const readFlag = (flag: boolean | undefined, name: string): boolean => {
  assert(flag === undefined || typeof flag === 'boolean', `${name} must be a boolean`)
  return flag ?? false
}
