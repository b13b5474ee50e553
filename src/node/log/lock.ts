/**
 * One writer at a time, among processes: a symbolic link that says who holds the lock, for a link comes to be together
 * with its text, in one step that fails if anything is there. It points nowhere, and is never followed.
 */

import {
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { randomBytes } from '../../crypto/random.js'
import { toHex } from '../../encoding/bytes.js'
import { FormatError } from '../../errors.js'
import { hostName, sinceStart } from '../machine.js'
import { errnoOf } from '../wholeFile.js'

/** A lock of another machine, or of another container, whose processes cannot be looked at, is given up after this. */
const FOREIGN_MILLISECONDS = 60_000
const MAX_PAUSE_MILLISECONDS = 8
/** Breaking a lock takes a lock; one more level for each breaker that was killed at it. */
const MAX_BREAKERS = 4

/**
 * Runs `work` while holding the lock, and gives it back whatever happens.
 * @throws FormatError LOG_LOCKED after `waitMilliseconds`, LOG_NOT_WRITTEN where no lock can be made,
 *   KEY_RANDOM_SOURCE
 */
export const withLock = <T>(path: string, waitMilliseconds: number, work: () => T): T => {
  const release = acquire(path, sinceStart() + waitMilliseconds, 0)
  try {
    return work()
  } finally {
    release()
  }
}

const acquire = (path: string, deadline: number, breakers: number): (() => void) => {
  const text = `${process.pid} ${toHex(randomBytes(8))} ${hostName()}`
  for (let pause = 0.25; ; pause = Math.min(pause * 2, MAX_PAUSE_MILLISECONDS)) {
    if (claim(path, text)) return () => giveBack(path, text)
    const held = textOf(path)
    if (held === undefined) continue // given back meanwhile
    if (breakers < MAX_BREAKERS && isAbandoned(path, held)) {
      breakLock(path, held, deadline, breakers)
      continue
    }
    if (sinceStart() >= deadline) throw new FormatError('LOG_LOCKED')
    Atomics.wait(SLEEP, 0, 0, pause)
  }
}

const SLEEP = new Int32Array(new SharedArrayBuffer(4))

/**
 * Removes the lock of a process that is gone. Whoever does so holds a lock that is named for that one claim, and looks
 * again: nobody else can have removed it since, so what is removed is never the lock of somebody who lives.
 */
const breakLock = (path: string, held: string, deadline: number, breakers: number): void => {
  const release = acquire(`${path}.${nonceOf(held)}`, deadline, breakers + 1)
  try {
    if (textOf(path) === held) remove(path)
  } finally {
    release()
  }
}

const claim = (path: string, text: string): boolean => {
  try {
    symlinkSync(text, path)
    return true
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === 'EEXIST') return false
    if (errno === 'EPERM' || errno === 'ENOSYS' || errno === 'ENOTSUP') return claimByFile(path, text)
    throw new FormatError('LOG_NOT_WRITTEN', errno)
  }
}

/** Where there are no symbolic links: a file that is written first, and then named, in one step as well. */
const claimByFile = (path: string, text: string): boolean => {
  const beside = `${path}.${nonceOf(text)}.new`
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' })
    linkSync(beside, path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false
    throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
  } finally {
    remove(beside)
  }
}

const textOf = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EINVAL' && errnoOf(thrown) !== 'UNKNOWN') return undefined
  }
  try {
    return readFileSync(path, 'utf8').slice(0, 512)
  } catch {
    return undefined
  }
}

const remove = (path: string): boolean => {
  try {
    unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** Locks of this process that are given back and could not be removed, as on a full disk. */
const left = new Set<string>()

const giveBack = (path: string, text: string): void => {
  if (!remove(path) && textOf(path) === text) left.add(text)
}

const CLAIM = /^([0-9]{1,10}) ([0-9a-f]{16}) (.*)$/s

const nonceOf = (text: string): string => CLAIM.exec(text)?.[2] ?? 'unreadable'

/** Whether nobody can hold a lock any more. In doubt it is held. */
const isAbandoned = (path: string, held: string): boolean => {
  const [, pid, , host] = CLAIM.exec(held) ?? []
  if (left.has(held)) return true
  const age = ageOf(path)
  if (age === undefined) return false
  if (pid === undefined || host !== hostName()) return age > FOREIGN_MILLISECONDS
  try {
    process.kill(Number(pid), 0)
  } catch (thrown) {
    if (errnoOf(thrown) === 'ESRCH') return true
  }
  const alive = aliveFor(Number(pid))
  return alive !== undefined && alive + 500 < age // another process, which was given the same number
}

const ageOf = (path: string): number | undefined => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found === undefined ? undefined : Date.now() - found.mtimeMs
}

/** For how many milliseconds a process has been running, where the system tells. */
const aliveFor = (pid: number): number | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'))
    const alive = uptime * 1000 - Number(fields[19]) * 10 // its start, in hundredths of a second since boot
    return alive >= 0 ? alive : undefined
  } catch {
    return undefined
  }
}
