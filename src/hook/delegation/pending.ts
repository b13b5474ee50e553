/**
 * Grants that wait for their child: made when a parent delegates, bound when the child starts, gone soon if it does not.
 * A folder for each session of parents, a file of mode 0600 for each grant. Who removes a file has the grant, and only
 * one process can: so a grant is used once.
 */

import { readdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from '../../crypto/random.js'
import { parseSecretKey, type SecretKey, secretKeyToPem } from '../../crypto/signer.js'
import { toHex } from '../../encoding/bytes.js'
import { formatJson } from '../../encoding/json.js'
import type { Value, ValueObject } from '../../encoding/value.js'
import { DenialError, FormatError } from '../../errors.js'
import { type SessionName, sessionFileName } from '../../node/sessionStore.js'
import { createStateFile, makeStateFolder, readStateObject, removeStateFile } from '../../node/stateFile.js'
import { errnoOf } from '../../node/wholeFile.js'
import type { Chain } from '../../warrant/chain.js'
import { formatChain, parseChain } from '../../warrant/text.js'
import { fieldsOf, numberBelow, textOf, wrong } from '../fields.js'

/** A warrant for a child that has not started yet. */
export interface PendingGrant {
  readonly parent: SessionName
  /** Whether the parent has an entry of its own, and not the standing warrant of its host. */
  readonly hasEntry: boolean
  /** Digest of the goal: see `goalDigest`. */
  readonly goal?: string | undefined
  readonly role?: string | undefined
  /** The child must have started before: Unix seconds. */
  readonly startBefore: number
  /** The session that warrants of the chain may be bound to. */
  readonly boundTo: string
  readonly depth: number
  readonly chain: Chain
  readonly holderKey: SecretKey
}

/** A grant, and the file that it lies in. */
export interface FoundGrant extends PendingGrant {
  readonly file: string
}

/** Where grants wait. Everything throws FormatError FILE_…, STATE_MALFORMED for what cannot be written or believed. */
export interface PendingGrants {
  /** Keeps a grant; the file that it lies in. @throws DenialError STORE_FAILED where too many wait */
  add(grant: PendingGrant, now: number): string
  /** Those of a session of parents, of subagents in it too, that can still be bound. */
  of(name: SessionName, now: number): readonly FoundGrant[]
  /** Takes a grant; false where another process was first. */
  claim(file: string): boolean
  /** Lays a grant back that was taken in vain. */
  restore(grant: FoundGrant): void
  /** Whether a session has delegated and was not ended since. */
  isOpen(name: SessionName): boolean
  /** Ends the grants of a session, or of one subagent in it; how many there were. */
  withdraw(name: SessionName): number
  list(): readonly FoundGrant[]
  /** Removes what nobody came for. */
  sweep(now: number): void
}

/** Grants of one session that wait at once: calls that start nobody fill no disk. */
const MAX_WAITING = 1_024

/** `<start before>-<random>.json`: a sweep need not read what it removes. */
const FILE = /^([1-9][0-9]{0,11})-[0-9a-f]{32}\.json$/
const FOLDER = /^[0-9a-f]{64}$/
/** The same, or what a crash left of one that was being written. */
const SWEPT = /^\.?([1-9][0-9]{0,11})-[0-9a-f]{32}\.json/
const startOf = (name: string): number => Number(SWEPT.exec(name)?.[1] ?? Number.NaN)
/** Nobody who is just binding the last grant of a folder takes so long. */
const EMPTY_SECONDS = 3_600

export const pendingGrants = (root: string): PendingGrants => {
  const folderOf = ({ host, session }: SessionName): string =>
    join(root, sessionFileName({ host, session }).replace(/\.json$/, ''))
  const filesIn = (folder: string): readonly string[] =>
    namesIn(folder).flatMap((name) => (FILE.test(name) ? [join(folder, name)] : []))
  const folders = (): readonly string[] =>
    namesIn(root).flatMap((name) => (FOLDER.test(name) ? [join(root, name)] : []))
  const list = (): readonly FoundGrant[] => folders().flatMap((folder) => filesIn(folder).flatMap(grantAt))
  return {
    add: (grant, now) => {
      const folder = folderOf(grant.parent)
      makeStateFolder(root)
      makeStateFolder(folder)
      if (namesIn(folder).filter((name) => startOf(name) > now).length >= MAX_WAITING)
        throw new DenialError('STORE_FAILED', undefined, { where: 'grants' })
      const file = join(folder, `${grant.startBefore}-${toHex(randomBytes(16))}.json`)
      createStateFile(file, formatGrant(grant))
      return file
    },
    of: (name, now) =>
      filesIn(folderOf(name))
        .flatMap(grantAt)
        .filter(({ parent, startBefore }) => {
          if (parent.host !== name.host || parent.session !== name.session) throw wrong('session')
          return startBefore > now
        }),
    claim: (file) => removeStateFile(file),
    restore: ({ file, ...grant }) => createStateFile(file, formatGrant(grant)),
    isOpen: (name) => isThere(folderOf(name)),
    withdraw: (name) => {
      const folder = folderOf(name)
      const ended = filesIn(folder).filter(
        (file) => name.agent === undefined || grantAt(file).some(({ parent }) => parent.agent === name.agent),
      )
      for (const file of ended) removeStateFile(file)
      if (name.agent === undefined) removeIfEmpty(folder)
      return ended.length
    },
    list,
    sweep: (now) => {
      for (const folder of folders()) {
        const names = namesIn(folder)
        for (const name of names) if (startOf(name) <= now) removeStateFile(join(folder, name))
        if (names.length === 0 && ageOf(folder, now) > EMPTY_SECONDS) removeIfEmpty(folder)
      }
    },
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return [] // no grant was ever made
    throw new FormatError('FILE_UNREADABLE', errnoOf(thrown))
  }
}

const isThere = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false }) !== undefined

