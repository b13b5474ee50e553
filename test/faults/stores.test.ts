/** Replay stores and revocation lists that refuse, hang, reset, lie or are full: all deny, none corrupts, all recover. */

import { describe, expect, test } from 'vitest'
import { type AsyncEnforcer, createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import { createGuard } from '../../src/enforce/guard.js'
import {
  type AsyncReplayStore,
  createReplayMemory,
  type ReplayMemory,
  type ReplayOutcome,
  type ReplayStore,
} from '../../src/enforce/replay.js'
import type { RevocationListInput } from '../../src/enforce/revocations.js'
import { formatRevocationList, signRevocationList } from '../../src/statement/revocation.js'
import type { WarrantId } from '../../src/warrant/id.js'
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
} from '../support/enforcing.js'
import { freshSeed, scaled } from '../support/scale.js'
import { damaged } from '../support/statements.js'
import { codeOf } from '../support/values.js'

const chain = minted({ ttlSeconds: 3_600 })

/** A request of its own for each number: another proof. */
const requestOf = (limit: number): EnforceRequest => {
  const args = { ...ARGS, limit }
  return { chain, tool: TOOL, args, proof: proofOf(chain, TOOL, args) }
}

/** A timer in the hands of the test: what hangs is ended when the test says so. */
class Deadline {
  readonly #waiting = new Set<() => void>()
  readonly timer = (run: () => void): (() => void) => {
    this.#waiting.add(run)
    return () => void this.#waiting.delete(run)
  }

  get waiting(): number {
    return this.#waiting.size
  }

  pass(): void {
    for (const run of this.#waiting) run()
    this.#waiting.clear()
  }
}

const never = new Promise<never>(() => {})

/** How a store fails, around one that works. */
const FAULTS: readonly (readonly [string, (works: () => ReplayOutcome) => unknown])[] = [
  ['refuses', () => Promise.reject(new Error('ECONNREFUSED'))],
  [
    'throws at once',
    () => {
      throw new Error('not connected')
    },
  ],
  [
    'is reset after it has remembered',
    (works) => {
      works()
      return Promise.reject(new Error('ECONNRESET'))
    },
  ],
  ['answers nothing', async () => undefined],
  ['answers true', async () => true],
  ['answers 1', async () => 1],
  ['answers the word of another protocol', async () => 'OK'],
  ['answers in capitals', async () => 'FRESH'],
  ['answers an object that prints as fresh', async () => ({ toString: () => 'fresh' })],
  ['answers a list of the answer', async () => ['fresh']],
  ['rejects with nothing', () => Promise.reject()],
  [
    'answers with a thing that throws when it is waited for',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: the lie that is told
      get then(): never {
        throw new Error('then')
      },
    }),
  ],
]

const farStore = (
  memory: ReplayMemory,
  fault: () => ((works: () => ReplayOutcome) => unknown) | undefined,
): AsyncReplayStore => {
  const answer = (works: () => ReplayOutcome): Promise<ReplayOutcome> => {
    const failing = fault()
    return (failing === undefined ? Promise.resolve(works()) : failing(works)) as Promise<ReplayOutcome> // or a lie
  }
  return {
    claim: (key, expiresAt, now) => answer(() => memory.claim(key, expiresAt, now)),
    peek: (key, now) => answer(() => memory.peek(key, now)),
  }
}

const farEnforcer = (
  store: AsyncReplayStore,
  deadline = new Deadline(),
  clock: TestClock = clockAt(),
): AsyncEnforcer =>
  createEnforcer({ roots: [issuer.publicKey], clock: clock.read, replay: { store, timer: deadline.timer } })

