/** What an enforcer was made with, fixed for its life; and what it remembers between calls. */

import type { Engines } from '../capability/constraint.js'
import type { CryptoBackend } from '../crypto/backend.js'
import type { PublicKey } from '../crypto/keys.js'
import type { ProofProfile } from '../statement/proofProfile.js'
import type { ChainCache } from './chainCache.js'
import type { ClearanceTable } from './clearances.js'
import type { ReplayStore } from './replay.js'
import type { Revocations } from './revocations.js'
import type { Standing } from './standing.js'
import type { DecisionTime } from './time.js'

export interface Setting {
  readonly roots: ReadonlySet<PublicKey>
  readonly time: DecisionTime
  readonly engines: Engines
  readonly backend: CryptoBackend
  readonly maxWindows: number
  readonly profile: ProofProfile
  readonly revocations: Revocations | undefined
  /** Undefined where a shared store is asked instead, after everything else. */
  readonly replay: ReplayStore | undefined
  readonly idempotentTools: ReadonlySet<string>
  readonly clearances: ClearanceTable | undefined
  readonly sessionRequired: boolean
  /** By digest of the chain bytes. */
  readonly cache: ChainCache<Standing>
  /** By identity of a chain object, for what its bytes were when they were first seen. */
  readonly known: WeakMap<object, Standing>
}
