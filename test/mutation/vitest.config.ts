/** The ordinary tests, on sources in which every mutant waits behind its switch. */

import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { jobGiven } from './job.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const PREPARED = join(root, 'test/support/shared.ts')
const { state, file } = jobGiven()

export default defineConfig({
  root,
  resolve: { alias: { '#ed25519': join(root, 'src/node/ed25519.ts') } },
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      resolveId: (source, importer) =>
        source === 'fast-check' && importer !== here('fewRuns.ts') ? here('fewRuns.ts') : undefined,
      load: (id) => {
        // Figures are those of the project alone, wherever they are made: data beside it is not there.
        if (id === PREPARED) return readFileSync(id, 'utf8').replace(/= existsSync\(.*\)/, '= false')
        const path = join(state, 'sources', relative(root, id))
        return id.startsWith(join(root, 'src')) && existsSync(path) ? readFileSync(path, 'utf8') : undefined
      },
    },
  ],
  test: {
    include: [file],
    runner: here('runner.ts'),
    pool: 'forks',
    maxWorkers: 1,
    reporters: [],
    silent: true,
    watch: false,
    testTimeout: 30_000,
    dangerouslyIgnoreUnhandledErrors: true,
    env: { WARRANT_SEED: '1' },
    experimental: { fsModuleCache: true, fsModuleCachePath: join(state, 'transformed') },
  },
})
