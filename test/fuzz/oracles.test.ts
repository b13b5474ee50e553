/** The fuzzer finds what it is there to find: each judge is shown a library with one fault, and has to say so. */

import { describe, expect, test, vi } from 'vitest'
import type { Answer } from '../../src/hook/main.js'
import type { Chain } from '../../src/index.js'
import { FormatError, isWarrantError } from '../../src/index.js'
import { chains } from './chains.js'
import { commands } from './commands.js'
import { decoders } from './decoders.js'
import { enforcing } from './enforcing.js'
import { events } from './events.js'
import { guarding } from './guarding.js'
import type { Library } from './library.js'
import { fuzz, type Tally } from './loop.js'
import { sources } from './sources.js'
import { ACCEPTED, type Target } from './target.js'

/** For machines that have much else to do. */
vi.setConfig({ testTimeout: 600_000 })

/** Whether a target comes to say this; it is run until it does, and given up after so many executions. */
const says = async <Input>(target: Target<Input>, what: RegExp, executions: number): Promise<boolean> => {
  const isFound = ({ findings }: Tally): boolean => findings.some((finding) => what.test(finding.what))
  const run = { target, executions, seed: 4, limitMilliseconds: Number.POSITIVE_INFINITY, isEnough: isFound }
  return isFound(await fuzz(run))
}

/** The library with another part of its main door. */
const withFault = (fault: Partial<Library['warrant']>): Library => ({
  ...sources,
  warrant: { ...sources.warrant, ...fault },
})

type Verify = Library['warrant']['verify']

/** A verifier that lets through what is refused with some codes. */
const lenient =
  (codes: RegExp): Verify =>
  (chain: Chain, options) => {
    try {
      return sources.warrant.verify(chain, options)
    } catch (thrown) {
      if (isWarrantError(thrown) && codes.test(thrown.code)) return { chain } as ReturnType<Verify> // all that is looked at
      throw thrown
    }
  }

describe('the judge of chains', () => {
  test.each([
    ['no signature', /plain/, /^SIGNATURE_INVALID$/, /an envelope that nobody signed/],
    ['no root', /plain/, /^CHAIN_UNTRUSTED_ROOT$/, /a root that is not trusted/],
    ['I1', /plain/, /^CHAIN_ISSUER$/, /\(I1\)/],
    ['I2', /plain/, /^CHAIN_(MAX_)?DEPTH$/, /\(I2\)/],
    ['I3', /plain/, /^CHAIN_(EXPIRY|ISSUE_ORDER)$/, /\(I3\)/],
    [
      'I4, tools',
      /narrowing/,
      /^CHAIN_TOOL$/,
      /tool that the parent does not grant|which its parent does not/,
    ],
    ['I4, constraints', /narrowing/, /^CHAIN_CONSTRAINT$/, /which its parent does not/],
    ['I4, clearance', /gated/, /^CHAIN_CLEARANCE$/, /a raised clearance/],
    ['I4, approvers', /gated/, /^CHAIN_APPROVERS$/, /approvals that would not satisfy/],
    ['I4, gates', /gated/, /^CHAIN_GATE$/, /needs no approval/],
    ['I5', /plain/, /^CHAIN_PARENT_HASH$/, /\(I5\)/],
    ['ids', /plain/, /^CHAIN_REPEATED_ID$/, /one id twice/],
    ['sessions', /session/, /^CHAIN_SESSION$/, /another session/],
    ['time', /plain/, /^(WARRANT_EXPIRED|CHAIN_ISSUED_AT)$/, /a time that is not now/],
    ['life', /plain/, /^WARRANT_TTL$/, /a life above the ceiling/],
    [
      'structure',
      /plain/,
      /^WARRANT_STRUCTURE$/,
      /fields of the other type|a depth above its limit|out of reach/,
    ],
  ])('misses nothing of a verifier without %s', async (_, seeds, codes, found) => {
    expect(await says(chains(withFault({ verify: lenient(codes) }), seeds), found, 30_000)).toBe(true)
  })
})

describe('the judge of decoders', () => {
  test('sees an error of another sort', async () => {
    const decodeChain = (bytes: Uint8Array): Chain => {
      if (bytes.length % 7 === 0) throw new RangeError('offset')
      return sources.warrant.decodeChain(bytes)
    }
    expect(await says(decoders(withFault({ decodeChain })), /untyped error/, 2_000)).toBe(true)
  })

  test('sees a code that the door does not name', async () => {
    const decodeApproval = (): never => {
      throw new FormatError('CHAIN_EMPTY')
    }
    expect(await says(decoders(withFault({ decodeApproval })), /does not say/, 2_000)).toBe(true)
  })

  test('sees a second spelling', async () => {
    const cbor: Library['cbor'] = {
      ...sources.cbor,
      decodeValue: (bytes) => {
        const reader = new sources.cbor.CborReader(bytes)
        return reader.value() // and whatever follows
      },
    }
    expect(await says(decoders({ ...sources, cbor }), /a value has two forms/, 20_000)).toBe(true)
  })
})

