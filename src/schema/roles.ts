/**
 * Roles of a gateway: what each may do, in the words of policy files, and who has which.
 *
 *     version: 1
 *     ttl: 10m                          # of the warrant of one turn, where a role does not say
 *     roles:
 *       owner: { inherit: true }          # all that the standing warrant allows; or a list of its tools
 *       trusted: { tools: { read_file: any, terminal: { command: 'shlex:git|ls' } } }
 *       guest: { ttl: 2m, tools: { read_file: { path: /srv/public } } }
 *     members:
 *       telegram: { '1001': owner, '1002': guest }
 *     senderless: { cli: owner }        # where a platform names nobody at all
 *     everyoneElse: guest               # of any other sender; without it they have no role
 */

import { z } from 'zod'
import { isFloat, isObject, type Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { parseDuration } from '../warrant/time.js'
import type { AllowOptions } from './allowValue.js'
import { type InheritedPolicy, inheritedFromJson } from './inherited.js'
import { readShape } from './shape.js'

/** Who may do what. Every role that is named is one of `roles`. */
export interface Roles {
  readonly roles: ReadonlyMap<string, InheritedPolicy>
  readonly ttlSeconds: number | undefined
  /** By platform and id of the sender. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly senderless: ReadonlyMap<string, string>
  readonly everyoneElse: string | undefined
}

const value = z.custom<Value>((input) => input !== undefined)
const word = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/)

const ROLES = z.strictObject({
  version: z.literal(1),
  ttl: z.union([z.string(), z.int().min(1)]).optional(),
  roles: value,
  members: value.optional(),
  senderless: value.optional(),
  everyoneElse: word.optional(),
})

/**
 * The roles of a JSON value, which YAML also gives.
 * @param options of the readers of policies; `reserved` are platforms that the host keeps for what nobody wrote
 * @throws FormatError JSON_SHAPE with the path of the field, also for a role that is not there; DURATION_MALFORMED; and as
 * `policyFromJson`
 */
export const rolesFromJson = (
  json: Value,
  { reserved = [], ...options }: AllowOptions & { readonly reserved?: readonly string[] } = {},
): Roles => {
  const { ttl, everyoneElse, ...given } = readShape(ROLES, json)
  const roles = mapAt(given.roles, 'roles', (role, where) => roleOf(role, where, options))
  const roleNamed = (name: Value, where: string): string => {
    if (typeof name === 'string' && roles.has(name)) return name
    throw new FormatError('JSON_SHAPE', 'expected the name of a role', { where })
  }
  const platforms = <T>(field: Value, where: string, read: (value: Value, where: string) => T) => {
    const found = mapAt(field, where, read)
    const kept = reserved.find((platform) => found.has(platform))
    if (kept !== undefined)
      throw new FormatError('JSON_SHAPE', 'a platform of what nobody wrote', { where: `${where}.${kept}` })
    return found
  }
  return Object.freeze({
    roles,
    ttlSeconds: typeof ttl === 'string' ? parseDuration(ttl) : ttl,
    members: platforms(given.members ?? {}, 'members', (members, where) => mapAt(members, where, roleNamed)),
    senderless: platforms(given.senderless ?? {}, 'senderless', roleNamed),
    everyoneElse: everyoneElse === undefined ? undefined : roleNamed(everyoneElse, 'everyoneElse'),
  })
}

const roleOf = (json: Value, where: string, options: AllowOptions): InheritedPolicy => {
  if (!isObject(json) || isFloat(json)) throw new FormatError('JSON_SHAPE', 'expected object', { where })
  return inheritedFromJson(json, where, options)
}

const mapAt = <T>(
  json: Value,
  where: string,
  read: (value: Value, where: string) => T,
): ReadonlyMap<string, T> => {
  if (!isObject(json) || isFloat(json)) throw new FormatError('JSON_SHAPE', 'expected object', { where })
  return new Map(
    Object.entries(json).map(([name, inner]) => {
      const place = `${where}.${name}`
      if (name === '') throw new FormatError('JSON_SHAPE', 'an empty name', { where: place })
      return [name, read(inner, place)]
    }),
  )
}
