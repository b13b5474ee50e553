/**
 * The workspace of a session: the folder in which it was first seen. A host reports where an agent stands now, and an agent
 * that may change folders could walk into a workspace whose mode is weaker; so the first answer is kept.
 */

import { join } from 'node:path'
import { FormatError } from '../errors.js'
import { sessionFileName } from '../node/sessionStore.js'
import { createStateFile, makeStateFolder, readStateFile } from '../node/stateFile.js'
import type { HookEvent } from './event.js'

/** The workspace; undefined where none can be told, and so none whose modes could hold. @throws FormatError FILE_… */
export const workspaceOf = (folder: string, host: string, event: HookEvent): string | undefined => {
  const { session, cwd } = event
  if (session === '') return undefined
  const file = join(folder, sessionFileName({ host, session }).replace(/\.json$/, ''))
  const known = keptAt(file)
  if (known !== undefined || cwd === undefined) return known
  makeStateFolder(folder)
  try {
    createStateFile(file, cwd)
    return cwd
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_EXISTS') return keptAt(file) // by a call at the same time
    throw thrown
  }
}

const keptAt = (file: string): string | undefined => {
  try {
    return readStateFile(file)
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}
