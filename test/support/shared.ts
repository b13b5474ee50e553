/** Access to other people's test data, which lies beside the project where it was prepared and is never copied in. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A path below the folder of prepared data. */
export const sharedPath = (path: string): string =>
  fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url))

/** Whether that data is here: suites that need it say `describe.skipIf(!hasShared)`, so that their absence shows. */
export const hasShared: boolean = existsSync(sharedPath('vectors'))

/** The parsed JSON of a prepared file. Numbers lose `1.0` against `1`: read tagged forms, or the text itself. */
export const readShared = <T>(path: string): T => JSON.parse(readFileSync(sharedPath(path), 'utf8')) as T // shape stated by the caller
