/** `warrant inspect`: a chain in words. What was and was not verified is said first. */

import type { Command } from 'commander'
import { fingerprint } from '../../crypto/keys.js'
import type { ValueObject } from '../../encoding/value.js'
import { chainToJson } from '../../schema/index.js'
import type { Chain } from '../../warrant/chain.js'
import { chainOf } from '../chainInput.js'
import { display, type Paint } from '../display.js'
import { EXIT_REFUSED, failureOf } from '../failure.js'
import { atFlag, flagValue, jsonFlag, rootFlag } from '../flags.js'
import { idleGateLines, idleGatesJson } from '../idleGates.js'
import { publicKeysOf } from '../keys.js'
import type { Session } from '../session.js'
import { parseTime, timeText } from '../timeText.js'
import {
  DETACHED,
  NOT_CHECKED,
  type Verification,
  verificationJson,
  verificationOf,
} from '../verification.js'
import { chainLines } from '../view.js'

interface Flags {
  readonly root?: readonly string[]
  readonly at?: string
}

export const addInspect = (program: Command, session: Session): void => {
  const command = program
    .command('inspect')
    .description('show what a warrant says; exit 1 when it does not verify')
    .argument('[warrant]', 'file, - for standard input (the default), or the text of the warrant')
  jsonFlag(atFlag(rootFlag(command))).action(async (warrant: string | undefined, flags: Flags) => {
    const roots = await publicKeysOf(session, '--root', flags.root)
    const { at } = flags
    const asked = at === undefined ? undefined : flagValue('--at', () => parseTime(at))
    const chain = await chainOf(session, warrant)
    const now = asked ?? session.now() // after the input: in a pipe, it may just have been made
    const verification = await verificationOf(chain, roots, now)
    if (session.json) await session.printJson(inspectionJson(chain, verification, now))
    else await session.print(inspectionText(chain, verification, now, session.paint))
    if (verification.status !== 'failed') return
    session.exit = EXIT_REFUSED
    if (!session.json) throw failureOf(verification.error)
  })
}

const inspectionText = (chain: Chain, verification: Verification, now: number, paint: Paint): string =>
  [
    ...statusLines(verification, now, paint),
    ...idleGateLines(chain).map((line) => `  note         ${line}`),
    '',
    ...chainLines(chain, now, paint),
  ]
    .join('\n')
    .concat('\n')

const statusLines = (verification: Verification, now: number, paint: Paint): string[] => {
  switch (verification.status) {
    case 'verified':
      return [
        paint.green(`VERIFIED at ${timeText(now)} under root ${fingerprint(verification.root)}…`),
        '  checked      root, signatures, chain laws, time',
        `  not checked  ${NOT_CHECKED.join(', ')}`,
        ...detachedLines(verification.isDetached),
      ]
    case 'unverified':
      return [
        paint.yellow('UNVERIFIED: no trusted root was given, and anybody can make a warrant that says this'),
        '  checked      signatures, chain laws, time, among themselves',
        `  not checked  root, ${NOT_CHECKED.join(', ')}`,
        ...detachedLines(verification.isDetached),
      ]
    case 'failed':
      return [
        paint.red(`DOES NOT VERIFY: ${verification.error.code}`),
        `  ${display(verification.error.message)}`,
        '  what follows is only what it claims',
      ]
  }
}

const detachedLines = (isDetached: boolean): string[] => (isDetached ? [`  note         ${DETACHED}`] : [])

const inspectionJson = (chain: Chain, verification: Verification, now: number): ValueObject => ({
  ...verificationJson(verification),
  ...idleGatesJson(chain),
  at: now,
  ...chainToJson(chain),
})
