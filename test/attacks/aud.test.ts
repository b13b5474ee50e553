/** Section 11 of the catalogue, the audit log: what was decided cannot be denied afterwards. */

import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGuard } from '../../src/enforce/guard.js'
import { auditTo } from '../../src/node/auditTo.js'
import { appendDecision, checkpointLog } from '../../src/node/decisionLog.js'
import { ensureLogKey, signCheckpoint } from '../../src/node/log/checkpoint.js'
import { hashOfLine, parseLine } from '../../src/node/log/entry.js'
import { readDecisions } from '../../src/node/log/read.js'
import { verifyLog } from '../../src/node/log/verify.js'
import { digestOf, viewOf } from '../../src/node/log/view.js'
import { findingOf, linesOf, logOf, newLog, recordOf, setLines } from '../support/decisionLog.js'
import { ARGS, enforcerWith, TOOL } from '../support/enforcing.js'
import { keyOf } from '../support/statements.js'

describe('AUD-1: an entry is changed, deleted, inserted or moved', () => {
  const COUNT = 9

  test.each([1, 2, 5, COUNT - 1])('AUD-1: entry %i is changed', (n) => {
    const log = logOf(COUNT)
    const lines = linesOf(log)
    lines[n - 1] = (lines[n - 1] as string).replace('"allow"', '"deny"')
    setLines(log, lines)
    expect(findingOf(log)).toBe(`LOG_CHAIN ${n}`)
  })

  test.each([2, 5, COUNT - 1])('AUD-1: entry %i is made to follow another', (n) => {
    const log = logOf(COUNT)
    const lines = linesOf(log)
    lines[n - 1] = (lines[n - 1] as string).replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${'ab'.repeat(32)}"`)
    setLines(log, lines)
    expect(findingOf(log)).toBe(`LOG_CHAIN ${n}`)
  })

  test.each([1, 2, 5, COUNT - 1])('AUD-1: entry %i is deleted', (n) => {
    const log = logOf(COUNT)
    setLines(log, linesOf(log).toSpliced(n - 1, 1))
    expect(findingOf(log)).toBe(`LOG_CHAIN ${n}`)
  })

  test.each([1, 2, 5, COUNT])('AUD-1: an entry is inserted before entry %i', (n) => {
    const log = logOf(COUNT)
    const lines = linesOf(log)
    const forged = (lines[n - 1] as string).replace('"allow"', '"deny"')
    setLines(log, lines.toSpliced(n - 1, 0, forged))
    expect(findingOf(log)).toMatch(new RegExp(`^LOG_CHAIN (${n}|${n + 1})$`))
  })

  test.each([1, 4, COUNT - 1])('AUD-1: entries %i and the next change places', (n) => {
    const log = logOf(COUNT)
    const lines = linesOf(log)
    setLines(log, lines.toSpliced(n - 1, 2, lines[n] as string, lines[n - 1] as string))
    expect(findingOf(log)).toBe(`LOG_CHAIN ${n}`)
  })

  test.each([1, 4, COUNT])('AUD-1: entry %i becomes something that is no entry', (n) => {
    const log = logOf(COUNT)
    setLines(log, linesOf(log).with(n - 1, 'nothing'))
    expect(findingOf(log)).toBe(`LOG_CHAIN ${n}`)
  })

  test('AUD-1: any byte of any entry but the last is changed', () => {
    const log = logOf(4)
    const lines = linesOf(log)
    const property = fc.property(
      fc.nat(2),
      fc.nat(10_000),
      fc.integer({ min: 32, max: 126 }),
      (i, at, unit) => {
        const line = lines[i] as string
        const place = at % line.length
        const changed = line.slice(0, place) + String.fromCharCode(unit) + line.slice(place + 1)
        fc.pre(changed !== line)
        setLines(log, lines.with(i, changed))
        expect(findingOf(log)).toBe(`LOG_CHAIN ${i + 1}`)
      },
    )
    fc.assert(property, { numRuns: 150 })
  })

  test('AUD-1: a whole file of the log is removed, or two change places', () => {
    const options = { maxFileBytes: 600 }
    const log = logOf(10, options)
    expect(findingOf(log)).toBe('holds')
    const [first, second] = [linesOf(log, 'decisions.1.jsonl'), linesOf(log, 'decisions.2.jsonl')]
    setLines(log, second, 'decisions.1.jsonl')
    setLines(log, first, 'decisions.2.jsonl')
    expect(findingOf(log)).toBe('LOG_CHAIN 1')
    setLines(log, first, 'decisions.1.jsonl')
    setLines(log, [], 'decisions.2.jsonl')
    expect(findingOf(log)).toBe(`LOG_CHAIN ${first.length + 1}`)
  })
})

