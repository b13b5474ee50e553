/** A folder of its own for a target that works with files. */

import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files in memory where there are such: what is timed is the program, and not how long a disk takes to be sure. */
const IN_MEMORY = '/dev/shm'

export const memoryFolder = (): string =>
  mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'warrant-fuzz-'))
