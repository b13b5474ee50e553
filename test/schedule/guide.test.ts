/** The page docs/how-to/schedule-with-node.md: its programs are run as they stand, its commands as cron and systemd start them. */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { generateKey, leafOf, parseChain, parseSecretKey, verify } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/index.js'
import { hasRedis, redisServer } from '../support/redisServer.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs', 'how-to', 'schedule-with-node.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string,
  )
const program = (name: string): string =>
  blocks('js').find((text) => text.startsWith(`// ${name}\n`)) as string

/** A folder with the package as it is installed, a key, and the files that the page speaks of. */
const place = (): {
  readonly folder: string
  readonly write: (path: string, text: string, mode?: number) => string
} => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'warrant-schedule-')))
  const write = (path: string, text: string, mode = 0o644): string => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'warrant'))
  for (const name of ['croner', 'bullmq', 'redis'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  writeSecretKeyFile(join(folder, 'issuer.key'), generateKey())
  write('srv/reports/q3.csv', 'the report')
  write('srv/payroll.csv', 'the payroll')
  return { folder, write }
}

const node = (folder: string, script: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' })

describe('in Node', () => {
  test('croner: the run reads what it may, and is denied the rest as the page shows', () => {
    const { folder, write } = place()
    write('report.mjs', program('croner').replaceAll('/srv/', `${folder}/srv/`))
    const said = node(
      folder,
      `import { schedule } from './report.mjs'
       await schedule.trigger()
       schedule.stop()`,
    )
    const [shown] = blocks('text') as [string]
    expect(said).toBe(`the report\n${shown.replaceAll('/srv/', `${folder}/srv/`)}`)
    const log = readFileSync(join(folder, 'log', 'decisions.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(log.map((line) => JSON.parse(line).verdict)).toEqual(['allow', 'deny'])
  })

  test.skipIf(!hasRedis)('BullMQ: the job is handed a run', async () => {
    const { folder, write } = place()
    write('worker.mjs', program('bullmq'))
    const server = await redisServer()
    const said = node(
      folder,
      `import { Queue, QueueEvents } from 'bullmq'
       import { createClient } from 'redis'
       import { workerOf } from './worker.mjs'
       const connect = () => createClient({ url: 'redis://127.0.0.1:${server.port}' }).on('error', () => {}).connect()
       const queue = new Queue('reports', { connection: await connect() })
       const events = new QueueEvents('reports', { connection: await connect() })
       await events.waitUntilReady()
       workerOf(await connect(), async (run, queued) => queued.data.of + ' in ' + run.session)
       const job = await queue.add('nightly', { of: 'q3' })
       console.log(await job.waitUntilFinished(events))
       process.exit(0)`,
    )
    await server.kill()
    expect(said).toMatch(/^q3 in cron_report_\d{8}_\d{6}_[0-9a-f]{8}\n$/)
  })
})

/** Programs under the names of the page, and the policy where it belongs; what the job saw is left in `seen`. */
const machine = (): ReturnType<typeof place> & { readonly env: Record<string, string> } => {
  const made = place()
  const { folder, write } = made
  write(
    'bin/warrant',
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'warrant.cjs')}" "$@"\n`,
    0o755,
  )
  const report = [
    '#!/bin/sh',
    'echo "$@" >seen/words; env >seen/env; cp "$WARRANT_FILE" seen/warrant; cp "$WARRANT_KEY_FILE" seen/key',
    '(: <&3) 2>/dev/null && touch seen/descriptor',
    'exit 0',
  ]
  write('bin/report', `${report.join('\n')}\n`, 0o755)
  write('.warrant/warrants/cron/report.yaml', blocks('yaml')[0] as string)
  mkdirSync(join(folder, 'seen'))
  return {
    ...made,
    env: { HOME: folder, PATH: `${folder}/bin:/usr/bin:/bin`, LOGNAME: 'agent', SHELL: '/bin/sh' },
  }
}

/** What the job was handed is a warrant for it, and nothing of the issuer's. */
const expectHanded = (folder: string): void => {
  const seen = (name: string): string => readFileSync(join(folder, 'seen', name), 'utf8')
  const issuer = parseSecretKey(readFileSync(join(folder, 'issuer.key'), 'utf8'))
  expect(seen('words')).toBe('--quarter q3\n')
  expect(existsSync(join(folder, 'seen', 'descriptor'))).toBe(false)
  const chain = parseChain(seen('warrant').trim())
  verify(chain, { roots: [issuer.publicKey], now: Date.now() / 1000 })
  const { payload } = leafOf(chain)
  expect([...payload.tools.keys()]).toEqual(['read_file'])
  expect(payload.expiresAt - payload.issuedAt).toBe(1_200)
  expect(payload.agentId).toBe('cron:report')
  expect(parseSecretKey(seen('key')).publicKey).toBe(payload.holder)
  expect(seen('env')).toContain(`WARRANT_SESSION=${payload.sessionId}`)
  expect(seen('env')).not.toContain('issuer.key')
}

describe('as a process', () => {
  test('the line of the crontab, started as cron starts it', () => {
    const [crontab] = blocks('crontab') as [string]
    const names = Object.fromEntries(
      [...crontab.matchAll(/^([A-Z]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    expect(Object.keys(names)).toEqual(['HOME', 'PATH'])
    const line = /^(?:\S+\s+){5}(.*)$/m.exec(crontab.split('\n').at(-2) as string)?.[1] as string
    expect(line).toMatch(/^runuser -u agent -- /)
    expect(line).not.toContain('%')
    const { folder, env } = machine()
    // Without the change of user, for which the test would have to be root's.
    const command = line.replace('runuser -u agent -- ', '').replace('/etc/warrant', folder)
    const ran = spawnSync('/bin/sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' })
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' })
    expectHanded(folder)
    const record = JSON.parse(readFileSync(join(folder, 'report.runs'), 'utf8'))
    expect(record).toMatchObject({ for: 'cron:report', exit: 0, expired: false })
  })

  test('the service, with the file that systemd opens for it', () => {
    const [service, timer] = blocks('ini') as [string, string]
    const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(service)?.[1] as string
    expect(timer).toMatch(/^OnCalendar=/m)
    const { folder, env } = machine()
    const [file, , how] = setting('OpenFile').replace('/etc/warrant', folder).split(':') as [
      string,
      string,
      string,
    ]
    expect(how).toBe('read-only')
    const [command, ...words] = setting('ExecStart').split(' ') as [string, ...string[]]
    const script = `exec 3<"$0"; exec "$@"` // descriptors begin at 3
    const started = ['-c', script, file, join(folder, 'bin', command), ...words]
    const ran = spawnSync('/bin/sh', started, { cwd: folder, env, encoding: 'utf8' })
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' })
    expectHanded(folder)
  })
})
