/**
 * The core law, asked of chains that were accepted: what a child permits, its parent permits, and what needs approval under
 * the parent needs it under the child. Asked by deciding calls, never by comparing constraints.
 */

import type { Capability, Tools } from '../../src/capability/capability.js'
import type { Engines } from '../../src/capability/constraint.js'
import type { Value, ValueObject } from '../../src/encoding/value.js'
import type { Chain, Payload } from '../../src/warrant/chain.js'
import type { Library } from './library.js'
import { enginesOf, NOW } from './seeds.js'

/** Values on either side of the constraints that the seeds have. */
const valuesOf = ({ warrant: w }: Library): readonly Value[] => [
  ...[
    'a',
    'b',
    'c',
    'aa',
    'ab',
    '/data',
    '/data/x',
    '/data/a/b',
    '/etc/x',
    '/srv',
    '/SRV/x',
    '10.1.2.3',
    '11.0.0.1',
  ],
  ...['https://b.a.example/x/y', 'https://a.example/', 'http://127.0.0.1/', 'ls', '/bin/cat x', 'ls; x', ''],
  ...[0, 0.5, 1, 2, 5, 6, 10, 11, 50, 51, 100, 101, -1, true, null, w.float(1), w.float(0)],
  ...[['a'], ['a', 'b'], ['c'], []].map((list) => Object.freeze(list)),
]

type Test = (args: ValueObject) => boolean

/** What one payload says of one tool, compiled once. */
interface Rule {
  readonly permits: Test
  /** A gate that cannot be decided asks too. */
  readonly asks: Test
}

/** Where a chain permits more than it was given; undefined where it is not seen to. */
export const wideningIn = (library: Library): ((chain: Chain) => string | undefined) => {
  const engines = enginesOf(library)
  const values = valuesOf(library)
  return ({ warrants }) => {
    for (let i = 1; i < warrants.length; i++) {
      const [parent, child] = [warrants[i - 1]?.payload as Payload, warrants[i]?.payload as Payload] // within the length
      const calls = argsOf(argumentsOf(parent.tools, child.tools, parent.bounds, child.bounds), values)
      for (const tool of new Set([...parent.tools.keys(), ...child.tools.keys(), 'other'])) {
        const [above, below] = [ruleOf(library, engines, parent, tool), ruleOf(library, engines, child, tool)]
        for (const args of calls) {
          if (!below.permits(args)) continue
          if (!above.permits(args)) return `warrant ${i} permits ${tool}, which its parent does not`
          if (above.asks(args) && !below.asks(args)) return `warrant ${i} needs no approval for ${tool}`
        }
      }
    }
    return undefined
  }
}

const never: Test = () => false
const always: Test = () => true

/** Of an issuer warrant: what it can come to grant. */
const ruleOf = ({ capability, gates }: Library, engines: Engines, payload: Payload, tool: string): Rule => {
  const compiled = (found: Capability | undefined, otherwise: Test): Test => {
    if (found === undefined) return otherwise
    const faultOf = capability.compileCapability(found, engines)
    return (args) => faultOf(args, NOW) === undefined
  }
  const { type, tools, issuableTools = [], bounds } = payload
  const isIssuable = issuableTools.includes(tool) || issuableTools.includes('*')
  const gate = payload.gates === undefined ? undefined : gates.compileGates(payload.gates, engines)
  return {
    permits:
      type === 'execution'
        ? compiled(capability.findCapability(tools, tool), never)
        : isIssuable
          ? compiled(bounds, always)
          : never,
    asks: gate === undefined ? never : (args) => gate(tool, args, NOW) !== false,
  }
}

/** Arguments of these names; every value comes up once for each. */
const argsOf = (names: readonly string[], values: readonly Value[]): readonly ValueObject[] =>
  values.map((_, i) => {
    const args: Record<string, Value> = Object.create(null)
    names.forEach((name, j) => {
      args[name] = values[(i + 7 * j) % values.length] as Value // within the length
    })
    return Object.freeze(args)
  })

const argumentsOf = (
  a: Tools,
  b: Tools,
  ...bounds: readonly (Capability | undefined)[]
): readonly string[] => {
  const names = new Set<string>()
  for (const capability of [...a.values(), ...b.values(), ...bounds])
    for (const name of capability?.constraints.keys() ?? []) names.add(name)
  return [...names].slice(0, 4)
}
