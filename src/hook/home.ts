/** The home of the guard: one folder of mode 0700 with its configuration, the warrants of sessions, and its log. */

import { join, resolve } from 'node:path'
import { FormatError } from '../errors.js'

export interface Home {
  readonly folder: string
  /** What the operator says: `hook.json`, mode 0600. */
  readonly configuration: string
  readonly sessions: string
  /** Which workspace each session began in, kept where modes differ by workspace. */
  readonly workspaces: string
  /** Requests for approval, and what was answered. */
  readonly approvals: string
  /** What the roles of a gateway may do, and who has them: a file for each host. */
  readonly gateways: string
  /** What the runs of a scheduled job may do: a file for each job. */
  readonly mandates: string
  /** Which runs were begun: each is begun once. */
  readonly runs: string
  /** What children get, by host: the delegation policies, compiled. */
  readonly delegation: string
  /** Grants that wait for a child to start. */
  readonly grants: string
  /** Which sessions began as children. */
  readonly children: string
  readonly log: string
}

/** The places in a home. */
export const homeAt = (folder: string): Home => {
  const root = resolve(folder)
  return {
    folder: root,
    configuration: join(root, 'hook.json'),
    sessions: join(root, 'sessions'),
    workspaces: join(root, 'workspaces'),
    approvals: join(root, 'approvals'),
    gateways: join(root, 'gateways'),
    mandates: join(root, 'mandates'),
    runs: join(root, 'runs'),
    delegation: join(root, 'delegation'),
    grants: join(root, 'grants'),
    children: join(root, 'children'),
    log: join(root, 'log'),
  }
}

/** The home that the hook's own command line names. @throws FormatError STATE_MALFORMED */
export const homeOf = (argv: readonly string[]): Home => {
  const [, flag, folder, ...more] = argv
  if (flag !== '--home' || folder === undefined || folder === '' || more.length > 0)
    throw new FormatError('STATE_MALFORMED', undefined, { where: '--home' })
  return homeAt(folder)
}
