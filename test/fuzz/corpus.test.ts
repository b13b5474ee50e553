/**
 * The corpus, replayed: for every door and every outcome the shortest input that the long runs have met, and whatever they
 * have found. Written by `npm run test:fuzz -- --corpus test/fuzz/corpus`; each line is an outcome and an input.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { chains } from './chains.js'
import { commands } from './commands.js'
import { decoders } from './decoders.js'
import { sources } from './sources.js'
import type { Target } from './target.js'

const folder = fileURLToPath(new URL('./corpus', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

const commandTarget = commands(sources)
afterAll(() => commandTarget.end())

type AnyTarget = Target<unknown>
const doors = decoders(sources) as AnyTarget // each only reads its own lines
const BY_FILE: Readonly<Record<string, AnyTarget>> = {
  verifier: chains(sources) as AnyTarget, // as above
  commands: commandTarget as AnyTarget, // as above
}

interface Line {
  readonly outcome: string
  readonly input: string
}

const linesOf = (file: string): readonly Line[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ outcome: line.slice(0, line.indexOf(' ')), input: line.slice(line.indexOf(' ') + 1) }))

describe.each(files)('%s', (file) => {
  const target = BY_FILE[basename(file, '.txt')] ?? doors
  test('every input has the outcome that it had', async () => {
    for (const { outcome, input } of linesOf(file)) {
      expect([await target.run(target.read(input)), input]).toEqual([outcome, input])
    }
  })
})

test('the corpus holds every door, and what is accepted as well as what is not', () => {
  const seen = new Set(files.flatMap((file) => linesOf(file).map(({ outcome }) => outcome)))
  expect(seen.size).toBeGreaterThan(60)
  expect(files.length).toBeGreaterThan(25)
})
