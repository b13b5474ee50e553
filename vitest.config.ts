import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/support/closingLine.js'
import { Judgements } from './test/support/judgements.js'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: { alias: { '#ed25519': source('node/ed25519.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new Judgements(), new ClosingLine()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'json-summary'] },
  },
})
