/**
 * The published packages, each in a virtual environment of its own below the temporary folder, made once and kept
 * there. Where one cannot be made, the reason is kept, so that tests which need it can say why they are skipped.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The interpreter that has the package, or why there is none. */
export type Installation = { readonly python: string } | { readonly missing: string }

const INSTALL_MILLISECONDS = 100_000

const folderOf = (version: string): string => join(tmpdir(), `warrant-interop-tenuo-${version}`)

const pythonIn = (folder: string): string => join(folder, 'bin', 'python')

const run = (file: string, ...args: readonly string[]): void => {
  execFileSync(file, args, { stdio: 'ignore', timeout: INSTALL_MILLISECONDS })
}

/** The steps of an installation, each with the reason to give where it fails. */
const STEPS: readonly (readonly [missing: string, step: (folder: string, version: string) => void])[] = [
  ['no python3', () => run('python3', '--version')],
  ['python3 cannot make virtual environments', (folder) => run('python3', '-m', 'venv', folder)],
  [
    'the package cannot be installed: is there a network?',
    (folder, version) =>
      run(
        pythonIn(folder),
        ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
        ...['--retries', '1', '--timeout', '15', `tenuo==${version}`],
      ),
  ],
  ['the package does not load', (folder) => run(pythonIn(folder), '-c', 'import tenuo')],
]

/**
 * The package of a version, installed unless it is already. `npm test` alone downloads nothing: it is asked for by
 * `npm run test:interop`, and by the checks of the project.
 */
export const installed = (version: string): Installation => {
  if (process.env['WARRANT_REFERENCE'] !== '1') return { missing: 'see npm run test:interop' }
  const kept = folderOf(version)
  if (existsSync(kept)) return { python: pythonIn(kept) }
  const folder = mkdtempSync(`${kept}-`)
  for (const [missing, step] of STEPS) {
    try {
      step(folder, version)
    } catch {
      rmSync(folder, { recursive: true, force: true })
      return { missing }
    }
  }
  return { python: pythonIn(movedTo(kept, folder)) }
}

/** Whole or not at all: another test file may be installing the same, and one of the two is enough. */
export const movedTo = (kept: string, folder: string): string => {
  try {
    renameSync(folder, kept)
  } catch {
    rmSync(folder, { recursive: true, force: true })
  }
  return kept
}
