/**
 * Sessions that began as children. Where a host gives a child a session of its own, nothing in the child's calls tells it
 * from a session at the top; so it is marked when it starts, and never acts under the standing warrant: not before its
 * grant is bound, not where there was none, and not once its warrant has ended.
 */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError } from '../../errors.js'
import { type SessionName, sessionFileName } from '../../node/sessionStore.js'
import { createStateFile, makeStateFolder, readStateFile, removeStateFile } from '../../node/stateFile.js'

/** No child lives so long. */
const KEPT_SECONDS = 90 * 86_400

/** Marks a session as a child's. @throws FormatError FILE_… */
export const markChild = (root: string, name: SessionName, now: number): void => {
  const { folder, file } = placeOf(root, name)
  makeStateFolder(root)
  makeStateFolder(folder)
  try {
    createStateFile(join(folder, file), '')
  } catch (thrown) {
    if (!(thrown instanceof FormatError && thrown.code === 'FILE_EXISTS')) throw thrown
  }
  sweepShelf(folder, now)
}

/** Whether a session is marked. @throws FormatError FILE_… for what cannot be told */
export const isMarkedChild = (root: string, name: SessionName): boolean => {
  const { folder, file } = placeOf(root, name)
  try {
    readStateFile(join(folder, file))
    return true
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return false
    throw thrown
  }
}

/** One of 256 shelves, so that a sweep of one is short and each has its turn. */
const placeOf = (root: string, { host, session }: SessionName): { folder: string; file: string } => {
  const digest = sessionFileName({ host, session }).replace(/\.json$/, '')
  return { folder: join(root, digest.slice(0, 2)), file: digest.slice(2) }
}

const sweepShelf = (folder: string, now: number): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs
    if (modified !== undefined && now - modified / 1000 > KEPT_SECONDS) removeStateFile(path)
  }
}
