/** Changes to files that are shown before they are made. */

import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWholeFile } from '../../node/wholeFile.js'
import { display, displayUpTo } from '../display.js'
import { cliFailure, placed } from '../failure.js'
import type { Session } from '../session.js'
import { diffOf } from './diff.js'

/** One file, and what is to stand in it. */
export interface Change {
  readonly file: string
  readonly before: string | undefined
  readonly after: string
  readonly write: () => void
}

/** The text of a file that may not be there. @throws CliFailure FILE_UNREADABLE, FILE_NOT_PLAIN */
export const textOfFile = (file: string): string | undefined => {
  if (!existsSync(file)) return undefined
  if (!statSync(file).isFile()) throw cliFailure('FILE_NOT_PLAIN', file)
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw cliFailure('FILE_UNREADABLE', file)
  }
}

/**
 * Writes a configuration of the host's: where a link leads, as operators keep them, and with the mode that it had.
 * @throws CliFailure FILE_NOT_WRITTEN
 */
export const writeConfig = (file: string, text: string): void =>
  placed(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    const target = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(file) : file
    const mode = statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600
    writeWholeFile(target, text, { mode: mode & 0o777, overwrite: true })
  })

/** Those that change anything. */
export const pendingOf = (changes: readonly Change[]): readonly Change[] =>
  changes.filter(({ before, after }) => before !== after)

/**
 * Shows what would change, asks, and makes it. Nothing is asked with `--yes`; without it and without a terminal nothing
 * is changed.
 * @throws CliFailure NOT_CONFIRMED, and those of the writing
 */
export const applyChanges = async (
  session: Session,
  changes: readonly Change[],
  isAgreed: boolean,
): Promise<void> => {
  const pending = pendingOf(changes)
  if (pending.length === 0) return session.remark('nothing to change')
  if (!session.json) for (const change of pending) await session.print(shownChange(change))
  if (!isAgreed && !(await agrees(session, 'make these changes?'))) throw cliFailure('NOT_CONFIRMED')
  for (const { write } of pending) write()
}

/** Whoever agrees to a change has to see all of it: a command is longer than what is shown of other text. */
const SHOWN_OF_LINE = 4_000

const shownChange = ({ file, before, after }: Change): string =>
  [
    `--- ${before === undefined ? '(new file)' : display(file)}`,
    `+++ ${display(file)}`,
    ...diffOf(before ?? '', after).map(
      (line) => `${line.charAt(0)}${displayUpTo(SHOWN_OF_LINE, line.slice(1))}`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join('')

/** Whether somebody at a terminal says yes. */
export const agrees = async (session: Session, question: string): Promise<boolean> => {
  if (!session.io.stdin.isTTY || session.json) return false
  await session.io.stderr.write(`${question} [y/N] `)
  for await (const part of session.io.stdin.bytes())
    return /^y(es)?\s*$/i.test(new TextDecoder().decode(part))
  return false
}
