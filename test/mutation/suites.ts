/** Which test files are run, and in which order: those nearest to a folder first, since what dies early costs least. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

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

/** How much a test file counts for a source: more where it is that of the source itself, or of its folder. */
export const nearness = (source: string, test: string): number => {
  if (test === source.replace(/^src\//, 'test/unit/').replace(/\.ts$/, '.test.ts')) return 1_000
  return test.startsWith(`test/unit/${source.split('/')[1]}/`) ? 2 : 1
}
