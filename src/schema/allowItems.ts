/** What stands between commas in the `--allow` language, and around its equals sign. */

import { isJsonForm } from './allowValue.js'
import { endOfJson, findMark, refuseAt, type Span, trimmed } from './span.js'

/** More than the arguments of any tool, and few enough to be read in no time. */
const MAX_ITEMS = 1_024

/**
 * The items between commas; none of a text that is empty. Commas inside a JSON form belong to it.
 * @throws FormatError SPEC_MALFORMED for an empty item: `a=$UNSET,b=1` must not come to say less than was meant.
 */
export const itemsOf = (span: Span): Span[] => {
  const items: Span[] = []
  let rest = trimmed(span)
  if (rest.start === rest.end) return items
  for (;;) {
    const end = endOfItem(rest)
    const item = trimmed({ ...rest, end })
    if (item.start === item.end) refuseAt(item, 'nothing between commas')
    if (items.length === MAX_ITEMS) refuseAt(item, `more than ${MAX_ITEMS} arguments`)
    items.push(item)
    if (end >= rest.end) return items
    rest = { ...rest, start: end + 1 }
  }
}

const endOfItem = (rest: Span): number => {
  const comma = findMark(rest, ',') ?? rest.end
  const equals = findMark({ ...rest, end: comma }, '=')
  if (equals === undefined) return comma
  const value = trimmed({ ...rest, start: equals + 1 })
  return isJsonForm(value) ? endOfJson(value) : comma
}

/** Name and value around the first equals sign. @throws FormatError SPEC_MALFORMED */
export const nameAndValue = (item: Span): [name: Span, value: Span] => {
  const equals = findMark(item, '=')
  if (equals === undefined) return refuseAt(item, 'expected arg=value')
  const name = trimmed({ ...item, end: equals })
  if (name.start === name.end) refuseAt(item, 'the name of the argument is missing')
  const value = trimmed({ ...item, start: equals + 1 })
  if (value.start === value.end) refuseAt(value, 'the value is missing; the empty text is exact:')
  return [name, value]
}
