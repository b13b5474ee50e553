/** `warrant audit`: what it prints, what it refuses, and that nothing of the log acts on a terminal (attack CLI-4). */

import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { appendDecision } from '../../src/node/decisionLog.js'
import { keysFor, NOW, run, type Transcript } from '../cli/harness.js'
import { linesOf, logOf, newLog, recordOf, setLines } from '../support/decisionLog.js'

const audit = (log: string, ...argv: readonly string[]): Promise<Transcript> =>
  run(['audit', ...argv, '--log', log], { now: NOW + 3_600 })

const codeIn = ({ stderr }: Transcript): string | undefined => /^warrant: ([A-Z_]+):/m.exec(stderr)?.[1]
const jsonIn = ({ stdout }: Transcript): readonly Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>) // one object a line

/** Six entries, of which three are denials in two sessions. */
const mixedLog = (): string => {
  const log = newLog()
  const denial = { verdict: 'deny', code: 'CONSTRAINT_VIOLATED', where: 'file_path' } as const
  appendDecision(log, recordOf(1))
  appendDecision(log, recordOf(2, denial))
  appendDecision(log, recordOf(3, { ...denial, session: 'session-2', mode: 'warn', enforced: false }))
  appendDecision(log, recordOf(4, { host: 'hermes', tool: 'Bash' }))
  appendDecision(log, recordOf(5, { ...denial, code: 'TOOL_NOT_GRANTED', where: 'tool', tool: 'Bash' }))
  appendDecision(log, recordOf(6, { event: 'PostToolUse', status: 'ok', durationMicroseconds: 1_500 }))
  return log
}

describe('list', () => {
  let log = ''
  beforeAll(() => {
    log = mixedLog()
  })

  test('one line for each entry', async () => {
    const { exit, stdout } = await audit(log, 'list')
    expect(exit).toBe(0)
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '     1  2026-01-01T00:00:01Z  allow  claude Read  session session-1',
      '     2  2026-01-01T00:00:02Z  deny   claude Read  CONSTRAINT_VIOLATED at file_path  session session-1',
      '     3  2026-01-01T00:00:03Z  deny   claude Read  CONSTRAINT_VIOLATED at file_path  not enforced (warn)  session session-2',
    ])
  })

  test.each([
    [
      ['--verdict', 'deny'],
      [2, 3, 5],
    ],
    [['--session', 'session-2'], [3]],
    [
      ['--tool', 'Bash'],
      [4, 5],
    ],
    [['--host', 'hermes'], [4]],
    [
      ['--code', 'CONSTRAINT_VIOLATED'],
      [2, 3],
    ],
    [
      ['--since', String(NOW + 4)],
      [4, 5, 6],
    ],
    [['--since', '2026-01-01T00:00:04Z', '--until', String(NOW + 5)], [4]],
    [
      ['--since', '1h'],
      [1, 2, 3, 4, 5, 6],
    ],
    [['--since', '59m'], []],
    [
      ['--last', '2'],
      [5, 6],
    ],
    [['--verdict', 'deny', '--last', '1'], [5]],
    [['--last', '0'], []],
  ])('%j', async (flags, expected) => {
    const transcript = await audit(log, 'list', '--json', ...flags)
    expect(jsonIn(transcript).map(({ seq }) => seq)).toEqual(expected)
  })

  test.each([
    ['--verdict', 'maybe', 'USAGE'],
    ['--since', 'yesterday', 'TIME_MALFORMED'],
    ['--since', '2hours', 'DURATION_MALFORMED'],
    ['--last', 'x', 'USAGE'],
    ['--format', 'xml', 'USAGE'],
  ])('%s %s is wrong usage', async (flag, value, code) => {
    const transcript = await audit(log, 'list', flag, value)
    expect([transcript.exit, codeIn(transcript)]).toEqual([2, code])
  })

  test('another action, or none', async () => {
    for (const argv of [['audit', 'erase'], ['audit'], ['audit', 'constructor']])
      expect([argv, (await run(argv)).exit]).toEqual([argv, 2])
  })

  test('a log that is not there, or can be read by others', async () => {
    const nowhere = await audit(newLog(), 'list')
    expect([nowhere.exit, codeIn(nowhere)]).toEqual([1, 'FILE_NOT_FOUND'])
    expect(codeIn(await audit(newLog(), 'checkpoint'))).toBe('FILE_NOT_FOUND')
    const loose = logOf(1)
    chmodSync(join(loose, 'decisions.jsonl'), 0o644)
    expect(codeIn(await audit(loose, 'list'))).toBe('FILE_MODE')
  })

  test('CLI-4: nothing of the log acts on a terminal', async () => {
    const hostile = '\u001b[2J\u202e\n"x'
    const at = newLog()
    const denial = { verdict: 'deny', code: hostile, where: hostile, status: hostile } as const
    appendDecision(at, recordOf(1, { ...denial, host: hostile, tool: hostile, session: hostile }))
    for (const argv of [
      ['list'],
      ['list', '--json'],
      ['export'],
      ['export', '--format', 'otel'],
      ['packet'],
    ]) {
      const { stdout } = await audit(at, ...argv)
      expect([argv, stdout.split('\n').length]).toEqual([argv, 2])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
  })

  test('a log that can be written by hand is shown, but for what is no entry', async () => {
    const at = logOf(3)
    setLines(at, linesOf(at).with(1, '{"v":1,"seq":2,"time":{}}'))
    expect(jsonIn(await audit(at, 'list', '--json')).map(({ seq }) => seq)).toEqual([1, 3])
  })
})

