/** `warrant verify`: whether a chain is rooted in a trusted key, signed, lawful and current. */

import type { Command } from 'commander'
import type { ValueObject } from '../../encoding/value.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { chainOf } from '../chainInput.js'
import { EXIT_REFUSED, failureOf, usage } from '../failure.js'
import { atFlag, flagValue, jsonFlag, rootFlag } from '../flags.js'
import { idleGateLines, idleGatesJson } from '../idleGates.js'
import { publicKeysOf } from '../keys.js'
import type { Session } from '../session.js'
import { parseTime, spanText, timeText } from '../timeText.js'
import {
  DETACHED,
  NOT_CHECKED,
  type Verification,
  verificationJson,
  verificationOf,
} from '../verification.js'

interface Flags {
  readonly root?: readonly string[]
  readonly at?: string
}

export const addVerify = (program: Command, session: Session): void => {
  const command = program
    .command('verify')
    .description('verify a chain against trusted roots: exit 0 verified, 1 not')
    .argument('[warrant]', 'file, - for standard input (the default), or the text of the warrant')
  jsonFlag(atFlag(rootFlag(command))).action(async (warrant: string | undefined, flags: Flags) => {
    const roots = await publicKeysOf(session, '--root', flags.root)
    if (roots.length === 0) throw usage('--root is missing: whose warrants are believed?')
    const { at } = flags
    const asked = at === undefined ? undefined : flagValue('--at', () => parseTime(at))
    const chain = await chainOf(session, warrant)
    const now = asked ?? session.now() // after the input: in a pipe, it may just have been made
    const verification = await verificationOf(chain, roots, now)
    if (verification.status === 'failed') session.exit = EXIT_REFUSED
    if (session.json) return session.printJson(verifiedJson(chain, verification))
    if (verification.status === 'failed') throw failureOf(verification.error)
    return tell(session, chain, verification.isDetached, now)
  })
}

const tell = async (session: Session, chain: Chain, isDetached: boolean, now: number): Promise<void> => {
  const { id, expiresAt } = leafOf(chain).payload
  const count = chain.warrants.length
  const length = count === 1 ? 'a root warrant' : `${count} warrants in the chain`
  await session.print(`verified ${id} at ${timeText(now)}: ${length}, ${spanText(expiresAt - now)} left\n`)
  if (isDetached) await session.remark(DETACHED)
  for (const line of idleGateLines(chain)) await session.remark(line)
  await session.remark(`not checked: ${NOT_CHECKED.join(', ')}`)
}

const verifiedJson = (chain: Chain, verification: Verification): ValueObject => {
  const { id, holder, depth, expiresAt } = leafOf(chain).payload
  return { ...verificationJson(verification), ...idleGatesJson(chain), id, holder, depth, expiresAt }
}
