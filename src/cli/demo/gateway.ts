/** A gateway with two users: each session has the warrant of its user, and one user finds the other's. */

import { callOf } from '../../capability/call.js'
import { capability } from '../../capability/capability.js'
import { exact, shlex, subpath, urlSafe, wildcard } from '../../capability/constructors.js'
import { signedMessage } from '../../crypto/contexts.js'
import { generateKey, type SecretKey } from '../../crypto/signer.js'
import { createEnforcer, type Enforcer } from '../../enforce/enforcer.js'
import { createGuard } from '../../enforce/guard.js'
import { proofChallenge, prove } from '../../statement/proof.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import type { ToolsInput } from '../../warrant/fields.js'
import { mint } from '../../warrant/mint.js'
import { type CallLine, type Moment, momentsOf } from './event.js'
import { ALICE, BOB, GATEWAY_MOMENTS } from './gatewayEvents.js'
import type { Stage } from './story.js'

const ROLES: Readonly<Record<string, ToolsInput>> = {
  [ALICE]: {
    read_file: { path: subpath('/home/alice') },
    write_file: { path: subpath('/home/alice'), content: wildcard() },
    browser_navigate: { url: urlSafe() },
    web_search: {},
    memory: { target: exact('user'), action: wildcard(), content: wildcard() },
    terminal: { command: shlex(['ls', 'cat']) },
  },
  [BOB]: {
    read_file: capability({ path: subpath('/srv/public') }),
    web_search: {},
  },
}

export const gatewayStory = async (stage: Stage): Promise<void> => {
  await stage.title('3. A gateway with two users')
  await stage.remark(
    'The gateway mints one warrant for each session; a session that it does not know gets nothing.',
  )
  const gateway = generateKey()
  const enforcer = createEnforcer({ roots: [gateway.publicKey], clock: stage.clock })
  const guard = createGuard({ enforcer })
  const holders = new Map<string, { readonly chain: Chain; readonly key: SecretKey }>()
  for (const [session, tools] of Object.entries(ROLES)) {
    const key = generateKey()
    const chain = mint(
      { holder: key.publicKey, tools, sessionId: session, ttlSeconds: 900, now: stage.clock() },
      gateway,
    )
    holders.set(session, { chain, key })
    guard.sessions.set(session, enforcer.bind(chain, key))
  }
  for (const moment of GATEWAY_MOMENTS) {
    const { tool_name, tool_input, session_id } = moment.event
    await stage.play(moment, () => guard.check(tool_name, tool_input, { session: session_id }))
  }
  for (const moment of momentsOf(
    'telegram_mallory',
    [[46, 'web_search', { query: 'who am I' }]],
    'mallory',
  )) {
    const { tool_name, tool_input, session_id } = moment.event
    await stage.play(moment, () => guard.check(tool_name, tool_input, { session: session_id }))
  }
  guard.sessions.clear(BOB)
  const [alice, bob] = [holders.get(ALICE), holders.get(BOB)]
  if (alice !== undefined && bob !== undefined)
    await stolenWarrant(stage, enforcer, alice.chain, alice.key, bob.key)
}

/** Bob has found a copy of Alice's warrant in a log, and then one of her proofs. */
const stolenWarrant = async (
  stage: Stage,
  enforcer: Enforcer,
  chain: Chain,
  alice: SecretKey,
  bob: SecretKey,
): Promise<void> => {
  await stage.remark("Bob presents a copy of Alice's warrant, claiming her session:")
  const note: CallLine = [60, 'read_file', { path: '/home/alice/notes/today.md' }]
  const present = async (
    [at, tool, input]: CallLine,
    proof: Uint8Array | undefined,
    isAttack = true,
  ): Promise<void> => {
    const [moment] = momentsOf(ALICE, [[at, tool, input, isAttack ? 'stolen warrant' : undefined]], 'bob')
    await stage.play(moment as Moment, () =>
      // one line, one moment
      enforcer.enforce({ chain, tool, args: input, session: ALICE, ...(proof !== undefined && { proof }) }),
    )
  }
  await present(note, undefined)
  await present([61, 'terminal', { command: 'ls /home/alice' }], undefined)
  await present([62, ...call(note)], signedBy(bob, chain, note, stage.clock()))
  const captured = prove(chain, { tool: note[1], args: note[2] }, alice, { now: stage.clock() })
  await stage.remark(
    'Alice makes a call of her own; Bob captures its proof and uses it for another call, and again.',
  )
  await present([63, ...call(note)], captured, false)
  await present([64, 'read_file', { path: '/home/alice/diary.md' }], captured)
  await present([65, ...call(note)], captured)
  await present([900, 'web_search', { query: 'anything' }], undefined)
}

const call = ([, tool, input]: CallLine): readonly [string, CallLine[2]] => [tool, input]

/** A proof that is right in every way but the key. */
const signedBy = (key: SecretKey, chain: Chain, [, tool, input]: CallLine, now: number): Uint8Array => {
  const { args } = callOf(tool, input)
  const window = Math.floor(now / 30) * 30
  return key.sign(signedMessage('proof', proofChallenge(leafOf(chain).payload.id, tool, args, window)))
}
