/** `warrant conformance`: vector files against this very implementation, with every engine it can use. */

import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { celEngine } from '../../cel/index.js'
import { regexEngine } from '../../regex/index.js'
import { EXIT_DONE, EXIT_REFUSED } from '../failure.js'
import type { Io } from '../io.js'
import { readVectors, type VectorFile, vectorFiles } from './files.js'
import { rowsOfVectors } from './formats.js'
import { type FileReport, hasRunFailed, jsonReport, textReport } from './report.js'

export interface ConformanceOptions {
  readonly json: boolean
}

const ENGINES = { regex: regexEngine, cel: celEngine }

const run = ({ path, name, named }: VectorFile): FileReport => {
  const data = readVectors(path)
  if (data === undefined) return { name, rows: [], refused: 'not JSON of a size that is read', failed: true }
  const sibling = (file: string) => {
    const beside = join(dirname(path), basename(file))
    return existsSync(beside) ? readVectors(beside) : undefined
  }
  const rows = rowsOfVectors({ data, engines: ENGINES, sibling })
  if (rows === undefined) return { name, rows: [], refused: 'unknown format', failed: named }
  return rows.length === 0 ? { name, rows, refused: 'no row at all', failed: true } : { name, rows }
}

/**
 * Runs every file named and every JSON file below the folders named.
 * @returns 1 where a row failed, a file is no JSON or has no row, a file of unknown format was named itself, or nothing at
 *   all was judged; else 0.
 * @throws CliFailure for a path that is not there.
 */
export const runConformance = async (
  paths: readonly string[],
  { json }: ConformanceOptions,
  io: Io,
): Promise<number> => {
  const reports = vectorFiles(paths).map(run)
  await io.stdout.write(json ? jsonReport(reports) : textReport(reports))
  return hasRunFailed(reports) ? EXIT_REFUSED : EXIT_DONE
}
