/** Which test files are run, and in which order: those nearest to a folder first, since what dies early costs least. */

import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** In their order. Not among them: commands, hooks, other processes, the fuzzer and the reference as judge. */
const SUITES = [
  'unit/encoding',
  'unit/crypto',
  'unit/capability',
  'unit/warrant',
  'unit/statement',
  'unit/enforce',
  'conformance',
  'attacks',
  'properties',
  'unit/transport',
  'unit/schema',
  'unit/regex',
  'unit/cel',
  'unit/testing',
]

/** They read the project's files or other programs, or take minutes. */
const LEFT_OUT = ['attacks/cli.test.ts', 'attacks/catalogue.test.ts']

export const testFiles = (root: string): readonly string[] =>
  SUITES.flatMap((suite) =>
    readdirSync(join(root, 'test', suite), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .map((name) => `${suite}/${name}`),
  )
    .filter((name) => !LEFT_OUT.includes(name))
    .map((name) => `test/${name}`)

/** The lower, the nearer a test file is to a source. */
export const distance = (source: string, test: string): number => {
  const mirrored = source.replace(/^src\//, 'test/unit/').replace(/\.ts$/, '.test.ts')
  if (test === mirrored) return 0
  if (dirname(test) === dirname(mirrored)) return basename(test).startsWith(basename(source, '.ts')) ? 1 : 2
  const folder = source.split('/')[1] as string // src/FOLDER/...
  if (test.startsWith(`test/unit/${folder}/`)) return 3
  return test.startsWith('test/unit/') ? 6 : test.startsWith('test/conformance/') ? 4 : 5
}
