/** What the system says of itself. `node:os` is loaded where nothing cheaper tells: a process of the hook has no time for it. */

import { readFileSync } from 'node:fs'

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
    return readFileSync('/proc/sys/kernel/hostname', 'latin1').trimEnd()
  } catch {
    return os().hostname()
  }
}
