/** What an append makes, refuses, and keeps to: modes, links, files that are full, checkpoints, and abandoned locks. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appendDecision, checkpointLog } from '../../src/node/decisionLog.js'
import { ensureLogKey, parseCheckpoint, readLogKey, verifyCheckpoint } from '../../src/node/log/checkpoint.js'
import { MAX_LINE, parseLine } from '../../src/node/log/entry.js'
import { readDecisions } from '../../src/node/log/read.js'
import { verifyLog } from '../../src/node/log/verify.js'
import { findingOf, linesOf, logOf, newLog, recordOf, setLines } from '../support/decisionLog.js'
import { scaled } from '../support/scale.js'

const code = (name: string): unknown => expect.objectContaining({ code: name })

describe('files', () => {
  test('the folder is 0700 and the files are 0600, whatever the umask', () => {
    const before = process.umask(0)
    try {
      const log = newLog()
      appendDecision(log, recordOf(1))
      ensureLogKey(log)
      checkpointLog(log, ensureLogKey(log), 1)
      expect(statSync(log).mode & 0o777).toBe(0o700)
      for (const name of readdirSync(log))
        expect([name, statSync(join(log, name)).mode & 0o777]).toEqual([name, 0o600])
    } finally {
      process.umask(before)
    }
  })

  test.each([
    ['a folder that others can read', 'FILE_MODE', (log: string) => chmodSync(log, 0o750)],
    [
      'a file that others can read',
      'FILE_MODE',
      (log: string) => chmodSync(join(log, 'decisions.jsonl'), 0o640),
    ],
    [
      'a link in the place of the file',
      'FILE_NOT_PLAIN',
      (log: string) => linkInstead(join(log, 'decisions.jsonl')),
    ],
    [
      'a link to nothing',
      'FILE_NOT_PLAIN',
      (log: string) => linkInstead(join(log, 'decisions.jsonl'), '/nowhere/x'),
    ],
    ['a folder in its place', 'FILE_NOT_PLAIN', (log: string) => folderInstead(join(log, 'decisions.jsonl'))],
    ['a key that others can read', 'FILE_MODE', (log: string) => chmodSync(ensuredKey(log), 0o644)],
    [
      'no entry near the end',
      'LOG_MALFORMED',
      (log: string) => writeFileSync(join(log, 'decisions.jsonl'), ' '.repeat(1_200_000)),
    ],
  ])('%s is refused', (_, expected, spoil) => {
    const log = logOf(2)
    const before = linesOf(log)
    spoil(log)
    expect(() => appendDecision(log, recordOf(3), { checkpointEvery: 1 })).toThrow(code(expected))
    if (expected === 'FILE_MODE') expect(linesOf(log)).toEqual(before)
  })

  test('a link in the place of the folder is refused', () => {
    const log = newLog()
    symlinkSync(logOf(1), log)
    expect(() => appendDecision(log, recordOf(1))).toThrow(code('FILE_NOT_PLAIN'))
  })
})

const ensuredKey = (log: string): string => {
  ensureLogKey(log)
  return join(log, 'log.key')
}

const linkInstead = (path: string, to: string = `${path}.real`): void => {
  const text = readFileSync(path)
  rmSync(path)
  if (to.endsWith('.real')) writeFileSync(to, text, { mode: 0o600 })
  symlinkSync(to, path)
}

const folderInstead = (path: string): void => {
  rmSync(path)
  mkdirSync(path, { mode: 0o700 })
}

describe('files that are full', () => {
  test('are put aside, and the chain goes on through all of them', () => {
    const log = logOf(12, { maxFileBytes: 900 })
    const names = readdirSync(log).filter((name) => name.startsWith('decisions'))
    expect(names).toContain('decisions.2.jsonl')
    expect([...readDecisions(log)].map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect(findingOf(log)).toBe('holds')
  })

  test('may be moved away: the rest is verified where that is said', () => {
    const log = logOf(12, { maxFileBytes: 900 })
    rmSync(join(log, 'decisions.1.jsonl'))
    expect(findingOf(log)).toBe('LOG_CHAIN 1')
    expect(verifyLog(log, { archived: true })).toMatchObject({ bad: undefined, last: 12 })
    appendDecision(log, recordOf(13))
    expect(verifyLog(log, { archived: true })).toMatchObject({ bad: undefined, last: 13 })
  })

  test('the tenth file comes after the ninth', () => {
    const log = logOf(12, { maxFileBytes: 1 })
    expect(existsSync(join(log, 'decisions.11.jsonl'))).toBe(true)
    expect(findingOf(log)).toBe('holds')
  })

  test('a file that was put aside and ends in no entry stops the log', () => {
    const log = logOf(2, { maxFileBytes: 1 })
    setLines(log, ['nothing'], 'decisions.1.jsonl')
    rmSync(join(log, 'decisions.jsonl'))
    expect(() => appendDecision(log, recordOf(3))).toThrow(code('LOG_MALFORMED'))
  })
})

describe('what is too long', () => {
  test('is shortened, and the entry says so', () => {
    const log = newLog()
    appendDecision(
      log,
      recordOf(1, { tool: 'x'.repeat(5_000), chain: Array.from({ length: 100 }, () => 'id') }),
    )
    const [entry] = readDecisions(log)
    expect(entry).toMatchObject({ cut: true })
    expect([entry?.record?.tool?.length, entry?.record?.chain?.length]).toEqual([512, 64])
  })

  test('no line is longer than is looked for at the end', () => {
    const log = newLog()
    const view = Object.fromEntries(
      Array.from({ length: 90 }, (_, i) => [`${i}ä`.repeat(200), 'ö'.repeat(2_000)]),
    )
    appendDecision(log, recordOf(1, { view, session: '\u0001'.repeat(900) }))
    const [line = ''] = linesOf(log)
    expect(line.length).toBeLessThanOrEqual(MAX_LINE)
    expect(parseLine(line)?.cut).toBe(true)
    appendDecision(log, recordOf(2))
    expect(findingOf(log)).toBe('holds')
  })
})

describe('checkpoints', () => {
  const checkpointsOf = (log: string) => linesOf(log, 'checkpoints.jsonl').map(parseCheckpoint)

  test('are made with each file and after every so many entries, in a log that has a key', () => {
    const log = logOf(1)
    expect(existsSync(join(log, 'checkpoints.jsonl'))).toBe(false)
    expect(readLogKey(log)).toBeUndefined()
    const { publicKey } = ensureLogKey(log)
    for (let n = 2; n <= 9; n++) appendDecision(log, recordOf(n), { checkpointEvery: 4 })
    appendDecision(log, recordOf(10), { checkpointEvery: 4, maxFileBytes: 1 })
    const checkpoints = checkpointsOf(log)
    expect(checkpoints.map(({ seq }) => seq)).toEqual([4, 8, 10])
    for (const checkpoint of checkpoints)
      expect(verifyCheckpoint(checkpoint, publicKey).seq).toBe(checkpoint.seq)
    expect(verifyLog(log, { checkpoints, key: publicKey })).toMatchObject({
      bad: undefined,
      checkpointed: 10,
    })
  })

  test('on demand, and none of a log without an entry', () => {
    const log = logOf(3)
    expect(checkpointLog(log, ensureLogKey(log), 5.9)).toMatchObject({ seq: 3, time: 5 })
    const empty = newLog()
    mkdirSync(empty, { mode: 0o700 })
    expect(checkpointLog(empty, ensureLogKey(empty), 5)).toBeUndefined()
  })

  test('the key is made once', () => {
    const log = logOf(1)
    expect(ensureLogKey(log).publicKey).toBe(ensureLogKey(log).publicKey)
  })

  test.each(['', '{}', '[]', '{"v":1,"seq":-1}', 'null', '{"v":1,"seq":1,"head":"x","time":1}'])(
    '%j is none',
    (line) => {
      expect(() => parseCheckpoint(line)).toThrow(code('LOG_MALFORMED'))
    },
  )
})

describe('a lock that was left behind', () => {
  const lockOf = (log: string): string => join(log, 'decisions.lock')
  /** Beyond what any system gives to a process. */
  const NOBODY = 4_194_305
  const wait = { waitMilliseconds: 30 }

  test('by a process that is gone is taken over', () => {
    const log = logOf(1)
    symlinkSync(`${NOBODY} ${'a'.repeat(16)} ${hostname()}`, lockOf(log))
    appendDecision(log, recordOf(2), wait)
    expect([linesOf(log).length, existsSync(lockOf(log))]).toEqual([2, false])
  })

  test('and so is that of whoever was breaking it', () => {
    const log = logOf(1)
    symlinkSync(`${NOBODY} ${'a'.repeat(16)} ${hostname()}`, lockOf(log))
    symlinkSync(`${NOBODY} ${'b'.repeat(16)} ${hostname()}`, `${lockOf(log)}.${'a'.repeat(16)}`)
    appendDecision(log, recordOf(2), wait)
    expect(readdirSync(log)).toEqual(['decisions.jsonl'])
  })

  test('by another machine is not, unless it is old', () => {
    const log = logOf(1)
    symlinkSync(`1 ${'a'.repeat(16)} another-${hostname()}`, lockOf(log))
    expect(() => appendDecision(log, recordOf(2), wait)).toThrow(code('LOG_LOCKED'))
    rmSync(lockOf(log))
    writeFileSync(lockOf(log), `1 ${'a'.repeat(16)} another-${hostname()}`, { mode: 0o600 })
    expect(() => appendDecision(log, recordOf(2), wait)).toThrow(code('LOG_LOCKED'))
    utimesSync(lockOf(log), 1, 1)
    appendDecision(log, recordOf(2), wait)
    expect(linesOf(log)).toHaveLength(2)
  })

  test.skipIf(!existsSync('/proc/uptime'))(
    'by a process whose number another one has now is taken over',
    () => {
      const log = logOf(1)
      // This very process, long before it began.
      writeFileSync(lockOf(log), `${process.pid} ${'a'.repeat(16)} ${hostname()}`, { mode: 0o600 })
      utimesSync(lockOf(log), 1, 1)
      appendDecision(log, recordOf(2), wait)
      expect(linesOf(log)).toHaveLength(2)
    },
  )

  test('that says nothing is kept to for a while', () => {
    const log = logOf(1)
    writeFileSync(lockOf(log), '', { mode: 0o600 })
    expect(() => appendDecision(log, recordOf(2), wait)).toThrow(code('LOG_LOCKED'))
  })
})

