/**
 * A real host, run to its end upon a scripted model: in a home of its own, with nothing of this user's, and told by an
 * environment variable where it is installed. Without that its test is skipped.
 */

import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatChain, generateKey, mint } from '../../../src/index.js'
import { writeSecretKeyFile } from '../../../src/node/index.js'
import type { CapabilityInput } from '../../../src/warrant/fields.js'
import { type HookHome, hookHome, nowInSeconds } from '../../support/hookHome.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface HostFolder {
  readonly folder: string
  readonly project: string
  readonly home: HookHome
  /** Writes a file below the folder. */
  readonly write: (path: string, content: string | object) => string
  /** Gives the sessions of the host a standing warrant. */
  readonly stand: (tools: Readonly<Record<string, CapabilityInput>>, fields?: object) => void
}

/** A folder for one run of a host: `project`, and beside it `secret.txt`. */
export const hostFolder = (host: string): HostFolder => {
  const folder = mkdtempSync(join(tmpdir(), `warrant-${host}-`))
  const project = join(folder, 'project')
  const home = hookHome()
  const write = (path: string, content: string | object): string => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
  write('project/open.txt', 'open text')
  write('secret.txt', 'secret text')
  // As it is installed: built, and not to be changed while the host looks at it.
  const installed = join(folder, 'node_modules', 'warrant')
  mkdirSync(installed, { recursive: true })
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(root, part), join(installed, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  const stand: HostFolder['stand'] = (tools, fields = {}) => {
    const holder = generateKey()
    const keyFile = join(folder, 'holder.key')
    writeSecretKeyFile(keyFile, holder, { overwrite: true })
    const chain = mint({ holder: holder.publicKey, tools, ttlSeconds: 600, now: nowInSeconds() }, home.issuer)
    home.configure({ hosts: { [host]: { standing: { chain: formatChain(chain), keyFile } } }, ...fields })
  }
  return { folder, project, home, write, stand }
}

export interface HostEnded {
  readonly exit: number | null
  readonly output: string
}

/** Runs the host in the project, with this environment and no other. */
export const runHostProgram = (
  { folder, project }: HostFolder,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<HostEnded> =>
  new Promise((resolve) => {
    const [command, ...args] = words
    const child = spawn(command as string, args, {
      cwd: project,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        output += String(part)
      })
    const timer = setTimeout(() => child.kill('SIGKILL'), 400_000)
    child.on('close', (exit) => {
      clearTimeout(timer)
      resolve({ exit, output })
    })
  })
