/**
 * Policies to begin from, for Hermes: its tools under the names of old and new builds. An argument that is named must be
 * there, and others only where `...: any` says so; nothing here grants a shell, since no path confines one.
 */

/** Where a workspace and its parts lie. Absolute. */
export interface Places {
  readonly root: string
  /** The folder that the agent works in. */
  readonly work: string
  /** The home of Hermes for this workspace. */
  readonly hermes: string
  /** The home of the guard. */
  readonly guard: string
  readonly keys: string
  readonly policies: string
}

/** A path and what is under it, whatever signs are in it: YAML reads JSON. */
const under = (path: string): string => `{ kind: subpath, root: ${JSON.stringify(path)} }`

const readers = (path: string): string => `  read_file: { path: ${under(path)}, ...: any }
  search_files: { pattern: '*', path: ${under(path)}, ...: any }`

const writers = (path: string): string => `  write_file: { path: ${under(path)}, content: '*' }
  # In its other mode, patch takes paths inside a text, which no constraint on path sees.
  patch: { mode: 'exact:replace', path: ${under(path)}, old_string: '*', new_string: '*', ...: any }`

/** Looking at what runs, not starting or stopping it. */
const watchers = `  process: { action: 'list|poll|log', ...: any } # older builds
  process_manage: { action: 'list|poll|log', ...: any } # newer builds`

/** A job holds a script that runs on each tick: an agent that could make one would run whatever it likes. */
const schedule = `  cronjob: { action: 'exact:list', ...: any } # older builds
  cronjob_manage: { action: 'exact:list', ...: any } # newer builds`

const harmless = `  todo: any
  clarify: any`

const shell = `  # A shell reaches what its user can reach. If it must be, name the commands:
  # terminal: { command: 'shlex:git|ls', ...: any }`

/** One agent, one folder. */
export const tenantPolicy = ({ work }: Places): string => `# What the agent of this tenant may do.
version: 1
ttl: 7d
maxDepth: 1
tools:
${readers(work)}
${writers(work)}
${harmless}
  memory: any
  skills_list: any
  skill_view: any
${watchers}
${schedule}
${shell}
`

/** One scheduled job, for the length of a run and its retries. */
export const jobPolicy = ({ work }: Places): string => `# What one run of the job may do.
version: 1
ttl: 20m
maxDepth: 0
tools:
${readers(work)}
  write_file: { path: ${under(`${work}/reports`)}, content: '*' }
  web_search: { query: '*', ...: any }
  todo: any
${shell}
`

/** All that anybody may do through the gateway; roles narrow it. */
export const gatewayPolicy = ({
  work,
}: Places): string => `# All that anybody may do through this gateway. Roles narrow it.
version: 1
ttl: 7d
maxDepth: 4
tools:
${readers(work)}
${writers(work)}
${harmless}
  memory: any
  web_search: { query: '*', ...: any }
${watchers}
${schedule}
${shell}
`

/** Who may do what. */
export const rolesPolicy = ({
  work,
}: Places): string => `# Who may do what. Whoever has no role may do nothing.
version: 1
ttl: 10m
roles:
  owner: { inherit: true }
  trusted: { inherit: [read_file, search_files, todo, clarify, web_search] }
  guest:
    ttl: 2m
    tools:
      read_file: { path: ${under(`${work}/public`)}, ...: any }
      clarify: any
members:
  telegram: { '1001': owner, '1002': guest } # the ids of your own people
# everyoneElse: guest
`

/** A parent that delegates. */
export const parentPolicy = ({
  work,
}: Places): string => `# What the parent may do, and so the most that a child can have.
version: 1
ttl: 1d
maxDepth: 4
tools:
${readers(work)}
${writers(work)}
${harmless}
  web_search: { query: '*', ...: any }
  delegate_task: any
${shell}
`

/** What its children get. */
export const childrenPolicy = ({
  work,
}: Places): string => `# What children get. The first that fits counts; whoever fits none gets nothing.
version: 1
startWithin: 10m
children:
  - role: orchestrator
    depth: 1
    inherit: true
    ttl: 2h
  - goal: 'research *'
    inherit: [web_search, todo]
    ttl: 30m
    maxDepth: 0
  - role: leaf
    tools:
      read_file: { path: ${under(work)}, ...: any }
    ttl: 30m
    maxDepth: 0
`
