/** No secret that stands in an argument comes out: neither in what is kept, nor in a policy, its reasons or a verdict. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Value } from '../../src/encoding/value.js'
import { SLACKS } from '../../src/learn/rung.js'
import { appendObservation, observedFiles } from '../../src/node/observation.js'
import { folder, run } from '../cli/harness.js'
import { logText } from '../support/callLogs.js'
import { newLog } from '../support/decisionLog.js'
import { freshSeed, scaled } from '../support/scale.js'
import { objectOf } from '../support/values.js'

const seed = freshSeed()
console.log(`secrets in what is learned: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })

/** A key drawn as keys are: all of it random. */
const bytes = fc
  .noBias(fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .filter((drawn) => new Set(drawn).size > 24)
  .map((drawn) => Buffer.from(drawn))

/** A secret in a form in which it is found wherever it stands. */
const planted = fc.oneof(
  bytes.map((key) => key.toString('hex')),
  bytes.map((key) => key.toString('base64')),
  bytes.map((key) => key.toString('base64url')),
  bytes.map((key) => `ghp_${key.toString('hex').slice(0, 36)}`),
  bytes.map((key) => `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----`),
  bytes.map((key) => `password=${key.toString('hex').slice(0, 8)}`),
  bytes.map((key) => `Bearer ${key.toString('base64url').slice(0, 12)}`),
)

/** Where it stands: a name of an argument, and the value that holds it. */
const places: readonly ((secret: string) => readonly [string, Value])[] = [
  (secret) => ['command', `curl -H '${secret}' https://example.com/`],
  (secret) => ['command', `git log ${secret}`],
  (secret) => ['command', secret],
  (secret) => ['file_path', `/srv/runs/${secret}/out.txt`],
  (secret) => ['file_path', `/srv/${secret}`],
  (secret) => ['url', `https://example.com/hook/${secret}?x=1`],
  (secret) => ['url', `https://${secret}@example.com/`],
  (secret) => ['url', `https://example.com/?q=${secret}`],
  (secret) => ['query', `find ${secret} please`],
  (secret) => ['query', secret],
  (secret) => ['tags', Object.freeze(['a', secret])],
  (secret) => ['options', objectOf([['inner', objectOf([['x', secret]])]])],
  (secret) => ['options', objectOf([[secret, 1]])],
  (secret) => [secret, 'x'],
]

/** Parts of a secret that would give it away: runs of it, and all of one that is short. */
const leaksOf = (secret: string): readonly string[] => {
  const bare = secret.replace(/-----[^\n]*-----|password=|Bearer |\n/g, '')
  return bare.length <= 16 ? [bare] : [bare.slice(0, 16), bare.slice(12, 28), bare.slice(-16)]
}

const call = fc.tuple(planted, fc.constantFrom(...places)).map(([secret, place]) => {
  const [name, value] = place(secret)
  return {
    secret,
    args: objectOf([
      [name, value],
      ['limit', 5],
    ]),
  }
})

test('wherever it is planted', async () => {
  const asked = fc.asyncProperty(
    fc.array(call, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...SLACKS),
    async (calls, slack) => {
      const log = newLog()
      for (const { args } of calls)
        appendObservation(log, { time: 1, host: 'h', session: 's', tool: 'T', args, refused: false }, {})
      const dir = folder()
      const raw = join(dir, 'calls.jsonl')
      writeFileSync(raw, logText(calls.map(({ args }) => ({ tool: 'T', args }))))
      const [, keptFile] = observedFiles(log) as [string, string]
      const said = [readFileSync(keptFile, 'utf8')]
      for (const file of [raw, keptFile]) {
        const policy = join(dir, `${file === raw ? 'raw' : 'kept'}.yaml`)
        for (const more of [['-o', policy], ['--explain'], ['--explain', '--json']]) {
          const { exit, stdout, stderr } = await run(['learn', file, '--slack', slack, ...more])
          expect([exit, stderr]).toEqual([0, expect.not.stringMatching(/^warrant: /)])
          said.push(stdout, stderr)
        }
        said.push(readFileSync(policy, 'utf8'))
        const { stdout, stderr } = await run(['simulate', file, '--policy', policy])
        said.push(stdout, stderr)
      }
      const all = said.join('\n')
      for (const { secret } of calls) for (const leak of leaksOf(secret)) expect(all).not.toContain(leak)
    },
  )
  await fc.assert(asked, { numRuns: scaled(60, 3_000), seed })
})
