/** The guard: it runs the tool itself, with what was checked, after it was recorded, or not at all. */

import { describe, expect, test } from 'vitest'
import { float } from '../../../src/encoding/value.js'
import type { Deny } from '../../../src/enforce/decision.js'
import { createEnforcer, type Enforcer } from '../../../src/enforce/enforcer.js'
import { createGuard, type Guard, type GuardOptions, type GuardRecord } from '../../../src/enforce/guard.js'
import { type RevocationList, signRevocationList } from '../../../src/statement/revocation.js'
import type { Warrant } from '../../../src/warrant/chain.js'
import type { WarrantId } from '../../../src/warrant/id.js'
import {
  ARGS,
  clockAt,
  controlPlane,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  type TestClock,
  TOOL,
  TTL,
  thief,
} from '../../support/enforcing.js'

const chain = minted()
const DENIED = { path: '/etc/passwd', limit: 1 }

const listOf = (version: number, revokedIds: readonly WarrantId[]): RevocationList =>
  signRevocationList({ version, issuedAt: NOW, revokedIds }, controlPlane)

const guardWith = (options: Partial<GuardOptions> = {}): { guard: Guard; records: GuardRecord[] } => {
  const enforcer = enforcerWith()
  const records: GuardRecord[] = []
  const guard = createGuard({ enforcer, audit: (record) => records.push(record), ...options })
  if (options.enforcer === undefined) guard.sessions.set('s', enforcer.bind(chain, holder))
  return { guard, records }
}

/** A tool that remembers what it was run with. */
const tool = (): { ran: unknown[]; run: (args: object) => string } => {
  const ran: unknown[] = []
  return {
    ran,
    run: (args) => {
      ran.push(args)
      return 'done'
    },
  }
}

describe('a guarded tool', () => {
  test('runs with the checked copy and gives its result', async () => {
    const { guard, records } = guardWith()
    const { ran, run } = tool()
    const args: { path: string; limit: number } = { ...ARGS }
    const pending = guard(TOOL, run)(args, { session: 's' })
    args.path = '/etc/passwd'
    expect(await pending).toBe('done')
    expect(ran).toEqual([ARGS])
    expect(Object.isFrozen(ran[0])).toBe(true)
    expect(records.map(({ decision, runs }) => [decision.kind, runs])).toEqual([['allow', true]])
  })

  test('does not run when it is denied, and throws the code', async () => {
    const { guard, records } = guardWith()
    const { ran, run } = tool()
    await expect(guard(TOOL, run)(DENIED, { session: 's' })).rejects.toMatchObject({
      name: 'DenialError',
      code: 'CONSTRAINT_VIOLATED',
      where: 'path',
      cause: { kind: 'deny' },
    })
    expect(ran).toEqual([])
    expect(records.map(({ decision, runs }) => [outcome(decision), runs])).toEqual([
      ['CONSTRAINT_VIOLATED', false],
    ])
  })

  test('receives floats as numbers', async () => {
    const open = minted({ tools: { [TOOL]: {} } })
    const enforcer = enforcerWith()
    const guard = createGuard({ enforcer })
    guard.sessions.set('s', enforcer.bind(open, holder))
    const { ran, run } = tool()
    await guard(TOOL, run)({ ratio: float(1), inner: [float(2)] }, { session: 's' })
    expect(ran).toEqual([{ ratio: 1, inner: [2] }])
  })

  test('what the tool throws passes through', async () => {
    const { guard } = guardWith()
    const failing = guard(TOOL, (): string => {
      throw new RangeError('of the tool')
    })
    await expect(failing(ARGS, { session: 's' })).rejects.toThrow(RangeError)
  })
})

