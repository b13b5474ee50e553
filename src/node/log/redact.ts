/**
 * Secrets taken out of text before anything is kept of it, its digest included: who knows all of a call but a short
 * password could find the password by trying (attack AUD-7). What only might be a secret is taken out too.
 *
 * Every expression here is linear in the text, which an agent writes.
 */

import { hash } from 'node:crypto'
import { replaceRandom } from './randomWords.js'

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]'

/** A PEM block of any kind, or what is left of one. */
const PEM = /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g
/** The name and password in a URL. */
const USER_INFO = /(:\/\/)[^\s/?#@"'<>]{1,512}@/g
/** Credentials of HTTP. */
const HTTP = /\b(bearer|basic|digest|negotiate)(\s{1,4})[A-Za-z0-9._~+/=-]{6,}/gi
const HTTP_WORDS: readonly string[] = ['bearer', 'basic', 'digest', 'negotiate']
/** `-u name:password`, as curl and its kin take it. */
const USER_FLAG =
  /((?<![\w-])(?:-[uU]|--(?:proxy-)?user)[\s=]{0,4}\\{0,3}["']?)[^\s"':]{1,256}:[^\s"']{1,512}/g
/** Words by which people name secrets: anywhere in a name, or as a word of their own. */
const NAMES =
  '(?:password|passwd|passphrase|passcode|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authorization|credential|(?<![a-z])(?:pass|pwd|pin|otp|auth|cookie|signature)(?![a-z]))'
/** One of these stands in each of those words. */
const STEMS: readonly string[] = [
  ...['pass', 'secret', 'token', 'key', 'auth', 'credential', 'pwd', 'pin', 'otp', 'cookie', 'signature'],
]
/** In quotes, which may be escaped once more, or up to where such texts end. */
const NAMED_VALUE = `\\\\{0,3}(?:"(?:[^"\\\\]|\\\\[\\s\\S])*"?|'(?:[^'\\\\]|\\\\[\\s\\S])*'?|[^\\s"'&,;]+)`

/** Keys and tokens whose issuers begin them so that they can be found. */
const MARKS: readonly string[] = [
  ...['sk-', 'sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'whsec_', 'github_pat_'],
  ...['gho_', 'ghp_', 'ghs_', 'ghu_', 'ghr_', 'glpat-', 'glptt-', 'glrt-', 'gldt-'],
  ...['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-', 'npm_', 'pypi-', 'hf_'],
  ...['shpat_', 'dop_v1_', 'lin_api_', 'SG.', 'ya29.', 'AIza', 'AKIA', 'ASIA', 'eyJ', 'MC4CAQ', 'MIIE'],
  ...['age1', 'AGE-SECRET-KEY-'],
]

/** Made when the first text asks for it: compiling one takes longer than reading most texts to their end. */
const lazily = (source: () => RegExp): (() => RegExp) => {
  let made: RegExp | undefined
  return () => {
    made ??= source()
    return made
  }
}

/** `name=value` and `"name": "value"`. */
const named = lazily(
  () => new RegExp(`(${NAMES}[a-z0-9_-]{0,20}\\\\{0,3}["']?\\s{0,3}[:=]\\s{0,3})${NAMED_VALUE}`, 'gi'),
)
/** `--name value`. */
const flagged = lazily(
  () => new RegExp(`((?<![a-z0-9-])--?[a-z0-9-]{0,20}${NAMES}[a-z0-9-]{0,20}\\s{1,4})${NAMED_VALUE}`, 'gi'),
)
const marked = lazily(
  () => new RegExp(`\\b(?:${MARKS.join('|').replaceAll('.', '\\.')})[A-Za-z0-9+/_.=-]{8,}`, 'g'),
)
const secretName = lazily(() => new RegExp(NAMES, 'i'))

/** Text without what is, or could be, a secret. */
export const redactText = (text: string): string => withoutRandom(text, () => REDACTED)

/**
 * The same for a digest: a word that looks drawn by chance stands in it by its own digest, so that two paths or keys stay
 * two. Nobody finds such a word by trying, unlike a password, which leaves nothing of itself.
 */
export const redactForDigest = (text: string): string =>
  withoutRandom(text, (word) => `[redacted ${hash('sha256', word).slice(0, 16)}]`)

const withoutRandom = (text: string, instead: (word: string) => string): string =>
  replaceRandom(redactMarked(text), instead)

/**
 * Text without what is named or marked as a secret. For ids, which are random and no secrets. Of the expressions only
 * those are asked that can find anything: most texts hold nothing that any of them begins with.
 */
export const redactMarked = (text: string): string => {
  let left = text
  if (left.includes('-----BEGIN ')) left = left.replace(PEM, REDACTED)
  if (left.includes('://')) left = left.replace(USER_INFO, `$1${REDACTED}@`)
  if (left.includes('-u') || left.includes('-U') || left.includes('user'))
    left = left.replace(USER_FLAG, `$1${REDACTED}`)
  const small = left.length > LONG ? left : left.toLowerCase()
  if (holdsOne(small, HTTP_WORDS)) left = left.replace(HTTP, `$1$2${REDACTED}`)
  if (holdsOne(small, STEMS))
    left = left.replace(named(), `$1${REDACTED}`).replace(flagged(), `$1${REDACTED}`)
  return holdsOne(left, MARKS) ? left.replace(marked(), REDACTED) : left
}

/** Longer texts are worth an expression. */
const LONG = 4_096

const holdsOne = (text: string, some: readonly string[]): boolean => {
  if (text.length > LONG) return true
  for (const each of some) if (text.includes(each)) return true
  return false
}

/** Whether what has this name is a secret whatever it says. */
export const isSecretName = (name: string): boolean => {
  const start = name.slice(0, 256)
  return (
    holdsOne(start.toLowerCase(), STEMS) && secretName().test(start.replace(/([a-z0-9])([A-Z])/g, '$1_$2'))
  )
}
