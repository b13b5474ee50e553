/** The decision log for those who build the guard into their own program. */

import { join } from 'node:path'
import type { LocalSigner } from '../crypto/signer.js'
import { toBase64Url } from '../encoding/base64url.js'
import { toHex } from '../encoding/bytes.js'
import type { GuardRecord } from '../enforce/guard.js'
import { signReceipt } from '../statement/receipt.js'
import { type AppendOptions, appendDecision, type DecisionRecord } from './decisionLog.js'
import { appendLine } from './log/files.js'
import { digestOf, viewOf } from './log/view.js'

/** What is written beside the log for those who show decisions to others: receipts in the form of the protocol. */
export interface ReceiptWriting {
  /** The key of this enforcer; whoever reads a receipt must know it. */
  readonly signer: LocalSigner
  readonly authorizerId: string
  /** The chain that the call was made under, as it was presented; without it a receipt says that there was none. */
  readonly chainOf?: (record: GuardRecord) => Uint8Array | undefined
}

/** How the records of a guard are written. */
export interface AuditToOptions extends AppendOptions {
  /** What the log calls this program; `embedded` unless told. */
  readonly host?: string
  /** Unix seconds; the clock of the system unless told. */
  readonly clock?: () => number
  /** Arguments whose text may stand in the log, by tool. Of all others type and size do. */
  readonly show?: ReadonlyMap<string, ReadonlySet<string>>
  /** Writes `receipts.jsonl` too, one receipt for each entry. */
  readonly receipts?: ReceiptWriting
}

/**
 * The `audit` of a guard: writes each of its records to the decision log in `directory`. What cannot be written throws,
 * and the guard denies with AUDIT_FAILED.
 *
 *     const guard = createGuard({ enforcer, audit: auditTo('/var/lib/agent/log') })
 *
 * @throws FormatError as `appendDecision`, from the function that is returned
 */
export const auditTo = (directory: string, options: AuditToOptions = {}): ((record: GuardRecord) => void) => {
  const clock = options.clock ?? (() => Date.now() / 1000)
  const { receipts } = options
  return (record) => {
    const time = Math.round(clock() * 1000) / 1000
    appendDecision(directory, recordOf(record, time, options), options)
    if (receipts !== undefined) writeReceipt(directory, record, time, receipts)
  }
}

const recordOf = (
  { tool, session, mode, decision, runs, call }: GuardRecord,
  time: number,
  { host = 'embedded', show }: AuditToOptions,
): DecisionRecord => {
  const denial = decision.kind === 'deny' ? decision : undefined
  const { warrantId } = decision
  const argsDigest = call === undefined ? undefined : digestOf(call.args)
  return {
    time,
    host,
    event: 'call',
    ...(session !== undefined && { session }),
    tool,
    verdict: decision.kind,
    ...(denial && { code: denial.code }),
    ...(denial?.where !== undefined && { where: denial.where }),
    ...(denial?.rule !== undefined && { rule: denial.rule }),
    mode,
    enforced: mode === 'block' || !runs,
    ...(warrantId !== undefined && { warrantId }),
    ...(argsDigest !== undefined && { argsDigest }),
    ...(call !== undefined && { view: viewOf(call.args, show?.get(tool)) }),
  }
}

const NO_CHAIN = new Uint8Array(0)

const writeReceipt = (
  directory: string,
  record: GuardRecord,
  time: number,
  { signer, authorizerId, chainOf }: ReceiptWriting,
): void => {
  const { payloadBytes, signature } = signReceipt(
    {
      authorizerId,
      chainBytes: chainOf?.(record) ?? NO_CHAIN,
      action: `tool:${record.tool}`,
      outcome: record.decision.kind,
      at: time,
    },
    signer,
  )
  const line = {
    v: 1,
    payload: toBase64Url(payloadBytes),
    signature: toHex(signature),
    key: signer.publicKey,
  }
  appendLine(join(directory, 'receipts.jsonl'), JSON.stringify(line), false)
}
