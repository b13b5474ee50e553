/** Words of a command line, read in more than one way: whatever any reading takes for a path is looked at. */

/** The words as a shell puts them together out of quotes, and the pieces between marks. */
export const wordsOf = (command: string): readonly string[] => {
  const words = new Set<string>()
  for (const word of [...unquoted(command), ...command.split(/[\s'"`;|&<>()=,:]+/)]) {
    words.add(word)
    const inner = innerOf(word)
    if (inner !== undefined) words.add(inner)
  }
  words.delete('')
  return [...words]
}

/** Of `--file=PATH`, `-oPATH`, `@PATH`, `name:PATH`, what follows. Most words hold none, and are told by a plain look. */
const innerOf = (word: string): string | undefined => {
  const mayHoldOne = '-@'.includes(word.charAt(0)) || word.includes('=') || word.includes(':')
  return mayHoldOne ? /^(?:--?[\w-]+=|-\w|@|[\w.-]+[:=])(.+)$/.exec(word)?.[1] : undefined
}

const OPERATORS = ';|&<>()`'

/** Words by the quoting of POSIX shells, split at blanks and operators outside of quotes. */
const unquoted = (command: string): readonly string[] => {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let i = 0; i < command.length; i++) {
    const unit = command[i] as string // within the length
    if (quote === "'") {
      if (unit === quote) quote = ''
      else word += unit
    } else if (unit === '\\') {
      const next = command[++i]
      if (next !== undefined && next !== '\n') word += next
    } else if (unit === quote) quote = ''
    else if (quote === '' && (unit === "'" || unit === '"')) quote = unit
    else if (quote === '' && (unit.trim() === '' || OPERATORS.includes(unit))) {
      words.push(word)
      word = ''
    } else word += unit
  }
  return [...words, word]
}