describe('AUD-2: the tail is cut back to an earlier state', () => {
  const cutLog = (options: { readonly forged?: boolean } = {}) => {
    const log = logOf(9)
    const kept = checkpointLog(log, keyOf(41), 1_767_225_700)
    const lines = linesOf(log).slice(0, 6)
    setLines(log, lines)
    if (options.forged === true)
      for (let n = 7; n <= 12; n++) appendDecision(log, recordOf(n, { tool: 'Other' }))
    return { log, checkpoints: kept === undefined ? [] : [kept] }
  }

  test('AUD-2: a checkpoint that was kept elsewhere tells where', () => {
    const { log, checkpoints } = cutLog()
    expect(findingOf(log, { checkpoints, key: keyOf(41).publicKey })).toBe('LOG_CUT 7')
  })

  test('AUD-2: and also where other entries were written in its place', () => {
    const { log, checkpoints } = cutLog({ forged: true })
    expect(findingOf(log, { checkpoints, key: keyOf(41).publicKey })).toBe('LOG_CUT 9')
  })

  test('AUD-2: the last entry is changed', () => {
    const log = logOf(9)
    const kept = checkpointLog(log, keyOf(41), 1_767_225_700)
    const lines = linesOf(log)
    setLines(log, lines.with(8, (lines[8] as string).replace('"allow"', '"deny"')))
    expect(findingOf(log, { checkpoints: kept === undefined ? [] : [kept] })).toBe('LOG_CUT 9')
  })

  test('AUD-2: without a checkpoint it is not detectable, and the report has none to show', () => {
    const { log } = cutLog()
    expect(verifyLog(log)).toMatchObject({ bad: undefined, last: 6, checkpointed: 0 })
  })

  test('AUD-2: a checkpoint is forged to fit', () => {
    const { log } = cutLog()
    const head = hashOfLine(linesOf(log).at(-1) as string)
    const forged = signCheckpoint({ seq: 6, head, time: 1_767_225_700 }, keyOf(42))
    expect(findingOf(log, { checkpoints: [forged], key: keyOf(41).publicKey })).toBe('LOG_CHECKPOINT 6')
    const claimed = { ...forged, key: keyOf(41).publicKey }
    expect(findingOf(log, { checkpoints: [claimed] })).toBe('LOG_CHECKPOINT 6')
    const moved = { ...signCheckpoint({ seq: 5, head, time: 0 }, keyOf(41)), seq: 6 }
    expect(findingOf(log, { checkpoints: [moved], key: keyOf(41).publicKey })).toBe('LOG_CHECKPOINT 6')
  })
})

