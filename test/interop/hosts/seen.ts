/**
 * What was seen of hosts that were really run, as the rows of a table in docs/reference/hosts.md. A run holds the table to
 * what it sees; `WARRANT_WRITE=1 npm run test:hosts` writes what it sees, to be read before it is kept.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/** What is asked of each host, in the words of the table. */
export interface Seen {
  readonly allowed: string
  readonly denied: string
  /** The program of the hook is gone. */
  readonly gone: string
  /** It takes longer than the host gives it. */
  readonly slow: string
  readonly subagent: string
}

export const COLUMNS = [
  'allowed',
  'denied',
  'gone',
  'slow',
  'subagent',
] as const satisfies readonly (keyof Seen)[]

/** What those say that load the guard, where their other tests pass. */
export const ASKED = {
  allowed: 'runs',
  denied: 'does not run; the model reads the reason',
} as const satisfies Partial<Seen>

/** What stands where a host was not asked. */
export const NOT_ASKED = '–'

/** Every host of the table that was run has a row of these. */
export const ANSWERS: Readonly<Record<keyof Seen, readonly string[]>> = {
  allowed: [ASKED.allowed],
  denied: [ASKED.denied],
  gone: ['does not run', NOT_ASKED],
  slow: ['runs', 'does not run', NOT_ASKED],
  subagent: [
    'nothing runs',
    'nothing runs; with a grant, what that allows',
    'acts under the warrant of its session',
    NOT_ASKED,
  ],
}

/** A row: the version, and what was seen of it. */
export interface HostRow extends Seen {
  readonly version: string
}

const PAGE = fileURLToPath(new URL('../../../docs/reference/hosts.md', import.meta.url))

const ROW = /^\| `([a-z]+)` \| (.+) \|$/

/** The rows of the table, by host. */
export const hostRows = (page: string = readFileSync(PAGE, 'utf8')): ReadonlyMap<string, HostRow> => {
  const rows = page.split('\n').flatMap((line): [string, HostRow][] => {
    const [, host, rest] = ROW.exec(line) ?? []
    if (host === undefined || rest === undefined) return []
    const [version = '', allowed = '', denied = '', gone = '', slow = '', subagent = ''] = rest.split(' | ')
    return [[host, { version, allowed, denied, gone, slow, subagent }]]
  })
  return new Map(rows)
}

const lineOf = (host: string, row: HostRow): string =>
  `| \`${host}\` | ${[row.version, ...COLUMNS.map((column) => row[column])].join(' | ')} |`

/** Holds the row of a host to what was seen of it, or writes it anew. */
export const expectSeen = (host: string, version: string, seen: Partial<Seen>): void => {
  const asked = Object.fromEntries(COLUMNS.map((column) => [column, seen[column] ?? NOT_ASKED]))
  const row = { version, ...(asked as unknown as Seen) } // of every column
  if (process.env['WARRANT_WRITE'] !== '1') {
    expect(hostRows().get(host)).toEqual(row)
    return
  }
  const lines = readFileSync(PAGE, 'utf8').split('\n')
  const at = lines.findIndex((line) => ROW.exec(line)?.[1] === host)
  expect(at).toBeGreaterThan(-1)
  lines[at] = lineOf(host, row)
  writeFileSync(PAGE, lines.join('\n'))
}
