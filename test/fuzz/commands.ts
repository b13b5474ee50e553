/** The command line as a target, in this process: documented exit codes, one typed line, no secret, nothing that acts on a terminal. */

import type { Io, Sink } from '../../src/cli/io.js'
import { Folder } from './commandFolder.js'
import { type CommandInput, commandInput } from './commandWords.js'
import type { Library } from './library.js'
import { NOW } from './seeds.js'
import { ACCEPTED, ACTS_ON_TERMINALS, hold, type Outcome, type Target } from './target.js'

export interface CommandTarget extends Target<CommandInput> {
  /** Removes the folder. */
  end(): void
}

export const commands = (library: Library): CommandTarget => {
  const folder = new Folder(library)
  const known = new Set([...library.warrant.ERROR_CODES.keys(), ...Object.keys(library.cliCodes.CLI_CODES)])
  return {
    name: 'commands',
    next: commandInput,
    run: async (input) => {
      const changed = folder.change(input.changed, input.numbers)
      const argv = input.argv.map((word) => folder.argument(word))
      const stdin = input.stdin === 'changed' ? changed : folder.contents.get(input.stdin)
      const [stdout, stderr] = [collector(), collector()]
      const io = { ...ioOf(stdin ?? new Uint8Array(), folder), stdout: stdout.sink, stderr: stderr.sink }
      // Names without a folder are files too, and must not come to lie in the project.
      const before = process.cwd()
      process.chdir(folder.path)
      const exit = await library.cli.main(argv, io).finally(() => process.chdir(before))
      if (WRITES.test(argv.join(' '))) folder.tidy()
      return judged({ exit, stdout: stdout.text(), stderr: stderr.text(), argv, input }, folder, known)
    },
    keep: () => {},
    show: (input) => JSON.stringify(input),
    read: (line) => JSON.parse(line) as CommandInput, // as `show` wrote it
    sort: () => 'commands',
    end: () => folder.remove(),
  }
}

/** What may have left a file behind. */
const WRITES = /keygen|-o|--out/

const ioOf = (stdin: Uint8Array, { env }: Folder): Omit<Io, 'stdout' | 'stderr'> => ({
  stdin: {
    isTTY: false,
    bytes: async function* () {
      yield stdin
    },
  },
  clock: () => NOW,
  env,
})

const collector = (): { readonly sink: Sink; readonly text: () => string } => {
  const written: string[] = []
  return {
    sink: {
      isTTY: false,
      write: async (text) => {
        written.push(text)
      },
    },
    text: () => written.join(''),
  }
}

interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly argv: readonly string[]
  readonly input: CommandInput
}

const STACK = /\n\s+at .+:\d+|node_modules|\/dist\/|file:\/\//
const TYPED = /^warrant: ([A-Z0-9_]+): /

const judged = (ran: Ran, folder: Folder, known: ReadonlySet<string>): Outcome => {
  const { exit, stdout, stderr } = ran
  const printed = `${stdout}\n${stderr}`
  hold(exit === 0 || exit === 1 || exit === 2, `exit code ${exit}`)
  hold(!STACK.test(printed), 'a stack trace, or a path of the program')
  hold(!ACTS_ON_TERMINALS.test(printed), 'something printed acts on a terminal')
  if (!isGivenAsName(ran))
    hold(!folder.secrets.some((secret) => printed.includes(secret)), 'a secret key is printed')
  if (exit === 0) return ACCEPTED
  if (ran.argv[0] === 'conformance' && stderr === '') return 'CONFORMANCE' // a report, whose rows have no codes
  const code = codeOf(ran)
  hold(known.has(code), `a code that there is not: ${code}`)
  hold(code !== 'INTERNAL', 'a fault of the program')
  return code
}

/** A key in the place of a name or a public key: nobody can tell that it is a secret one. */
const isGivenAsName = ({ input: { argv } }: Ran): boolean =>
  argv.some((word, i) => /^SECRET-(HEX|BASE64)$/.test(word) && (argv[i - 1] ?? '').startsWith('--'))

/** The code of a failure: of the one typed line, or of the judgement that is the product. */
const codeOf = ({ stdout, stderr, argv, exit }: Ran): string => {
  const end = argv.indexOf('--')
  if ((end < 0 ? argv : argv.slice(0, end)).includes('--json')) return jsonCode(stdout, stderr)
  const lines = stderr.split('\n').filter((line) => TYPED.test(line))
  if (lines.length === 0 && stdout !== '' && exit === 1) return streamCode(stdout)
  hold(lines.length === 1, `${lines.length} typed lines`)
  return TYPED.exec(lines[0] ?? '')?.[1] ?? ''
}

const jsonCode = (stdout: string, stderr: string): string => {
  if (stderr !== '') {
    hold(/^[^\n]+\n$/.test(stderr), 'a JSON failure of more than a line')
    const failure = JSON.parse(stderr) as { error?: { code?: unknown } } // whatever it is, it is asked for these
    return String(failure.error?.code)
  }
  const line =
    stdout
      .trimEnd()
      .split('\n')
      .find((each) => /"code":/.test(each)) ??
    stdout.split('\n')[0] ??
    ''
  return /"code":"([A-Z0-9_]+)"/.exec(line)?.[1] ?? 'no code'
}

/** Of a stream of calls, each line says its own. */
const streamCode = (stdout: string): string => /^deny \S+ ([A-Z0-9_]+)/m.exec(stdout)?.[1] ?? 'no code'
