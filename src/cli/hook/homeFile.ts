/** `hook.json` as the operator's commands change it: read, changed in one place, checked whole, and written in one step. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatJson } from '../../encoding/json.js'
import { isObject, type Value, type ValueObject } from '../../encoding/value.js'
import { type Home, homeAt } from '../../hook/home.js'
import { parseSettings } from '../../hook/settings.js'
import { ensureLogKey } from '../../node/log/checkpoint.js'
import { assertStateFolder, makeStateFolder, readStateObject, writeStateFile } from '../../node/stateFile.js'
import { placed } from '../failure.js'
import type { Session } from '../session.js'

/** The home of the user that the command line runs for. */
export const userHomeOf = (session: Session): string =>
  session.io.env['HOME'] ?? session.io.env['USERPROFILE'] ?? '/'

/** The home of the guard: `--home DIR`, or `.warrant` in that of the user. */
export const homeOf = (session: Session, flag: string | undefined): Home =>
  homeAt(flag ?? join(userHomeOf(session), '.warrant'))

/** What stands in `hook.json`; in a home that is new, nothing but the version. @throws CliFailure FILE_…, STATE_MALFORMED */
export const readHomeFile = (home: Home): ValueObject => {
  if (!existsSync(home.folder)) return { version: 1, roots: [] }
  placed(home.folder, () => assertStateFolder(home.folder))
  if (!existsSync(home.configuration)) return { version: 1, roots: [] }
  return placed(home.configuration, () => readStateObject(home.configuration))
}

/** The text of `hook.json`, once it is known to be one. @throws CliFailure STATE_MALFORMED */
export const homeFileText = (home: Home, fields: ValueObject): string =>
  placed(home.configuration, () => {
    parseSettings(fields)
    return `${formatJson(fields, 2)}\n`
  })

export const writeHomeFile = (home: Home, text: string): void =>
  placed(home.configuration, () => {
    makeStateFolder(home.folder)
    makeStateFolder(home.log)
    ensureLogKey(home.log) // from here on checkpoints are signed as the log grows
    makeStateFolder(home.sessions)
    writeStateFile(home.configuration, text)
  })

/** The fields with a host's settings changed; `undefined` takes one away. */
export const withHost = (
  fields: ValueObject,
  host: string,
  change: Readonly<Record<string, Value | undefined>>,
): ValueObject => {
  const hosts = objectAt(fields, 'hosts')
  return { ...fields, hosts: { ...hosts, [host]: merged(objectAt(hosts, host), change) } }
}

/** The fields with another default mode, and with or without observation, where either was said. */
export const withChoices = (
  fields: ValueObject,
  { mode, observe }: { readonly mode?: string; readonly observe?: boolean },
): ValueObject => ({
  ...fields,
  ...(mode !== undefined && { modes: { ...objectAt(fields, 'modes'), default: mode } }),
  ...(observe !== undefined && { observe }),
})

/** The fields with these roots too. */
export const withRoots = (fields: ValueObject, roots: readonly string[]): ValueObject => {
  const known = Array.isArray(fields['roots']) ? (fields['roots'] as readonly Value[]) : [] // a list, as asked
  return { ...fields, roots: [...new Set([...known, ...roots])] }
}

const objectAt = (fields: ValueObject, name: string): ValueObject => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return value !== undefined && isObject(value) ? value : {}
}

const merged = (fields: ValueObject, change: Readonly<Record<string, Value | undefined>>): ValueObject =>
  Object.fromEntries(
    Object.entries({ ...fields, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
