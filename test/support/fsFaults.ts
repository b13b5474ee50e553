/** A module for `node --import` that ends the process, or fails a call, at the n-th call it makes of the file system. */

/** What happens there. */
export type FsFault = 'kill-before' | 'kill-after' | 'kill-halfway' | 'full'

/** Calls by which a file comes to be. */
const WATCHED = [
  'openSync',
  'fchmodSync',
  'writeFileSync',
  'writeSync',
  'fsyncSync',
  'closeSync',
  'linkSync',
  'renameSync',
  'unlinkSync',
]

/**
 * Calls that concern files below `folder` are counted from 0. After each of them the mode of every file there whose
 * name has `.key` in it is looked at; one that others could read is told on the standard error as `LOOSE`, and the
 * number of calls is told there at the end as `CALLS`.
 */
export const fsFaultModule = (folder: string, at: number, fault: FsFault): string =>
  `data:text/javascript,${encodeURIComponent(`
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const [folder, at, fault] = ${JSON.stringify([folder, at, fault])}
const { readdirSync, statSync, writeSync, writeFileSync } = fs
const die = () => process.kill(process.pid, 'SIGKILL')
const ours = new Set()
let count = 0
const look = () => {
  for (const name of readdirSync(folder)) {
    if (!name.includes('.key')) continue
    try {
      if ((statSync(folder + '/' + name).mode & 0o077) !== 0) writeSync(2, 'LOOSE ' + name + '\\n')
    } catch {}
  }
}
for (const name of ${JSON.stringify(WATCHED)}) {
  const original = fs[name]
  fs[name] = (...args) => {
    const [first, second] = args
    const concerned = typeof first === 'number' ? ours.has(first) : String(first).startsWith(folder)
    if (!concerned) return original(...args)
    const now = count++ === at
    if (now && fault === 'kill-before') die()
    if (now && fault === 'kill-halfway') {
      if (name.startsWith('write')) writeSync(first, String(second).slice(0, 20))
      die()
    }
    if (now && fault === 'full') {
      if (name.startsWith('write')) writeSync(first, String(second).slice(0, 20))
      if (name === 'closeSync') original(...args)
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    try {
      const result = original(...args)
      if (name === 'openSync') ours.add(result)
      if (name === 'closeSync') ours.delete(first)
      look()
      return result
    } finally {
      if (now && fault === 'kill-after') die() // also after one that failed
    }
  }
}
syncBuiltinESMExports()
process.on('exit', () => writeSync(2, 'CALLS ' + count + '\\n'))
`)}`
