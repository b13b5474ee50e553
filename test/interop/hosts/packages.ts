/**
 * The hosts as they are published, each in a folder of its own below the temporary folder, installed once and kept there.
 * Where one cannot be, the reason is kept, so that its tests can say why they are skipped.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { movedTo } from '../reference/python.js'

/** A published host: where it is from, and how it is started once it is in a folder. */
export interface HostPackage {
  readonly registry: 'npm' | 'PyPI'
  readonly name: string
  /** The version that is asked for; a host is another with each of them. */
  readonly version: string
  /** What must be there besides. */
  readonly also?: readonly string[]
  readonly start: (folder: string) => readonly string[]
}

const MACHINE = `${process.platform}-${process.arch}`

const inModules =
  (path: string): HostPackage['start'] =>
  (folder) => [join(folder, 'node_modules', path)]

export const HOST_PACKAGES = {
  claude: {
    registry: 'npm',
    name: '@anthropic-ai/claude-code',
    version: '2.1.330',
    start: inModules(`@anthropic-ai/claude-code-${MACHINE}/claude`),
  },
  codex: { registry: 'npm', name: '@openai/codex', version: '0.169.0', start: inModules('.bin/codex') },
  gemini: { registry: 'npm', name: '@google/gemini-cli', version: '0.61.0', start: inModules('.bin/gemini') },
  copilot: { registry: 'npm', name: '@github/copilot', version: '1.0.102', start: inModules('.bin/copilot') },
  hermes: {
    registry: 'PyPI',
    name: 'hermes-agent',
    version: '0.19.0',
    start: (folder) => [join(folder, 'bin', 'hermes')],
  },
  opencode: {
    registry: 'npm',
    name: 'opencode-ai',
    version: '1.18.33',
    start: inModules(`opencode-${MACHINE}/bin/opencode`),
  },
  openclaw: {
    registry: 'npm',
    name: 'openclaw',
    version: '2026.9.6',
    also: [`node-${MACHINE}@24.21.0`], // newer than the oldest Node that this package is for
    start: (folder) => [
      join(folder, 'node_modules', `node-${MACHINE}`, 'bin', 'node'),
      join(folder, 'node_modules', 'openclaw', 'openclaw.mjs'),
    ],
  },
  pi: {
    registry: 'npm',
    name: '@mariozechner/pi-coding-agent',
    version: '0.73.1',
    start: (folder) => [
      process.execPath,
      join(folder, 'node_modules', '@mariozechner', 'pi-coding-agent', 'dist', 'cli.js'),
    ],
  },
} as const satisfies Readonly<Record<string, HostPackage>>

/** The plugin of the reference for Hermes, which is no host. */
export const HERMES_TENUO: HostPackage = {
  registry: 'PyPI',
  name: 'hermes-tenuo',
  version: '0.1.4',
  start: (folder) => [join(folder, 'bin', 'hermes-tenuo')],
}

export type RunHost = keyof typeof HOST_PACKAGES

/** The words that start a host, or why there are none. */
export interface HostProgram {
  readonly words: readonly string[]
  readonly missing?: string
}

const missing = (why: string): HostProgram => ({ words: [], missing: why })

const INSTALL_MILLISECONDS = 600_000

const run = (file: string, ...args: readonly string[]): void => {
  execFileSync(file, args, { stdio: 'ignore', timeout: INSTALL_MILLISECONDS })
}

/** Without the scripts of the packages: none of them needs its own. */
const install = ({ registry, name, version, also = [] }: HostPackage, folder: string): void => {
  if (registry === 'npm') {
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save']
    run('npm', 'install', ...quiet, '--prefix', folder, `${name}@${version}`, ...also)
  } else {
    run('python3', '-m', 'venv', folder)
    run(join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', `${name}==${version}`, ...also)
  }
}

/**
 * The host, installed unless it is already. WARRANT_CLAUDE and so on name the start of one that is, words apart by blanks.
 * `npm test` alone downloads nothing: it is asked for by `npm run test:hosts`.
 */
export const hostProgram = (host: RunHost): HostProgram => programOf(host, HOST_PACKAGES[host])

/** The same of any package. */
export const programOf = (host: string, published: HostPackage): HostProgram => {
  const told = process.env[`WARRANT_${host.toUpperCase().replace('-', '_')}`]
  if (told !== undefined) return { words: told.split(' ') }
  if (process.env['WARRANT_HOSTS'] !== '1') return missing('see npm run test:hosts')
  const kept = join(tmpdir(), `warrant-host-${host}-${published.version}`)
  if (!existsSync(kept)) {
    // A virtual environment holds its own path, so it is made where it stays.
    const folder = published.registry === 'npm' ? mkdtempSync(`${kept}-`) : kept
    try {
      install(published, folder)
    } catch {
      rmSync(folder, { recursive: true, force: true })
      return missing(`${published.name} ${published.version} cannot be installed: is there a network?`)
    }
    if (folder !== kept) movedTo(kept, folder)
  }
  const words = published.start(kept)
  const lacking = words.find((word) => !existsSync(word))
  return lacking === undefined ? { words } : missing(`${published.name} has no program for this machine`)
}

/** The version that a program says it has, wherever it says it. */
export const versionOf = (words: readonly string[]): string => {
  const [file, ...args] = words
  const { stdout, stderr } = spawnSync(file as string, [...args, '--version'], { encoding: 'utf8' })
  return /\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] ?? 'unknown'
}
