/** Flags that several commands share, and the reading of their values. A value of wrong form is a usage error. */

import { type Command, Option } from 'commander'
import { DEFAULT_PROOF_PROFILE, PROOF_PROFILES, type ProofProfile } from '../statement/proofProfile.js'
import { EXIT_USAGE, placed, usage } from './failure.js'

/** Collects the values of a flag that may stand several times. */
export const repeated = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
]

export const jsonFlag = (command: Command): Command =>
  command.option('--json', 'speak JSON: the product on stdout, errors on stderr, one line each')

/** `--holder-key`, and `--key` as its short name. */
export const holderKeyFlags = (command: Command, description: string): Command =>
  command
    .option('--holder-key <key>', `${description}: a key file, - for stdin, fd:N or env:NAME`)
    .addOption(new Option('--key <key>', 'short for --holder-key').conflicts('holderKey'))

export interface HolderKeyFlags {
  readonly holderKey?: string
  readonly key?: string
}

/** The value of either. @throws CliFailure USAGE */
export const holderKeyName = ({ holderKey, key }: HolderKeyFlags): string =>
  required('--holder-key', holderKey ?? key)

export interface ProfileFlag {
  readonly profile?: ProofProfile
}

/** How arguments are written in a proof: the verifier's choice. */
export const profileFlag = (command: Command): Command =>
  command.addOption(
    new Option('--profile <name>', 'how arguments are written in proofs, as the verifier says')
      .choices(PROOF_PROFILES)
      .default(DEFAULT_PROOF_PROFILE),
  )

export const rootFlag = (command: Command): Command =>
  command.option(
    '--root <key>',
    'public key that is trusted as a root: a file, or hex or base64 (repeatable)',
    repeated,
  )

export const atFlag = (command: Command): Command =>
  command.option('--at <time>', 'judge as of this time: RFC 3339 or Unix seconds (default: now)')

/** Runs a reader on the value of a flag: what it refuses is wrong usage, with the code of the reader. */
export const flagValue = <T>(flag: string, read: () => T): T => placed(flag, read, EXIT_USAGE)

/** A whole number within bounds. */
export const wholeNumber = (flag: string, text: string | undefined, max: number): number | undefined => {
  if (text === undefined) return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= max)) throw usage(`expected a whole number from 0 to ${max}`, flag)
  return number
}

/** The value of a flag that must be there. */
export const required = (flag: string, value: string | undefined): string => {
  if (value === undefined) throw usage(`${flag} is missing`)
  return value
}

/** Names between commas, of a flag that may stand several times; undefined where it does not stand at all. */
export const names = (flag: string, values: readonly string[] | undefined): readonly string[] | undefined => {
  const found = values?.flatMap((value) => value.split(',')).map((name) => name.trim())
  if (found?.includes('')) throw usage('an empty name', flag)
  return found
}

const LEVELS: ReadonlyMap<string, number> = new Map([
  ['untrusted', 0],
  ['external', 10],
  ['partner', 20],
  ['internal', 30],
  ['privileged', 40],
  ['system', 50],
])

/** A clearance by name or number. */
export const clearanceLevel = (flag: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : (LEVELS.get(text) ?? wholeNumber(flag, text, 255))

/** The name of a clearance, where it has one. */
export const clearanceName = (level: number): string =>
  [...LEVELS].find(([, number]) => number === level)?.[0] ?? String(level)