const ageOf = (folder: string, now: number): number =>
  now - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now * 1000) / 1000

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch {
    // Something was laid in meanwhile, or somebody else removed it.
  }
}

/** The grant of a file; none where it was taken since its name was read. */
const grantAt = (file: string): readonly FoundGrant[] => {
  try {
    return [{ ...parseGrant(readStateObject(file)), file }]
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return []
    throw thrown
  }
}

const formatGrant = (grant: PendingGrant): string => {
  const { parent, hasEntry, goal, role, startBefore, boundTo, depth, chain, holderKey } = grant
  const parts: Readonly<Record<string, Value | undefined>> = {
    version: 1,
    ...{ host: parent.host, session: parent.session, agent: parent.agent, hasEntry, goal, role },
    ...{ startBefore, boundTo, depth, chain: formatChain(chain), holderKey: secretKeyToPem(holderKey) },
  }
  const given = Object.entries(parts).filter((part): part is [string, Value] => part[1] !== undefined)
  return `${formatJson(Object.fromEntries(given), 2)}\n`
}

const FIELDS = [
  ...['version', 'host', 'session', 'agent', 'hasEntry', 'goal', 'role', 'startBefore', 'boundTo'],
  ...['depth', 'chain', 'holderKey'],
]

const parseGrant = (written: ValueObject): PendingGrant => {
  const fields = fieldsOf(written, '', FIELDS)
  if (fields['version'] !== 1) throw wrong('version')
  const optional = (name: string): string | undefined =>
    fields[name] === undefined ? undefined : textOf(fields[name], name)
  return {
    parent: {
      host: textOf(fields['host'], 'host'),
      session: textOf(fields['session'], 'session'),
      agent: optional('agent'),
    },
    hasEntry: flagOf(fields['hasEntry'], 'hasEntry'),
    goal: optional('goal'),
    role: optional('role'),
    startBefore: numberBelow(fields['startBefore'] ?? 0, Number.MAX_SAFE_INTEGER, 'startBefore'),
    boundTo: textOf(fields['boundTo'], 'boundTo'),
    depth: numberBelow(fields['depth'] ?? 0, Number.MAX_SAFE_INTEGER, 'depth'),
    chain: parseChain(textOf(fields['chain'], 'chain')),
    holderKey: parseSecretKey(textOf(fields['holderKey'], 'holderKey')),
  }
}

const flagOf = (value: Value | undefined, where: string): boolean => {
  if (typeof value !== 'boolean') throw wrong(where)
  return value
}
