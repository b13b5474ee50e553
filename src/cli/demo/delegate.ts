/** An orchestrator with three children: each gets a narrower warrant of its own, and some try for more. */

import { oneOf, range, subpath, urlSafe, wildcard } from '../../capability/constructors.js'
import { defaultBackend } from '../../crypto/backend.js'
import { generateKey, type SecretKey } from '../../crypto/signer.js'
import { createEnforcer, type Enforcer } from '../../enforce/enforcer.js'
import { EscalationError } from '../../errors.js'
import { prove } from '../../statement/proof.js'
import { grant } from '../../warrant/attenuate.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { draftOf, finishDraft } from '../../warrant/draft.js'
import { type ToolsInput, toolsOf } from '../../warrant/fields.js'
import { newWarrantId } from '../../warrant/id.js'
import { mint } from '../../warrant/mint.js'
import type { Payload } from '../../warrant/payload.js'
import { ANALYST, DELEGATE_MOMENTS, ORCHESTRATOR, RESEARCHER, WRITER } from './delegateEvents.js'
import { type CallLine, type Moment, momentsOf } from './event.js'
import type { Stage } from './story.js'

interface Holding {
  readonly chain: Chain
  readonly key: SecretKey
}

const NARROWER: Readonly<Record<string, ToolsInput>> = {
  [RESEARCHER]: { browser_navigate: { url: urlSafe({ allowDomains: ['*.docs.example.org'] }) } },
  [WRITER]: {
    read_file: { path: subpath('/project') },
    write_file: { path: subpath('/project/drafts'), content: wildcard() },
  },
  [ANALYST]: { query: { table: oneOf(['orders', 'returns']), limit: range({ min: 1, max: 100 }) } },
}

export const delegateStory = async (stage: Stage): Promise<void> => {
  await stage.title('2. An orchestrator and three children')
  await stage.remark(
    'The parent holds a warrant for an hour and grants each child ten minutes of a part of it.',
  )
  const [operator, parent] = [generateKey(), generateKey()]
  const chain = mint(
    {
      holder: parent.publicKey,
      tools: {
        read_file: { path: subpath('/project') },
        write_file: { path: subpath('/project'), content: wildcard() },
        browser_navigate: { url: urlSafe({ allowDomains: ['*.docs.example.org', '*.example.org'] }) },
        query: { table: oneOf(['orders', 'returns', 'customers']), limit: range({ min: 1, max: 1_000 }) },
      },
      ttlSeconds: 3_600,
      maxDepth: 2,
      now: stage.clock(),
    },
    operator,
  )
  const holdings = new Map<string, Holding>([[ORCHESTRATOR, { chain, key: parent }]])
  for (const [session, tools] of Object.entries(NARROWER)) {
    const key = generateKey()
    const options = { holder: key.publicKey, tools, ttlSeconds: 600, now: stage.clock() }
    holdings.set(session, { chain: grant(chain, options, parent), key })
  }
  const enforcer = createEnforcer({ roots: [operator.publicKey], clock: stage.clock })
  for (const moment of DELEGATE_MOMENTS) {
    await playProved(stage, enforcer, moment, holdings.get(moment.event.session_id) as Holding) // each session has one
  }
  await widenedChildren(stage, enforcer, holdings)
}

/** Every call with a proof of its own, as from another process. */
const playProved = async (
  stage: Stage,
  enforcer: Enforcer,
  moment: Moment,
  { chain, key }: Holding,
): Promise<void> => {
  const { tool_name: tool, tool_input: args } = moment.event
  await stage.play(moment, () => {
    const proof = prove(chain, { tool, args }, key, { now: stage.clock() })
    return enforcer.enforce({ chain, tool, args, proof })
  })
}

/** What a child writes into a link of its own making, and the call that it would like to make with it. */
interface Widening {
  readonly session: string
  readonly tools?: ToolsInput
  readonly longerBy?: number
  readonly call: CallLine
}

const WIDENINGS: readonly Widening[] = [
  {
    session: RESEARCHER,
    tools: { terminal: {} },
    call: [80, 'terminal', { command: 'id' }, 'widened child'],
  },
  {
    session: WRITER,
    tools: { write_file: { path: subpath('/project'), content: wildcard() } },
    call: [82, 'write_file', { path: '/project/plan.md', content: 'a different plan' }, 'widened child'],
  },
  {
    session: ANALYST,
    tools: { query: { table: wildcard(), limit: range({ min: 1, max: 100 }) } },
    call: [84, 'query', { table: 'salaries', limit: 10 }, 'widened child'],
  },
  {
    session: ANALYST,
    tools: { query: { table: oneOf(['orders']), limit: range({ min: 1, max: 101 }) } },
    call: [86, 'query', { table: 'orders', limit: 101 }, 'widened child'],
  },
  { session: ANALYST, longerBy: 3_600, call: [88, 'query', { table: 'orders', limit: 10 }, 'widened child'] },
]

const widenedChildren = async (
  stage: Stage,
  enforcer: Enforcer,
  holdings: ReadonlyMap<string, Holding>,
): Promise<void> => {
  await stage.remark('Three children widen their warrants. The library refuses to help them:')
  for (const { session, tools } of WIDENINGS) {
    if (tools !== undefined)
      await stage.remark(refusalOf(holdings.get(session) as Holding, tools, stage.clock())) // each session has one
  }
  await stage.remark('So they write the bytes themselves, and sign them with keys that are rightly theirs:')
  for (const { session, call, ...widening } of WIDENINGS) {
    const holding = holdings.get(session) as Holding // each session has one
    const chain = forged(holding, widening, stage.clock())
    const [moment] = momentsOf(session, [call])
    await playProved(stage, enforcer, moment as Moment, { chain, key: holding.key }) // one line, one moment
  }
}

const refusalOf = ({ chain, key }: Holding, tools: ToolsInput, now: number): string => {
  try {
    grant(chain, { holder: key.publicKey, tools, now }, key)
    return 'not refused'
  } catch (refusal) {
    if (!(refusal instanceof EscalationError)) throw refusal
    const { parent, child, nearest } = refusal.widening ?? {}
    const conflict = parent === undefined || child === undefined ? '' : `: ${child} is wider than ${parent}`
    return `${refusal.code} at ${refusal.where}${conflict}${nearest === undefined ? '' : `; nearest: ${nearest}`}`
  }
}

/** A link that no builder would make, with a signature that is right in every way. */
const forged = (
  { chain, key }: Holding,
  { tools, longerBy = 0 }: Pick<Widening, 'tools' | 'longerBy'>,
  now: number,
): Chain => {
  const { payload, payloadBytes } = leafOf(chain)
  const fields: Payload = {
    ...payload,
    id: newWarrantId(now),
    issuer: payload.holder,
    depth: payload.depth + 1,
    parentHash: defaultBackend.sha256(payloadBytes),
    expiresAt: payload.expiresAt + longerBy,
    tools: tools === undefined ? payload.tools : toolsOf(tools),
  }
  const draft = draftOf(fields, chain.warrants)
  return finishDraft(draft, key.sign(draft.message))
}
