/** White space around text, as files and shells leave it. */

const SPACE = ' \t\r\n'

/**
 * Text without the white space around it; what merely looks like it stays. By hand: a pattern would take quadratic time on
 * long runs of it.
 */
export const trimSpace = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && SPACE.includes(text[start] as string)) start++
  while (end > start && SPACE.includes(text[end - 1] as string)) end--
  return text.slice(start, end)
}
