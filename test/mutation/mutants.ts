/** Makes the mutants: Stryker's own mutators write every change into the source at once, each behind a switch. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { messages } from './messages.js'

export const FOLDERS = ['encoding', 'crypto', 'capability', 'warrant', 'statement', 'enforce'] as const

export interface Mutant {
  readonly id: number
  readonly file: string
  /** Of the file's text: results are kept from run to run while it stays. */
  readonly digest: string
  readonly line: number
  readonly column: number
  /** The line of the source, without the white space around it. */
  readonly source: string
  readonly mutator: string
  readonly original: string
  readonly replacement: string
  /** Why it is not counted. */
  readonly ignored?: string
}

export interface Instrumented {
  readonly mutants: readonly Mutant[]
  /** Path of a source, and its text with the switches. */
  readonly files: readonly (readonly [path: string, text: string])[]
}

const silent = (): void => {}
const logger = {
  isDebugEnabled: () => false,
  isTraceEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
}

/** The switches and counters that Stryker calls by functions are read from one object here, which is many times faster. */
const withFastSwitches = (text: string): string =>
  text
    .replace(/stryMutAct_9fa48\("(\d+)"\)/g, '(__mutation.active === $1 && __mutation.hit())')
    .replace(
      /stryCov_9fa48\(([^)]*)\)/g,
      (_, ids: string) => `(__mutation.covering && __mutation.cover(${ids.replaceAll('"', '')}))`,
    )

const textOfLines = (lines: readonly string[], start: Place, end: Place): string =>
  start.line === end.line
    ? (lines[start.line] as string).slice(start.column, end.column) // of the file that was parsed
    : [
        (lines[start.line] as string).slice(start.column),
        ...lines.slice(start.line + 1, end.line),
        (lines[end.line] as string).slice(0, end.column),
      ].join('\n')

interface Place {
  readonly line: number
  readonly column: number
}

const sourcesOf = (root: string, folder: string): string[] =>
  readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${folder}/${name}`)
    .sort()

/** All mutants of some folders of the sources. */
export const mutantsOf = async (root: string, folders: readonly string[]): Promise<Instrumented> => {
  const sources = folders.flatMap((folder) => sourcesOf(root, folder))
  const files = sources.map((name) => ({
    name,
    content: readFileSync(join(root, name), 'utf8'),
    mutate: true,
  }))
  const made = await new Instrumenter(logger).instrument(files, {
    plugins: null,
    excludedMutations: [],
    ignorers: [messages],
    noHeader: true,
  })
  const texts = new Map(files.map(({ name, content }) => [name, content]))
  const mutants = made.mutants.map((mutant, id): Mutant => {
    const { start, end } = mutant.location
    const text = texts.get(mutant.fileName) as string // of one of the files given
    const lines = text.split('\n')
    return {
      id,
      file: mutant.fileName,
      digest: createHash('sha256').update(text).digest('hex').slice(0, 16),
      line: start.line + 1,
      column: start.column + 1,
      source: (lines[start.line] as string).trim(),
      mutator: mutant.mutatorName,
      original: textOfLines(lines, start, end),
      replacement: mutant.replacement,
      ...(mutant.statusReason === undefined ? {} : { ignored: mutant.statusReason }),
    }
  })
  if (made.mutants.some(({ id }, i) => Number(id) !== i)) throw new Error('mutants are not numbered in order')
  return { mutants, files: made.files.map(({ name, content }) => [name, withFastSwitches(content)]) }
}