describe('a shared store', () => {
  test.each(FAULTS)('that %s denies, and is asked again for the next call', async (name, fault) => {
    let isBroken = true
    const memory = createReplayMemory()
    const deadline = new Deadline()
    const enforcer = farEnforcer(
      farStore(memory, () => (isBroken ? fault : undefined)),
      deadline,
    )
    expect(outcome(await enforcer.enforceAsync(requestOf(1)))).toBe('STORE_FAILED')
    expect(outcome((await enforcer.explainAsync(requestOf(1))).decision)).toBe('STORE_FAILED')
    isBroken = false
    // What it remembered before it failed is spent: a proof is used once, never twice.
    const isSpent = name === 'is reset after it has remembered'
    expect(outcome(await enforcer.enforceAsync(requestOf(1)))).toBe(isSpent ? 'PROOF_REPLAYED' : 'allow')
    expect(outcome(await enforcer.enforceAsync(requestOf(1)))).toBe('PROOF_REPLAYED')
    expect(outcome(await enforcer.enforceAsync(requestOf(2)))).toBe('allow')
    expect(deadline.waiting).toBe(0)
  })

  test('that hangs denies at the deadline; what it answers later counts for nothing', async () => {
    const deadline = new Deadline()
    let answerLater: (answer: ReplayOutcome) => void = () => {}
    const later = new Promise<ReplayOutcome>((resolve) => {
      answerLater = resolve
    })
    const enforcer = farEnforcer({ claim: () => later, peek: () => never }, deadline)
    const [asked, explained] = [enforcer.enforceAsync(requestOf(1)), enforcer.explainAsync(requestOf(1))]
    await Promise.resolve()
    expect(deadline.waiting).toBe(2)
    deadline.pass()
    answerLater('fresh')
    expect(outcome(await asked)).toBe('STORE_FAILED')
    expect(outcome((await explained).decision)).toBe('STORE_FAILED')
  })

  test('that hangs holds up no other call', async () => {
    const memory = createReplayMemory()
    let isFirst = true
    const store = farStore(memory, () => {
      const hangs = isFirst
      isFirst = false
      return hangs ? () => never : undefined
    })
    const deadline = new Deadline()
    const enforcer = farEnforcer(store, deadline)
    const hanging = enforcer.enforceAsync(requestOf(1))
    expect(outcome(await enforcer.enforceAsync(requestOf(2)))).toBe('allow')
    deadline.pass()
    expect(outcome(await hanging)).toBe('STORE_FAILED')
  })

  test('with a timer that throws, or gives nothing to cancel, denies or decides and never rejects', async () => {
    const store = farStore(createReplayMemory(), () => undefined)
    const timers: readonly (readonly [unknown, string])[] = [
      [
        () => {
          throw new Error('no timers')
        },
        'STORE_FAILED',
      ],
      [() => undefined, 'allow'],
      [
        () => () => {
          throw new Error('cannot cancel')
        },
        'allow',
      ],
      [
        (run: () => void) => {
          run()
          return () => {}
        },
        'STORE_FAILED',
      ],
    ]
    for (const [i, [timer, expected]] of timers.entries()) {
      const replay = { store, timer: timer as Deadline['timer'] }
      const enforcer = createEnforcer({ roots: [issuer.publicKey], clock: () => NOW, replay })
      expect(outcome(await enforcer.enforceAsync(requestOf(10 + i)))).toBe(expected)
    }
  })

  test('that is full denies until there is room', async () => {
    const clock = clockAt()
    const enforcer = farEnforcer(
      farStore(createReplayMemory({ capacity: 2 }), () => undefined),
      new Deadline(),
      clock,
    )
    const ask = async (limit: number): Promise<string> =>
      outcome(await enforcer.enforceAsync(requestOf(limit)))
    expect([await ask(1), await ask(2), await ask(3)]).toEqual(['allow', 'allow', 'REPLAY_MEMORY_FULL'])
    expect(await ask(1)).toBe('PROOF_REPLAYED')
    clock.now = NOW + 240
    const args = { ...ARGS, limit: 3 }
    const later = { chain, tool: TOOL, args, proof: proofOf(chain, TOOL, args, holder, clock.now) }
    expect(outcome(await enforcer.enforceAsync(later))).toBe('allow')
  })

  let state = freshSeed()
  const seed = state
  const chance = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }

  test(`that fails at random, by seed ${seed}, allows no proof twice and none unasked, and no tool runs on a denial`, async () => {
    const memory = createReplayMemory()
    const asked: string[] = []
    const store = farStore(memory, () => (chance(3) === 0 ? FAULTS[chance(FAULTS.length)]?.[1] : undefined))
    const counting: AsyncReplayStore = {
      claim: (key, expiresAt, now) => {
        asked.push(key)
        return store.claim(key, expiresAt, now)
      },
      peek: (key, now) => store.peek(key, now),
    }
    const ran = new Map<number, number>()
    const guard = createGuard({ enforcer: farEnforcer(counting) })
    const tool = guard(TOOL, ({ limit }: { limit: number }) => {
      ran.set(limit, (ran.get(limit) ?? 0) + 1)
    })
    const codes = new Set<unknown>()
    for (let i = 0; i < scaled(300, 10_000); i++) {
      const { args, proof } = requestOf(1 + chance(90)) as { args: { limit: number }; proof: Uint8Array }
      const before = asked.length
      const code = await tool(args as never, { chain, proof }).then(
        () => 'ran',
        (thrown) => thrown.code,
      )
      codes.add(code)
      expect(asked.length).toBe(before + 1)
    }
    expect([...codes].sort()).toEqual(['PROOF_REPLAYED', 'STORE_FAILED', 'ran'])
    expect(Math.max(...ran.values())).toBe(1)
  })
})

