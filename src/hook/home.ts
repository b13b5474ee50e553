/** The home of the guard: one folder of mode 0700 with its configuration, the warrants of sessions, and its log. */

import { join, resolve } from 'node:path'

export interface Home {
  readonly folder: string
  /** What the operator says: `hook.json`, mode 0600. */
  readonly configuration: string
  readonly sessions: string
  /** Which workspace each session began in, kept where modes differ by workspace. */
  readonly workspaces: string
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
    log: join(root, 'log'),
  }
}
