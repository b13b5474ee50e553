/**
 * Secrets taken out of text before anything is kept of it, its digest included: who knows all of a call but a short
 * password could find the password by trying (attack AUD-7). What only might be a secret is taken out too.
 *
 * Every expression here is linear in the text, which an agent writes.
 */

import { createHash } from 'node:crypto'

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]'

/** A PEM block of any kind, or what is left of one. */
const PEM = /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g
/** The name and password in a URL. */
const USER_INFO = /(:\/\/)[^\s/?#@"'<>]{1,512}@/g
/** Credentials of HTTP. */
const HTTP = /\b(bearer|basic|digest|negotiate)(\s{1,4})[A-Za-z0-9._~+/=-]{6,}/gi
/** Words by which people name secrets: anywhere in a name, or as a word of their own. */
const NAMES =
  '(?:password|passwd|passphrase|passcode|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authorization|credential|(?<![a-z])(?:pass|pwd|pin|otp|auth|cookie|signature)(?![a-z]))'
/** In quotes, which may be escaped once more, or up to where such texts end. */
const NAMED_VALUE = `\\\\{0,3}(?:"(?:[^"\\\\]|\\\\[\\s\\S])*"?|'(?:[^'\\\\]|\\\\[\\s\\S])*'?|[^\\s"'&,;]+)`
/** `name=value` and `"name": "value"`. */
const NAMED = new RegExp(`(${NAMES}[a-z0-9_-]{0,20}\\\\{0,3}["']?\\s{0,3}[:=]\\s{0,3})${NAMED_VALUE}`, 'gi')
/** `--name value`. */
const FLAGGED = new RegExp(
  `((?<![a-z0-9-])--?[a-z0-9-]{0,20}${NAMES}[a-z0-9-]{0,20}\\s{1,4})${NAMED_VALUE}`,
  'gi',
)
/** Keys and tokens whose issuers begin them so that they can be found. */
const MARKED =
  /\b(?:sk-|sk_live_|sk_test_|rk_live_|rk_test_|pk_live_|whsec_|gh[opsur]_|github_pat_|gl(?:pat|ptt|rt|dt)-|xox[abeoprs]-|xapp-|npm_|pypi-|hf_|shpat_|dop_v1_|lin_api_|SG\.|ya29\.|AIza|AKIA|ASIA|eyJ|MC4CAQ|MIIE|age1|AGE-SECRET-KEY-)[A-Za-z0-9+/_.=-]{8,}/g
/** Words that could be base64 or hexadecimal. */
const WORD = /[A-Za-z0-9+/_-]{20,}={0,2}/g

/** Most text has none of this, and is looked at once. */
const SUSPECT = new RegExp(
  `${NAMES}|-----BEGIN|:\\/\\/|bearer|basic|digest|negotiate|[A-Za-z0-9+/_.=-]{12,}`,
  'i',
)

/** Text without what is, or could be, a secret. */
export const redactText = (text: string): string => withoutRandom(text, () => REDACTED)

/**
 * The same for a digest: a word that looks drawn by chance stands in it by its own digest, so that two paths or keys stay
 * two. Nobody finds such a word by trying, unlike a password, which leaves nothing of itself.
 */
export const redactForDigest = (text: string): string =>
  withoutRandom(text, (word) => `[redacted ${createHash('sha256').update(word).digest('hex').slice(0, 16)}]`)

const withoutRandom = (text: string, instead: (word: string) => string): string =>
  SUSPECT.test(text)
    ? redactMarked(text).replace(WORD, (word) => (isRandom(word) ? instead(word) : word))
    : text

/** Text without what is named or marked as a secret. For ids, which are random and no secrets. */
export const redactMarked = (text: string): string =>
  SUSPECT.test(text)
    ? text
        .replace(PEM, REDACTED)
        .replace(USER_INFO, `$1${REDACTED}@`)
        .replace(HTTP, `$1$2${REDACTED}`)
        .replace(NAMED, `$1${REDACTED}`)
        .replace(FLAGGED, `$1${REDACTED}`)
        .replace(MARKED, REDACTED)
    : text

const SECRET_NAME = new RegExp(NAMES, 'i')

/** Whether what has this name is a secret whatever it says. */
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name.slice(0, 256).replace(/([a-z0-9])([A-Z])/g, '$1_$2'))

/** Whether a word looks as if it had been drawn by chance: a key, a token, a digest. */
const isRandom = (word: string): boolean => {
  const bare = word.replace(/=+$/, '')
  if (/^[0-9a-f-]+$/i.test(bare)) return bare.replaceAll('-', '').length >= 32
  // Paths and names are made of words between marks; chance has long runs of mixed signs.
  if (bare.split(/[/_+-]/).some(isRandomPart)) return true
  return bare.length >= 32 && kindsIn(bare) >= 2 && entropyOf(bare) >= 4.3
}

const isRandomPart = (part: string): boolean =>
  /^[0-9a-f]{32,}$/i.test(part) ||
  (part.length >= 20 && /\d/.test(part) && kindsIn(part) >= 2 && entropyOf(part) >= 3.5)

/** How many of digits, small and capital letters stand in a word. */
const kindsIn = (word: string): number => [/\d/, /[a-z]/, /[A-Z]/].filter((kind) => kind.test(word)).length

/** Bits for each character, from how often each stands in the word. */
const entropyOf = (word: string): number => {
  const text = word.slice(0, 256)
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