describe('sessions', () => {
  test('one that is unknown, missing or ended is denied', async () => {
    const { guard } = guardWith()
    const { ran, run } = tool()
    const guarded = guard(TOOL, run)
    for (const context of [
      undefined,
      {},
      { session: 'other' },
      { session: 7 as unknown as string },
      null as never,
    ]) {
      await expect(guarded(ARGS, context)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    }
    expect(guard.sessions.clear('s')).toBe(true)
    await expect(guarded(ARGS, { session: 's' })).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    expect(ran).toEqual([])
  })

  test('are plain names, whatever they are', async () => {
    const { guard } = guardWith()
    const { run } = tool()
    for (const session of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(guard.sessions.has(session)).toBe(false)
      await expect(guard(TOOL, run)(ARGS, { session })).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    }
  })

  test('a warrant that another enforcer bound is no warrant here', () => {
    const { guard } = guardWith()
    const stranger = enforcerWith().bind(chain, holder)
    expect(() => guard.sessions.set('s2', stranger)).toThrow(TypeError)
    expect(guard.sessions.has('s2')).toBe(false)
  })

  test('a chain that nobody bound needs the proof of each call', async () => {
    const { guard } = guardWith()
    const { run } = tool()
    guard.sessions.set('remote', chain)
    await expect(guard(TOOL, run)(ARGS, { session: 'remote' })).rejects.toMatchObject({
      code: 'PROOF_MISSING',
    })
    const proof = proofOf(chain)
    expect(await guard(TOOL, run)(ARGS, { session: 'remote', proof })).toBe('done')
    await expect(guard(TOOL, run)(ARGS, { session: 'remote', proof })).rejects.toMatchObject({
      code: 'PROOF_REPLAYED',
    })
  })

  test('a look-alike of a bound warrant is read as a chain, and is none', async () => {
    const { guard } = guardWith()
    const { run } = tool()
    const forged = { warrantId: 'x', enforce: () => ({ kind: 'allow' }), explain: () => ({}) }
    guard.sessions.set('forged', forged as never)
    await expect(guard(TOOL, run)(ARGS, { session: 'forged' })).rejects.toMatchObject({
      code: 'ENVELOPE_MALFORMED',
    })
  })

  test('a chain may come with the call, in place of any session', async () => {
    const { guard } = guardWith()
    const { run } = tool()
    expect(await guard(TOOL, run)(ARGS, { chain, proof: proofOf(chain) })).toBe('done')
    const stolen = { chain, proof: proofOf(chain, TOOL, ARGS, thief) }
    await expect(guard(TOOL, run)(ARGS, stolen)).rejects.toMatchObject({ code: 'PROOF_INVALID' })
    // The registered warrant is not a second try for a chain that was refused.
    await expect(guard(TOOL, run)(ARGS, { ...stolen, session: 's' })).rejects.toMatchObject({
      code: 'PROOF_INVALID',
    })
  })
})

describe('the record', () => {
  test('is written before the tool runs, and waited for', async () => {
    const order: string[] = []
    const enforcer = enforcerWith()
    const waiting = createGuard({
      enforcer,
      audit: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push('recorded')
      },
    })
    waiting.sessions.set('s', enforcer.bind(chain, holder))
    await waiting(TOOL, () => order.push('ran'))(ARGS, { session: 's' })
    expect(order).toEqual(['recorded', 'ran'])
  })

  const failures: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('disk full'))],
  ]
  for (const mode of ['block', 'warn'] as const) {
    test.each(failures)(`in ${mode}, nothing runs when it %s`, async (_, audit) => {
      const enforcer = enforcerWith()
      const guard = createGuard({ enforcer, mode, audit })
      guard.sessions.set('s', enforcer.bind(chain, holder))
      const { ran, run } = tool()
      await expect(guard(TOOL, run)(ARGS, { session: 's' })).rejects.toMatchObject({ code: 'AUDIT_FAILED' })
      expect(ran).toEqual([])
      const decision = await guard.check(TOOL, ARGS, { session: 's' })
      expect(decision.notes).toEqual(mode === 'warn' ? ['warn-mode'] : [])
    })
  }

  const { id } = (chain.warrants[0] as Warrant).payload // one
  test.each<[string, (clock: TestClock, enforcer: Enforcer) => void, string]>([
    [
      'the warrant expires',
      (clock) => {
        clock.now = NOW + TTL
      },
      'WARRANT_EXPIRED',
    ],
    ['it is revoked', (_, enforcer) => enforcer.updateRevocations(listOf(2, [id])), 'WARRANT_REVOKED'],
  ])('takes time: nothing runs when %s meanwhile', async (_, meanwhile, code) => {
    const clock = clockAt()
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } }, clock)
    enforcer.updateRevocations(listOf(1, []))
    let isSlow = false
    const guard = createGuard({ enforcer, audit: () => (isSlow ? meanwhile(clock, enforcer) : undefined) })
    guard.sessions.set('s', enforcer.bind(chain, holder))
    const { ran, run } = tool()
    await guard(TOOL, run)(ARGS, { session: 's' })
    isSlow = true
    await expect(guard(TOOL, run)(ARGS, { session: 's' })).rejects.toMatchObject({ code })
    expect(ran).toEqual([ARGS])
  })

  test('names a session only where it is text', async () => {
    const { guard, records } = guardWith()
    expect(outcome(await guard.check(TOOL, ARGS, { session: 7 as never }))).toBe('SESSION_UNKNOWN')
    expect(records[0]?.session).toBeUndefined()
  })

  test('is made of every call, and cannot be changed', async () => {
    const { guard, records } = guardWith()
    await guard.check(TOOL, ARGS, { session: 's' })
    await guard.check(TOOL, DENIED, { session: 's' })
    await guard.check(TOOL, { path: () => '' }, { session: 's' })
    await guard.check(TOOL, ARGS)
    expect(records.map(({ decision, session, call }) => [outcome(decision), session, call?.tool])).toEqual([
      ['allow', 's', TOOL],
      ['CONSTRAINT_VIOLATED', 's', TOOL],
      ['CALL_MALFORMED', 's', undefined],
      ['SESSION_UNKNOWN', undefined, TOOL],
    ])
    for (const record of records) expect(Object.isFrozen(record)).toBe(true)
  })
})