describe('verify', () => {
  test('says what holds, and what cannot be known', async () => {
    const log = logOf(5)
    const { exit, stdout, stderr } = await audit(log, 'verify')
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(/^verified 5 entries, 1 to 5, head [0-9a-f]{64}\n$/),
    ])
    expect(stderr).toContain('cannot be told from a whole one')
  })

  test('a checkpoint that was kept elsewhere, and its key', async () => {
    const log = logOf(5)
    const { dir } = await keysFor()
    const kept = join(dir, 'kept')
    writeFileSync(kept, (await audit(log, 'checkpoint')).stdout)
    const { key } = JSON.parse(readFileSync(kept, 'utf8')) as { key: string } // as it was printed
    const flags = ['--checkpoint', kept, '--log-key', key]
    const whole = await audit(log, 'verify', ...flags)
    expect([whole.exit, whole.stderr]).toEqual([0, 'checkpoints bear out entry 5\n'])
    setLines(log, linesOf(log).slice(0, 3))
    rmSync(join(log, 'checkpoints.jsonl'))
    expect((await audit(log, 'verify')).exit).toBe(0)
    const cut = await audit(log, 'verify', ...flags)
    expect([cut.exit, cut.stdout, codeIn(cut)]).toEqual([1, '', 'LOG_CUT'])
    expect(cut.stderr).toContain('entry 4: it is not there')
    const json = await audit(log, 'verify', '--json', ...flags)
    expect([json.exit, jsonIn(json)[0]]).toEqual([
      1,
      expect.objectContaining({ verified: false, bad: expect.objectContaining({ code: 'LOG_CUT', seq: 4 }) }),
    ])
    const { keys } = await keysFor('other')
    expect(codeIn(await audit(log, 'verify', '--checkpoint', kept, '--log-key', keys.other.public))).toBe(
      'LOG_CHECKPOINT',
    )
  })

  test('names the first bad entry, with its file and line', async () => {
    const log = logOf(5)
    setLines(log, linesOf(log).with(2, (linesOf(log)[2] as string).replace('"allow"', '"deny"')))
    const { exit, stderr } = await audit(log, 'verify')
    expect([exit, stderr]).toEqual([
      1,
      'warrant: LOG_CHAIN: entry 3: it is not what entry 4 names, in decisions.jsonl line 3\n',
    ])
  })

  test('a file of checkpoints that holds none', async () => {
    const log = logOf(1)
    const { dir } = await keysFor()
    for (const text of ['', '\n', 'nothing\n']) {
      const file = join(dir, 'empty')
      writeFileSync(file, text)
      expect(codeIn(await audit(log, 'verify', '--checkpoint', file))).toBe('LOG_MALFORMED')
    }
  })

  test('files that were moved away', async () => {
    const log = logOf(6, { maxFileBytes: 1 })
    rmSync(join(log, 'decisions.1.jsonl'))
    expect(codeIn(await audit(log, 'verify'))).toBe('LOG_CHAIN')
    const { exit, stderr } = await audit(log, 'verify', '--archived')
    expect([exit, stderr]).toEqual([0, expect.stringContaining('entries 1 to 1 are not here')])
  })

  test('a log without an entry has no checkpoint', async () => {
    const log = newLog()
    mkdirSync(log, { mode: 0o700 })
    expect((await audit(log, 'verify')).stdout).toBe('verified: the log has no entry\n')
    expect(codeIn(await audit(log, 'checkpoint'))).toBe('LOG_MALFORMED')
  })
})

