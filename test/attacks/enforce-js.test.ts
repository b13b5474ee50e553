/** What the language itself offers an attacker, against a whole enforcer and guard: JS-1 to JS-8, JS-11. */

import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { defaultBackend } from '../../src/crypto/backend.js'
import { assertAllowed } from '../../src/enforce/decision.js'
import { createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import { createGuard } from '../../src/enforce/guard.js'
import { mint } from '../../src/warrant/mint.js'
import {
  ARGS,
  clockAt,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TTL,
} from '../support/enforcing.js'

const chain = minted()
const enforcer = enforcerWith()
const bound = enforcer.bind(chain, holder)
const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }

describe('JS-1: arguments that change between the check and the call', () => {
  const flipping = (): object => {
    let reads = 0
    return Object.defineProperty({ limit: 10 }, 'path', {
      enumerable: true,
      get: () => (reads++ === 0 ? '/data/a' : '/etc/passwd'),
    })
  }

  test('accessors are refused', () => {
    expect(outcome(bound.enforce(TOOL, flipping()))).toBe('CALL_MALFORMED')
  })

  test('a Proxy is read once, and what runs is what was read', () => {
    let reads = 0
    const proxy = new Proxy(
      { path: '/data/a', limit: 10 },
      {
        getOwnPropertyDescriptor: (target, name) => {
          const descriptor = Reflect.getOwnPropertyDescriptor(target, name)
          if (name === 'path' && descriptor !== undefined)
            descriptor.value = reads++ === 0 ? '/data/a' : '/etc/passwd'
          return descriptor
        },
      },
    )
    const decision = bound.enforce(TOOL, proxy)
    if (decision.kind !== 'allow') throw new Error(decision.code)
    expect(decision.call.args).toEqual({ path: '/data/a', limit: 10 })
    expect(reads).toBe(1)
  })

  test('a Proxy that throws denies', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    expect(outcome(bound.enforce(TOOL, throwing))).toBe('CALL_MALFORMED')
  })

  test('a shared object is changed while a guard waits', async () => {
    const guard = createGuard({
      enforcer,
      audit: async () => new Promise((resolve) => setTimeout(resolve, 5)),
    })
    guard.sessions.set('s', bound)
    const args: { path: string; limit: number } = { ...ARGS }
    const pending = guard(TOOL, (given: { path: string }) => given.path)(args, { session: 's' })
    args.path = '/etc/passwd'
    expect(await pending).toBe(ARGS.path)
  })

  test('toJSON, valueOf and toString are never asked', () => {
    const lying = { path: { toJSON: () => '/data/a', toString: () => '/data/a' }, limit: 10 }
    expect(outcome(bound.enforce(TOOL, lying))).toBe('CALL_MALFORMED')
    const boxed = { path: Object('/data/a'), limit: 10 }
    expect(outcome(bound.enforce(TOOL, boxed))).toBe('CALL_MALFORMED')
  })
})