describe('a guard that only warns', () => {
  const warning = (): ReturnType<typeof guardWith> => {
    const enforcer = enforcerWith()
    const made = guardWith({ enforcer, mode: 'warn' })
    made.guard.sessions.set('s', enforcer.bind(chain, holder))
    return made
  }

  test('runs what is denied, with the copy, and says so on every decision', async () => {
    const { guard, records } = warning()
    const { ran, run } = tool()
    expect(await guard(TOOL, run)(DENIED, { session: 's' })).toBe('done')
    expect(await guard(TOOL, run)(ARGS, { session: 's' })).toBe('done')
    expect(await guard(TOOL, run)(ARGS, { session: 'unknown' })).toBe('done')
    expect(ran).toEqual([DENIED, ARGS, ARGS])
    expect(records.map(({ decision, runs, mode }) => [outcome(decision), runs, mode])).toEqual([
      ['CONSTRAINT_VIOLATED', true, 'warn'],
      ['allow', true, 'warn'],
      ['SESSION_UNKNOWN', true, 'warn'],
    ])
    for (const { decision } of records) expect(decision.notes).toContain('warn-mode')
  })

  test('does not run what cannot even be copied', async () => {
    const { guard } = warning()
    const { ran, run } = tool()
    await expect(guard(TOOL, run)({ path: { get: () => '' } }, { session: 's' })).rejects.toMatchObject({
      code: 'CALL_MALFORMED',
    })
    expect(ran).toEqual([])
  })

  test('is never the default', () => {
    expect(guardWith().guard.mode).toBe('block')
    Object.assign(Object.prototype, { mode: 'warn' })
    try {
      expect(createGuard({ enforcer: enforcerWith() }).mode).toBe('block')
    } finally {
      Reflect.deleteProperty(Object.prototype, 'mode')
    }
  })
})

test('a guard of an enforcer with a shared store waits for it', async () => {
  const answers = ['fresh', 'seen'] as const
  let asked = 0
  const enforcer = createEnforcer({
    roots: [issuer.publicKey],
    clock: () => NOW,
    replay: {
      timer: () => () => {},
      store: {
        claim: async () => answers[asked++] ?? 'full',
        peek: async () => 'fresh' as const,
      },
    },
  })
  const guard = createGuard({ enforcer })
  const { ran, run } = tool()
  const context = { chain, proof: proofOf(chain) }
  expect(await guard(TOOL, run)(ARGS, context)).toBe('done')
  await expect(guard(TOOL, run)(ARGS, context)).rejects.toMatchObject({ code: 'PROOF_REPLAYED' })
  await expect(guard(TOOL, run)(ARGS, context)).rejects.toMatchObject({ code: 'REPLAY_MEMORY_FULL' })
  expect(ran).toHaveLength(1)
})

test('check gives the decision, and a denial can be told by its kind alone', async () => {
  const { guard } = guardWith()
  const decision = await guard.check(TOOL, DENIED, { session: 's' })
  expect((decision as Deny).message).toContain('outside its constraint, at path')
})

test.each([
  ['nothing', undefined],
  ['no enforcer', {}],
  ['a look-alike of an enforcer', { enforcer: { enforce: () => ({ kind: 'allow' }) } }],
  ['an unknown mode', { enforcer: enforcerWith(), mode: 'off' }],
  ['an audit that is no function', { enforcer: enforcerWith(), audit: {} }],
])('no guard is made of %s', (_, options) => {
  expect(() => createGuard(options as GuardOptions)).toThrow(TypeError)
})
