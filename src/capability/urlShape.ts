/**
 * The text of a URL pattern (format §6, UrlPattern) taken apart: `scheme://host[:port][/path]`, with `*` for any
 * scheme, `*.name` for a name and everything below it, and a glob as path.
 *
 * A pattern is read as the URL that it becomes when its stars are ordinary words. That is how the reference reads one,
 * with all that follows from it: a default port or a path `/` says nothing, `?` begins a query, `*.` in a path and a
 * bare `*` as host match nothing real.
 */

import { FormatError } from '../errors.js'
import { readUrl } from './urlText.js'

/** What a pattern asks of each part; undefined asks nothing. */
export interface UrlShape {
  /** As written, in lower case. */
  readonly scheme: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  /** A glob, or, where it is not a valid one, the path itself. */
  readonly path: string | undefined
}

/** What stands for a star while a pattern is read. No pattern may hold these words, so that none is made up. */
const HOST_WORD = '__tenuo_host_wildcard__'
const PATH_WORD = '__tenuo_path_wildcard__'

const ANY_SCHEME = '*://'

const invalid = (detail: string): FormatError => new FormatError('CONSTRAINT_INVALID', detail)

/** @throws FormatError CONSTRAINT_INVALID for text without a scheme, or that makes no URL */
export const parseUrlShape = (pattern: string): UrlShape => {
  if (pattern.includes(HOST_WORD) || pattern.includes(PATH_WORD)) throw invalid('a reserved word')
  const schemeEnd = pattern.indexOf('://')
  if (schemeEnd < 0) throw invalid('no scheme')
  const isAnyScheme = pattern.startsWith(ANY_SCHEME)
  const text = isAnyScheme ? `https://${pattern.slice(ANY_SCHEME.length)}` : pattern
  const url = readUrl(text.replaceAll('*.', `${HOST_WORD}.`).replaceAll('/*', `/${PATH_WORD}`))
  if (url === 'too-long') {
    throw new FormatError('CONSTRAINT_INVALID', 'a URL that is too long', { rule: 'URL_TOO_LONG' })
  }
  if (url === undefined) throw invalid('not a URL')
  if (url.isUnclear) {
    throw new FormatError('CONSTRAINT_INVALID', 'a URL that parsers read differently', {
      rule: 'URL_UNCLEAR',
    })
  }
  const isAnyPath = url.path === '' || url.path === '/'
  return {
    scheme: isAnyScheme ? undefined : pattern.slice(0, schemeEnd).toLowerCase(),
    host: url.host === '' ? undefined : url.host.replaceAll(`${HOST_WORD}.`, '*.'),
    port: url.port,
    path: isAnyPath ? undefined : url.path.replaceAll(PATH_WORD, '*'),
  }
}