describe('JS-2: names that every object inherits', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then']

  test('as tools they are granted only where they are', () => {
    for (const name of NAMES) expect(outcome(bound.enforce(name, ARGS))).toBe('TOOL_NOT_GRANTED')
    const tools = Object.fromEntries(NAMES.map((name) => [name, {}]))
    const granted = enforcer.bind(minted({ tools }), holder)
    for (const name of NAMES) expect(outcome(granted.enforce(name, {}))).toBe('allow')
    expect(outcome(granted.enforce('isPrototypeOf', {}))).toBe('TOOL_NOT_GRANTED')
  })

  test('as arguments they are refused where they are not named, and pollute nothing', () => {
    for (const name of NAMES) {
      const args = JSON.parse(`{ "path": "/data/a", "limit": 10, "${name}": { "polluted": 1 } }`)
      expect(outcome(bound.enforce(TOOL, args)), name).toBe('CONSTRAINT_ARGUMENT_UNKNOWN')
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('they do not stand in for an argument that is missing', () => {
    const inheriting = enforcer.bind(minted({ tools: { [TOOL]: { toString: 'x' } } }), holder)
    expect(outcome(inheriting.enforce(TOOL, {}))).toBe('CONSTRAINT_ARGUMENT_MISSING')
  })
})

describe('JS-3: a polluted Object.prototype', () => {
  const POLLUTION: Readonly<Record<string, unknown>> = {
    proof: proofOf(chain),
    approvals: [],
    session: 's1',
    call: { tool: TOOL, args: ARGS },
    chain,
    tool: TOOL,
    args: ARGS,
    sessionRequired: false,
    idempotentTools: [TOOL],
    clearances: {},
    replay: { claim: () => 'fresh', peek: () => 'fresh' },
    proofPolicy: {},
    maxWindows: 10,
    mode: 'warn',
    audit: () => {},
    bound: true,
    standing: {},
    kind: 'allow',
    code: undefined,
    value: 1,
    get: undefined,
    enumerable: true,
    path: '/data/a',
    limit: 10,
    constraints: new Map(),
    allowUnknown: true,
    regex: { compile: () => () => true },
    store: {},
    isBound: true,
    [Symbol.toPrimitive as unknown as string]: () => 'x',
  }
  afterEach(() => {
    for (const name of Reflect.ownKeys(POLLUTION)) Reflect.deleteProperty(Object.prototype, name)
  })

  const sessioned = minted({ sessionId: 's1' })
  const decisions = (): readonly string[] => {
    const fresh = createEnforcer({ roots: [issuer.publicKey], clock: () => NOW })
    const held = fresh.bind(chain, holder)
    return [
      outcome(fresh.enforce({ chain, tool: TOOL, args: ARGS })),
      outcome(fresh.enforce({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain) })),
      outcome(fresh.enforce({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain) })),
      outcome(fresh.enforce({ chain: sessioned, tool: TOOL, args: ARGS, proof: proofOf(sessioned) })),
      outcome(fresh.enforce({ tool: TOOL, args: ARGS } as unknown as EnforceRequest)),
      outcome(fresh.enforce({ chain } as unknown as EnforceRequest)),
      outcome(held.enforce(TOOL, { limit: 10 })),
      outcome(held.enforce(TOOL, { path: '/etc/passwd', limit: 10 })),
      outcome(held.enforce('other', ARGS)),
      createGuard({ enforcer: fresh }).mode,
    ]
  }
  const clean = decisions()

  test('the decisions that it must not change', () => {
    expect(clean).toEqual([
      'PROOF_MISSING',
      'allow',
      'PROOF_REPLAYED',
      'SESSION_MISMATCH',
      'WARRANT_MISSING',
      'CALL_MALFORMED',
      'CONSTRAINT_ARGUMENT_MISSING',
      'CONSTRAINT_VIOLATED',
      'TOOL_NOT_GRANTED',
      'block',
    ])
  })

  for (const name of Reflect.ownKeys(POLLUTION)) {
    test(`changes none of them by ${String(name)}`, () => {
      Object.defineProperty(Object.prototype, name, {
        value: Reflect.get(POLLUTION, name),
        configurable: true,
        writable: true,
      })
      const polluted = decisions()
      Reflect.deleteProperty(Object.prototype, name) // before anything of the test runner runs
      expect(polluted).toEqual(clean)
    })
  }
})

describe('JS-4: objects that are no plain data, or without end (JS-5)', () => {
  const cyclic: Record<string, unknown> = { path: '/data/a', limit: 10 }
  cyclic['path'] = cyclic
  const deep = (() => {
    let inner: unknown = []
    for (let i = 0; i < 100_000; i++) inner = [inner]
    return inner
  })()

  test.each<[string, unknown, string]>([
    ['a Date', new Date(0), 'CALL_MALFORMED'],
    ['a Map', new Map([['a', 1]]), 'CALL_MALFORMED'],
    ['bytes', new Uint8Array(3), 'CALL_MALFORMED'],
    ['a function', () => '/data/a', 'CALL_MALFORMED'],
    ['a symbol', Symbol('a'), 'CALL_MALFORMED'],
    ['a hole', Object.assign([1], { length: 3 }), 'CALL_MALFORMED'],
    ['an instance', new (class Path {})(), 'CALL_MALFORMED'],
    ['an integer beyond exactness', 2 ** 60, 'CALL_NUMBER'],
    ['a bigint beyond 64 bits', 2n ** 64n, 'CALL_NUMBER'],
    ['a lone surrogate', '\udfff', 'CALL_TEXT'],
    ['itself', cyclic, 'CALL_TOO_DEEP'],
    ['a very deep list', deep, 'CALL_TOO_DEEP'],
    ['very many values', Array.from({ length: 20_000 }, () => 0), 'CALL_TOO_LARGE'],
    ['a very long text', 'x'.repeat(2_000_000), 'CALL_TOO_LARGE'],
  ])('%s is refused', (_, path, code) => {
    expect(outcome(bound.enforce(TOOL, { path, limit: 10 }))).toBe(code)
  })
})

