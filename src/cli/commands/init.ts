/** `warrant init --template NAME [DIR]`: a workspace to begin from. Nothing that is there is replaced. */

import { lstatSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { generateKey } from '../../crypto/signer.js'
import { FormatError } from '../../errors.js'
import { homeAt } from '../../hook/home.js'
import { writePublicKeyFile, writeSecretKeyFile } from '../../node/keyFile.js'
import { makeStateFolder } from '../../node/stateFile.js'
import { errnoOf, writeWholeFile } from '../../node/wholeFile.js'
import { display } from '../display.js'
import { cliFailure, placed, usage } from '../failure.js'
import { jsonFlag, required } from '../flags.js'
import { homeFileText, writeHomeFile } from '../hook/homeFile.js'
import type { Session } from '../session.js'
import {
  CRON_MANIFEST,
  GOVERNANCE,
  governance,
  TENANT_MANIFEST,
  tenantManifest,
} from '../templates/documents.js'
import { TEMPLATES, type Template } from '../templates/plan.js'
import type { Places } from '../templates/policies.js'

interface Flags {
  readonly template?: string
}

export const addInit = (program: Command, session: Session): void => {
  const command = program
    .command('init')
    .description('make a workspace: policies, keys, folders and manifests to begin from')
    .argument('[dir]', 'the folder of the workspace (default: this one)')
    .addOption(new Option('--template <name>', 'what it is for').choices([...TEMPLATES.keys()]))
  jsonFlag(command).action(async (dir: string | undefined, flags: Flags) => {
    const name = required('--template', flags.template)
    const template = TEMPLATES.get(name) as Template // one of its choices
    const places = placesIn(resolve(dir ?? '.'))
    const files = filesOf(name, template, places)
    refuseOccupied(files, places)
    make(template, places, files)
    const commands = template.commands(places).map(commandLine)
    if (session.json)
      return session.printJson({ template: name, root: places.root, files: [...files.keys()], commands })
    await session.remark(
      `made ${display(places.root)}: change what is in policies and manifests, move keys/issuer.key away from the agent, then`,
    )
    return session.print(commands.map((line) => `${line}\n`).join(''))
  })
}

const placesIn = (root: string): Places => {
  // They stand in a table, between backticks, and in commands that are printed.
  if (/[`|\p{Cc}]/u.test(root)) throw usage('a folder whose path cannot stand in a manifest')
  return {
    root,
    work: join(root, 'workspace'),
    hermes: join(root, 'hermes'),
    guard: join(root, 'guard'),
    keys: join(root, 'keys'),
    policies: join(root, 'policies'),
  }
}

const filesOf = (name: string, template: Template, places: Places): ReadonlyMap<string, string> =>
  new Map([
    ...template.policies(places),
    [join(places.hermes, 'config.yaml'), `terminal:\n  cwd: ${JSON.stringify(places.work)}\n`],
    [join(places.root, TENANT_MANIFEST), tenantManifest(name, places)],
    [join(places.root, CRON_MANIFEST), template.cronManifest],
    [join(places.root, GOVERNANCE), governance(name)],
  ])

/** Everything is asked for before anything is made. @throws CliFailure FILE_EXISTS */
const refuseOccupied = (files: ReadonlyMap<string, string>, { keys, guard }: Places): void => {
  const found = [...files.keys(), keys, guard].find(isOccupied)
  if (found !== undefined) throw cliFailure('FILE_EXISTS', found)
}

/** By a link that leads nowhere too. @throws CliFailure FILE_NOT_PLAIN for what is in no folder */
const isOccupied = (path: string): boolean =>
  placed(path, () => {
    try {
      return lstatSync(path, { throwIfNoEntry: false }) !== undefined
    } catch (thrown) {
      throw new FormatError('FILE_NOT_PLAIN', errnoOf(thrown))
    }
  })

const FILE_MODE = 0o600

const make = (template: Template, places: Places, files: ReadonlyMap<string, string>): void => {
  const { root, work, hermes, guard, keys, policies } = places
  const folders = [work, ...template.folders.map((name) => join(work, name)), hermes, keys, policies]
  for (const folder of [...folders, guard]) placed(folder, () => makeStateFolder(folder))
  const issuer = generateKey()
  for (const [name, key] of [
    ['issuer', issuer],
    ['agent', generateKey()],
  ] as const) {
    const file = join(keys, name)
    placed(file, () => writeSecretKeyFile(`${file}.key`, key))
    placed(file, () => writePublicKeyFile(`${file}.pub`, key.publicKey))
  }
  const manifests = [TENANT_MANIFEST, CRON_MANIFEST, GOVERNANCE].map((name) => join(root, name))
  const home = homeAt(guard)
  // From the first call on, tools are kept out of what says what they may do.
  const fields = { version: 1, roots: [issuer.publicKey], protect: [keys, policies, ...manifests] }
  writeHomeFile(home, homeFileText(home, fields))
  for (const [file, text] of files)
    placed(file, () => {
      makeStateFolder(join(file, '..'))
      writeWholeFile(file, text, { mode: FILE_MODE, overwrite: false })
    })
}

/** The words as a shell reads them. */
const commandLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w./:@+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
