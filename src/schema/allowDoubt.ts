/** Values of the `--allow` language that are read as they stand, and that somebody may have meant as another form. */

/** Longer text is no slip of the hand. */
const MAX_LOOKED_AT = 200

/** Names under which a form is known elsewhere: the kinds of the JSON form. */
const OTHER_NAMES: ReadonlySet<string> = new Set(['urlpattern'])

/** Forms that need no body, and whose name alone is no likely value. */
const BODILESS: ReadonlySet<string> = new Set(['urlsafe', 'wildcard', 'null'])

/**
 * Whether a value that has no known form, and is no range, looks like a form whose name is written otherwise (`Subpath:/x`, `one_of:a|b`), like
 * one without its colon (`urlsafe`), or like a range that cannot be read without its form (`5..`, `0..1e400`).
 */
export const looksMistyped = (text: string, forms: ReadonlyMap<string, unknown>): boolean => {
  if (text.length > MAX_LOOKED_AT) return false
  const name = /^[A-Za-z][A-Za-z _-]*(?=:)/.exec(text)?.[0]
  if (name !== undefined) {
    const plain = name.toLowerCase().replace(/[ _-]/g, '')
    return forms.has(plain) || OTHER_NAMES.has(plain)
  }
  return BODILESS.has(text.toLowerCase()) || isRangeLike(text)
}

/** Nothing but numbers, brackets and two dots. */
const isRangeLike = (text: string): boolean => {
  const plain = text.toLowerCase().replace(/infinity|inf/g, '0')
  return plain.includes('..') && /^[-+\d.e_ ()[\]]*\d[-+\d.e_ ()[\]]*$/.test(plain)
}