describe('AUD-3: a crash, full disk or kill at any byte of an append', () => {
  test('AUD-3: after any prefix of a log the next entry follows, and what was torn is marked once', () => {
    const whole = logOf(2)
    const bytes = readFileSync(join(whole, 'decisions.jsonl'))
    const ends = [0, ...[...bytes.entries()].flatMap(([i, byte]) => (byte === 10 ? [i + 1] : []))]
    const log = logOf(1)
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(join(log, 'decisions.jsonl'), bytes.subarray(0, length))
      const entries = ends.filter((end) => end > 0 && end <= length).length
      const isWhole = ends.includes(length) || ends.includes(length + 1)
      appendDecision(log, recordOf(99))
      const report = verifyLog(log)
      expect([length, report.bad, report.torn, report.unfinished]).toEqual([
        length,
        undefined,
        isWhole ? 0 : 1,
        0,
      ])
      // Whatever had been acknowledged is there, then the mark if there is one, then the new entry.
      const calls = [...readDecisions(log)].map(({ record }) => record?.callId ?? 'mark')
      const before = ['call-1', 'call-2'].slice(0, ends.includes(length + 1) ? entries + 1 : entries)
      expect(calls).toEqual([...before, ...(isWhole ? [] : ['mark']), 'call-99'])
    }
  })

  test('AUD-3: a crash at any byte of the write that marks a torn entry', () => {
    const log = logOf(2)
    const file = join(log, 'decisions.jsonl')
    truncateSync(file, readFileSync(file).length - 30)
    const torn = readFileSync(file)
    appendDecision(log, recordOf(3))
    const whole = readFileSync(file)
    for (let length = torn.length; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length))
      appendDecision(log, recordOf(4))
      const report = verifyLog(log)
      expect([length, report.bad, report.unfinished]).toEqual([length, undefined, 0])
      expect([...readDecisions(log)].map(({ record }) => record?.callId)).toContain('call-4')
    }
  })

  test('AUD-3: torn bytes that were marked are changed or removed afterwards', () => {
    const log = logOf(3)
    const file = join(log, 'decisions.jsonl')
    truncateSync(file, readFileSync(file).length - 30)
    appendDecision(log, recordOf(4))
    const lines = linesOf(log)
    expect([findingOf(log), verifyLog(log).torn]).toEqual(['holds', 1])
    setLines(log, lines.toSpliced(2, 1))
    expect(findingOf(log)).toBe('LOG_CHAIN 3')
    setLines(log, lines.with(2, `${lines[2]} `))
    expect(findingOf(log)).toBe('LOG_CHAIN 3')
  })

  test('AUD-3: a line that is cut short and never followed is no entry, and is told', () => {
    const log = logOf(3)
    const file = join(log, 'decisions.jsonl')
    truncateSync(file, readFileSync(file).length - 30)
    const report = verifyLog(log)
    expect([report.bad, report.last, report.unfinished > 30]).toEqual([undefined, 2, true])
  })
})

