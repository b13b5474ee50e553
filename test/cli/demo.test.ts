/** The demo tells what the shipped enforcer decides: take a check away, and the story changes and the run fails. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Transcript } from './harness.js'

interface Line {
  readonly at: number
  readonly session: string
  readonly tool: string
  readonly decision: 'allow' | 'deny'
  readonly code?: string
  readonly attack?: string
}

/** Loaded anew each time, so that a stand-in takes effect. */
const demo = async (...flags: readonly string[]): Promise<Transcript> => {
  const { run } = await import('./harness.js')
  return run(['demo', ...flags])
}

const lines = async (): Promise<{ readonly exit: number; readonly lines: readonly Line[] }> => {
  const { exit, stdout } = await demo('--json')
  return {
    exit,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line), // as the demo writes it
  }
}

const KINDS = ['traversal', 'SSRF', 'expired TTL', 'stolen warrant', 'widened child']

afterEach(() => {
  vi.doUnmock('../../src/enforce/grantChecks.js')
  vi.doUnmock('../../src/enforce/chainChecks.js')
  vi.doUnmock('../../src/enforce/holderChecks.js')
  vi.doUnmock('../../src/warrant/laws.js')
  vi.resetModules()
})

describe('the demo', () => {
  test('denies every attack, at least three of each kind, and allows honest work', async () => {
    const { exit, lines: shown } = await lines()
    expect(exit).toBe(0)
    for (const kind of KINDS) {
      const tried = shown.filter(({ attack }) => attack === kind)
      expect(tried.length, kind).toBeGreaterThanOrEqual(3)
      expect(tried.map(({ decision }) => decision)).not.toContain('allow')
    }
    for (const story of ['cron_', 'sess_', 'telegram_']) {
      const calls = shown.filter(({ session }) => session.startsWith(story))
      expect(calls.length, story).toBeGreaterThanOrEqual(24)
      expect(calls.filter(({ decision }) => decision === 'allow').length, story).toBeGreaterThanOrEqual(8)
    }
  })

  test('denies for the reason that the story gives', async () => {
    const { lines: shown } = await lines()
    const codes = (kind: string): Set<string | undefined> =>
      new Set(shown.filter(({ attack }) => attack === kind).map(({ code }) => code))
    expect(codes('traversal')).toEqual(new Set(['CONSTRAINT_VIOLATED']))
    expect(codes('SSRF')).toEqual(new Set(['CONSTRAINT_VIOLATED']))
    expect(codes('expired TTL')).toEqual(new Set(['WARRANT_EXPIRED']))
    expect(codes('widened child')).toEqual(new Set(['CHAIN_TOOL', 'CHAIN_CONSTRAINT', 'CHAIN_EXPIRY']))
    expect([...codes('stolen warrant')]).toEqual(
      expect.arrayContaining(['PROOF_MISSING', 'PROOF_INVALID', 'PROOF_REPLAYED']),
    )
  })

  test('is the same every time, though its keys are not', async () => {
    expect((await demo()).stdout).toBe((await demo()).stdout)
  })

  test('says on one line what was asked and why it was denied', async () => {
    const { stdout } = await demo()
    expect(stdout).toMatch(
      /^ {2}\+00:15 {2}deny {3}read_file \{.*\} {2}\[traversal\] CONSTRAINT_VIOLATED: .*$/m,
    )
    expect(stdout).toMatch(/^ {2}\+00:02 {2}allow {2}read_file \{.*\}$/m)
  })
})

describe('a check that is taken away shows', () => {
  const without = async (
    path: string,
    stand: (real: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<ReturnType<typeof lines>> => {
    vi.resetModules()
    vi.doMock(path, async (original) => {
      const real = await original<Record<string, unknown>>()
      return { ...real, ...stand(real) }
    })
    return lines()
  }
  const allowedKinds = (shown: readonly Line[]): string[] => [
    ...new Set(
      shown.flatMap(({ attack, decision }) => (attack !== undefined && decision === 'allow' ? [attack] : [])),
    ),
  ]

  test('constraints', async () => {
    const { exit, lines: shown } = await without('../../src/enforce/grantChecks.js', () => ({
      checkConstraints: () => undefined,
    }))
    expect(exit).toBe(1)
    expect(allowedKinds(shown)).toEqual(['traversal', 'SSRF'])
  })

  test('time', async () => {
    const { exit, lines: shown } = await without('../../src/enforce/chainChecks.js', () => ({
      checkTime: () => undefined,
    }))
    expect(exit).toBe(1)
    expect(allowedKinds(shown)).toEqual(['expired TTL'])
  })

  test('possession', async () => {
    const { exit, lines: shown } = await without('../../src/enforce/holderChecks.js', () => ({
      checkPossession: () => undefined,
    }))
    expect(exit).toBe(1)
    expect(allowedKinds(shown)).toEqual(['stolen warrant'])
  })

  test('replay memory', async () => {
    const { exit, lines: shown } = await without('../../src/enforce/holderChecks.js', () => ({
      checkReplay: () => undefined,
    }))
    expect(exit).toBe(1)
    expect(allowedKinds(shown)).toEqual(['stolen warrant'])
  })

  test('the laws of chains', async () => {
    const { exit, lines: shown } = await without('../../src/warrant/laws.js', () => ({
      breachOfLink: () => undefined,
    }))
    expect(exit).toBe(1)
    expect(allowedKinds(shown)).toEqual(['widened child'])
  })
})
