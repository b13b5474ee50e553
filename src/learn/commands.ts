/** Command lines: the programs that were run, and word for word those lines that only a shell could run. */

import { compileConstraint } from '../capability/constraint.js'
import { any } from '../capability/constraints/any.js'
import { exact } from '../capability/constraints/exact.js'
import { shlex } from '../capability/constraints/shlex.js'
import type { Constraint } from '../capability/kinds.js'
import type { Value } from '../encoding/value.js'
import { firstSlack, type Rung } from './rung.js'
import { HOLE } from './seen.js'

/** More lines than these are no list that anybody reads. */
const MAX_LINES = 16

/** Names of arguments that hold command lines. */
const COMMAND = /^(?:command|cmd|command_?line|shell_?command)$/i

/** Whether an argument holds command lines: by its name, since any text can be read as one. */
export const isCommandName = (name: string): boolean => COMMAND.test(name)

/** Why nothing is learned of some command lines, in words. */
export const COMMAND_TROUBLE =
  'lines that only a shell could run: as anything, they are a free shell, which can do whatever its user can'

/** Rungs for command lines; none where there are too many that only a shell could run. */
export const commandRungs = (values: readonly Value[], withheld: ReadonlySet<Value>): readonly Rung[] => {
  const lines = values.filter((value) => typeof value === 'string')
  if (lines.length < values.length) return []
  const programs = new Set<string>()
  const others: string[] = []
  for (const line of lines) {
    const program = programOf(line)
    if (program === undefined) others.push(line)
    else programs.add(program)
  }
  if (others.length > MAX_LINES || programs.size === 0 || others.some((line) => withheld.has(line))) return []
  const warnings = warningsFor([...programs], others.length)
  const listed = [...programs].sort()
  const bare = [...new Set(listed.flatMap((program) => [program, nameOf(program)]))]
  const seen: Rung = {
    slack: firstSlack(values.length === 1),
    constraint: withLines(listed, others),
    why: 'command lines of the programs that were run, with any words behind them and no operators of a shell',
    warnings,
  }
  if (values.length === 1 || bare.length === listed.length) return [seen]
  return [
    seen,
    {
      slack: 'roomy',
      constraint: withLines(bare, others),
      why: 'command lines of these programs, in whatever folder they are',
      warnings,
    },
  ]
}

/** The program of a line that `shlex` takes for one; undefined for every other line. */
const programOf = (line: string): string | undefined => {
  const word = /[^\s\x85]+/.exec(line)?.[0]
  if (word === undefined || word.includes(HOLE)) return undefined
  return compileConstraint(shlex([word]), {})(line, 0) === true ? word : undefined
}

const nameOf = (program: string): string => program.slice(program.lastIndexOf('/') + 1)

/** Also without its ending or its version: `/usr/bin/python3.12` is `python`. */
const familyOf = (program: string): string =>
  nameOf(program)
    .toLowerCase()
    .replace(/(?:\.exe|[\d.]+)$/, '')

const withLines = (programs: readonly string[], lines: readonly string[]): Constraint =>
  lines.length === 0 ? shlex(programs) : any([shlex(programs), ...lines.map((line) => exact(line))])

/** Programs whose words are programs: who may run one may run anything. */
const INTERPRETERS = new Set([
  ...['sh', 'bash', 'zsh', 'dash', 'fish', 'ksh', 'pwsh', 'powershell', 'cmd', 'busybox'],
  ...[
    'python',
    'node',
    'nodejs',
    'tsx',
    'deno',
    'bun',
    'ruby',
    'perl',
    'php',
    'lua',
    'osascript',
    'awk',
    'gawk',
  ],
  ...['env', 'xargs', 'sudo', 'su', 'doas', 'nohup', 'nice', 'timeout', 'watch', 'find', 'ssh', 'docker'],
  ...['npx', 'npm', 'pnpm', 'yarn', 'uvx', 'pipx', 'make', 'eval', 'exec', 'git', 'tar', 'vim', 'vi', 'sed'],
])

const warningsFor = (programs: readonly string[], lines: number): readonly string[] => [
  ...(programs.some((program) => INTERPRETERS.has(familyOf(program)))
    ? ['some of these programs run others by their words, and so may run anything']
    : []),
  ...(lines > 0 ? [`${lines} with operators of a shell, which are allowed word for word alone`] : []),
]
