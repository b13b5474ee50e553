/**
 * Where requests for approval wait in the home of the guard, and what was answered:
 *
 *     approvals/pending/NAME.json   a request, by the session and call that it is of
 *     approvals/granted/…           signed approvals, under any name: what counts is what they sign
 *     approvals/used/ID.json        a request whose call was allowed, until an hour after its request expired
 *
 * An approval names one request, and making the file in `used` is what uses it up: of two processes that try, one can.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, fromHex, toHex } from '../encoding/bytes.js'
import { formatJson } from '../encoding/json.js'
import { CLOCK_TOLERANCE_SECONDS, MAX_APPROVAL_BYTES } from '../encoding/limits.js'
import { DenialError, FormatError } from '../errors.js'
import { type SessionName, sessionFileName } from '../node/sessionStore.js'
import {
  createStateFile,
  makeStateFolder,
  readStateFile,
  removeStateFile,
  writeStateFile,
} from '../node/stateFile.js'
import { readPlainFile } from '../node/wholeFile.js'
import { type Approval, decodeApproval, formatApproval, parseApproval } from '../statement/approval.js'
import {
  formatRequest,
  MAX_REQUEST_TEXT,
  type PendingRequest,
  parseRequest,
  REQUEST_EXTENSION,
} from './approvalRequest.js'

/** Requests that wait at once: an agent that makes up calls fills no disk. */
const MAX_PENDING = 256
/** All of them are read for each new one, in less time than any host waits. */
const MAX_PENDING_BYTES = 16_000_000
/** For so long after its request, a mark is there for whoever saw the request open and was slow, or had another time. */
const MARK_SECONDS = 3_600
/** Files of approvals that are read for one call. */
const MAX_GRANTED = 1_024

/** A request and its name in the store. */
export interface NamedRequest {
  /** 32 hexadecimal digits, the same for the same call of the same session. */
  readonly name: string
  readonly request: PendingRequest
}

export interface ApprovalStore {
  /** The request of this call of this session that can still be answered. @throws FormatError for one that cannot be read */
  find(session: SessionName, hash: Uint8Array, now: number): NamedRequest | undefined
  /** Keeps a request, and drops what has expired. @throws DenialError STORE_FAILED where too many wait, CALL_TOO_LARGE */
  open(request: PendingRequest, now: number): NamedRequest
  /** The approvals that name it. @throws FormatError APPROVAL_MALFORMED and others, where any cannot be read */
  granted(request: PendingRequest): readonly Approval[]
  grant(approval: Approval): void
  /** Uses a request up, and with it its approvals; whether this is who did. */
  use(request: NamedRequest): boolean
  /** Every request that can still be answered. */
  list(now: number): readonly NamedRequest[]
}

