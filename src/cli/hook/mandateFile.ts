/** Mandates of jobs: one warrant for each, signed by the issuer's key for a key of the guard's home, and kept there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, type SecretKey, secretKeyToPem } from '../../crypto/signer.js'
import { toUtf8 } from '../../encoding/bytes.js'
import { formatJson } from '../../encoding/json.js'
import { MAX_DEPTH, MAX_TTL_SECONDS } from '../../encoding/limits.js'
import type { Home } from '../../hook/home.js'
import {
  JOB_NAME,
  type Mandate,
  mandateFileOf,
  parseMandate,
  RUN_EXTENSION,
  readMandate,
} from '../../hook/mandate.js'
import type { HostSettings } from '../../hook/settings.js'
import { createStateFile, makeStateFolder, writeStateFile } from '../../node/stateFile.js'
import type { Chain } from '../../warrant/chain.js'
import { mint } from '../../warrant/mint.js'
import { formatChain } from '../../warrant/text.js'
import { type Authority, given } from '../authorityFlags.js'
import { placed } from '../failure.js'

/** What a job's runs may do, and for how long. */
export interface JobAuthority extends Authority {
  readonly tools: NonNullable<Authority['tools']>
  /** The life of one run. */
  readonly ttlSeconds: number
}

/** One job, and how its mandate is made. */
export interface MandateOptions {
  readonly job: string
  readonly authority: JobAuthority
  /** How long the mandate itself holds. */
  readonly lifeSeconds: number
  readonly timeZone: string | undefined
  readonly now: number
}

/** The longest that a mandate, as any warrant, may hold. */
export const MAX_MANDATE_SECONDS: number = MAX_TTL_SECONDS

/** Mints the mandate of a job and keeps it in the home. @throws CliFailure FILE_EXISTS, FILE_…; EscalationError MINT_… */
export const writeMandate = (
  home: Home,
  options: MandateOptions,
  issuer: SecretKey,
  replace: boolean,
): Chain => {
  const { job, timeZone } = options
  const holderKey = generateKey()
  const chain = mandateChain(options, holderKey, issuer)
  const fields = {
    version: 1,
    chain: formatChain(chain),
    holderKey: secretKeyToPem(holderKey),
    ...(timeZone !== undefined && { timeZone }),
  }
  parseMandate(fields)
  const file = mandateFileOf(home.mandates, job)
  placed(file, () => {
    makeStateFolder(home.folder)
    makeStateFolder(home.mandates)
    const write = replace ? writeStateFile : createStateFile
    write(file, `${formatJson(fields, 2)}\n`)
  })
  return chain
}

const mandateChain = (options: MandateOptions, holderKey: SecretKey, issuer: SecretKey): Chain => {
  const { job, authority, lifeSeconds, now } = options
  const { tools, ttlSeconds, maxDepth, clearance, gates, approvers, minApprovals } = authority
  const run = toUtf8(formatJson({ job, ttlSeconds }))
  return mint(
    {
      ...given({ clearance, gates, approvers, minApprovals }),
      // The run is a child of the mandate, and what the policy counts is the run's.
      ...(maxDepth !== undefined && { maxDepth: Math.min(maxDepth + 1, MAX_DEPTH) }),
      holder: holderKey.publicKey,
      tools,
      ttlSeconds: lifeSeconds,
      agentId: `cron:${job}`,
      extensions: { [RUN_EXTENSION]: run },
      now,
    },
    issuer,
  )
}

/** The jobs that have a mandate, by name. */
export const jobsIn = (home: Home): readonly string[] =>
  existsSync(home.mandates)
    ? readdirSync(home.mandates)
        .flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? [])
        .filter((job) => JOB_NAME.test(job))
        .sort()
    : []

/** The mandate of a job. @throws CliFailure FILE_…, STATE_MALFORMED, with the name of the file */
export const mandateOf = (home: Home, job: string): Mandate => {
  const file = mandateFileOf(home.mandates, job)
  return placed(file, () => readMandate(file))
}

/**
 * The zone in which Hermes names its runs: `HERMES_TIMEZONE`, or `timezone` at the top of its configuration; undefined
 * where neither says one, and the clock of the machine counts.
 */
export const hermesZone = (
  env: Readonly<Record<string, string | undefined>>,
  settings: HostSettings | undefined,
): string | undefined => {
  const said = env['HERMES_TIMEZONE']?.trim()
  if (said !== undefined && said !== '') return said
  for (const file of settings?.configFiles ?? []) {
    const found = existsSync(file)
      ? /^timezone:\s*["']?([\w/+-]+)["']?\s*(?:#.*)?$/m.exec(readFileSync(file, 'utf8'))
      : null
    if (found?.[1] !== undefined) return found[1]
  }
  return undefined
}

/** Where the policy of a job is kept unless told. */
export const policyFileOf = (home: Home, job: string): string =>
  join(home.folder, 'warrants', 'cron', `${job}.yaml`)
