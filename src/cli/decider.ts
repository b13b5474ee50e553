/** The enforcer of a command line: what its flags say, and the one function that decides a call by it. */

import type { Command } from 'commander'
import type { Engines } from '../capability/constraint.js'
import type { PublicKey } from '../crypto/keys.js'
import type { BoundWarrant } from '../enforce/bind.js'
import type { RevocationPolicy } from '../enforce/config.js'
import { createEnforcer, type EnforceRequest, type Enforcer } from '../enforce/enforcer.js'
import { DenialError } from '../errors.js'
import type { WrittenCall } from '../schema/index.js'
import type { Chain } from '../warrant/chain.js'
import { parseDuration } from '../warrant/time.js'
import { verify } from '../warrant/verify.js'
import { enginesFor } from './engines.js'
import { placed, usage } from './failure.js'
import {
  clearanceLevel,
  flagValue,
  type HolderKeyFlags,
  holderKeyFlags,
  names,
  type ProfileFlag,
  profileFlag,
  repeated,
  rootFlag,
  wholeNumber,
} from './flags.js'
import { MAX_SMALL_INPUT, placeOf } from './input.js'
import type { Judged } from './judged.js'
import { publicKeyOf, publicKeysOf, secretKeyOf } from './keys.js'
import type { Session } from './session.js'

export interface EnforceFlags extends HolderKeyFlags, ProfileFlag {
  readonly root?: readonly string[]
  readonly proof?: string
  readonly approval?: readonly string[]
  readonly session?: string
  readonly sessionRequired?: boolean
  readonly proofWindows?: string
  readonly revocations?: string
  readonly revocationIssuer?: string
  readonly revocationMaxAge?: string
  readonly idempotent?: readonly string[]
  readonly toolClearance?: readonly string[]
}

export const enforceFlags = (command: Command): Command => {
  rootFlag(command).option('--proof <text>', "the holder's proof for this call, as `warrant prove` prints it")
  holderKeyFlags(command, 'in place of a proof, the secret key of the holder: possession is shown once')
  command
    .option('--approval <file>', 'a signed approval (repeatable)', repeated)
    .option('--session <id>', 'the session that the call is made in')
    .option('--session-required', 'refuse a warrant that is bound to no session')
    .option('--revocations <file>', 'a signed revocation list')
    .option('--revocation-issuer <key>', 'public key that signs it')
    .option('--revocation-max-age <duration>', 'refuse every call when the list is older than this')
    .option('--idempotent <tools>', 'tools for which a repeated proof does no harm (repeatable)', repeated)
    .option('--tool-clearance <tool=level>', 'clearance that a tool asks for (repeatable)', repeated)
    .option('--proof-windows <n>', 'windows of 30 seconds in which a proof is taken, 2 to 10 (default: 5)')
  return profileFlag(command)
}

export interface Decider {
  /** Decides one call. Never throws. */
  readonly decide: (call: WrittenCall, explain: boolean) => Judged
  /** Asserts, without any call, that the chain is rooted, lawful and current. @throws TrustError, FormatError as `verify` */
  readonly verifyChain: () => void
}

/**
 * The decider of a chain.
 * @throws CliFailure for flags and files; DenialError PROOF_INVALID where the key is not the holder's
 */
export const deciderOf = async (session: Session, chain: Chain, flags: EnforceFlags): Promise<Decider> => {
  const roots = await publicKeysOf(session, '--root', flags.root)
  if (roots.length === 0) throw usage('--root is missing: whose warrants are believed?')
  const engines = await enginesFor(chain)
  const enforcer = await enforcerOf(session, roots, engines, flags)
  const approvals = await approvalsOf(session, flags.approval)
  const bound = await boundOf(session, enforcer, chain, flags)
  const { proof } = flags
  const decide: Decider['decide'] = (call, explained) => {
    const context = {
      session: call.session ?? flags.session,
      approvals: call.approvals === undefined ? approvals : [...approvals, ...call.approvals],
    }
    if (bound !== undefined) {
      const checks = explained ? bound.explain(call.tool, call.args, context).checks : []
      return { checks, decision: bound.enforce(call.tool, call.args, context) }
    }
    const request: EnforceRequest = {
      chain,
      tool: call.tool,
      args: call.args,
      proof: call.proof ?? proof,
      ...context,
    }
    const checks = explained ? enforcer.explain(request).checks : []
    return { checks, decision: enforcer.enforce(request) }
  }
  return { decide, verifyChain: () => void verify(chain, { roots, now: session.io.clock(), engines }) }
}

