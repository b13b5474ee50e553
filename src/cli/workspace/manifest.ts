/** Manifests of a workspace, as `doctor` reads them: rows of a table, the first two values of each in backticks. */

import { isAbsolute, join } from 'node:path'
import { CRON_MANIFEST, ROWS, TENANT_MANIFEST } from '../templates/documents.js'
import { textOf } from './files.js'

/** Where the parts of a workspace are said to be; undefined where a row is missing or no whole path. */
export type Manifest = { readonly [Part in keyof typeof ROWS]: string | undefined }

/** The manifest of a workspace; undefined where it cannot be read. */
export const readManifest = (root: string): Manifest | undefined => {
  const rows = rowsOf(join(root, TENANT_MANIFEST))
  if (rows === undefined) return undefined
  const at = (part: keyof typeof ROWS): string | undefined => {
    const value = rows.get(ROWS[part])
    return value !== undefined && isAbsolute(value) ? value : undefined
  }
  return { work: at('work'), hermes: at('hermes'), guard: at('guard'), keys: at('keys') }
}

/** The ids of the jobs that may be scheduled; undefined where the manifest cannot be read. */
export const readJobIds = (root: string): readonly string[] | undefined => {
  const rows = rowsOf(join(root, CRON_MANIFEST))
  return rows === undefined ? undefined : [...rows.keys()]
}

const rowsOf = (file: string): ReadonlyMap<string, string | undefined> | undefined => {
  try {
    const rows = textOf(file)?.matchAll(/^\| *`([^`\n]+)` *\|(?: *`([^`\n]+)` *\|)?/gm)
    return rows && new Map([...rows].map(([, name, value]) => [name as string, value]))
  } catch {
    return undefined
  }
}
