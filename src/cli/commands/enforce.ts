/** `warrant enforce`: one decision for one call, or one a line for a stream of calls. */

import type { Command } from 'commander'
import { MAX_JSON_TEXT } from '../../encoding/limits.js'
import { isWarrantError } from '../../errors.js'
import { parseCall, type WrittenCall } from '../../schema/index.js'
import { type CallFlags, callFlags, callInput, hasCall } from '../callInput.js'
import { chainOf } from '../chainInput.js'
import { type Decider, deciderOf, type EnforceFlags, enforceFlags } from '../decider.js'
import { display } from '../display.js'
import { CliFailure, cliFailure, EXIT_REFUSED, failureOf, usage } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { placeOf, textOf } from '../input.js'
import { checkLines, type Judged, judgedJson, judgedLine } from '../judged.js'
import { linesOf } from '../lines.js'
import { jsonLine, type Session } from '../session.js'

interface Flags extends CallFlags, EnforceFlags {
  readonly calls?: string
  readonly explain?: boolean
}

export const addEnforce = (program: Command, session: Session): void => {
  const command = program
    .command('enforce')
    .description('decide whether a call may proceed: exit 0 allowed, 1 denied')
    .argument('[warrant]', 'file, - for standard input (the default), or the text of the warrant')
  callFlags(command)
    .option('--calls <file>', 'decide a stream of calls, one JSON object a line; - reads standard input')
    .option('--explain', 'show every check, in order, with its outcome')
  enforceFlags(command)
  jsonFlag(command).action(async (warrant: string | undefined, flags: Flags) => {
    const explained = flags.explain === true
    if (hasCall(flags) === (flags.calls !== undefined)) throw usage('give one call, or --calls')
    if (flags.calls !== undefined && explained && !session.json) {
      throw usage('--explain of a stream needs --json: a decision is one line')
    }
    const chain = await chainOf(session, warrant)
    const { decide, verifyChain } = await deciderOf(session, chain, flags)
    if (flags.calls === undefined)
      return enforceOne(session, decide(await callInput(session, flags), explained))
    // A stream without calls would otherwise say nothing of a warrant that allows none.
    verifyChain()
    return enforceStream(session, decide, flags.calls, explained)
  })
}

const enforceOne = async (session: Session, judged: Judged): Promise<void> => {
  const { decision } = judged
  if (session.json) await session.printJson(judgedJson(judged))
  else
    await session.print(
      `${[judgedLine(judged, session.paint), ...checkLines(judged, session.paint)].join('\n')}\n`,
    )
  if (decision.kind === 'allow') return
  session.exit = EXIT_REFUSED
  if (session.json) return
  await session.fail(new CliFailure(decision.code, decision.message, { remarks: requestOf(judged) }))
}

/** What approvers have to be asked for, where that is what is missing. */
const requestOf = ({ decision }: Judged): readonly string[] => {
  const retry = decision.kind === 'deny' ? decision.retry : undefined
  if (retry === undefined) return []
  return [
    `request    ${retry.requestHash}`,
    `approvals  ${retry.received} of ${retry.needed}`,
    `approvers  ${retry.approvers.join(' ')}`,
  ]
}

const enforceStream = async (
  session: Session,
  decide: Decider['decide'],
  name: string,
  explained: boolean,
): Promise<void> => {
  const what = placeOf('--calls', name)
  const count = { allow: 0, deny: 0 }
  let number = 0
  for await (const bytes of linesOf(session.inputs.chunks(name, what), what, MAX_JSON_TEXT)) {
    number++
    if (isBlank(bytes)) continue
    const told = tell(session, number, () => decide(readCall(bytes, number), explained))
    count[told.kind]++
    await session.print(`${told.line}\n`)
  }
  if (count.allow + count.deny === 0) throw cliFailure('INPUT_EMPTY', what, 'no call in it')
  if (count.deny > 0) session.exit = EXIT_REFUSED
  await session.remark(`${count.allow + count.deny} calls: ${count.allow} allowed, ${count.deny} denied`)
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

const readCall = (bytes: Uint8Array, number: number): WrittenCall =>
  parseCall(textOf(bytes, `line ${number}`))

/** The line of one call. A line that is no call is a denial like any other: nothing of it may run. */
const tell = (
  session: Session,
  line: number,
  judge: () => Judged,
): { readonly kind: 'allow' | 'deny'; readonly line: string } => {
  try {
    const judged = judge()
    const { decision } = judged
    if (session.json) return { kind: decision.kind, line: jsonLine(judgedJson(judged, { line })) }
    const why = decision.kind === 'deny' ? `  ${session.paint.dim(display(decision.message))}` : ''
    return { kind: decision.kind, line: `${judgedLine(judged, session.paint)}${why}` }
  } catch (thrown) {
    if (!isWarrantError(thrown) && !(thrown instanceof CliFailure)) throw thrown
    const { code, message } = failureOf(thrown)
    return {
      kind: 'deny',
      line: session.json
        ? jsonLine({ line, decision: 'deny', code, message })
        : `${session.paint.red('deny')} ? ${code}  ${session.paint.dim(display(`${message}, in line ${line}`))}`,
    }
  }
}
