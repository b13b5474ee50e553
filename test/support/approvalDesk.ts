/** A guarded session whose payments need approval, and the people who may give it, each with a key in a folder of their own. */

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HookIo } from '../../src/hook/main.js'
import { runHook } from '../../src/hook/main.js'
import { generateKey, mint, range, type SecretKey, wildcard } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/keyFile.js'
import { fileSessionStore } from '../../src/node/sessionStore.js'
import { run, type Transcript } from '../cli/harness.js'
import { type HookHome, hookHome, nowInSeconds } from './hookHome.js'
import { type HostName, SHAPES } from './hostEvents.js'

export interface Desk {
  readonly home: HookHome
  /** When everything began: Unix seconds. */
  readonly start: number
  /** Key files of the approvers. */
  readonly keys: readonly string[]
  readonly people: readonly SecretKey[]
  /** Asks the hook about a payment, after so many seconds: `allowed`, or the code of the denial. */
  readonly pay: (asked?: Asked) => Promise<string>
  /** What the hook said to the last payment. */
  readonly words: () => string
  readonly warrant: (argv: readonly string[], after?: number, stdin?: string) => Promise<Transcript>
  /** The files of the requests that wait. */
  readonly pending: () => readonly string[]
  /** Has a request approved and the approval added; the code of what was refused, if anything was. */
  readonly answer: (person?: number, after?: number, request?: string) => Promise<string>
  readonly event: (asked?: Asked) => unknown
}

export interface Asked {
  readonly amount?: number
  readonly to?: string
  readonly session?: string
  readonly after?: number
}

export interface DeskOptions {
  readonly host?: HostName
  readonly approvers?: number
  readonly needed?: number
  readonly fields?: Readonly<Record<string, unknown>>
}

export const approvalDesk = (options: DeskOptions = {}): Desk => {
  const { host = 'claude', approvers = 1, needed = approvers, fields = {} } = options
  const home = hookHome()
  home.configure(fields)
  const start = nowInSeconds()
  const elsewhere = mkdtempSync(join(tmpdir(), 'warrant-approver-'))
  const people = Array.from({ length: approvers }, () => generateKey())
  const keys = people.map((key, i) => {
    const file = join(elsewhere, `approver${i}.key`)
    writeSecretKeyFile(file, key)
    return file
  })
  const holder = generateKey()
  const chain = mint(
    {
      holder: holder.publicKey,
      tools: { pay: { amount: range({ min: 0, max: 10_000 }), to: wildcard() } },
      gates: { pay: { amount: range({ min: 1_000 }) } },
      approvers: people.map(({ publicKey }) => publicKey),
      minApprovals: needed,
      ttlSeconds: 86_400,
      now: start,
    },
    home.issuer,
  )
  // Two sessions under one warrant: what is approved for one is not approved for the other.
  for (const session of ['s1', 's2'])
    fileSessionStore(home.path('sessions')).put({
      ...{ host, session, chain, holderKey: holder, origin: 'test', createdAt: start },
      expiresAt: start + 86_400,
    })
  const event: Desk['event'] = ({ amount = 2_000, to = 'acme', session = 's1' } = {}) =>
    SHAPES[host].call({ tool: 'pay', args: { amount, to }, session })
  let said = ''
  const pay: Desk['pay'] = async (asked = {}) => {
    const bytes = new TextEncoder().encode(JSON.stringify(event(asked)))
    const io: HookIo = {
      read: async () => bytes,
      clock: () => start + (asked.after ?? 0),
      elapsed: () => 1,
      program: [],
    }
    const { exit, stderr } = await runHook([host, '--home', home.folder], io)
    said = stderr
    return exit === 0 ? 'allowed' : codeIn(stderr)
  }
  const warrant: Desk['warrant'] = (argv, after = 0, stdin = '') => run(argv, { now: start + after, stdin })
  const pending = (): readonly string[] =>
    readdirSync(home.path('approvals', 'pending')).map((file) => home.path('approvals', 'pending', file))
  const answer: Desk['answer'] = async (person = 0, after = 0, request = pending()[0] as string) => {
    const key = keys[person] as string // one of them
    const approved = await warrant(['approve', request, '--approver-key', key, '--yes'], after)
    if (approved.exit !== 0) return codeIn(approved.stderr)
    const added = await warrant(['approvals', 'add', '-', '--home', home.folder], after, approved.stdout)
    return added.exit === 0 ? 'added' : codeIn(added.stderr)
  }
  return { ...{ home, start, keys, people, pay, words: () => said, warrant, pending, answer, event } }
}

/** The first code that is told. */
export const codeIn = (stderr: string): string => /^warrant: ([A-Z_]+): /m.exec(stderr)?.[1] ?? stderr

/** A file of a request as an object, to be tampered with. */
export const requestIn = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> // as the hook wrote it
