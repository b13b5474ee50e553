/**
 * Every place in which something is denied, found in the text of the sources: what is thrown, refusals, breaches of
 * laws, codes that are handed back, and the entries of the lists of checks and laws.
 */

/** One place that denies. */
export interface Denial {
  /** Below `src`. */
  readonly file: string
  readonly line: number
  /** What stands there, on one line. */
  readonly text: string
  /** The whole line on which it begins. */
  readonly context: string
  readonly start: number
  readonly end: number
  /** The same under a switch: `live` is an expression that tells whether it is still there. */
  readonly switched: (live: string) => string
}

/** How one sort of denial is found, and how it is taken away. */
interface Form {
  /** Only in these files; in all unless told. */
  readonly files?: RegExp
  readonly pattern: RegExp
  /** What is found goes on to the end of the brackets that it opened last. */
  readonly opens?: true
  readonly switched: (text: string, live: string) => string
}

const orNothing = (text: string, live: string): string => `(${live} ? ${text} : undefined)`
const orElse =
  (other: string) =>
  (text: string, live: string): string =>
    `(${live} ? ${text} : ${other})`
const inList = (text: string, live: string): string => `...(${live} ? [${text}] : [])`

const FORMS: readonly Form[] = [
  {
    pattern: /\bthrow (?:new )?\w+\((?!thrown\))/g,
    opens: true,
    switched: (text, live) => `{ if (${live}) ${text} }`,
  },
  { files: /^enforce\//, pattern: /(?<![.\w])refusal(?:OfError)?\(/g, opens: true, switched: orNothing },
  {
    files: /laws\.ts$/,
    pattern: /(?<=return |\? | : |Breach = )\{(?= (?:\.\.\.breachOf|code))/g,
    opens: true,
    switched: orNothing,
  },
  { files: /structure\.ts$/, pattern: /(?<=return |\? | : )\{(?= where)/g, opens: true, switched: orNothing },
  { files: /gates\.ts$/, pattern: /(?<=return |\? | : )\{(?= tool\b)/g, opens: true, switched: orNothing },
  { files: /^statement\//, pattern: /(?<=return |\? | : |outcome\()'[A-Z]+_[A-Z_]+'/g, switched: orNothing },
  { files: /approvalCount\.ts$/, pattern: /(?<=return )'[a-z-]+'/g, switched: orNothing },
  { files: /replay\.ts$/, pattern: /(?<=return |\? )'(?:seen|full)'/g, switched: orElse("'fresh'") },
  { files: /sharedStore\.ts$/, pattern: /(?<= : |settle\()'failed'/g, switched: orElse("'fresh'") },
  { files: /time\.ts$/, pattern: /(?<=return | : )Number\.NaN/g, switched: orElse('this.#latest') },
  { files: /decide\.ts$/, pattern: /\{ name: '\w+', run: \w+ \}/g, switched: inList },
  { files: /decide\.ts$/, pattern: /(?<=some\([^)]*)'\w+'/g, switched: orElse("'none'") },
  { files: /laws\.ts$/, pattern: /(?<=LAWS: readonly Law\[\] = \[[^\]]*)\b\w+(?=,\n)/g, switched: inList },
]

/** The sources whose denials are taken away. */
export const DENYING = /^(?:enforce|warrant|statement)\/\w+\.ts$/

/** Every denial of a source, in the order of the text. None lies inside another. */
export const denialsOf = (file: string, source: string): readonly Denial[] => {
  const found = FORMS.filter(({ files }) => files === undefined || files.test(file)).flatMap((form) =>
    [...source.matchAll(form.pattern)]
      .filter(({ index }) => !isComment(source, index))
      .map((match) => denialAt(file, source, form, match)),
  )
  const ordered = found.sort((one, other) => one.start - other.start || other.end - one.end)
  let end = 0
  return ordered.filter((denial) => {
    if (denial.start < end) return false
    end = denial.end
    return true
  })
}

const denialAt = (file: string, source: string, form: Form, match: RegExpExecArray): Denial => {
  const start = match.index
  const opened = start + match[0].length
  const end = form.opens === true ? closing(source, opened) : opened
  const text = source.slice(start, end)
  const line = source.slice(0, start).split('\n').length
  const context = (source.split('\n')[line - 1] as string).trim() // it begins there
  const switched = (live: string): string => form.switched(text, live)
  return { file, line, text: text.replace(/\s+/g, ' '), context, start, end, switched }
}

const isComment = (source: string, at: number): boolean =>
  /^\s*(?:\*|\/\*|\/\/)/.test(source.slice(source.lastIndexOf('\n', at) + 1, at + 1))

/** Behind the bracket that closes the one just before `at`. Brackets in texts do not count. */
const closing = (source: string, at: number): number => {
  let depth = 1
  for (let i = at; i < source.length; i++) {
    const character = source[i] as string // within the length
    if ('\'"`'.includes(character)) i = endOfText(source, i)
    else if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character) && --depth === 0) return i + 1
  }
  throw new Error('a bracket is not closed')
}

const endOfText = (source: string, at: number): number => {
  let i = at + 1
  while (source[i] !== source[at]) i += source[i] === '\\' ? 2 : 1
  return i
}

/** A source with every denial under its switch; `numberOf` gives each its number. */
export const switchedSource = (
  source: string,
  denials: readonly Denial[],
  numberOf: (denial: Denial) => number,
): string => {
  let text = ''
  let from = 0
  for (const denial of denials) {
    text += source.slice(from, denial.start) + denial.switched(`__live(${numberOf(denial)})`)
    from = denial.end
  }
  return text + source.slice(from)
}
