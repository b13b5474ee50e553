/** `warrant mint`: a root warrant. */

import { type Command, Option } from 'commander'
import { mint } from '../../warrant/mint.js'
import { type Authority, type AuthorityFlags, authorityFlags, authorityOf, given } from '../authorityFlags.js'
import { usage } from '../failure.js'
import { jsonFlag, required } from '../flags.js'
import { publicKeyOf, secretKeyOf } from '../keys.js'
import type { Session } from '../session.js'
import { deliver, type OutputFlags, outputFlags, refuseOutput } from '../warrantOutput.js'

interface Flags extends AuthorityFlags, OutputFlags {
  readonly issuerKey?: string
  readonly holder?: string
  readonly type?: 'execution' | 'issuer'
  readonly session?: string
  readonly agent?: string
}

export const addMint = (program: Command, session: Session): void => {
  const command = program
    .command('mint')
    .description('make a root warrant for a holder; prints its text')
    .option('--issuer-key <key>', 'secret key that signs it: a key file, - for stdin, fd:N or env:NAME')
    .option('--holder <key>', 'public key of whoever may use it: a file, or hex or base64')
  authorityFlags(command)
    .addOption(
      new Option('--type <type>', 'execution calls tools, issuer makes warrants')
        .choices(['execution', 'issuer'])
        .default('execution'),
    )
    .option('--session <id>', 'the one session in which it can be used')
    .option('--agent <id>', 'the agent that it is for, a note')
  jsonFlag(outputFlags(command)).action(async (flags: Flags) => {
    const issuerKeyName = required('--issuer-key', flags.issuerKey)
    const holderName = required('--holder', flags.holder)
    await refuseOutput(flags)
    const authority = await authorityOf(session, flags)
    const fields = fieldsOf(flags, authority)
    const holder = await publicKeyOf(session, '--holder', holderName)
    const key = await secretKeyOf(session, '--issuer-key', issuerKeyName)
    const { session: sessionId, agent: agentId } = flags
    const common = given({ sessionId, agentId, ...commonOf(authority) })
    const chain = mint({ ...common, ...fields, holder, now: session.io.clock() }, key)
    return deliver(session, chain, flags)
  })
}

const commonOf = ({ ttlSeconds, maxDepth, clearance, gates, approvers, minApprovals }: Authority) => ({
  ttlSeconds,
  maxDepth,
  clearance,
  gates,
  approvers,
  minApprovals,
})

/** What makes the warrant one or the other; flags of the other type are refused, not ignored. */
const fieldsOf = ({ type }: Flags, authority: Authority) => {
  const { tools, issuableTools, bounds, maxIssueDepth } = authority
  if (type === 'issuer') {
    if (tools !== undefined)
      throw usage('--allow and --tools are not for an issuer warrant; it has --issuable')
    if (issuableTools === undefined) throw usage('--issuable is missing')
    return { issuableTools, ...given({ bounds, maxIssueDepth }) }
  }
  if ((issuableTools ?? bounds ?? maxIssueDepth) !== undefined) {
    throw usage('--issuable, --bound and --max-issue-depth are for --type issuer')
  }
  if (tools === undefined) throw usage('--allow is missing: which tools?')
  return { tools }
}
