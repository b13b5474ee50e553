/** What the system says of itself. `node:os` is loaded where nothing cheaper tells: a process of the hook has no time for it. */

import { closeSync, openSync, readSync } from 'node:fs'

/** Milliseconds since the process was started; `performance` would be ten modules more. */
export const sinceStart = (): number => process.uptime() * 1000

const os = (): typeof import('node:os') => process.getBuiltinModule('node:os')

/** The home of the user, as `os.homedir` tells it. */
export const userHome = (): string =>
  (process.platform === 'win32' ? undefined : process.env['HOME']) ?? os().homedir()

/** The name of this machine, or of this container, as `os.hostname` tells it. */
export const hostName = (): string => {
  if (process.platform !== 'linux') return os().hostname()
  try {
    return shortText('/proc/sys/kernel/hostname').trimEnd()
  } catch {
    return os().hostname()
  }
}

/** Longer than any name of a machine on Linux. */
const SHORT_BYTES = 256

/** A file whose size the system does not tell, for which `readFileSync` would make room by the tens of kilobytes. */
const shortText = (path: string): string => {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.allocUnsafe(SHORT_BYTES)
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, SHORT_BYTES, null))
  } finally {
    closeSync(file)
  }
}