test('what is written to survive a loss of power is the same log', () => {
  const log = logOf(3, { durability: 'power', maxFileBytes: 700 })
  expect(findingOf(log)).toBe('holds')
  expect([...readDecisions(log)]).toHaveLength(3)
})

describe('lines that are no entries', () => {
  const whole = (): string => linesOf(logOf(1))[0] as string
  test.each([
    ['another version', (line: string) => line.replace('{"v":1,', '{"v":2,')],
    ['a number twice', (line: string) => line.replace('"time"', '"seq":7,"time"')],
    ['a text for a number', (line: string) => line.replace(/"time":\d+/, '"time":"x"')],
    ['a time beyond the calendar', (line: string) => line.replace(/"time":\d+/, '"time":1e300')],
    ['an object for a text', (line: string) => line.replace('"tool":"Read"', '"tool":{}')],
    ['a list for a view', (line: string) => line.replace('"tool":"Read"', '"view":[1]')],
    ['another verdict', (line: string) => line.replace('"allow"', '"maybe"')],
    ['a mark without a size', (line: string) => line.replace('"tool":"Read"', '"torn":{}')],
  ])('%s', (_, spoil) => {
    const line = whole()
    expect(parseLine(line)).toBeDefined()
    expect(spoil(line)).not.toBe(line)
    expect(parseLine(spoil(line))).toBeUndefined()
  })
})

test('whatever a line or a checkpoint is turned into, it is read or refused, and nothing else', () => {
  const log = logOf(1)
  const kept = JSON.stringify({
    ...checkpointLog(log, ensureLogKey(log), 1),
    v: 1,
    signature: '00'.repeat(64),
  })
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('null', '{}', '[]', '1e999', '"'),
  )
  const property = fc.property(
    fc.constantFrom(linesOf(log)[0] as string, kept),
    fc.nat(400),
    fc.nat(9),
    piece,
    (text, at, cut, put) => {
      const turned = text.slice(0, at) + put + text.slice(at + cut)
      const entry = parseLine(turned)
      if (entry !== undefined) expect([entry.record !== undefined, entry.torn !== undefined]).toContain(true)
      try {
        expect(parseCheckpoint(turned).seq).toBeGreaterThanOrEqual(0)
      } catch (thrown) {
        expect(thrown).toEqual(code('LOG_MALFORMED'))
      }
    },
  )
  fc.assert(property, { numRuns: scaled(500, 20_000) })
})
