/** Rows about parsing URLs: the parts of a URL on which a verdict depends, as this runtime's parser gives them. */

import { type JsonObject, optional, textOf } from './json.js'
import { judge, type Row, same } from './row.js'

const parse = (input: string, base: string | undefined): URL | undefined => {
  try {
    return base === undefined ? new URL(input) : new URL(input, base)
  } catch {
    return undefined
  }
}

/** `{input, base, failure}` or `{input, base, protocol, hostname, port, …}` */
export const urlRow = (row: JsonObject, index: number): Row => {
  const id = `url-${index + 1}`
  const base = optional(row, 'base')
  const url = parse(textOf(row, 'input'), typeof base === 'string' ? base : undefined)
  if (optional(row, 'failure') === true || url === undefined) {
    return judge(id, optional(row, 'failure') !== true, { accepted: url !== undefined })
  }
  const expected = ['protocol', 'hostname', 'port'].map((part) => textOf(row, part))
  return same(id, expected.join(' '), [url.protocol, url.hostname, url.port].join(' '))
}