/** Appends `count` entries in a process of its own; its calls are named for it. */
const appender = (log: string, name: string, count: number): Promise<number | null> => {
  const module = pathToFileURL(fileURLToPath(new URL('../../dist/node/decisionLog.js', import.meta.url))).href
  const script = `
    import { appendDecision } from ${JSON.stringify(module)}
    for (let n = 1; n <= ${count}; n++)
      appendDecision(${JSON.stringify(log)}, { ...${JSON.stringify(recordOf(0))}, callId: '${name}-' + n },
        { waitMilliseconds: 60000, maxFileBytes: 20000 })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', resolve))
}

describe('AUD-4: two processes append at once', () => {
  test('AUD-4: one order, and no entry is lost', async () => {
    const log = newLog()
    const [names, count] = [['a', 'b', 'c', 'd'], 60]
    const exits = await Promise.all(names.map((name) => appender(log, name, count)))
    expect(exits).toEqual(names.map(() => 0))
    const report = verifyLog(log)
    expect([report.bad, report.entries, report.torn]).toEqual([undefined, names.length * count, 0])
    const calls = [...readDecisions(log)].map(({ record }) => record?.callId ?? '')
    for (const name of names)
      expect(calls.filter((call) => call.startsWith(`${name}-`))).toEqual(
        Array.from({ length: count }, (_, i) => `${name}-${i + 1}`),
      )
    expect(existsSync(join(log, 'decisions.lock'))).toBe(false)
  }, 120_000)

  test('AUD-4: while another process holds the log, the second refuses', () => {
    const log = logOf(1)
    symlinkSync(readHolder(process.pid), join(log, 'decisions.lock'))
    expect(() => appendDecision(log, recordOf(2), { waitMilliseconds: 20 })).toThrow(
      expect.objectContaining({ code: 'LOG_LOCKED' }),
    )
    expect(linesOf(log)).toHaveLength(1)
  })
})

/** The text of a lock of this machine. */
const readHolder = (pid: number): string => `${pid} ${'0'.repeat(16)} ${hostname()}`

describe('AUD-5: the audit sink fails', () => {
  test.each([
    ['the folder can be read by others', (log: string) => chmodSync(log, 0o755)],
    ['the file can be read by others', (log: string) => chmodSync(join(log, 'decisions.jsonl'), 0o644)],
    [
      'another process holds the log',
      (log: string) => symlinkSync(readHolder(process.pid), join(log, 'decisions.lock')),
    ],
  ])('AUD-5: %s, and the call is denied', async (_, spoil) => {
    const log = logOf(1)
    spoil(log)
    const guard = createGuard({
      enforcer: enforcerWith(),
      mode: 'warn',
      audit: auditTo(log, { waitMilliseconds: 20 }),
    })
    let ran = false
    const tool = guard(TOOL, () => {
      ran = true
    })
    await expect(tool(ARGS)).rejects.toMatchObject({ code: 'AUDIT_FAILED' })
    expect(ran).toBe(false)
  })
})

describe('AUD-6: newlines or control characters in arguments forge a second entry', () => {
  const FORGED = '"}\n{"v":1,"seq":2,"prev":"00","verdict":"allow"}\n\u2028\u0085\r\u001b[2J\u202e'

  test('AUD-6: one entry for each record, in plain ASCII, and the text comes back as it was', () => {
    const log = newLog()
    const fields = {
      session: FORGED,
      tool: FORGED,
      where: FORGED,
      status: FORGED,
      view: { [FORGED]: FORGED },
    }
    appendDecision(log, recordOf(1, fields))
    appendDecision(log, recordOf(2))
    const raw = readFileSync(join(log, 'decisions.jsonl'), 'latin1')
    expect(raw).toMatch(/^[\x20-\x7e]+\n[\x20-\x7e]+\n$/)
    expect([...readDecisions(log)].map(({ record }) => record?.tool)).toEqual([FORGED, 'Read'])
    expect(findingOf(log)).toBe('holds')
  })

  test('AUD-6: whatever text there is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const property = fc.property(text, text, (one, other) => {
      const log = newLog()
      appendDecision(log, recordOf(1, { session: one, view: { [other]: one } }))
      const lines = linesOf(log)
      expect(lines).toHaveLength(1)
      expect(parseLine(lines[0] as string)?.record).toBeDefined()
    })
    fc.assert(property, { numRuns: 60 })
  })
})

describe('AUD-7: secrets in arguments', () => {
  const key = keyOf(7)
  const SECRETS: readonly (readonly [string, string])[] = [
    ['a PEM', '-----BEGIN EC PRIVATE KEY-----\nMHQCAQEEIHh4eHh4\n-----END EC PRIVATE KEY-----'],
    ['a key in hexadecimal', '3f'.repeat(32)],
    ['a key in base64', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='],
    ['a token that says so', 'sk-ant-api03-short1234'],
    ['a token of a forge', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['a password in a URL', 'https://user:hunter2@example.com/x'],
    ['a header', 'Authorization: Bearer abc.def-ghi'],
    ['a named value', 'password=hunter2'],
    ['JSON in text', '{"api_key": "correct horse battery"}'],
    ['a flag', 'tool --password "correct horse"'],
  ]
  const LEAKS = /hunter2|correct|horse|MHQCAQ|3f3f3f|q83vEjRW|api03|0123456789|c2lnbmF0|abc\.def/

  test.each(SECRETS)('AUD-7: %s is in no view, and two such secrets have one digest', (_, secret) => {
    const args = { text: `before ${secret} after` }
    const shown = JSON.stringify(viewOf(args, new Set(['text'])))
    expect(shown).not.toMatch(LEAKS)
    expect(shown).toContain('[redacted]')
    expect(digestOf(args)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('AUD-7: the digest binds everything but the secret', () => {
    const digest = (to: string, password: string): string | undefined => digestOf({ to, password })
    expect(digest('ann', 'hunter2')).toBe(digest('ann', 'hunter3'))
    expect(digest('ann', 'hunter2')).not.toBe(digest('bob', 'hunter2'))
  })

  test('AUD-7: names, sessions, tools and views that hold secrets are kept without them', () => {
    const log = newLog()
    const secret = SECRETS.map(([, text]) => text).join('\n')
    const token = 'sk-ant-api03-short1234' // of ids, only what is marked as a secret is taken out
    const fields = { session: token, callId: token, tool: secret, where: secret, status: secret }
    appendDecision(log, recordOf(1, { ...fields, view: { [secret]: secret, password: 'string(7)' } }))
    expect(readFileSync(join(log, 'decisions.jsonl'), 'latin1')).not.toMatch(LEAKS)
  })

  test('AUD-7: the key of the log is in none of its other files', () => {
    const log = logOf(1)
    const made = ensureLogKey(log)
    const pem = readFileSync(join(log, 'log.key'), 'utf8')
    checkpointLog(log, made, 1_767_225_700)
    const body = pem.split('\n')[1] as string
    for (const name of ['decisions.jsonl', 'checkpoints.jsonl'])
      expect(readFileSync(join(log, name), 'latin1')).not.toContain(body)
    expect(String(key)).toBe('SecretKey(redacted)')
  })
})
