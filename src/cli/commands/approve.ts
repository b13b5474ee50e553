/** `warrant approve`: an approver's answer to a request, on the approver's own machine. */

import type { Command } from 'commander'
import { fingerprint } from '../../crypto/keys.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import { REQUEST_EXTENSION } from '../../hook/approvalRequest.js'
import { approve, formatApproval } from '../../statement/approval.js'
import { parseDuration } from '../../warrant/time.js'
import { judgeRequest } from '../approvals/judgeRequest.js'
import { requestOf } from '../approvals/requestInput.js'
import { requestLines } from '../approvals/view.js'
import { display, paintFor } from '../display.js'
import { cliFailure } from '../failure.js'
import { flagValue, jsonFlag, required, rootFlag } from '../flags.js'
import { agrees } from '../hook/changes.js'
import { publicKeysOf, secretKeyOf } from '../keys.js'
import { refuseOccupied, writeOutputFile } from '../outputFile.js'
import type { Session } from '../session.js'
import { timeText } from '../timeText.js'

interface Flags {
  readonly approverKey?: string
  readonly externalId?: string
  readonly ttl: string
  readonly root?: readonly string[]
  readonly out?: string
  readonly force?: boolean
  readonly yes?: boolean
}

const APPROVAL_MODE = 0o600

export const addApprove = (program: Command, session: Session): void => {
  const command = program
    .command('approve')
    .description('show a call that waits for approval, ask, and sign an approval of it')
    .argument('<request>', 'the request: a file, - for standard input, or a link warrant:approve?…')
    .option('--approver-key <key>', 'secret key of the approver: a key file, - for stdin, fd:N or env:NAME')
    .option('--external-id <text>', 'who approves, for the record, such as an e-mail address')
    .option('--ttl <duration>', 'how long the approval holds', '15m')
    .option('-o, --out <file>', 'write the approval to a new file (mode 0600) instead of stdout')
    .option('--force', 'replace the output file if it is there')
    .option('-y, --yes', 'approve without asking')
  jsonFlag(rootFlag(command)).action((request: string, flags: Flags) => answer(session, request, flags))
}

const answer = async (session: Session, name: string, flags: Flags): Promise<void> => {
  const { out } = flags
  const keyName = required('--approver-key', flags.approverKey)
  const ttl = flagValue('--ttl', () => parseDuration(flags.ttl))
  const isFile = out !== undefined && out !== '-'
  if (isFile) await refuseOccupied(out, `--out ${out}`, flags.force === true)
  const roots = await publicKeysOf(session, '--root', flags.root)
  const request = await requestOf(session, name)
  const key = await secretKeyOf(session, '--approver-key', keyName)
  const now = session.now()
  const verification = await judgeRequest(request, key.publicKey, roots, now)
  const lines = requestLines(
    request,
    verification,
    key.publicKey,
    now,
    paintFor(session.io.stderr.isTTY, session.io.env),
  )
  await session.remark(lines.join('\n'))
  const usesStdin = name === '-' || keyName === '-'
  if (flags.yes !== true && (usesStdin || !(await agrees(session, 'approve this call?'))))
    throw cliFailure('NOT_CONFIRMED')
  const signedAt = session.now() // whoever was asked took their time
  const approval = approve(
    { requestHash: request.hash },
    {
      externalId: flags.externalId ?? `key:${fingerprint(key.publicKey)}`,
      now: signedAt,
      ttlSeconds: Math.min(ttl, Math.max(1, request.expiresAt - signedAt)),
      extensions: new Map([[REQUEST_EXTENSION, fromHex(request.id)]]),
    },
    key,
  )
  const text = formatApproval(approval)
  const { expiresAt } = approval.payload
  if (isFile) {
    await writeOutputFile(out, `${text}\n`, { force: flags.force === true, mode: APPROVAL_MODE })
    await session.remark(`wrote ${display(out)}: an approval until ${timeText(expiresAt)}`)
  }
  if (session.json)
    return session.printJson({
      approval: text,
      requestHash: toHex(request.hash),
      approver: key.publicKey,
      expiresAt,
    })
  if (!isFile) return session.print(`${text}\n`)
}
