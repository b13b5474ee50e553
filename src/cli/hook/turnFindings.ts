/** What `doctor` finds of warrants that turns begin: the roles of a gateway, and the mandates of scheduled jobs. */

import { isWarrantError } from '../../errors.js'
import { gatewayFileOf, readGateway } from '../../hook/gateway.js'
import type { Home } from '../../hook/home.js'
import { mandateFileOf, readMandate } from '../../hook/mandate.js'
import type { HostSettings } from '../../hook/settings.js'
import { readSecretKeyFile } from '../../node/keyFile.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { parseChain } from '../../warrant/text.js'
import type { Finding } from './examine.js'
import { jobsIn } from './mandateFile.js'

/** What was found, and the chains that turns are judged under. */
export interface TurnFindings {
  readonly findings: readonly Finding[]
  readonly chains: readonly Chain[]
}

/** Judges a chain as it would be now. */
type Judge = (about: string, chain: Chain) => Promise<Finding>

const codeOf = (thrown: unknown): string => (isWarrantError(thrown) ? thrown.code : 'INTERNAL')

/** Findings about the roles of a host, where it is a gateway, and about its jobs, where it runs some. */
export const turnFindings = async (
  home: Home,
  host: string,
  settings: HostSettings | undefined,
  judge: Judge,
): Promise<TurnFindings> => {
  const roles = await roleFindings(home, host, settings, judge)
  const jobs = host === 'hermes' ? await jobFindings(home, judge) : { findings: [], chains: [] }
  const chains = [...roles.chains, ...jobs.chains]
  return { findings: [...roles.findings, ...jobs.findings, ...schedulers(host, jobs.chains, chains)], chains }
}

const roleFindings = async (
  home: Home,
  host: string,
  settings: HostSettings | undefined,
  judge: Judge,
): Promise<TurnFindings> => {
  if (settings?.gateway !== true || settings.standing === undefined) return { findings: [], chains: [] }
  const about = `${host} roles`
  try {
    const { roles, members, everyoneElse } = readGateway(gatewayFileOf(home.gateways, host))
    const key = readSecretKeyFile(settings.standing.keyFile)
    const chains: Chain[] = []
    const findings: Finding[] = []
    for (const [role, { chain: text }] of roles) {
      const chain = parseChain(text)
      chains.push(chain)
      if (leafOf(chain).payload.holder !== key.publicKey)
        findings.push({ state: 'red', about, what: `${role}: made for another key than the standing one` })
      findings.push(await judge(`${host} role ${role}`, chain))
    }
    const count = [...members.values()].reduce((sum, who) => sum + who.size, 0)
    findings.push({ state: 'green', about, what: `${roles.size}, of ${count} members` })
    if (everyoneElse !== undefined)
      findings.push({ state: 'note', about, what: `whoever is no member has the role ${everyoneElse}` })
    return { findings, chains }
  } catch (thrown) {
    return { findings: [{ state: 'red', about, what: `${codeOf(thrown)}: no turn has a role` }], chains: [] }
  }
}

const jobFindings = async (home: Home, judge: Judge): Promise<TurnFindings> => {
  const findings: Finding[] = []
  const chains: Chain[] = []
  for (const job of jobsIn(home)) {
    const about = `hermes job ${job}`
    try {
      const mandate = readMandate(mandateFileOf(home.mandates, job))
      if (mandate.job !== job)
        findings.push({ state: 'red', about, what: `its mandate is that of ${mandate.job}` })
      chains.push(mandate.chain)
      findings.push(await judge(about, mandate.chain))
    } catch (thrown) {
      findings.push({ state: 'red', about, what: codeOf(thrown) })
    }
  }
  return { findings, chains }
}

const SCHEDULERS = ['cronjob', 'cronjob_manage']

/** What a job is told is the agent's to change where it may use the tool for that; what it may do is not. */
const schedulers = (host: string, jobs: readonly Chain[], chains: readonly Chain[]): readonly Finding[] => {
  const granted = SCHEDULERS.filter((tool) => chains.some((chain) => leafOf(chain).payload.tools.has(tool)))
  if (jobs.length === 0 || granted.length === 0) return []
  const what = `${granted.join(', ')} may change what a job with a mandate is told to do`
  return [{ state: 'note', about: `${host} tools`, what }]
}
