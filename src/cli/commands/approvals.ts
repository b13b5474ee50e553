/** `warrant approvals list | show | add`: requests that wait in the home of the guard, and the answers to them. */

import type { Command } from 'commander'
import { toHex } from '../../encoding/bytes.js'
import { DenialError, TrustError } from '../../errors.js'
import { formatRequest, REQUEST_EXTENSION } from '../../hook/approvalRequest.js'
import {
  type ApprovalStore,
  approvalOfBytes,
  fileApprovalStore,
  type NamedRequest,
} from '../../hook/approvalStore.js'
import { SHORT_NAME } from '../../hook/approvals.js'
import { assertStateFolder } from '../../node/stateFile.js'
import type { Approval } from '../../statement/approval.js'
import { type ApprovalFault, countApprovals } from '../../statement/approvalCount.js'
import { leafOf } from '../../warrant/chain.js'
import { linkOf } from '../approvals/requestInput.js'
import { display } from '../display.js'
import { placed, usage } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { homeOf } from '../hook/homeFile.js'
import { MAX_SMALL_INPUT, placeOf } from '../input.js'
import type { Session } from '../session.js'
import { timeText } from '../timeText.js'

interface Flags {
  readonly home?: string
  readonly link?: boolean
}

export const addApprovals = (program: Command, session: Session): void => {
  const command = program
    .command('approvals')
    .description('calls that wait for approval: list them, show one to hand it over, add an approval')
    .argument('<action>', 'list, show or add')
    .argument('[names...]', 'show: a request, by the beginning of its name; add: files of approvals')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--link', 'show: the request as a link that holds it whole')
  jsonFlag(command).action(async (action: string, names: readonly string[], flags: Flags) => {
    const home = homeOf(session, flags.home)
    placed(home.folder, () => assertStateFolder(home.folder))
    const store = fileApprovalStore(home.approvals)
    if (action === 'list') return list(session, store)
    if (names.length === 0) throw usage('a name is missing')
    if (action === 'show' && names.length === 1) return show(session, store, names[0] as string, flags) // one
    if (action !== 'add') throw usage('expected list, show NAME or add FILE…')
    for (const name of names) await add(session, store, name)
  })
}

const list = async (session: Session, store: ApprovalStore): Promise<void> => {
  const rows = placed('approvals', () =>
    store.list(session.now()).map((found) => ({ found, ...stateOf(store, found, session.now()) })),
  )
  if (session.json)
    return session.printJson({
      requests: rows.map(({ found: { name, request }, needed, received }) => ({
        ...{ name, id: request.id, requestHash: toHex(request.hash), tool: request.tool },
        ...{ host: request.host, session: request.session, needed, received },
        ...{ createdAt: request.createdAt, expiresAt: request.expiresAt },
      })),
    })
  for (const { found, needed, received } of rows) {
    const { name, request } = found
    const { tool, host, session: of, expiresAt } = request
    await session.print(
      `${name.slice(0, SHORT_NAME)}  ${received} of ${needed}  until ${timeText(expiresAt)}  ${display(tool)}  ${display(host)} ${display(of)}\n`,
    )
  }
  if (rows.length === 0) await session.remark('no call waits for approval')
}

const show = async (session: Session, store: ApprovalStore, name: string, { link }: Flags): Promise<void> => {
  const found = placed('approvals', () => store.list(session.now())).filter((each) =>
    each.name.startsWith(name),
  )
  const [only] = found
  if (only === undefined || found.length > 1)
    throw usage(only === undefined ? 'no request of that name waits' : 'more than one request begins so')
  return session.print(link === true ? `${linkOf(only.request)}\n` : formatRequest(only.request, 2))
}

const add = async (session: Session, store: ApprovalStore, name: string): Promise<void> => {
  const what = placeOf('approval', name)
  const bytes = await session.inputs.bytes(name, what, MAX_SMALL_INPUT)
  const { found, needed, received } = placed(what, () => {
    const approval = approvalOfBytes(bytes)
    const asked = requestFor(store, approval, session.now())
    assertCounts(store, asked, approval, session.now())
    store.grant(approval)
    return { found: asked, ...stateOf(store, asked, session.now()) }
  })
  if (session.json) return session.printJson({ name: found.name, needed, received })
  const rest = received >= needed ? 'the call may be made' : `${needed - received} more needed`
  return session.print(`${found.name.slice(0, SHORT_NAME)}  ${received} of ${needed}: ${rest}\n`)
}

/** The request that an approval names. @throws DenialError APPROVAL_INVALID where none waits */
const requestFor = (store: ApprovalStore, { payload }: Approval, now: number): NamedRequest => {
  const named = payload.extensions?.get(REQUEST_EXTENSION)
  const id = named === undefined ? undefined : toHex(named)
  const found = store.list(now).find(({ request }) => request.id === id)
  if (found === undefined)
    throw new DenialError('APPROVAL_INVALID', 'no request that waits is answered by it')
  return found
}

/** Asserts that an approval counts, besides those that are there. @throws TrustError APPROVAL_SIGNATURE; DenialError APPROVAL_INVALID */
const assertCounts = (store: ApprovalStore, found: NamedRequest, approval: Approval, now: number): void => {
  const before = counted(found, store.granted(found.request), now)
  const after = counted(found, [approval], now)
  const [fault] = after.faults
  if (fault === 'signature') throw new TrustError('APPROVAL_SIGNATURE')
  if (fault !== undefined) throw new DenialError('APPROVAL_INVALID', FAULTS[fault])
  if (before.approvers.includes(approval.approver)) throw new DenialError('APPROVAL_INVALID', FAULTS.repeated)
}

const FAULTS: Readonly<Record<Exclude<ApprovalFault, 'signature'>, string>> = {
  'from-the-future': 'from the future',
  'no-duration': 'it never holds',
  'not-an-approver': 'not of an approver of the warrant',
  repeated: 'its approver has approved already',
  expired: 'expired',
  'another-request': 'of another call',
}

const counted = ({ request }: NamedRequest, approvals: readonly Approval[], now: number) => {
  const { approvers = [] } = leafOf(request.chain).payload
  // All of them are asked for, so that counting goes to the end.
  return countApprovals(approvals, { requestHash: request.hash, approvers, minApprovals: undefined, now })
}

interface State {
  readonly needed: number
  readonly received: number
}

const stateOf = (store: ApprovalStore, found: NamedRequest, now: number): State => {
  const { approvers = [], minApprovals } = leafOf(found.request.chain).payload
  return {
    needed: minApprovals ?? approvers.length,
    received: counted(found, store.granted(found.request), now).approvers.length,
  }
}
