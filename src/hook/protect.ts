/**
 * The guard keeps tools away from its own files: an argument that leads into one is denied whatever the warrant says.
 *
 * What is looked at is text, so this holds for tools that take paths, patches and plain commands. A shell that may run
 * anything can build a path out of pieces that no reader of text recognises; docs/how-to/guard-an-agent.md says so.
 */

import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { DenialError } from '../errors.js'
import { type Looks, looksOfCall } from './links.js'
import { pathsOfPatch } from './patchPaths.js'
import {
  absolutePath,
  isAbove,
  isLedInto,
  isWild,
  leadsAnywhereInto,
  pathOfUrl,
  segmentsOf,
} from './paths.js'
import { wordsOf } from './shellWords.js'

/** What is protected, and what is known of where paths lead from. */
export interface Protection {
  /** Absolute paths of files and folders. */
  readonly paths: readonly string[]
  /** The home of the user, for `~` and `$HOME`. */
  readonly userHome: string
  /** Where relative paths lead from; undefined where nobody can say. */
  readonly cwd: string | undefined
  /** Whether the time for a decision is up: a host that has waited for too long may let the call pass. */
  readonly isOverdue?: (() => boolean) | undefined
}

/**
 * The first argument that leads into what is protected, as a path of names; undefined where none does.
 * @throws DenialError CALL_TOO_LARGE, GUARD_DEADLINE: an agent can write more paths than can be looked at in time
 */
export const protectedArgument = (args: ValueObject, protection: Protection): string | undefined => {
  const texts = textsOf(args)
  const looks = looksOfCall()
  // Tools put paths together: a folder in one argument, a name or glob in another.
  const absolute = texts.flatMap(({ text }) => absolutePath(text.trim(), protection.userHome) ?? [])
  const folders = [...new Set(absolute.filter(({ length }) => length <= MAX_PATH))]
  const guarded = protection.paths.map(segmentsOf)
  const here = protection.cwd === undefined ? [] : [protection.cwd]
  // Each by itself first, so that the argument that is named is the one that leads there.
  for (const bases of [here, folders]) {
    const found = texts.find((text) => isProtected(text, { ...protection, guarded, bases, looks }))
    if (found !== undefined) return shownPlace(found.place)
  }
  return undefined
}

interface Asks extends Protection {
  readonly guarded: readonly (readonly string[])[]
  readonly bases: readonly string[]
  readonly looks: Looks
}

/** The name or index of a value in what holds it. */
interface Place {
  readonly step: string | number
  readonly above: Place | undefined
}

interface FoundText {
  readonly place: Place | undefined
  /** The name of the argument, or of the innermost field, that it stands in. */
  readonly name: string
  readonly text: string
}

const isProtected = ({ name, text }: FoundText, asks: Asks): boolean => {
  if (isPathInto(text, asks, asks.bases, 'whole')) return true
  if (pathsOfPatch(text).some((path) => isPathInto(path, asks, asks.bases, 'whole'))) return true
  return !PROSE.has(name) && areWordsInto(text, asks)
}

/** Arguments whose text is content, not a command: a mention of a path in them leads nowhere. */
const PROSE: ReadonlySet<string> = new Set([
  ...[
    'content',
    'contents',
    'text',
    'old_string',
    'new_string',
    'old_text',
    'new_text',
    'old_str',
    'new_str',
  ],
  ...['message', 'prompt', 'description', 'body', 'goal', 'context', 'title', 'summary', 'reason', 'patch'],
])

const areWordsInto = (text: string, asks: Asks): boolean => {
  const words = wordsOf(text)
  if (isOrderToGuard(words)) return true
  // `cd FOLDER && cat NAME`
  const bases = [...asks.bases, ...foldersAmong(words, asks)]
  return words.some((word) => isPathInto(word, asks, bases, 'word'))
}

/** Those words that a relative path can start from: folders that are there or would lead there, and wildcards. */
const foldersAmong = (words: readonly string[], { userHome, guarded, looks }: Asks): readonly string[] => {
  const absolute = words.flatMap((word) => absolutePath(word, userHome) ?? [])
  return [...new Set(absolute)].filter((path) => {
    if (path.length > MAX_PATH) return false
    looks.spend(path)
    return isWild(path) || isAbove(path, guarded) || looks.isFolder(path)
  })
}

/** `warrant hook HOST install`, `warrant session put` and their kin, which are the operator's to say. */
const isOrderToGuard = (words: readonly string[]): boolean => {
  const has = (...some: readonly string[]): boolean => some.some((word) => words.includes(word))
  return (
    words.some((word) => word.includes('warrant') && /(?:^|[/\\])warrant(?:\.c?js)?$/.test(word)) &&
    ((has('hook') && has('install', 'uninstall')) || (has('session') && has('put', 'end')))
  )
}

const isPathInto = (
  text: string,
  asks: Asks,
  bases: readonly string[],
  stands: 'whole' | 'word',
): boolean => {
  if (asks.isOverdue?.() === true) throw new DenialError('GUARD_DEADLINE')
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > MAX_PATH) return false
  const url = pathOfUrl(trimmed)
  const spellings = new Set([url ?? trimmed, (url ?? trimmed).replaceAll('\\', '/')])
  for (const path of spellings) {
    const absolute = absolutePath(path, asks.userHome)
    if (absolute !== undefined) {
      if (isLedInto(absolute, asks.guarded, asks.looks)) return true
      continue
    }
    if (bases.some((base) => isLedInto(`${base}/${path}`, asks.guarded, asks.looks))) return true
    // From a folder that nobody knows, by a variable, or after a `cd`: what it would lead into from somewhere.
    const isUnknown = asks.cwd === undefined || stands === 'word' || /^[$%~]/.test(path)
    if (isUnknown && leadsAnywhereInto(path, asks.guarded, stands === 'whole', asks.looks)) return true
  }
  return false
}

/** Longer than any file system takes. */
const MAX_PATH = 4_096

/** Every text of the arguments, and names that look like paths: a tool may take a map of files. */
const textsOf = (args: ValueObject): readonly FoundText[] => {
  const found: FoundText[] = []
  const visit = (value: Value, place: Place | undefined, name: string): void => {
    if (typeof value === 'string') found.push({ place, name, text: value })
    else if (typeof value !== 'object' || value === null || isFloat(value)) return
    else if (isList(value)) {
      for (const [i, item] of value.entries()) visit(item, { step: i, above: place }, name)
    } else
      for (const [inner, of] of Object.entries(value)) {
        const below = { step: inner, above: place }
        if (looksLikePath(inner)) found.push({ place: below, name: '', text: inner })
        visit(of, below, inner)
      }
  }
  visit(args, undefined, '')
  return found
}

const PATH_SIGNS = ['/', '\\', '~', '$', '%']

const looksLikePath = (name: string): boolean =>
  name.startsWith('.') || PATH_SIGNS.some((sign) => name.includes(sign))

/** As in `edits[2].file_path`. */
const shownPlace = (place: Place | undefined): string => {
  let shown = ''
  for (let at = place; at !== undefined; at = at.above)
    shown = (typeof at.step === 'number' ? `[${at.step}]` : `.${shownName(at.step)}`) + shown
  return shown.slice(1)
}

const shownName = (name: string): string => (/^[\w-]{1,64}$/.test(name) ? name : '?')
