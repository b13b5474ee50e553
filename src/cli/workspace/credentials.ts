/**
 * Credentials of one profile of Hermes that are another's too. Values are compared by digests that live no longer than the
 * comparison, and no finding has more of one than the name that it stands under.
 */

import { createHmac } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { randomBytes } from '../../crypto/random.js'
import { isSecretName } from '../../node/log/redact.js'
import { isOpenToOthers, isUnreadable, namesIn, textOf } from './files.js'

/** What is wrong with the credentials of a home of Hermes. */
export interface Shared {
  /** The file, and the name in it where it has names. */
  readonly what: string
  /** Whose else it is. */
  readonly with: string
}

/** Shorter values are switches, not secrets, whatever their names say. */
const MIN_SECRET = 8
/** A value as long as this is looked at under any name. */
const LONG = 20

/** Credentials that this home shares with the default profile of a user, or with any other of its profiles. */
export const sharedCredentials = (hermes: string, userHome: string): readonly Shared[] => {
  const standard = join(userHome, '.hermes')
  const here = realOf(hermes)
  if (here === realOf(standard)) return [{ what: 'the home of Hermes', with: 'the default profile' }]
  const salt = randomBytes(32)
  const ours = secretsOf(hermes, salt)
  const others = homesOf(standard).filter(([, home]) => realOf(home) !== here)
  const found = others.flatMap(([name, home]) => {
    const theirs = new Set([...secretsOf(home, salt)].map(([, digest]) => digest))
    return [...ours].flatMap(([what, digest]) => (theirs.has(digest) ? [{ what, with: name }] : []))
  })
  // Hermes lends the default's logins to a profile that has none of its own for a provider.
  const isProfile = here.startsWith(`${realOf(standard)}${sep}`)
  return isProfile && existsSync(join(standard, LOGINS))
    ? [...found, { what: LOGINS, with: 'the default profile, which lends it to its profiles' }]
    : found
}

/** Files of credentials that others than their owner can reach. */
export const openCredentials = (hermes: string): readonly string[] => filesOf(hermes).filter(isOpenToOthers)

/** Files of credentials, of this home or of another profile, that are there and cannot be read, so that nothing is known. */
export const unreadableCredentials = (hermes: string, userHome: string): readonly string[] => {
  const others = homesOf(join(userHome, '.hermes')).map(([, home]) => home)
  return [...new Set([hermes, ...others].flatMap(filesOf))].filter(isUnreadable)
}

const filesOf = (home: string): readonly string[] => [ENVIRONMENT, LOGINS].map((name) => join(home, name))

const ENVIRONMENT = '.env'
const LOGINS = 'auth.json'

const homesOf = (standard: string): readonly (readonly [string, string])[] => {
  const profiles = join(standard, 'profiles')
  const names = namesIn(profiles) ?? []
  return [
    ['the default profile', standard],
    ...names.map((name) => [`the profile ${name}`, join(profiles, name)] as const),
  ]
}

const realOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path)

/** Digest by where a secret stands. */
const secretsOf = (home: string, salt: Uint8Array): ReadonlyMap<string, string> => {
  const digest = (value: string): string => createHmac('sha256', salt).update(value).digest('hex')
  const found = new Map<string, string>()
  for (const [name, value] of variablesOf(readable(join(home, ENVIRONMENT))))
    found.set(`${name} in ${ENVIRONMENT}`, digest(value))
  const logins = readable(join(home, LOGINS))
  if (logins.trim() !== '') {
    found.set(LOGINS, digest(logins))
    for (const [, value] of logins.matchAll(/"((?:[^"\\]|\\.){20,})"/g))
      if (isLong(value as string)) found.set(`a login in ${LOGINS}`, digest(value as string)) // of the one group
  }
  return found
}

/** What cannot be read is told of by itself. */
const readable = (file: string): string => (isUnreadable(file) ? '' : (textOf(file) ?? ''))

/** The variables whose values look like secrets, by their names or by their length. */
const variablesOf = (text: string): readonly (readonly [string, string])[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const [, name, quotedOrBare] = /^\s*(?:export\s+)?([A-Za-z_]\w{0,127})\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined || quotedOrBare === undefined) return []
    const value = /^(['"])(.*)\1/.exec(quotedOrBare)?.[2] ?? quotedOrBare.replace(/\s+#.*$/, '')
    const isSecret = isSecretName(name) ? value.length >= MIN_SECRET : isLong(value)
    return isSecret ? [[name, value] as const] : []
  })

/** Long, of one word, and neither a path nor an address. */
const isLong = (value: string): boolean =>
  value.length >= LONG && !/\s/.test(value) && !/^(?:[a-z]+:\/\/[^@]*$|[~.]?\/)/.test(value)
