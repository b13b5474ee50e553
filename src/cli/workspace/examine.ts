/** What `doctor --workspace` finds of a workspace: that it holds what its manifests say, and nothing that they do not. */

import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, join, resolve, sep } from 'node:path'
import type { Finding } from '../hook/examine.js'
import { CRON_MANIFEST, TENANT_MANIFEST } from '../templates/documents.js'
import { openCredentials, sharedCredentials, unreadableCredentials } from './credentials.js'
import { isOpenToOthers, namesIn, textOf } from './files.js'
import { type Manifest, readJobIds, readManifest } from './manifest.js'

const finding =
  (state: Finding['state']) =>
  (about: string, what: string): Finding => ({ state, about, what })
const [green, red, note] = [finding('green'), finding('red'), finding('note')]

/** The guard that a workspace says it has. */
export const guardOf = (root: string): string | undefined => readManifest(resolve(root))?.guard

/** Every finding about a workspace. Never throws for what it finds. */
export const examineWorkspace = async (folder: string, userHome: string): Promise<readonly Finding[]> => {
  const root = resolve(folder)
  const manifest = readManifest(root)
  if (manifest === undefined) return [red('workspace', `no ${TENANT_MANIFEST} that can be read`)]
  const missing = Object.entries(manifest).filter(([, path]) => path === undefined || !existsSync(path))
  if (missing.length > 0)
    return missing.map(([part]) => red('workspace', `${TENANT_MANIFEST} names no ${part} that is there`))
  const places = manifest as { readonly [Part in keyof Manifest]: string } // every row is there
  const jobs = jobsOf(places.hermes)
  return [
    ...(await folderFindings(root, places, jobs)),
    ...cronFindings(root, jobs),
    ...credentialFindings(places.hermes, userHome),
    ...keyFindings(places.keys),
  ]
}

interface Job {
  readonly id: string
  readonly workdir: string | undefined
}

/** The jobs of a home of Hermes; undefined where they cannot be read. */
const jobsOf = (hermes: string): readonly Job[] | undefined => {
  const file = join(hermes, 'cron', 'jobs.json')
  try {
    const text = textOf(file)
    if (text === undefined) return []
    const written = JSON.parse(text) as unknown
    const { jobs = written } = written as { readonly jobs?: unknown } // a list of them, or an object with it
    if (!Array.isArray(jobs)) return undefined
    return jobs.map((job: { readonly id?: unknown; readonly workdir?: unknown } | null) => ({
      id: typeof job?.id === 'string' ? job.id : '',
      workdir: typeof job?.workdir === 'string' && job.workdir !== '' ? job.workdir : undefined,
    }))
  } catch {
    return undefined
  }
}

/** Where the agent works: what the manifest says, what Hermes is told, and what each job is told. */
const folderFindings = async (
  root: string,
  { work, hermes }: { readonly work: string; readonly hermes: string },
  jobs: readonly Job[] | undefined,
): Promise<readonly Finding[]> => {
  const told = await cwdOf(join(hermes, 'config.yaml'))
  const outside = [
    ...(isWithin(work, root) ? [] : [red('workspace', 'the working directory is outside of the workspace')]),
    ...(told === 'unreadable' ? [red('workspace', 'the configuration of Hermes cannot be read')] : []),
    ...(typeof told === 'object' && (told.cwd === undefined || !isWithin(told.cwd, work))
      ? [red('workspace', 'terminal.cwd of Hermes is not inside the working directory')]
      : []),
    ...(jobs ?? []).flatMap(({ id, workdir }) =>
      workdir === undefined || isWithin(workdir, work)
        ? []
        : [red('cron', `the job ${id} works outside of the working directory`)],
    ),
  ]
  return outside.length === 0 ? [green('workspace', 'the working directory is inside')] : outside
}

/** A path is what it leads to: a link out of the folder is outside of it. */
const isWithin = (path: string, folder: string): boolean => {
  if (!isAbsolute(path) || !existsSync(path)) return false
  const [inner, outer] = [realpathSync(path), realpathSync(folder)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
}

/** `terminal.cwd`: without it Hermes works where it was started. */
const cwdOf = async (file: string): Promise<{ readonly cwd: string | undefined } | 'unreadable'> => {
  try {
    const { parse } = await import('yaml')
    const text = textOf(file)
    if (text === undefined) return 'unreadable'
    const config = parse(text) as {
      readonly terminal?: { readonly cwd?: unknown }
    } | null
    const cwd = config?.terminal?.cwd
    return { cwd: typeof cwd === 'string' ? cwd : undefined }
  } catch {
    return 'unreadable'
  }
}

const cronFindings = (root: string, jobs: readonly Job[] | undefined): readonly Finding[] => {
  const listed = readJobIds(root)
  if (listed === undefined) return [red('cron', `no ${CRON_MANIFEST} that can be read`)]
  if (jobs === undefined) return [red('cron', 'cron/jobs.json of Hermes cannot be read')]
  const strangers = jobs.filter(({ id }) => !listed.includes(id))
  if (strangers.length === 0)
    return [
      green(
        'cron',
        jobs.length === 0 ? 'no job is scheduled' : `${jobs.length} scheduled, all in the manifest`,
      ),
    ]
  return strangers.map(({ id }) =>
    red('cron', `the job ${id === '' ? 'without an id' : id} is scheduled, and not in ${CRON_MANIFEST}`),
  )
}

const credentialFindings = (hermes: string, userHome: string): readonly Finding[] => {
  const wrong = [
    ...sharedCredentials(hermes, userHome).map(({ what, with: whose }) =>
      red('credentials', `${what} is also that of ${whose}`),
    ),
    ...unreadableCredentials(hermes, userHome).map((file) => red('credentials', `${file} cannot be read`)),
    ...openCredentials(hermes).map((file) => red('credentials', `others can reach ${file}`)),
  ]
  return wrong.length === 0 ? [green('credentials', 'none is shared with another profile')] : wrong
}

const keyFindings = (folder: string): readonly Finding[] => {
  const names = namesIn(folder)
  if (names === undefined) return [red('keys', `${folder} cannot be read`)]
  const modes = [folder, ...names.filter(isSecret).map((name) => join(folder, name))].filter(isOpenToOthers)
  const issuer = join(folder, 'issuer.key')
  return [
    ...(modes.length === 0 ? [green('keys', 'nobody but their owner can reach them')] : []),
    ...modes.map((path) => red('keys', `others can reach ${path}`)),
    ...(existsSync(issuer)
      ? [note('keys', `${issuer} makes warrants: keep it where the user of the agent cannot read it`)]
      : []),
  ]
}

const isSecret = (name: string): boolean => /\.(key|pem)$/.test(name)
