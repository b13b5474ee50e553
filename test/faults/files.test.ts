/**
 * The files that the command line writes, while it is killed, or the disk fills up, at every call by which they come to
 * be, and at moments of chance: each is absent or whole, no secret is ever readable by others, and trying again works.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parsePublicKey } from '../../src/crypto/keys.js'
import { parseSecretKey } from '../../src/crypto/signer.js'
import { readSecretKeyFile } from '../../src/node/keyFile.js'
import { parseChain } from '../../src/warrant/text.js'
import { run, type Transcript } from '../cli/harness.js'
import { type FsFault, fsFaultModule } from '../support/fsFaults.js'
import { freshSeed, LONG, scaled } from '../support/scale.js'

const bin = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'warrant-faults-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const warrant = (argv: readonly string[], ...node: readonly string[]): Ended =>
  spawnSync(process.execPath, [...node, bin, ...argv], { encoding: 'utf8' })

const codeIn = ({ stderr }: { readonly stderr: string }): string | undefined =>
  /^warrant: ([A-Z_]+):/m.exec(stderr)?.[1]

/** The same in this process, at the same time. */
const here = (argv: readonly string[]): Promise<Transcript> => run(argv, { now: Date.now() / 1_000 })

/** A command that writes files, in a folder of its own. */
interface Writing {
  readonly name: string
  readonly argvIn: (folder: string) => readonly string[]
  /** What each file must be, if it is there. */
  readonly files: Readonly<Record<string, (text: string) => unknown>>
  /** What it replaces is there before, and may be there after. */
  readonly replaces?: true
}

let given = ''
beforeAll(async () => {
  given = join(home, 'given')
  mkdirSync(given)
  for (const name of ['issuer', 'agent', 'child'])
    expect((await here(['keygen', join(given, name)])).exit).toBe(0)
  const grant = [
    '--issuer-key',
    join(given, 'issuer.key'),
    '--holder',
    join(given, 'agent.pub'),
    '--allow',
    'read',
  ]
  expect((await here(['mint', ...grant, '--out', join(given, 'warrant')])).exit).toBe(0)
})

const WRITINGS: readonly Writing[] = [
  {
    name: 'keygen',
    argvIn: (folder) => ['keygen', join(folder, 'k')],
    files: { 'k.key': parseSecretKey, 'k.pub': parsePublicKey },
  },
  {
    name: 'mint',
    argvIn: (folder) => [
      ...['mint', '--issuer-key', join(given, 'issuer.key'), '--holder', join(given, 'agent.pub')],
      ...['--allow', 'read:path=/data', '--out', join(folder, 'w')],
    ],
    files: { w: parseChain },
  },
  {
    name: 'attenuate',
    argvIn: (folder) => [
      ...['attenuate', join(given, 'warrant'), '--key', join(given, 'agent.key')],
      ...['--holder', join(given, 'child.pub'), '--allow', 'read:path=/data/a', '--out', join(folder, 'w')],
    ],
    files: { w: parseChain },
  },
  {
    name: 'mint --force',
    argvIn: (folder) => [
      ...['mint', '--issuer-key', join(given, 'issuer.key'), '--holder', join(given, 'agent.pub')],
      ...['--allow', 'read:path=/data', '--force', '--out', join(folder, 'w')],
    ],
    files: { w: parseChain },
    replaces: true,
  },
]

/** A new folder for the command to write in. */
const folderFor = ({ files, replaces }: Writing, what: string): string => {
  const folder = mkdtempSync(join(home, `${what}-`))
  if (replaces)
    for (const name of Object.keys(files)) copyFileSync(join(given, 'warrant'), join(folder, name))
  return folder
}

/** What is wrong with the files of a folder after a command was cut off; nothing may be. */
const complaints = (folder: string, { files }: Writing, ended: Ended): readonly string[] => {
  const found: string[] = ended.stderr.split('\n').filter((line) => line.startsWith('LOOSE'))
  for (const [name, parse] of Object.entries(files)) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    try {
      parse(readFileSync(path, 'utf8'))
    } catch {
      found.push(`${name} is there in part`)
    }
  }
  // What is left beside them holds secrets as well.
  const loose = readdirSync(folder).filter(
    (name) => name.includes('.key') && (statSync(join(folder, name)).mode & 0o077) !== 0,
  )
  return [...found, ...loose.map((name) => `${name} can be read by others`)]
}

/** Whether the command does its work after all, whatever is left of the last attempt. */
const recovers = async (folder: string, { name, argvIn, files, replaces }: Writing): Promise<boolean> => {
  const there = Object.keys(files).filter((file) => existsSync(join(folder, file)))
  const again = await here(argvIn(folder))
  if (there.length === 0 || replaces) return again.exit === 0
  // What is whole is never replaced unasked; of a pair without its second half, the first gives it.
  if (again.exit !== 1 || codeIn(again) !== 'FILE_EXISTS') return false
  if (name !== 'keygen') return true
  const shown = await here(['keygen', '--show-public', join(folder, 'k.key')])
  return (
    shown.exit === 0 && parsePublicKey(shown.stdout) === readSecretKeyFile(join(folder, 'k.key')).publicKey
  )
}

/** Places to fail at: every one in the long run, a few of each run's own choice in the short one. */
const placesOf = (calls: number, chance: () => number): readonly number[] => {
  const all = Array.from({ length: calls }, (_, i) => i)
  return LONG ? all : all.filter(() => chance() < 4 / calls)
}

