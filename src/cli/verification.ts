/** What a command line can find out of a chain, and how it says so. */

import type { PublicKey } from '../crypto/keys.js'
import type { ValueObject } from '../encoding/value.js'
import { isWarrantError, type WarrantError } from '../errors.js'
import type { Chain, Warrant } from '../warrant/chain.js'
import { verify } from '../warrant/verify.js'
import { enginesFor } from './engines.js'
import { failureOf } from './failure.js'
import { failureJson } from './session.js'

/**
 * - `verified`: rooted in a key that was given, signed, lawful and current.
 * - `unverified`: no root was given; signatures, laws and time hold among themselves, which anybody can arrange.
 * - `failed`: it does not hold, whatever the root.
 */
export type Verification =
  | { readonly status: 'verified'; readonly root: PublicKey; readonly isDetached: boolean }
  | { readonly status: 'unverified'; readonly isDetached: boolean }
  | { readonly status: 'failed'; readonly error: WarrantError }

/** Verifies against the roots; without any, against whoever signed the first warrant, which proves nothing. */
export const verificationOf = async (
  chain: Chain,
  roots: readonly PublicKey[],
  now: number,
): Promise<Verification> => {
  const first = chain.warrants[0] as Warrant // at least one
  const root = first.payload.issuer
  const engines = await enginesFor(chain)
  try {
    const { isDetached } = verify(chain, { roots: roots.length > 0 ? roots : [root], now, engines })
    return roots.length > 0 ? { status: 'verified', root, isDetached } : { status: 'unverified', isDetached }
  } catch (error) {
    if (isWarrantError(error)) return { status: 'failed', error }
    throw error
  }
}

/** A chain whose first warrant has a parent that was not shown. */
export const DETACHED = 'the first warrant is itself a child: its ancestors were not shown'

/** What was not asked, whatever the outcome. */
export const NOT_CHECKED: readonly string[] = ['revocation', 'possession of the holder key', 'any call']

/** The outcome for machines. */
export const verificationJson = (verification: Verification): ValueObject => {
  const { status } = verification
  if (status === 'failed')
    return { verified: false, status, error: failureJson(failureOf(verification.error)) }
  const { isDetached: detached } = verification
  if (status === 'unverified')
    return { verified: false, status, detached, notChecked: ['root', ...NOT_CHECKED] }
  return { verified: true, status, root: verification.root, detached, notChecked: NOT_CHECKED }
}
