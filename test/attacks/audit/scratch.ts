/** A copy of the tree in which defences are taken away, so that the tree itself is never touched. */

import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Removal } from './row.js'

/** What one run of tests came to. */
export interface Outcome {
  readonly passed: readonly Ran[]
  readonly failed: readonly Ran[]
  /** Test files that could not be loaded, and runs that gave no report. */
  readonly broken: readonly string[]
  /** It was ended because it did not end. */
  readonly hung: boolean
}

/** A test that ran: the groups around it from the outermost, and then itself. */
export interface Ran {
  readonly file: string
  readonly titles: readonly string[]
}

/** What is run. */
export interface RunOptions {
  /** Below `test`. */
  readonly files: readonly string[]
  /** Only tests with one of these in their names. */
  readonly titles?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** End with the first failure. */
  readonly bail?: boolean
  readonly seconds?: number
}

const COPIED = [
  'src',
  'test',
  'bin',
  'docs',
  'package.json',
  'README.md',
  'tsconfig.base.json',
  'vitest.config.ts',
]
const LINKED = ['node_modules', 'dist']

const CONFIG = `import { mergeConfig } from 'vitest/config'
import base from './vitest.config.js'
const merged = mergeConfig(base, { test: { setupFiles: ['./setup.ts'], cache: false } })
merged.test.reporters = ['json']
export default merged
`

export class Scratch {
  readonly #home: string
  readonly root: string

  /** A copy of the tree at `root`; prepared data that lies beside that is linked beside this. */
  constructor(root: string) {
    this.#home = mkdtempSync(join(tmpdir(), 'warrant-audit-'))
    this.root = join(this.#home, 'work', 'tree')
    mkdirSync(this.root, { recursive: true })
    for (const name of COPIED.filter((each) => existsSync(join(root, each))))
      cpSync(join(root, name), join(this.root, name), { recursive: true })
    for (const name of LINKED) symlinkSync(join(root, name), join(this.root, name))
    const shared = join(root, '..', 'shared')
    if (existsSync(shared)) symlinkSync(shared, join(this.#home, 'work', 'shared'))
    writeFileSync(join(this.root, 'vitest.audit.config.ts'), CONFIG)
    writeFileSync(join(this.root, 'setup.ts'), '')
  }

  /** Replaces texts in `src`, and gives what puts them back. */
  remove(removals: readonly Removal[]): () => void {
    const before = new Map<string, string>()
    for (const { file, text, by } of removals) {
      const path = join(this.root, 'src', file)
      const source = readFileSync(path, 'utf8')
      if (!before.has(path)) before.set(path, source)
      writeFileSync(
        path,
        source.replace(text, () => by),
      )
    }
    return () => {
      for (const [path, source] of before) writeFileSync(path, source)
    }
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  /** Runs tests of the copy. Never rejects. */
  async run(options: RunOptions): Promise<Outcome> {
    const report = join(this.#home, `report-${process.hrtime.bigint()}.json`)
    const argv = [
      ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.audit.config.ts'],
      ...[`--outputFile=${report}`, ...(options.bail === true ? ['--bail=1'] : [])],
      ...(options.titles === undefined ? [] : ['-t', patternOf(options.titles)]),
      ...options.files.map((file) => `test/${file}`),
    ]
    const hung = await ended(argv, this.root, options)
    if (hung) return { passed: [], failed: [], broken: [], hung: true }
    if (!existsSync(report)) return { passed: [], failed: [], broken: ['no report'], hung: false }
    return outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as Report, this.root) // as the reporter documents it
  }

  dispose(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

const outcomeOf = ({ testResults }: Report, root: string): Outcome => {
  const ran = (status: string): readonly Ran[] =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter((each) => each.status === status)
        .map(({ ancestorTitles, title }) => ({
          file: name.slice(`${root}/test/`.length),
          titles: [...ancestorTitles.filter((each) => each !== ''), title],
        })),
    )
  const broken = testResults
    .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
    .map(({ name, message }) => `${name.slice(root.length + 1)}: ${message.split('\n')[0]}`)
  return { passed: ran('passed'), failed: ran('failed'), broken, hung: false }
}

const patternOf = (titles: readonly string[]): string =>
  titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')

/** Whether the run had to be ended. */
const ended = (
  argv: readonly string[],
  cwd: string,
  { env = {}, seconds = 180 }: RunOptions,
): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, argv, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'ignore',
      detached: true,
    })
    let hung = false
    const timer = setTimeout(() => {
      hung = true
      try {
        // Its group: the workers, which may be what hangs, go with it.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // Gone meanwhile.
      }
    }, seconds * 1_000)
    child.once('close', () => {
      clearTimeout(timer)
      resolve(hung)
    })
  })
