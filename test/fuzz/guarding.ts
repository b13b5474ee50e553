/** The guard as a target: hostile arguments and contexts. It runs what is allowed once, with the copy, and rejects with a code. */

import type { GuardRecord } from '../../src/enforce/guard.js'
import { type CallInput, hostileArgs, judged, worldOf } from './enforcing.js'
import { hostileValue, Record } from './hostile.js'
import type { Library } from './library.js'
import { Random } from './random.js'
import { ACCEPTED, hold, refusalOf, type Target } from './target.js'

const TOOLS = ['read', 'any', 'pay', 'other']

export const guarding = (library: Library): Target<CallInput> => {
  const { createGuard } = library.warrant
  const world = worldOf(library)
  let ran = 0
  let records: GuardRecord[] = []
  const guard = createGuard({
    enforcer: world.enforcer,
    // Judged afterwards: what is thrown here is a denial.
    audit: (each) => {
      records.push(each)
    },
  })
  guard.sessions.set('s', world.bound)
  const guarded = TOOLS.map((tool) =>
    guard(tool, (args: object) => {
      ran++
      hold(Object.isFrozen(args), 'a tool runs with what is not frozen')
      return args
    }),
  )
  const random = new Random(0)
  return {
    name: 'guard',
    next: (from) => ({ numbers: from.bits() }),
    run: async ({ numbers }) => {
      random.restart(numbers, 2)
      const record = new Record()
      const args = hostileArgs(random, record)
      const context = contextOf(random, record)
      ran = 0
      records = []
      const refused = await random
        .pick(guarded)(args as object, context as never) // hostile, whatever their types
        .then(
          () => undefined,
          (thrown: unknown) => ({ thrown }),
        )
      hold(records.length === 1, 'a decision that is not recorded once')
      for (const { decision, runs } of records) {
        judged(library, decision, record, context !== REGISTERED)
        hold(runs === (decision.kind === 'allow'), 'a record that says something else than happens')
      }
      hold(
        ran === (refused === undefined ? 1 : 0),
        refused === undefined ? 'an allowed tool did not run once' : 'a denied tool ran',
      )
      return refused === undefined
        ? ACCEPTED
        : refusalOf(library, refused.thrown, ['format', 'trust', 'denial'])
    },
    keep: () => {},
    show: ({ numbers }) => String(numbers),
    read: (line) => ({ numbers: Number(line) }),
    sort: () => 'call',
  }

  function contextOf(random: Random, record: Record): unknown {
    if (!random.oneIn(4)) return REGISTERED
    if (random.oneIn(3)) return hostileValue(random, record)
    const context: { [name: string]: unknown } = { session: 's' }
    context[random.pick(['session', 'chain', 'proof', 'approvals'])] = hostileValue(random, record)
    return context
  }
}

const REGISTERED = Object.freeze({ session: 's' })
