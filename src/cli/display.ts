/**
 * The one way in which text from outside reaches a terminal. Warrants, file names, tool names and arguments are
 * written by others: they may hold escape sequences, controls that reorder a line, or characters that nobody sees.
 */

/** Longest text shown in one piece, in code points; the rest is counted. */
const SHOWN = 400

// Everything that moves the cursor, reorders the line, joins or hides: controls, format characters, surrogates,
// private use, unassigned, line and paragraph separators, and every space but the ordinary one. The letters and
// symbols listed by number are drawn as nothing although Unicode does not call them format characters.
export const UNSAFE: RegExp =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}]|(?! )\p{Zs}/u

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
])

const escaped = (character: string): string =>
  SHORT.get(character) ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`

/**
 * Text on one line without anything that acts on a terminal: unsafe characters as `\n` or `\u{202e}`, a backslash
 * doubled so that the form has one reading, marks that would sit on our own text escaped, and a stated end when long.
 */
export const display = (text: string): string => displayUpTo(SHOWN, text)

/** The same of text that may be longer: of so many code points. */
export const displayUpTo = (most: number, text: string): string => {
  let shown = ''
  let count = 0
  let marks = 1 // a mark that comes first would sit on whatever we wrote before
  for (const character of text) {
    if (count++ >= most) continue
    marks = /\p{M}/u.test(character) ? marks + 1 : 0
    const plain = marks <= (shown === '' ? 0 : 3) && character !== '\\' && !UNSAFE.test(character)
    shown += plain ? character : escaped(character)
  }
  return count > most ? `${shown}… (${count - most} more characters)` : shown
}

/** Text in quotes, with its own quotes escaped: where it begins and ends cannot be imitated. */
export const quoted = (text: string): string => `"${display(text).replaceAll('"', '\\"')}"`

/** Paints text for a terminal that wants it; the identity elsewhere. The text must be displayable already. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

const sgr =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`

const same = (text: string): string => text

const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same }
const COLOURED: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
}

/** Colours only for a terminal, and never where `NO_COLOR` is set or the terminal is `dumb`. */
export const paintFor = (isTTY: boolean, env: Readonly<Record<string, string | undefined>>): Paint =>
  isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? COLOURED : PLAIN