describe('export', () => {
  const only = async (
    log: string,
    format: string,
    ...flags: readonly string[]
  ): Promise<Record<string, unknown>> => {
    const [first, ...rest] = jsonIn(await audit(log, 'export', '--format', format, ...flags))
    expect(rest).toEqual([])
    return first as Record<string, unknown> // there is one
  }
  const log = mixedLog()
  const lastDenial = ['--code', 'CONSTRAINT_VIOLATED', '--session', 'session-1']
  const warned = ['--session', 'session-2']

  test('OCSF: API Activity', async () => {
    expect(await only(log, 'ocsf', ...lastDenial)).toMatchObject({
      category_uid: 6,
      class_uid: 6003,
      activity_id: 99,
      type_uid: 600_399,
      severity_id: 3,
      action_id: 2,
      disposition_id: 2,
      status_id: 2,
      status_code: 'CONSTRAINT_VIOLATED',
      time: (NOW + 2) * 1000,
      metadata: {
        version: '1.3.0',
        profiles: ['security_control'],
        product: { name: 'warrant' },
        sequence: 2,
      },
      actor: { app_name: 'claude', session: { uid: 'session-1' } },
      api: { operation: 'Read', request: { uid: 'call-2' } },
      src_endpoint: { name: 'claude' },
      unmapped: { where: 'file_path', mode: 'block' },
    })
    expect(await only(log, 'ocsf', ...warned)).toMatchObject({
      action_id: 1,
      disposition_id: 17,
      status_id: 0,
    })
  })

  test('the Elastic Common Schema', async () => {
    expect(await only(log, 'ecs', ...lastDenial)).toMatchObject({
      '@timestamp': '2026-01-01T00:00:02.000Z',
      event: {
        kind: 'event',
        category: ['api'],
        type: ['access', 'denied'],
        outcome: 'failure',
        sequence: 2,
      },
      service: { name: 'claude' },
      warrant: { where: 'file_path', session: 'session-1' },
    })
    expect(await only(log, 'ecs', '--last', '1')).toMatchObject({
      event: { outcome: 'success', duration: 1_500_000 },
    })
  })

  test('OpenTelemetry', async () => {
    const line = await only(log, 'otel', ...lastDenial)
    const [resource] = line['resourceLogs'] as { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[] // of OTLP
    const record = resource?.scopeLogs[0]?.logRecords[0]
    expect(record).toMatchObject({
      timeUnixNano: `${NOW + 2}000000000`,
      severityNumber: 13,
      body: { stringValue: 'deny Read CONSTRAINT_VIOLATED' },
    })
    expect(record?.['attributes']).toContainEqual({ key: 'warrant.sequence', value: { intValue: '2' } })
    expect(record?.['attributes']).toContainEqual({ key: 'warrant.enforced', value: { boolValue: true } })
  })

  test('as it is, and without the marks of torn lines', async () => {
    const at = logOf(2)
    const file = join(at, 'decisions.jsonl')
    writeFileSync(file, readFileSync(file).subarray(0, -20))
    appendDecision(at, recordOf(3))
    expect(jsonIn(await audit(at, 'export')).map(({ callId }) => callId)).toEqual(['call-1', 'call-3'])
    expect(jsonIn(await audit(at, 'list', '--json'))[1]).toMatchObject({
      torn: { bytes: expect.any(Number) },
    })
  })
})

describe('packet', () => {
  /** No secret to any pattern: what hides these is that no value is in the packet at all. */
  const PLAIN = ['hunter2', 'correct-horse', 'tuesday']
  const MARKED = ['ghp_0123456789abcdefghijABCDEFGHIJ012345', '3f'.repeat(32), 'sk-ant-api03-short1234']
  const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHh4eHh4\n-----END PRIVATE KEY-----'

  test('AUD-7: secrets are everywhere, and none is in the packet', async () => {
    const log = newLog()
    const home = dirname(log)
    for (const secret of [...PLAIN, ...MARKED, PEM]) {
      const view = { [secret]: secret, path: secret }
      const fields = {
        session: secret,
        callId: secret,
        status: secret,
        view,
        argsDigest: secret,
        warrantId: secret,
      }
      appendDecision(
        log,
        recordOf(1, { ...fields, verdict: 'deny', code: 'CONSTRAINT_VIOLATED', where: 'path' }),
      )
      appendDecision(
        log,
        recordOf(2, { ...fields, tool: `${secret} x`, where: `a b ${secret}`, host: `x ${secret}` }),
      )
    }
    // As a program that takes nothing out would have written it.
    const [line = ''] = linesOf(log)
    setLines(log, linesOf(log).with(0, line.replace('"tool":"Read"', `"tool":"${MARKED[0]}"`)))
    const nested = Object.fromEntries(
      [...PLAIN, ...MARKED, PEM].map((secret) => [secret, [secret, { [secret]: secret }]]),
    )
    writeFileSync(
      join(home, 'hook.json'),
      JSON.stringify({
        version: 1,
        roots: [...MARKED],
        protect: ['/home/tuesday'],
        hosts: { claude: nested },
        ...nested,
      }),
      { mode: 0o600 },
    )
    const { exit, stdout } = await run(['audit', 'packet', '--home', home])
    expect(exit).toBe(0)
    for (const secret of [...PLAIN, ...MARKED, 'MC4CAQ', '3f3f3f', home]) expect(stdout).not.toContain(secret)
    const [packet] = jsonIn({ exit, stdout, stderr: '' })
    expect(packet).toMatchObject({
      packet: 1,
      versions: { node: process.version },
      log: { bad: { code: 'LOG_CHAIN', seq: 1 } },
      configuration: {
        version: 'number',
        roots: MARKED.map((key) => `string(${key.length})`),
        hosts: { claude: {} },
      },
    })
    expect(packet?.['denials']).toHaveLength(PLAIN.length + MARKED.length + 1)
  })

  test('to a new file that its owner alone can read', async () => {
    const log = logOf(1)
    const out = join(dirname(log), 'packet.json')
    expect(await audit(log, 'packet', '-o', out)).toMatchObject({ exit: 0, stdout: '' })
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect(codeIn(await audit(log, 'packet', '-o', out))).toBe('FILE_EXISTS')
    expect((await audit(log, 'packet', '-o', out, '--force')).exit).toBe(0)
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      counts: { 'claude allow block': 1 },
      configuration: 'none',
    })
  })
})
