/**
 * Requests for approval: what the guard writes down of a call that a gate stopped, for somebody on another machine to judge.
 * It holds the warrant and the call, from which everything an approver is shown is derived again; no key, and no words to be
 * believed. It does hold the arguments, since nobody approves what cannot be seen.
 */

import { callOf } from '../capability/call.js'
import { toHex } from '../encoding/bytes.js'
import { formatJson, parseJson } from '../encoding/json.js'
import { isObject, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { requestHash } from '../statement/approval.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import { formatChain, parseChain } from '../warrant/text.js'

/** One request. */
export interface PendingRequest {
  /** 32 hexadecimal digits, drawn for this request: an approval names it, and is for no other. */
  readonly id: string
  /** Of the warrant, the call and the holder: what an approval signs. Computed here, never taken over. */
  readonly hash: Uint8Array
  readonly chain: Chain
  readonly tool: string
  readonly args: ValueObject
  readonly host: string
  readonly session: string
  readonly agent?: string | undefined
  /** Unix seconds. */
  readonly createdAt: number
  /** From then on nothing answers it: Unix seconds. */
  readonly expiresAt: number
}

/** The name under which an approval carries the request that it is for, as its 16 bytes. */
export const REQUEST_EXTENSION = 'warrant.request'

/** Characters of a request, so that any can be read back as state. */
export const MAX_REQUEST_TEXT = 1_000_000

const FIELDS: readonly string[] = [
  ...['version', 'id', 'requestHash', 'warrant', 'tool', 'args'],
  ...['host', 'session', 'agent', 'createdAt', 'expiresAt'],
]

/** What a call under a chain is to be approved by. */
export const hashOfCall = (chain: Chain, tool: string, args: ValueObject): Uint8Array => {
  const { id, holder } = leafOf(chain).payload
  return requestHash(id, tool, args, holder)
}

/** The JSON text of a request; on one line unless `indent` asks for more. */
export const formatRequest = (request: PendingRequest, indent: number = 0): string => {
  const { id, hash, chain, tool, args, host, session, agent, createdAt, expiresAt } = request
  const named: ValueObject = agent === undefined ? {} : { agent }
  return `${formatJson(
    {
      ...{ version: 1, id, requestHash: toHex(hash), warrant: formatChain(chain), tool, args },
      ...{ host, session, ...named, createdAt, expiresAt },
    },
    indent,
  )}\n`
}

/**
 * The request of its text. The hash is computed from the warrant and the call; a text that says another is refused.
 * @throws FormatError REQUEST_MALFORMED with the field, JSON_…, and those of a chain; DenialError CALL_…
 */
export const parseRequest = (text: string): PendingRequest => {
  const written = parseJson(text)
  if (!isObject(written)) throw wrong()
  const stranger = Object.keys(written).find((name) => !FIELDS.includes(name))
  if (stranger !== undefined || written['version'] !== 1) throw wrong('version')
  const id = textOf(written, 'id')
  if (!/^[0-9a-f]{32}$/.test(id)) throw wrong('id')
  const asked = written['args']
  if (asked === undefined || !isObject(asked)) throw wrong('args')
  const { tool, args } = callOf(textOf(written, 'tool'), asked)
  const chain = parseChain(textOf(written, 'warrant'))
  const hash = hashOfCall(chain, tool, args)
  if (textOf(written, 'requestHash') !== toHex(hash)) throw wrong('requestHash')
  return Object.freeze({
    ...{ id, hash, chain, tool, args },
    host: textOf(written, 'host'),
    session: textOf(written, 'session'),
    agent: Object.hasOwn(written, 'agent') ? textOf(written, 'agent') : undefined,
    createdAt: secondsOf(written, 'createdAt'),
    expiresAt: secondsOf(written, 'expiresAt'),
  })
}

const wrong = (where?: string): FormatError =>
  new FormatError('REQUEST_MALFORMED', undefined, where === undefined ? {} : { where })

const own = (written: ValueObject, name: string): Value | undefined =>
  Object.hasOwn(written, name) ? written[name] : undefined

const textOf = (written: ValueObject, name: string): string => {
  const value = own(written, name)
  if (typeof value !== 'string' || value === '') throw wrong(name)
  return value
}

const secondsOf = (written: ValueObject, name: string): number => {
  const value = own(written, name)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(name)
  return value
}