describe('the judge of decisions', () => {
  /** Arguments are looked at before they are copied. */
  const looking = (look: (args: unknown) => unknown): Library =>
    withFault({
      createEnforcer: ((config: never) => {
        const enforcer = sources.warrant.createEnforcer(config)
        const bind = (...given: Parameters<typeof enforcer.bind>) => {
          const bound = enforcer.bind(...given)
          return {
            ...bound,
            explain: bound.explain.bind(bound),
            enforce: (tool: string, args: unknown, context: never) => {
              look(args)
              return bound.enforce(tool, args, context)
            },
          }
        }
        return { ...enforcer, bind }
      }) as never, // an imitation of one of its two forms
    })

  test('sees that code of the arguments runs', async () => {
    const look = (args: unknown): unknown => {
      try {
        return JSON.stringify(args)
      } catch {
        return undefined
      }
    }
    expect(await says(enforcing(looking(look)), /code of the arguments ran/, 2_000)).toBe(true)
  })

  test('sees an exception', async () => {
    const look = (args: unknown): unknown => Object.keys(args as object) // null has none
    expect(await says(enforcing(looking(look)), /TypeError/, 2_000)).toBe(true)
  })

  /** A guard that runs the tool once more, whatever was decided. */
  const createGuard: Library['warrant']['createGuard'] = (options) => {
    const guard = sources.warrant.createGuard(options)
    const twice = (tool: string, run: (args: never) => unknown) => {
      const guarded = guard(tool, run as never) // of any arguments
      return async (args: never, context: never) => {
        try {
          return await guarded(args, context)
        } finally {
          run(Object.freeze({}) as never) // of any arguments
        }
      }
    }
    return Object.assign(twice, { sessions: guard.sessions }) as never // the parts that are used
  }

  test.each([/an allowed tool did not run once/, /a denied tool ran/])('sees that %s', async (found) => {
    expect(await says(guarding(withFault({ createGuard })), found, 2_000)).toBe(true)
  })
})

describe('the judge of commands', () => {
  const printing = (text: string, exit: number): Library => ({
    ...sources,
    cli: {
      main: async (_argv, io) => {
        await io.stderr.write(text)
        return exit
      },
    },
  })

  test.each([
    ['a secret', `warrant: USAGE: ${'01'.repeat(32)}\n`, 2, /a secret key is printed/],
    [
      'a stack',
      'warrant: USAGE: x\n    at main (file:///x.js:1:1)\n',
      2,
      /a stack trace, or a path of the program/,
    ],
    ['an escape', 'warrant: USAGE: \u001b[31m\n', 2, /something printed acts on a terminal/],
    ['a fault inside', 'warrant: INTERNAL: a fault\n', 1, /a fault of the program/],
    ['another exit code', 'warrant: USAGE: x\n', 3, /exit code 3/],
    ['two lines', 'warrant: USAGE: x\nwarrant: USAGE: x\n', 2, /2 typed lines/],
    ['a code that there is not', 'warrant: NO_SUCH_CODE: x\n', 1, /a code that there is not: NO_SUCH_CODE/],
  ])('sees %s', async (_, text, exit, found) => {
    const target = commands(printing(text, exit))
    expect(await says(target, found, 40)).toBe(true)
    target.end()
  })
})

describe('the judge of events', () => {
  const silent: Answer = { exit: 0, stdout: '{}', stderr: '' }
  const denied: Answer = { exit: 2, stdout: '{}', stderr: 'warrant: EVENT_UNKNOWN: x\n' }

  /** The hook, whose answer is another where it refuses, for whatever reason or for one. */
  const instead = (answer: Answer, reason = ''): Library => ({
    ...sources,
    hook: {
      ...sources.hook,
      runHook: async (argv, io) => {
        const real = await sources.hook.runHook(argv, io)
        return real.exit === 2 && real.stderr.includes(reason) ? answer : real
      },
    },
  })

  test.each([
    ['a call that was not granted', { ...silent, isAllowed: true }, /^Finding: a call that was not granted/],
    ['a call that nobody decided', silent, /^Finding: a call that nobody decided/],
    ['another exit code', { ...denied, exit: 1 as 2 }, /exit code 1/],
    ['a refusal that is called allowed', { ...denied, isAllowed: true }, /a refusal that is called allowed/],
    ['a secret', { ...denied, stderr: Buffer.alloc(32, 2).toString('base64url') }, /a secret key is printed/],
    ['an escape', { ...denied, stderr: '\u001b[31m' }, /something said acts on a terminal/],
    ['no code', { ...denied, stderr: 'no\n' }, /a code that there is not: no typed line/],
    ['a fault inside', { ...denied, stderr: 'warrant: ENFORCE_INTERNAL: x\n' }, /a fault of the program/],
    ['half a document', { ...denied, stdout: '{' }, /SyntaxError/],
  ] as const)('sees %s', async (_, answer, found) => {
    const target = events(instead(answer))
    expect(await says(target, found, 200)).toBe(true)
    target.end()
  })

  test.each(['JSON_MALFORMED', 'EVENT_UNKNOWN', 'EVENT_MALFORMED'])(
    'sees silence in the place of %s',
    async (code) => {
      const target = events(instead(silent, code))
      const found = /^Finding: (?:silence about what cannot be read|a call that nobody decided)/
      expect(await says(target, found, 400)).toBe(true)
      target.end()
    },
  )

  test('sees an answer that was not recorded', async () => {
    const target = events({ ...sources, hook: { ...sources.hook, runHook: async () => denied } })
    expect(await says(target, /an answer that was not recorded/, 10)).toBe(true)
    target.end()
  })
})

test('the loop sees what takes too long, by the processor time that it takes', async () => {
  const slow: Target<number> = {
    name: 'slow',
    next: () => 0,
    run: () => {
      for (const begun = process.cpuUsage(); process.cpuUsage(begun).user < 5_000; );
      return ACCEPTED
    },
    keep: () => {},
    show: String,
    read: Number,
    sort: () => 'slow',
  }
  const { findings } = await fuzz({ target: slow, executions: 1, seed: 1, limitMilliseconds: 0.5 })
  expect(findings[0]?.what).toMatch(/^took \d+ ms$/)
})
