/** Names and rules in words, made safe to show: to a model, in a terminal, in one line of a log. */

const MAX_NAME = 64
const MAX_RULE = 240
const MAX_LISTED = 16

const escaped = (unit: string): string => `\\u{${(unit.codePointAt(0) as number).toString(16)}}` // matched, so not empty

/** Text from outside, cut to `length` and with everything escaped that does not print as itself. */
export const shown = (text: string, length: number = MAX_NAME): string => {
  const cut = text.length > length ? `${text.slice(0, length).toWellFormed()}...` : text
  // Letters, digits, punctuation, symbols and the plain space; controls, bidirectional marks and line ends are not.
  return cut.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, escaped)
}

/** A constraint in words. */
export const shownRule = (rule: string): string => shown(rule, MAX_RULE)

/** The first of some names, and how many more there are. */
export const shownNames = (names: Iterable<string>): string => {
  const all = [...names]
  const first = all.slice(0, MAX_LISTED).map((name) => shown(name))
  if (first.length === 0) return 'none'
  return all.length > first.length
    ? `${first.join(', ')} and ${all.length - first.length} more`
    : first.join(', ')
}
