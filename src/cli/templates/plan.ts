/** What each template makes: files, and the commands to go on with. */

import { join } from 'node:path'
import { cronManifest } from './documents.js'
import {
  childrenPolicy,
  gatewayPolicy,
  jobPolicy,
  type Places,
  parentPolicy,
  rolesPolicy,
  tenantPolicy,
} from './policies.js'

export interface Template {
  /** Policies by their path. */
  readonly policies: (places: Places) => ReadonlyMap<string, string>
  readonly cronManifest: string
  /** Folders under the one that the agent works in. */
  readonly folders: readonly string[]
  /** Words of commands, in order. */
  readonly commands: (places: Places) => readonly (readonly string[])[]
}

/** The scheduled job that a workspace for cron begins with. */
const JOB = 'report'

const at = ({ policies }: Places, name: string): string => join(policies, name)

const key = ({ keys }: Places, name: string): string => join(keys, name)

/** Puts the guard into Hermes. */
const install = (places: Places, more: readonly string[]): readonly string[] => [
  ...['warrant', 'hook', 'hermes', 'install', '--home', places.guard],
  ...['--config', join(places.hermes, 'config.yaml'), '--root', key(places, 'issuer.pub'), ...more],
]

const look = ({ root }: Places): readonly string[] => ['warrant', 'doctor', '--workspace', root]

/** Mints the standing warrant, installs the guard with it, and looks at both. */
const standing =
  (policy: string, more: (places: Places) => readonly string[] = () => []): Template['commands'] =>
  (places) => {
    const warrant = join(places.root, 'agent.warrant')
    const holder = ['--standing', warrant, '--holder-key', key(places, 'agent.key')]
    return [
      [
        ...[
          'warrant',
          'mint',
          '--issuer-key',
          key(places, 'issuer.key'),
          '--holder',
          key(places, 'agent.pub'),
        ],
        ...['--policy', at(places, policy), '-o', warrant],
      ],
      install(places, [...holder, ...more(places)]),
      look(places),
    ]
  }

const tenant: Template = {
  policies: (places) => new Map([[at(places, 'tenant.yaml'), tenantPolicy(places)]]),
  cronManifest: cronManifest([]),
  folders: [],
  commands: standing('tenant.yaml'),
}

const cron: Template = {
  // Where `warrant cron add NAME` and `warrant run --for cron:NAME` look for it.
  policies: (places) => new Map([[join(places.guard, 'warrants', 'cron', `${JOB}.yaml`), jobPolicy(places)]]),
  cronManifest: cronManifest([[JOB, `guard/warrants/cron/${JOB}.yaml`]]),
  folders: ['reports'],
  commands: (places) => [
    install(places, []),
    ['warrant', 'cron', 'add', JOB, '--home', places.guard, '--issuer-key', key(places, 'issuer.key')],
    look(places),
  ],
}

const gateway: Template = {
  policies: (places) =>
    new Map([
      [at(places, 'gateway.yaml'), gatewayPolicy(places)],
      [at(places, 'roles.yaml'), rolesPolicy(places)],
    ]),
  cronManifest: cronManifest([]),
  folders: ['public'],
  commands: standing('gateway.yaml', (places) => ['--gateway', at(places, 'roles.yaml')]),
}

const delegate: Template = {
  policies: (places) =>
    new Map([
      [at(places, 'parent.yaml'), parentPolicy(places)],
      [at(places, 'children.yaml'), childrenPolicy(places)],
    ]),
  cronManifest: cronManifest([]),
  folders: [],
  commands: standing('parent.yaml', (places) => ['--delegation', at(places, 'children.yaml')]),
}

export const TEMPLATES: ReadonlyMap<string, Template> = new Map(
  Object.entries({ tenant, cron, gateway, delegate }),
)