/**
 * The bound warrant, where the holder's key is given. A chain that cannot be bound is decided without a proof: the check
 * that refused it comes before that of the proof, and refuses each call by the same code.
 */
const boundOf = async (
  session: Session,
  enforcer: Enforcer,
  chain: Chain,
  flags: EnforceFlags,
): Promise<BoundWarrant | undefined> => {
  const name = flags.holderKey ?? flags.key
  if (name === undefined) return undefined
  if (flags.proof !== undefined) throw usage('--proof and --holder-key exclude each other')
  const key = await secretKeyOf(session, '--holder-key', name)
  try {
    return enforcer.bind(chain, key)
  } catch (thrown) {
    if (thrown instanceof DenialError && thrown.code !== 'PROOF_INVALID') return undefined
    throw thrown
  }
}

const enforcerOf = async (
  session: Session,
  roots: readonly PublicKey[],
  engines: Engines,
  flags: EnforceFlags,
): Promise<Enforcer> => {
  const maxWindows = wholeNumber('--proof-windows', flags.proofWindows, 10)
  if (maxWindows !== undefined && maxWindows < 2) throw usage('expected 2 to 10', '--proof-windows')
  return createEnforcer({
    roots,
    clock: session.io.clock,
    engines,
    proof: { maxWindows, profile: flags.profile },
    revocation: await revocationOf(session, flags),
    idempotentTools: names('--idempotent', flags.idempotent),
    clearances: clearancesOf(flags.toolClearance),
    sessionRequired: flags.sessionRequired,
  })
}

const revocationOf = async (session: Session, flags: EnforceFlags): Promise<RevocationPolicy | undefined> => {
  const { revocations, revocationIssuer, revocationMaxAge } = flags
  if (revocationIssuer === undefined) {
    if (revocations === undefined && revocationMaxAge === undefined) return undefined
    throw usage('--revocation-issuer is missing: whose list is believed?')
  }
  if (revocations === undefined) throw usage('--revocations is missing: which list?')
  const issuer = await publicKeyOf(session, '--revocation-issuer', revocationIssuer)
  const maxAgeSeconds =
    revocationMaxAge === undefined
      ? undefined
      : flagValue('--revocation-max-age', () => parseDuration(revocationMaxAge))
  if (maxAgeSeconds === 0) throw usage('expected a duration above zero', '--revocation-max-age')
  return { issuer, maxAgeSeconds, list: await statementOf(session, '--revocations', revocations) }
}

const approvalsOf = async (
  session: Session,
  files: readonly string[] = [],
): Promise<(Uint8Array | string)[]> => {
  const approvals: (Uint8Array | string)[] = []
  for (const file of files) approvals.push(await statementOf(session, '--approval', file))
  return approvals
}

/** A signed statement: its bytes, or base64 of them. */
const statementOf = async (session: Session, flag: string, name: string): Promise<Uint8Array | string> => {
  const what = placeOf(flag, name)
  const bytes = await session.inputs.bytes(name, what, 16 * MAX_SMALL_INPUT)
  const text = new TextDecoder().decode(bytes).trim()
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) ? text : bytes
}

const clearancesOf = (pairs: readonly string[] | undefined): Record<string, number> | undefined => {
  if (pairs === undefined) return undefined
  return placed('--tool-clearance', () =>
    Object.fromEntries(
      pairs.map((pair) => {
        const equals = pair.lastIndexOf('=')
        if (equals <= 0) throw usage('expected tool=level', '--tool-clearance')
        const level = clearanceLevel('--tool-clearance', pair.slice(equals + 1)) as number // text was given
        return [pair.slice(0, equals), level]
      }),
    ),
  )
}
