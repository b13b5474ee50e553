/** The documents of a workspace. Two of them are read again, by `doctor --workspace`: rows of a table, values in backticks. */

import type { Places } from './policies.js'

/** The names of the rows of the tenant's manifest. */
export const ROWS = {
  work: 'working directory',
  hermes: 'hermes home',
  guard: 'guard',
  keys: 'keys',
} as const

export const TENANT_MANIFEST = 'TENANT_MANIFEST.md'
export const CRON_MANIFEST = 'CRON_MANIFEST.md'
export const GOVERNANCE = 'GOVERNANCE.md'

const row = (name: string, value: string): string => `| \`${name}\` | \`${value}\` |`

/** What belongs to this workspace. */
export const tenantManifest = (template: string, places: Places): string => `# Tenant manifest

What belongs to this workspace. \`warrant doctor --workspace ${JSON.stringify(places.root)}\` holds it against what is there.

| what | where |
| --- | --- |
${row('template', template)}
${row(ROWS.work, places.work)}
${row(ROWS.hermes, places.hermes)}
${row(ROWS.guard, places.guard)}
${row(ROWS.keys, places.keys)}
`

/** Every job that may be scheduled here. */
export const cronManifest = (jobs: readonly (readonly [string, string])[]): string => `# Cron manifest

Every scheduled job of this workspace, by the id that the host gives it. A job that is not here is red in \`warrant doctor --workspace\`.

| job | policy |
| --- | --- |
${jobs.map(([job, policy]) => `${row(job, policy)}\n`).join('')}`

/** The rules of the house, for those who run it. */
export const governance = (template: string): string => `# Governance

Rules of this workspace (template \`${template}\`), for the people who operate it. The agent follows none of them: the guard does.

1. **Who signs.** \`keys/issuer.key\` makes warrants. Keep it where the user of the agent cannot read it; what the machine of the agent needs is \`keys/issuer.pub\`.
2. **Agents consume.** No agent mints, refreshes or widens a warrant, and none changes the policies, the manifests or the configuration of the guard. What has expired is renewed by an operator.
3. **One change, one review.** Whoever changes a policy has somebody else read it, mints or installs anew, and runs \`warrant doctor --workspace\`.
4. **Jobs are listed.** No job is scheduled that is not in CRON_MANIFEST.md. Each has a policy and a life of its own.
5. **Nothing is shared.** No credential of another profile is used here. A child process gets no key by its environment.
6. **Approvals come from elsewhere.** The key of an approver is never on the machine of the agent.
7. **Modes are for days.** \`warn\` and \`off\` have a date on which they end, and \`doctor\` is red until then.
8. **The log is kept.** \`warrant audit verify\` runs daily, with checkpoints that are kept on another machine.
9. **Leaving.** To take authority back: end the session, let the warrant expire, or revoke it; then rotate whatever the agent could read.
`
