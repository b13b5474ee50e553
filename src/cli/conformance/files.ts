/** Vector files: found by name or by folder, read whole, within a bound. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { cliFailure } from '../failure.js'
import type { Json } from './json.js'

/** Bytes. */
const MAX_FILE = 64 * 1024 * 1024

export interface VectorFile {
  readonly path: string
  /** What the report calls it. */
  readonly name: string
  /** Whether it was named itself, and not met in a folder. */
  readonly named: boolean
}

const jsonBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((found) => {
      const path = join(folder, found.name)
      if (found.isDirectory()) return jsonBelow(path)
      return found.isFile() && found.name.endsWith('.json') ? [path] : []
    })

/** @throws CliFailure FILE_NOT_FOUND, FILE_UNREADABLE */
export const vectorFiles = (paths: readonly string[]): readonly VectorFile[] =>
  paths.flatMap((path): readonly VectorFile[] => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) throw cliFailure('FILE_NOT_FOUND', path)
    if (!found.isDirectory()) return [{ path, name: basename(path), named: true }]
    return jsonBelow(path).map((below) => ({ path: below, name: relative(path, below), named: false }))
  })

/** The JSON of a file; undefined where it is none. */
export const readVectors = (path: string): Json | undefined => {
  if (statSync(path).size > MAX_FILE) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json // whatever JSON.parse gives is Json
  } catch {
    return undefined
  }
}
