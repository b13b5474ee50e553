/** A nightly job: a scheduler mints a warrant for twenty minutes, the agent works, and one night it is talked into more. */

import { capability } from '../../capability/capability.js'
import { range, shlex, subpath, urlSafe, wildcard } from '../../capability/constructors.js'
import { generateKey } from '../../crypto/signer.js'
import { createEnforcer } from '../../enforce/enforcer.js'
import { mint } from '../../warrant/mint.js'
import { CRON_MOMENTS, CRON_SESSION } from './cronEvents.js'
import type { Stage } from './story.js'

const TWENTY_MINUTES = 1_200

export const cronStory = async (stage: Stage): Promise<void> => {
  await stage.title('1. A nightly cron job')
  await stage.remark('The scheduler mints a warrant for one run: twenty minutes, one session, four tools.')
  const [scheduler, agent] = [generateKey(), generateKey()]
  const chain = mint(
    {
      holder: agent.publicKey,
      tools: {
        read_file: capability({ path: subpath('/srv/reports') }, { allowUnknown: true }),
        write_file: { path: subpath('/srv/reports/out'), content: wildcard() },
        browser_navigate: { url: urlSafe({ allowDomains: ['*.example.com'] }) },
        terminal: { command: shlex(['git', 'ls']), timeout: range({ min: 1, max: 60 }) },
      },
      ttlSeconds: TWENTY_MINUTES,
      maxDepth: 0,
      sessionId: CRON_SESSION,
      now: stage.clock(),
    },
    scheduler,
  )
  const enforcer = createEnforcer({ roots: [scheduler.publicKey], clock: stage.clock })
  const bound = enforcer.bind(chain, agent)
  for (const moment of CRON_MOMENTS) {
    const { tool_name, tool_input, session_id } = moment.event
    await stage.play(moment, () => bound.enforce(tool_name, tool_input, { session: session_id }))
  }
}
