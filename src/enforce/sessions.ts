/** The warrants of a guard, by session: whoever opens a session sets its warrant, and tools never reach this. */

import { copyBytes } from '../encoding/bytes.js'
import type { Chain } from '../warrant/chain.js'
import { type BoundWarrant, isBound, isBoundTo } from './bind.js'
import { isBytes } from './outsideBytes.js'
import type { Setting } from './setting.js'

/** What a session acts under: a bound warrant, or a chain whose every call brings its proof. */
export type SessionWarrant = BoundWarrant | Chain | Uint8Array | string

/** The sessions of one guard. A call in a session without an entry is denied with SESSION_UNKNOWN. */
export interface Sessions {
  readonly size: number
  /**
   * Gives the session its warrant, in place of any that it had.
   * @throws TypeError for no name, no warrant, or a warrant that another enforcer bound
   */
  set(session: string, warrant: SessionWarrant): void
  /** Ends the session; whether it was there. */
  clear(session: string): boolean
  has(session: string): boolean
}

export class SessionRegistry implements Sessions {
  readonly #setting: Setting
  readonly #warrants = new Map<string, SessionWarrant>()

  constructor(setting: Setting) {
    this.#setting = setting
  }

  get size(): number {
    return this.#warrants.size
  }

  set(session: string, warrant: SessionWarrant): void {
    if (typeof session !== 'string' || session === '') throw new TypeError('a session must have a name')
    if (warrant === undefined || warrant === null) throw new TypeError('a session must have a warrant')
    if (isBound(warrant) && !isBoundTo(warrant, this.#setting)) {
      throw new TypeError('this warrant was bound by another enforcer')
    }
    this.#warrants.set(session, isBytes(warrant) ? copyBytes(warrant) : warrant)
  }

  clear(session: string): boolean {
    return this.#warrants.delete(session)
  }

  has(session: string): boolean {
    return this.#warrants.has(session)
  }

  get(session: unknown): SessionWarrant | undefined {
    return typeof session === 'string' ? this.#warrants.get(session) : undefined
  }
}