describe('JS-7: nothing throws, nothing goes unhandled', () => {
  const hostile: readonly unknown[] = [
    undefined,
    null,
    0,
    '',
    'request',
    [],
    () => {},
    Symbol('request'),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('get')
        },
        getOwnPropertyDescriptor: () => {
          throw new Error('has')
        },
      },
    ),
    {
      ...request,
      get chain(): never {
        throw new Error('chain')
      },
    },
    {
      ...request,
      chain: new Proxy(chain, {
        get: () => {
          throw new Error('get')
        },
      }),
    },
    {
      ...request,
      chain: {
        get bytes(): never {
          throw new Error('bytes')
        },
      },
    },
    { ...request, chain: { bytes: { length: 3, byteLength: 3 } } },
    { ...request, chain: Object.create(Uint8Array.prototype) },
    { ...request, chain: new Proxy(new Uint8Array(3), {}) },
    { ...request, proof: new Proxy(new Uint8Array(64), {}) },
    { ...request, proof: { length: 64 } },
    {
      ...request,
      chain: minted({ sessionId: 's1' }),
      session: {
        toString: () => {
          throw new Error('text')
        },
      },
    },
  ]

  test.each(hostile.map((each, i) => [i, each] as const))('hostile request %d is a denial', (_, asked) => {
    expect(enforcer.enforce(asked as EnforceRequest).kind).toBe('deny')
    expect(() => enforcer.explain(asked as EnforceRequest)).not.toThrow()
  })

  test('hostile approvals are a denial', () => {
    const gated = minted({ gates: { [TOOL]: 'whole' }, approvers: [holder.publicKey] })
    const hostileApprovals: readonly unknown[] = [
      {},
      'approvals',
      [null],
      [{}],
      [{ bytes: 1 }],
      [
        new Proxy(
          {},
          {
            getOwnPropertyDescriptor: () => {
              throw new Error('has')
            },
          },
        ),
      ],
      new Proxy([], {
        get: () => {
          throw new Error('get')
        },
      }),
    ]
    for (const approvals of hostileApprovals) {
      const asked = { chain: gated, tool: TOOL, args: ARGS, proof: proofOf(gated), approvals }
      expect(outcome(enforcerWith().enforce(asked as EnforceRequest))).toBe('APPROVAL_MALFORMED')
    }
  })

  test('a clock that throws or lies denies', () => {
    for (const clock of [
      () => {
        throw new Error('clock')
      },
      () => '1700000000',
      () => Number.NaN,
      () => ({ valueOf: () => NOW }),
    ]) {
      const made = createEnforcer({ roots: [issuer.publicKey], clock: clock as () => number })
      expect(outcome(made.enforce(request))).toBe('CLOCK_UNAVAILABLE')
    }
  })

  test('an aborted or failing tool leaves no unhandled rejection, and a denied one does not run', async () => {
    const guard = createGuard({ enforcer })
    guard.sessions.set('s', bound)
    const failing = guard(TOOL, async () => Promise.reject(new Error('aborted')))
    await expect(failing(ARGS, { session: 's' })).rejects.toThrow('aborted')
    let ran = false
    const denied = guard(TOOL, () => {
      ran = true
    })
    // Forgetting to wait changes nothing: the guard runs the tool, and did not.
    const forgotten = denied({ path: '/etc/passwd', limit: 1 }, { session: 's' })
    await Promise.resolve()
    expect(ran).toBe(false)
    await expect(forgotten).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
  })
})

