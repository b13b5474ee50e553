/** What is shipped to a browser, and what an installation puts on a disk. */

import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import type { Row } from '../row.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** kB of everything that some doors export, bundled for browsers, minified and compressed. */
const bundleKilobytes = async (doors: readonly string[]): Promise<number> => {
  // Inside the package, so that its name means this very one, by its exports.
  const entry = join(ROOT, 'dist', `size-${process.pid}.mjs`)
  writeFileSync(entry, doors.map((door) => `export * from '${door}'\n`).join(''))
  try {
    const built = (await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2023',
        rollupOptions: {
          input: entry,
          preserveEntrySignatures: 'strict',
          output: { format: 'es', codeSplitting: false },
        },
      },
    })) as Rolldown.RolldownOutput // one input, and nothing is watched
    const code = built.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('')
    return gzipSync(code, { level: 9 }).length / 1_000
  } finally {
    rmSync(entry)
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestAt = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest // npm has read it before

/** The folders of everything that an installation for production brings, found as Node finds them. */
const runtimeFolders = (folder: string, found = new Set<string>()): ReadonlySet<string> => {
  for (const name of Object.keys(manifestAt(folder).dependencies ?? {})) {
    const paths = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? []
    const installed = paths.map((path) => join(path, name)).find(isPackage)
    if (installed === undefined) throw new Error(`${name} is not installed`)
    if (found.has(installed)) continue
    found.add(installed)
    runtimeFolders(installed, found)
  }
  return found
}

const isPackage = (folder: string): boolean => {
  try {
    return lstatSync(join(folder, 'package.json')).isFile()
  } catch {
    return false
  }
}

const BLOCK = 4_096

/** Bytes on a disk that gives whole blocks to files, without packages inside, which are counted by themselves. */
const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((each) => join(folder, each.name))
    .map((path) => {
      const status = lstatSync(path)
      return status.isDirectory() ? bytesIn(path) : Math.ceil(status.size / BLOCK) * BLOCK
    })
    .reduce((sum, size) => sum + size, 0)

export const size: Row = {
  key: 'size',
  goals: [
    { what: 'core for browsers, minified, gzip', goal: 30, unit: 'kB', heldTo: 68 },
    { what: 'the same with the regex engine', goal: 80, unit: 'kB', heldTo: 118 },
    { what: 'runtime dependencies, installed', goal: 14, unit: 'MB' },
  ],
  measure: async () => {
    const installed = [...runtimeFolders(ROOT)]
    const bytes = installed.map(bytesIn).reduce((sum, each) => sum + each, 0)
    return {
      found: [
        { value: await bundleKilobytes(['warrant']) },
        { value: await bundleKilobytes(['warrant', 'warrant/regex']) },
        { value: bytes / 1e6 },
      ],
    }
  },
}