describe('a store of this process', () => {
  const near = (claim: ReplayStore['claim']): ReplayStore => ({ claim, peek: () => 'fresh' })

  test.each(FAULTS)('that %s denies, and is asked again for the next call', async (_, fault) => {
    let isBroken = true
    const memory = createReplayMemory()
    const store = near((key, expiresAt, now) =>
      isBroken ? (fault(() => 'fresh') as ReplayOutcome) : memory.claim(key, expiresAt, now),
    )
    const enforcer = enforcerWith({ replay: store })
    expect(outcome(enforcer.enforce(requestOf(1)))).toBe('STORE_FAILED')
    isBroken = false
    expect(outcome(enforcer.enforce(requestOf(1)))).toBe('allow')
    expect(outcome(enforcer.enforce(requestOf(1)))).toBe('PROOF_REPLAYED')
    await Promise.resolve() // a rejection that nobody took would end the run
  })
})

describe('revocation lists', () => {
  const idOf = (): WarrantId => chain.warrants[0]?.payload.id as WarrantId // it has one
  const listOf = (version: number, revokedIds: readonly WarrantId[] = [], issuedAt = NOW) =>
    signRevocationList({ revokedIds, version, issuedAt }, controlPlane)

  const revoked = listOf(5, [idOf()])
  const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey, list: revoked } })
  const isStillRevoked = (): boolean => {
    const { proof, ...asked } = requestOf(1)
    return outcome(enforcer.explain({ ...asked, proof } as EnforceRequest).decision) === 'WARRANT_REVOKED'
  }

  const refused: readonly (readonly [string, RevocationListInput, string])[] = [
    ['older', listOf(4), 'REVOCATION_ROLLBACK'],
    ['another of the same version', listOf(5), 'REVOCATION_ROLLBACK'],
    [
      'of another issuer',
      signRevocationList({ revokedIds: [], version: 9, issuedAt: NOW }, issuer),
      'REVOCATION_SIGNATURE',
    ],
    ['empty', new Uint8Array(), 'REVOCATION_LIST_MALFORMED'],
    ['a page that says the server is down', '<html>503</html>', 'TEXT_NOT_BASE64'],
    ['cut short', formatRevocationList(listOf(9)).slice(0, -8), 'REVOCATION_LIST_MALFORMED'],
  ]

  test.each(refused)('%s: refused, and the one that is held stays', (_, list, code) => {
    expect(codeOf(() => enforcer.updateRevocations(list))).toBe(code)
    expect(isStillRevoked()).toBe(true)
  })

  test.each([undefined, null, 1, {}, { bytes: 1 }, [], { ...listOf(9), bytes: undefined }])(
    'that is none (%j) is a mistake of the program, and changes nothing',
    (list) => {
      expect(() => enforcer.updateRevocations(list as never)).toThrow(TypeError)
      expect(isStillRevoked()).toBe(true)
    },
  )

  test('damaged at any byte: refused, and the one that is held stays', () => {
    for (const bytes of damaged(listOf(9).bytes)) {
      expect(codeOf(() => enforcer.updateRevocations(bytes))).toMatch(
        /^REVOCATION_(?:SIGNATURE|LIST_MALFORMED)$/,
      )
    }
    expect(isStillRevoked()).toBe(true)
  })

  test('that stop coming deny past their age, and allow again with the next', () => {
    const clock = clockAt()
    const revocation = { issuer: controlPlane.publicKey, maxAgeSeconds: 60 }
    const aging = enforcerWith({ revocation }, clock)
    const ask = (): string => outcome(aging.explain(requestOf(1)).decision)
    expect(ask()).toBe('REVOCATION_STALE')
    aging.updateRevocations(listOf(1))
    expect(ask()).toBe('allow')
    clock.now = NOW + 61
    expect(ask()).toBe('REVOCATION_STALE')
    aging.updateRevocations(listOf(2, [], NOW + 61))
    clock.now = NOW + 40 // the same, within the tolerance of the clock
    expect(ask()).toBe('allow')
  })
})