describe('JS-8: a decision is no condition', () => {
  const denied = enforcer.enforce({ ...request, tool: 'other' })

  test('to compare it loosely, to add it or to put it into text throws', () => {
    expect(outcome(denied)).toBe('TOOL_NOT_GRANTED')
    for (const decision of [denied, enforcer.explain(request).decision]) {
      const taken: readonly ((value: unknown) => unknown)[] = [
        // biome-ignore lint/suspicious/noDoubleEquals: the comparison that is meant
        (value) => (value as number) == 1,
        (value) => (value as number) > 0,
        (value) => (value as number) + 1,
        (value) => `${value}`,
      ]
      for (const take of taken) expect(() => take(decision)).toThrow(TypeError)
    }
  })

  test('nobody who forgets to look at it gets the call: only an allow has it', () => {
    expect('call' in denied).toBe(false)
    expect(() => assertAllowed(denied)).toThrow(expect.objectContaining({ code: 'TOOL_NOT_GRANTED' }))
  })
})

describe('JS-11: values of another realm', () => {
  test('are judged like our own', () => {
    const args = runInNewContext(`({ path: '/data/a', limit: 10 })`)
    expect(outcome(bound.enforce(TOOL, args))).toBe('allow')
    const bytes = runInNewContext('new Uint8Array(given)', { given: [...chain.bytes] })
    const proof = runInNewContext('new Uint8Array(given)', { given: [...proofOf(chain)] })
    expect(outcome(enforcerWith().enforce({ ...request, chain: bytes, proof }))).toBe('allow')
  })

  test('a Buffer, and bytes with a length of their own making, are what they hold', () => {
    const buffer = Buffer.from(chain.bytes)
    const lying = Object.defineProperty(Uint8Array.from(chain.bytes), 'length', { value: 3 })
    for (const bytes of [buffer, lying]) {
      expect(outcome(enforcerWith().enforce({ ...request, chain: bytes }))).toBe('allow')
    }
  })

  test('memory that is shared with another thread is copied before it is believed', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(chain.bytes.length))
    shared.set(chain.bytes)
    const made = enforcerWith()
    const held = made.bind(shared, holder)
    shared.fill(0)
    expect(outcome(held.enforce(TOOL, ARGS))).toBe('allow')
    expect(outcome(made.enforce({ ...request, chain: shared }))).not.toBe('allow')
  })

  test('memory that is shared, and changes once it is digested, is remembered by what was verified', () => {
    const other = minted()
    expect(other.bytes.length).toBe(chain.bytes.length)
    const shared = new Uint8Array(new SharedArrayBuffer(chain.bytes.length))
    shared.set(chain.bytes)
    let digested = 0
    const backend = {
      ...defaultBackend,
      sha256: (bytes: Uint8Array) => {
        const digest = defaultBackend.sha256(bytes)
        if (digested++ === 0) shared.set(other.bytes)
        return digest
      },
    }
    const made = enforcerWith({ backend })
    const idUnder = (given: Uint8Array): string | undefined =>
      made.enforce({ chain: given, tool: TOOL, args: ARGS }).warrantId
    expect(idUnder(shared)).toBe(other.warrants[0]?.payload.id)
    expect(idUnder(chain.bytes)).toBe(chain.warrants[0]?.payload.id)
  })
})

test('TIM-3: turning the clock back brings nothing back to life', () => {
  const clock = clockAt(NOW + TTL)
  const made = enforcerWith({}, clock)
  expect(outcome(made.enforce(request))).toBe('WARRANT_EXPIRED')
  clock.now = NOW + TTL - 1
  expect(outcome(made.enforce(request))).toBe('WARRANT_EXPIRED')
  clock.now = NOW
  expect(outcome(made.enforce(request))).toBe('CLOCK_UNAVAILABLE')
})

test('a clock that throws inside a call made by the clock itself still gives a decision', () => {
  let depth = 0
  const made = createEnforcer({
    roots: [issuer.publicKey],
    clock: () => {
      if (depth++ < 3) made.enforce(request)
      return NOW
    },
  })
  const again = mint({ holder: holder.publicKey, tools: { [TOOL]: {} }, now: NOW }, issuer)
  expect(outcome(made.enforce({ ...request, chain: again, proof: proofOf(again) }))).toBe('allow')
})
