/** What a proof signs: the call and a window of time (format §8.1, §8.3), and the name of the call without it (§8.4). */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { concatBytes, toHex } from '../encoding/bytes.js'
import { CborWriter } from '../encoding/cbor.js'
import { MAX_PROOF_WINDOWS, PROOF_WINDOW_SECONDS } from '../encoding/limits.js'
import { sortedNames, type Value, type ValueObject } from '../encoding/value.js'
import { bareId, type WarrantId } from '../warrant/id.js'
import { DEFAULT_PROOF_PROFILE, type ProofProfile, profiledArgs } from './proofProfile.js'

/**
 * The windows that are tried, nearest first: offsets 0, -1, +1, -2, +2, ... around the window of `now` (format §8.3).
 * None for a time that is none, so that nothing verifies.
 */
export const proofWindows = (now: number, maxWindows: number): readonly number[] => {
  assertProofWindows(maxWindows)
  if (!isTime(now)) return []
  const current = windowOf(now)
  return Array.from({ length: maxWindows }, (_, i) => {
    const offset = i % 2 === 1 ? -(i + 1) / 2 : i / 2
    return current + offset * PROOF_WINDOW_SECONDS
  })
}

/** @throws TypeError unless it is an integer from 2 to 10. */
export const assertProofWindows = (maxWindows: number): void => {
  if (!Number.isInteger(maxWindows) || maxWindows < 2 || maxWindows > MAX_PROOF_WINDOWS) {
    throw new TypeError('maxWindows must be an integer from 2 to 10')
  }
}

/**
 * For how long a proof could be accepted a second time: as many windows as are tried, whichever of them it is from.
 * A memory that forgets sooner (the reference suggests 120 s, with five windows) has a gap.
 */
export const proofLifetimeSeconds = (maxWindows: number): number => maxWindows * PROOF_WINDOW_SECONDS

/** The bytes that a proof signs, without the labels: id, tool, sorted pairs, window (format §8.1). */
export const proofChallenge = (
  warrantId: WarrantId,
  tool: string,
  args: ValueObject,
  window: number,
): Uint8Array => concatBytes(challengeOpening(warrantId, tool, args), windowBytes(window))

/**
 * A name for the call itself, without time: equal for equal calls under one warrant (format §8.4).
 * @throws DenialError PROOF_PROFILE
 */
export const dedupKey = (
  warrantId: WarrantId,
  tool: string,
  args: ValueObject,
  options: { readonly profile?: ProofProfile; readonly backend?: CryptoBackend } = {},
): string => {
  const { profile = DEFAULT_PROOF_PROFILE, backend = defaultBackend } = options
  const writer = new CborWriter()
  writer.array(3)
  writeCall(writer, warrantId, tool, profiledArgs(args, profile))
  return toHex(backend.sha256(writer.finish()))
}

/** Whether this is a time that a clock can give: Unix seconds from 1970 on. */
export const isTime = (now: number): boolean => now >= 0 && now <= Number.MAX_SAFE_INTEGER

/** The window of a time. */
export const windowOf = (now: number): number => Math.floor(now / PROOF_WINDOW_SECONDS) * PROOF_WINDOW_SECONDS

/** All of the challenge before its window, which alone differs from try to try. */
export const challengeOpening = (warrantId: WarrantId, tool: string, args: ValueObject): Uint8Array => {
  const writer = new CborWriter()
  writer.array(4)
  writeCall(writer, warrantId, tool, args)
  return writer.finish()
}

/** The window, which ends the challenge. */
export const windowBytes = (window: number): Uint8Array => {
  const writer = new CborWriter()
  writer.int(window)
  return writer.finish()
}

const writeCall = (writer: CborWriter, warrantId: WarrantId, tool: string, args: ValueObject): void => {
  // The bare id, unlike everywhere else (format §3).
  writer.text(bareId(warrantId))
  writer.text(tool)
  const names = sortedNames(args)
  writer.array(names.length)
  for (const name of names) {
    writer.array(2)
    writer.text(name)
    writer.value(args[name] as Value) // an own name
  }
}
