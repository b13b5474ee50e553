/**
 * What a host that is run sends to the hook: taken down on the way, by a program that stands in front of the installed one,
 * and kept in test/hook/recorded.golden.json, from where test/hook/recorded.test.ts plays it to the hook again.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { RECORDED_FILE, type Recorded, recordedEvents, shapeOf } from '../../support/recordedEvents.js'
import type { HostFolder } from './hostRun.js'

const FRONT = `const { spawnSync } = require('node:child_process')
const { appendFileSync, readFileSync } = require('node:fs')
const input = readFileSync(0)
appendFileSync(FILE, JSON.stringify(JSON.parse(input)) + '\\n')
const itself = require.resolve('./itself.cjs')
const { status, stdout, stderr } = spawnSync(process.execPath, [itself, ...process.argv.slice(2)], { input })
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = status ?? 1
`

const fileOf = (given: HostFolder): string => join(given.folder, 'events.jsonl')

/** From now on, takes down what the host sends. */
export const takeDown = (given: HostFolder): void => {
  const bin = join(given.folder, 'node_modules', 'warrant', 'bin')
  renameSync(join(bin, 'warrant.cjs'), join(bin, 'itself.cjs'))
  writeFileSync(join(bin, 'warrant.cjs'), FRONT.replace('FILE', JSON.stringify(fileOf(given))))
}

const LONGEST = 120

/** Without the folders of this run, and without the texts of the host itself, which are long. */
const plain = (given: HostFolder, value: unknown): unknown => {
  if (typeof value === 'string') {
    const text = value.replaceAll(given.folder, '/srv/run').replaceAll(given.home.folder, '/srv/guard')
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  }
  if (Array.isArray(value)) return value.slice(0, 1).map((item) => plain(given, item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, plain(given, held)]))
}

/** What the host has sent. */
export const takenDown = (given: HostFolder): readonly Recorded[] =>
  existsSync(fileOf(given))
    ? readFileSync(fileOf(given), 'utf8')
        .trim()
        .split('\n')
        .map((line) => plain(given, JSON.parse(line)) as Recorded) // an object, as every event is
    : []

/** Holds the kept events of a host to what it sent, or writes them anew: one of each shape. */
export const expectRecorded = (host: string, version: string, events: readonly Recorded[]): void => {
  const byShape = new Map(events.map((event) => [shapeOf(event), event]))
  if (process.env['WARRANT_WRITE'] !== '1') {
    const kept = recordedEvents()[host]?.events.map(shapeOf)
    for (const shape of byShape.keys()) expect(kept).toContain(shape)
    return
  }
  const shapes = [...byShape].sort(([a], [b]) => (a < b ? -1 : 1))
  const all = { ...recordedEvents(), [host]: { version, events: shapes.map(([, event]) => event) } }
  writeFileSync(RECORDED_FILE, `${JSON.stringify(all, undefined, 2)}\n`)
}
