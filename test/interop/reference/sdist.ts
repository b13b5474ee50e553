/** The source distributions of the published package, which hold its own test data: unpacked beside the environments. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type Installation, installed, movedTo } from './python.js'
import { VERSIONS, type Version } from './reference.js'

/** Reads one file of a distribution, as text. */
export type SourceReader = (path: string) => string

const DOWNLOAD_MILLISECONDS = 100_000

const run = (python: string, ...args: readonly string[]): void => {
  execFileSync(python, args, { stdio: 'ignore', timeout: DOWNLOAD_MILLISECONDS })
}

/** The folder of an unpacked distribution, or why there is none. */
const unpacked = (version: Version): { readonly folder: string } | { readonly missing: string } => {
  const found: Installation = installed(version)
  if ('missing' in found) return found
  const kept = join(tmpdir(), `warrant-interop-tenuo-${version}-source`)
  if (!existsSync(kept)) {
    const folder = mkdtempSync(`${kept}-`)
    try {
      run(
        found.python,
        ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--retries', '1'],
        ...['--timeout', '15', '--no-binary', ':all:', '--dest', folder, `tenuo==${version}`],
      )
      const [archive = ''] = readdirSync(folder)
      run(found.python, '-m', 'tarfile', '-e', join(folder, archive), folder)
      movedTo(kept, folder)
    } catch {
      rmSync(folder, { recursive: true, force: true })
      return { missing: 'the source distribution cannot be downloaded: is there a network?' }
    }
  }
  return { folder: join(kept, `tenuo-${version}`) }
}

/** The tests of one subject against the sources of every version; skipped, and saying why, where there are none. */
export const judgedBySource = (
  subject: string,
  tests: (read: SourceReader, version: Version) => void,
): void => {
  for (const version of VERSIONS) {
    const found = unpacked(version)
    if ('folder' in found) {
      describe(`${subject}, tenuo ${version}`, () =>
        tests((path) => readFileSync(join(found.folder, path), 'utf8'), version))
    } else {
      // A suite that is skipped is still read: it shows as one test that did not run.
      describe.skip(`${subject}, tenuo ${version} (skipped: ${found.missing})`, () => {
        test('needs the source distribution', () => {})
      })
    }
  }
}
