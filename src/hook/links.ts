/**
 * Where the links of paths lead, and how much is looked at for one call. A process that is busy hears no timer and no signal,
 * and a host that has waited long enough runs the tool: so there is an end to the work, and past it the call is denied.
 */

import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { DenialError } from '../errors.js'
import { errnoOf } from '../node/wholeFile.js'

/** What is looked at for one call: a second or so, and more than any call of an honest agent asks for. */
const MAX_LOOKS = 200_000
/** A look at a longer path counts as several. */
const LETTERS_A_LOOK = 32
/** Asking the file system takes longer than comparing names. */
const LOOKS_AN_ASK = 2
/** As many as systems follow. */
const MAX_LINKS = 40

/** The looks of one call, and what the file system has said by then. */
export interface Looks {
  /** @throws DenialError CALL_TOO_LARGE where there were too many */
  readonly spend: (path: string) => void
  /** Where a path leads, as far as it is there, with the rest as it is written; undefined where no part of it is. */
  readonly realPath: (path: string) => string | undefined
  readonly isFolder: (path: string) => boolean
}

export const looksOfCall = (): Looks => {
  let left = MAX_LOOKS
  const take = (path: string, times: number): void => {
    left -= times * (1 + Math.floor(path.length / LETTERS_A_LOOK))
    if (left < 0) throw new DenialError('CALL_TOO_LARGE', undefined, { where: 'args' })
  }
  const known = new Map<string, string | undefined>()
  const ask = (head: string, links: number): string | undefined => {
    if (known.has(head)) return known.get(head)
    take(head, LOOKS_AN_ASK)
    const real = isThere(head) ? (realOf(head) ?? targetOf(head, links)) : undefined
    known.set(head, real)
    return real
  }
  /** A link that leads to what is not there yet: whoever writes through it makes that. */
  const targetOf = (head: string, links: number): string | undefined => {
    const target = links >= MAX_LINKS ? undefined : linkAt(head)
    if (target === undefined) return undefined
    const isAbsolute = /^(?:[A-Za-z]:)?[\\/]/.test(target)
    return walk(isAbsolute ? target : `${head.slice(0, head.lastIndexOf('/'))}/${target}`, links + 1)
  }
  const walk = (path: string, links: number): string | undefined => {
    const [root = '', ...names] = path.split('/')
    let [head, real] = [root, undefined as string | undefined]
    for (const [i, name] of names.entries()) {
      if (name === '' || name === '.') continue
      const next = ask(`${head}/${name}`, links)
      if (next === undefined) return real === undefined ? undefined : [real, ...names.slice(i)].join('/')
      head = `${head}/${name}`
      real = next
    }
    return real
  }
  return {
    spend: (path) => take(path, 1),
    realPath: (path) => (path.includes('\0') ? undefined : walk(path, 0)),
    isFolder: (path) => {
      take(path, LOOKS_AN_ASK)
      return isFolder(path)
    },
  }
}

/** By a question that is not answered by an exception, since most of what is asked for is not there. */
const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

const realOf = (path: string): string | undefined => {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}

const linkAt = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown
    return undefined
  }
}