export const fileApprovalStore = (folder: string): ApprovalStore => {
  const pending = join(folder, 'pending')
  const answers = join(folder, 'granted')
  const used = join(folder, 'used')
  const fileOf = (name: string): string => join(pending, `${name}.json`)
  const markOf = ({ id }: PendingRequest): string => join(used, `${id}.json`)

  const isOpen = (request: PendingRequest, now: number): boolean =>
    now < request.expiresAt && !existsSync(markOf(request))

  const find: ApprovalStore['find'] = (session, hash, now) => {
    const name = nameOf(session, hash)
    const request = readRequest(fileOf(name))
    if (request === undefined) return undefined
    if (nameOf(request, request.hash) !== name) throw new FormatError('STATE_MALFORMED', 'another request')
    return isOpen(request, now) ? { name, request } : undefined
  }

  const list: ApprovalStore['list'] = (now) =>
    filesIn(pending).flatMap((file) => {
      const request = readRequest(join(pending, file))
      return request !== undefined && isOpen(request, now)
        ? [{ name: file.replace(/\.json$/, ''), request }]
        : []
    })

  const read = (): readonly Answer[] => {
    const files = existsSync(answers) ? readdirSync(answers).filter((file) => !file.startsWith('.')) : []
    if (files.length > MAX_GRANTED) throw new DenialError('APPROVAL_TOO_MANY', undefined, AMONG_APPROVALS)
    return files.map((file) => ({ file: join(answers, file), approval: readApproval(join(answers, file)) }))
  }

  /** Drops what has expired; whether there is room for another. */
  const sweep = (now: number): boolean => {
    let [left, bytes] = [0, 0]
    for (const file of filesIn(pending)) {
      const request = readRequest(join(pending, file))
      if (request === undefined) continue
      if (isOpen(request, now)) {
        left++
        bytes += statSync(join(pending, file), { throwIfNoEntry: false })?.size ?? 0
      } else removeStateFile(join(pending, file))
    }
    for (const file of filesIn(used))
      if (expiryOf(join(used, file)) + MARK_SECONDS <= now) removeStateFile(join(used, file))
    for (const { file, approval } of read())
      if (approval.payload.expiresAt + CLOCK_TOLERANCE_SECONDS < now) removeStateFile(file)
    return left < MAX_PENDING && bytes < MAX_PENDING_BYTES
  }

  return Object.freeze({
    find,
    list,
    open: (request: PendingRequest, now: number): NamedRequest => {
      const text = formatRequest(request, 2)
      if (text.length > MAX_REQUEST_TEXT) throw new DenialError('CALL_TOO_LARGE', undefined, AMONG_APPROVALS)
      for (const each of [folder, pending, answers, used]) makeStateFolder(each)
      if (!sweep(now)) throw new DenialError('STORE_FAILED', undefined, AMONG_APPROVALS)
      const name = nameOf(request, request.hash)
      if (createdHere(fileOf(name), text)) return { name, request }
      // By a call at the same time; or one that was used and not removed, because its process was killed.
      const found = find(request, request.hash, now)
      if (found !== undefined) return found
      writeStateFile(fileOf(name), text)
      return { name, request }
    },
    granted: ({ id }: PendingRequest) =>
      read().flatMap(({ approval }) => (isFor(approval, id) ? [approval] : [])),
    grant: (approval: Approval): void => {
      for (const each of [folder, answers]) makeStateFolder(each)
      createStateFile(join(answers, `${digestOf(approval.bytes)}.approval`), `${formatApproval(approval)}\n`)
    },
    use: ({ name, request }: NamedRequest): boolean => {
      const { id, expiresAt } = request
      if (!createdHere(markOf(request), `${formatJson({ version: 1, id, expiresAt })}\n`)) return false
      try {
        for (const { file, approval } of read()) if (isFor(approval, id)) removeStateFile(file)
        removeStateFile(fileOf(name))
      } catch {
        // The mark is what counts; the rest is swept.
      }
      return true
    },
  })
}

const AMONG_APPROVALS = { where: 'approvals' } as const

interface Answer {
  readonly file: string
  readonly approval: Approval
}

const digestOf = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32)

const nameOf = (session: SessionName, hash: Uint8Array): string => {
  const { host, session: of, agent } = session
  return digestOf(`${sessionFileName({ host, session: of, agent })}\0${toHex(hash)}`)
}

const isFor = ({ payload }: Approval, id: string): boolean => {
  const named = payload.extensions?.get(REQUEST_EXTENSION)
  return named !== undefined && equalBytes(named, fromHex(id))
}

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((file) => /^[0-9a-f]{32}\.json$/.test(file)) : []

/** Makes a file that is not there; whether this is who made it. */
const createdHere = (file: string, text: string): boolean => {
  try {
    createStateFile(file, text)
    return true
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_EXISTS') return false
    throw thrown
  }
}

const readRequest = (file: string): PendingRequest | undefined => {
  try {
    return parseRequest(readStateFile(file))
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}

/** Of a mark that cannot be read, never: it stays. */
const expiryOf = (file: string): number => {
  const expiresAt: unknown = /"expiresAt":(\d+)/.exec(readStateFile(file))?.[1]
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : Number(expiresAt)
}

/** Signed, so its mode says nothing: a copy from another machine has whatever that gave it. The folder is private. */
const readApproval = (file: string): Approval =>
  approvalOfBytes(readPlainFile(file, { maxBytes: 2 * MAX_APPROVAL_BYTES, noFollow: true }))

/** The approval of a file: base64 of it, or its bytes. @throws FormatError APPROVAL_MALFORMED, APPROVAL_VERSION */
export const approvalOfBytes = (bytes: Uint8Array): Approval => {
  const text = Buffer.from(bytes).toString('latin1').trim()
  if (!/^[A-Za-z0-9+/]+=*$/.test(text)) return decodeApproval(bytes)
  try {
    return parseApproval(text)
  } catch (thrown) {
    if (!(thrown instanceof FormatError) || thrown.code !== 'TEXT_NOT_BASE64') throw thrown
    throw new FormatError('APPROVAL_MALFORMED', undefined, { cause: thrown })
  }
}
