/** A gateway of the library in this process: a standing warrant, roles by name, and turns of its members. */

import { createEnforcer, generateKey, mint, type SecretKey, subpath } from '../../src/index.js'
import { createGateway, type Gateway, type GatewayConfig, type GatewayRole } from '../../src/node/gateway.js'
import { memorySessionStore } from '../../src/node/sessionStore.js'

export const OWNER: GatewayRole = { tools: 'inherit', ttlSeconds: 600 }
export const GUEST: GatewayRole = { tools: { read_file: { path: subpath('/srv/public') } }, ttlSeconds: 60 }

const ROLES: ReadonlyMap<string, GatewayRole> = new Map([
  ['telegram 1001', OWNER],
  ['telegram 1003', GUEST],
])

export interface TestGateway extends Gateway {
  readonly issuer: SecretKey
  /** Moves the clock. */
  readonly pass: (seconds: number) => void
  /** Binds a turn of a sender; `bound`, or the code of the refusal. */
  readonly begin: (sender: string, turn: string, session?: string) => Promise<string>
  /** Asks for a read; `allow`, or the code of the denial. */
  readonly read: (turn: string, path: string, session?: string) => Promise<string>
}

export const testGateway = (config: Partial<GatewayConfig> = {}): TestGateway => {
  const [issuer, signer] = [generateKey(), generateKey()]
  let now = Math.floor(Date.now() / 1000)
  const clock = (): number => now
  const standing = mint(
    { holder: signer.publicKey, tools: { read_file: {}, write_file: {} }, ttlSeconds: 86_400, now },
    issuer,
  )
  const gateway = createGateway({
    ...{ standing, signer, clock, store: memorySessionStore() },
    enforcer: createEnforcer({ roots: [issuer.publicKey], clock }),
    roleOf: ({ platform, sender }) => ROLES.get(`${platform} ${sender}`),
    ...config,
  })
  return {
    ...gateway,
    issuer,
    pass: (seconds) => {
      now += seconds
    },
    begin: async (sender, turn, session = 's1') => {
      const result = await gateway.turn({ session, turn, platform: 'telegram', sender })
      return result.kind === 'bound' ? 'bound' : result.code
    },
    read: async (turn, path, session = 's1') => {
      const decision = await gateway.enforce({ session, turn, tool: 'read_file', args: { path } })
      return decision.kind === 'allow' ? 'allow' : decision.code
    },
  }
}