const MANY = 1_000

/** How many calls of the file system the command makes for its files. */
const callsOf = (writing: Writing): number => {
  const folder = folderFor(writing, 'count')
  const ended = warrant(writing.argvIn(folder), '--import', fsFaultModule(folder, MANY, 'kill-before'))
  expect(ended.status).toBe(0)
  expect(Object.keys(writing.files).every((name) => existsSync(join(folder, name)))).toBe(true)
  expect(complaints(folder, writing, ended)).toEqual([])
  expect(readdirSync(folder)).toHaveLength(Object.keys(writing.files).length)
  return Number(/^CALLS (\d+)$/m.exec(ended.stderr)?.[1])
}

/** A number from 0 to 1, the next of this run's seed. */
let state = freshSeed()
const seed = state
const chance = (): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
  return state / 0x7fffffff
}

/** Hundreds of processes, one after another, on a machine that may be busy. */
vi.setConfig({ testTimeout: scaled(120_000, 1_800_000) })

describe.each(LONG ? WRITINGS : WRITINGS.slice(0, 2))(`$name, with faults by seed ${seed}`, (writing) => {
  let calls = 0
  beforeAll(() => {
    calls = callsOf(writing)
    expect(calls).toBeGreaterThan(4)
  })

  /** The command with this fault, at one place after another. */
  const everywhere = async (
    fault: FsFault,
    judge: (folder: string, ended: Ended) => Promise<void>,
  ): Promise<void> => {
    for (const at of placesOf(calls, chance)) {
      const folder = folderFor(writing, `${fault}-${at}`)
      const ended = warrant(writing.argvIn(folder), '--import', fsFaultModule(folder, at, fault))
      expect(complaints(folder, writing, ended), folder).toEqual([])
      await judge(folder, ended)
    }
  }

  const kills: readonly FsFault[] = LONG ? ['kill-halfway', 'kill-before', 'kill-after'] : ['kill-halfway']
  test.each(kills)('leaves whole files or none, and can be repeated: %s', async (fault) => {
    await everywhere(fault, async (folder, ended) => {
      expect(ended.status, folder).toBe(null)
      expect(await recovers(folder, writing), folder).toBe(true)
    })
  })

  test('on a full disk says so, leaves nothing in part, and works when there is room again', async () => {
    await everywhere('full', async (folder, ended) => {
      // To take away the file beside is the one call that may fail unsaid: everything is in its place by then.
      if (ended.status === 0) {
        expect(Object.keys(writing.files).every((name) => existsSync(join(folder, name)))).toBe(true)
        return
      }
      expect([ended.status, codeIn(ended)], folder).toEqual([1, 'FILE_NOT_WRITTEN'])
      expect(await recovers(folder, writing), folder).toBe(true)
    })
  })

  test('killed at any moment, the same', async () => {
    const usual = await lifetime(writing.argvIn(folderFor(writing, 'usual')))
    for (let i = 0; i < scaled(2, 40); i++) {
      const folder = folderFor(writing, 'moment')
      // Files are written towards the end of its life.
      const ended = await killedAfter(writing.argvIn(folder), usual * (0.6 + 0.5 * chance()))
      expect(complaints(folder, writing, ended), folder).toEqual([])
      expect(await recovers(folder, writing), folder).toBe(true)
    }
  })
})

const collected = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (data) => {
      stdout += String(data)
    })
    child.stderr?.on('data', (data) => {
      stderr += String(data)
    })
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })

const lifetime = async (argv: readonly string[]): Promise<number> => {
  const started = performance.now()
  await collected(spawn(process.execPath, [bin, ...argv]))
  return performance.now() - started
}

const killedAfter = async (argv: readonly string[], milliseconds: number): Promise<Ended> => {
  const child = spawn(process.execPath, [bin, ...argv])
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
  const ended = await collected(child)
  clearTimeout(timer)
  return ended
}

const limited = spawnSync('sh', ['-c', 'ulimit -f 0 && exec "$@"', 'sh', process.execPath, '-e', ''], {})

test.skipIf(limited.status !== 0)(
  'where no file may grow, nothing is left and nothing taken for done',
  async () => {
    for (const writing of LONG ? WRITINGS : WRITINGS.slice(0, 1)) {
      const folder = folderFor(writing, 'limit')
      const argv = ['-c', 'ulimit -f 0 && exec "$@"', 'sh', process.execPath, bin, ...writing.argvIn(folder)]
      const ended = spawnSync('sh', argv, { encoding: 'utf8' })
      expect([ended.status, codeIn(ended)]).toEqual([1, 'FILE_NOT_WRITTEN'])
      expect(readdirSync(folder)).toEqual(writing.replaces ? Object.keys(writing.files) : [])
      expect(complaints(folder, writing, ended)).toEqual([])
      expect(await recovers(folder, writing)).toBe(true)
    }
  },
)

test('a file beside that an earlier attempt left is in the way of nobody', async () => {
  for (const writing of WRITINGS) {
    const { argvIn, files } = writing
    const folder = folderFor(writing, 'beside')
    for (const name of Object.keys(files)) writeFileSync(join(folder, `.${name}.0011223344556677`), 'half')
    expect((await here(argvIn(folder))).exit).toBe(0)
    for (const [name, parse] of Object.entries(files)) parse(readFileSync(join(folder, name), 'utf8'))
  }
})
