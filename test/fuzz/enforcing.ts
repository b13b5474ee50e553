/** `enforce` as a target: calls whose arguments, requests and contexts are hostile. Always a frozen decision, and no side effect. */

import type { BoundWarrant } from '../../src/enforce/bind.js'
import type { SettledDecision } from '../../src/enforce/decision.js'
import { hostileValue, Record } from './hostile.js'
import type { Library } from './library.js'
import { Random } from './random.js'
import { enginesOf, NOW, ringOf } from './seeds.js'
import { ACCEPTED, hold, type Outcome, type Target } from './target.js'

/** Which numbers make the call: hostile values cannot be written down. */
export interface CallInput {
  readonly numbers: number
}

const TOOLS = ['read', 'any', 'pay', 'other']

/** One call: arguments that would be allowed, with something hostile in some place of them. */
export const hostileArgs = (random: Random, record: Record): unknown => {
  const args: { [name: string]: unknown } = { path: '/data/x', limit: 5 }
  if (random.oneIn(6)) return hostileValue(random, record)
  if (random.oneIn(4)) return args
  args[random.pick(['path', 'limit', 'x', 'more'])] = hostileValue(random, record)
  return args
}

export const enforcing = (library: Library): Target<CallInput> => {
  const world = worldOf(library)
  const random = new Random(0)
  return {
    name: 'enforce',
    next: (from) => ({ numbers: from.bits() }),
    run: ({ numbers }) => {
      random.restart(numbers, 1)
      const record = new Record()
      const args = hostileArgs(random, record)
      const tool = random.pick(TOOLS)
      if (random.oneIn(3)) return judgedRequest(library, world, random, record, tool, args)
      const context = random.oneIn(8) ? hostileValue(random, record) : undefined
      const isLenient = context !== undefined // of a context, own properties are read as they are
      const decision = world.bound.enforce(tool, args, context as never) // hostile, whatever its type
      const outcome = judged(library, decision, record, isLenient)
      record.restart()
      const explained = world.bound.explain(tool, args, context as never) // hostile, whatever its type
      judged(library, explained.decision, record, isLenient)
      if (record.mostReads === 0)
        hold(explained.decision.kind === decision.kind, 'explaining comes to another decision')
      return outcome
    },
    keep: () => {},
    show: ({ numbers }) => String(numbers),
    read: (line) => ({ numbers: Number(line) }),
    sort: () => 'call',
  }
}

interface World {
  readonly bound: BoundWarrant
  readonly enforcer: ReturnType<Library['warrant']['createEnforcer']>
  readonly chain: ReturnType<Library['warrant']['mint']>
  readonly proof: Uint8Array
}

/** A warrant for any arguments, one tool that minds them, and an enforcer. */
export const worldOf = (library: Library): World => {
  const { warrant: w } = library
  const ring = ringOf(library)
  const holder = ring.keyOf(2)
  const tools = {
    read: { path: w.subpath('/data'), limit: w.range({ min: 0, max: 10 }) },
    any: {},
    pay: w.capability(
      { path: w.wildcard(), x: w.any([w.regex('^a+$'), w.cel("value == 'a'"), w.contains([1])]) },
      { allowUnknown: true },
    ),
  }
  const chain = w.mint(
    { tools, holder: holder.publicKey, ttlSeconds: 3_600, now: NOW, id: w.parseWarrantId('01'.repeat(16)) },
    ring.root,
  )
  const config = { roots: [ring.root.publicKey], clock: () => NOW, engines: enginesOf(library) }
  const enforcer = w.createEnforcer({ ...config, idempotentTools: ['read'] })
  const proof = w.prove(chain, { tool: 'read', args: { path: '/data/x', limit: 5 } }, holder, { now: NOW })
  return { bound: enforcer.bind(chain, holder), enforcer, chain, proof }
}

/** A whole request from outside: any part of it may be hostile, or all of it. */
const judgedRequest = (
  library: Library,
  world: World,
  random: Random,
  record: Record,
  tool: string,
  args: unknown,
): Outcome => {
  const { chain, proof, enforcer } = world
  const request: { [name: string]: unknown } = { chain: random.pick([chain, chain.bytes]), tool, args, proof }
  for (let i = random.below(3); i > 0; i--)
    request[random.pick(['chain', 'tool', 'proof', 'approvals', 'session', 'call'])] = hostileValue(
      random,
      record,
    )
  const asked = random.oneIn(10) ? hostileValue(random, record) : request
  const decision = enforcer.enforce(asked as never) // hostile, whatever its type
  const outcome = judged(library, decision, record, true)
  const explained = enforcer.explain(asked as never) // hostile, whatever its type
  judged(library, explained.decision, new Record(), true)
  return outcome
}

/**
 * What holds of every decision, and of what was done to come to it. `isLenient` where more than arguments is hostile: of a
 * request each own name may be read once as it is, getters with it.
 */
export const judged = (
  { warrant: w }: Library,
  decision: SettledDecision,
  record: Record,
  isLenient: boolean,
): Outcome => {
  hold(Object.isFrozen(decision), 'a decision that is not frozen')
  hold(decision.kind === 'allow' || decision.kind === 'deny', 'a decision of no kind')
  hold(record.changed === 0, 'a hostile object was changed')
  if (!isLenient) hold(record.ran === 0, 'code of the arguments ran')
  if (!isLenient && !record.isCyclic) hold(record.mostReads <= 1, 'a property was read twice')
  if (decision.kind === 'deny') {
    hold(w.ERROR_CODES.has(decision.code), 'a denial with a code that there is not')
    hold(decision.code !== 'ENFORCE_INTERNAL', 'a fault inside')
    hold(
      typeof decision.message === 'string' && !/[\n\r]/.test(decision.message),
      'a message of more than a line',
    )
    return decision.code
  }
  hold(w.isCall(decision.call), 'an allow without a call')
  assertInert(decision.call.args)
  return ACCEPTED
}

/** Plain frozen data to the bottom, with nothing inherited and nothing that runs. */
const assertInert = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) {
    hold(
      typeof value !== 'function' && typeof value !== 'symbol' && value !== undefined,
      'a copy holds what is no data',
    )
    return
  }
  hold(Object.isFrozen(value), 'a copy that is not frozen')
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
    hold(descriptor !== undefined && 'value' in descriptor, 'a copy holds an accessor')
    hold(typeof key === 'string', 'a copy holds a symbol')
    assertInert(descriptor?.value)
  }
}
