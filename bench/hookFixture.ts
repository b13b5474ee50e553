/** A guard as somebody would have it: installed by its own command, a session with a chain of 3, and a green doctor. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { subpath } from 'warrant'
import { fileSessionStore, writePublicKeyFile } from 'warrant/node'
import { chainOf, issuer } from './fixtures.js'
import { must } from './row.js'

const PROGRAM = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))

export interface GuardedHost {
  /** The installed command, which a host gives to a shell for every call. */
  readonly command: string
  /** The same without the shell around it: the program and its words, for Node. */
  readonly argv: readonly string[]
  /** An event that is allowed, with a file of its own. */
  readonly eventAt: (index: number) => string
  readonly remove: () => void
}

const SESSION = 'session-7f3a'

export const guardedHost = (): GuardedHost => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-bench-'))
  const home = join(folder, 'home')
  const warrant = (...words: readonly string[]): string =>
    execFileSync(process.execPath, [PROGRAM, ...words], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  writePublicKeyFile(join(folder, 'issuer.pub'), issuer.publicKey)
  warrant('hook', 'claude', 'install', '--yes', '--home', home, '--root', join(folder, 'issuer.pub'))
  const now = Math.floor(Date.now() / 1000)
  const { chain, holder } = chainOf(3, { tools: { Read: { file_path: subpath('/srv/reports') } }, now })
  const times = { createdAt: now, expiresAt: now + 3_600 }
  const entry = { host: 'claude', session: SESSION, chain, holderKey: holder, origin: 'bench', ...times }
  fileSessionStore(join(home, 'sessions')).put(entry)
  const argv = [PROGRAM, 'hook', 'claude', '--home', home]
  const settings = readFileSync(join(folder, '.claude', 'settings.json'), 'utf8')
  const { command } = JSON.parse(settings).hooks.PreToolUse[0].hooks[0]
  must(typeof command === 'string' && command.includes(argv.slice(1).join(' ')))
  const eventAt = (index: number): string =>
    JSON.stringify({
      session_id: SESSION,
      transcript_path: join(folder, 'transcript.jsonl'),
      cwd: '/srv',
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Read',
      tool_input: { file_path: `/srv/reports/report-${index}.csv` },
      tool_use_id: `toolu_${index}`,
    })
  const allowed = execFileSync(process.execPath, argv, { input: eventAt(0), encoding: 'utf8' })
  must(allowed === '{}')
  must(warrant('doctor', '--home', home).trim().endsWith('green'))
  return { command, argv, eventAt, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A file that Node loads before a program, which tells at its end how much memory it took at most. */
export const peakReporter = (folder: string): string => {
  const file = join(folder, 'peak.cjs')
  writeFileSync(
    file,
    `process.on('exit', () => {
  const fs = require('node:fs')
  const [, kilobytes] = /^VmHWM:\\s*(\\d+) kB$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))
  fs.writeSync(3, kilobytes)
})\n`,
  )
  return file
}
