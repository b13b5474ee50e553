/** What everything starts from: lawful things of every kind, made by the library with fixed keys, ids and times. */

import type { Constraint, Engines } from '../../src/capability/constraint.js'
import type { SecretKey } from '../../src/crypto/signer.js'
import type { Chain } from '../../src/warrant/chain.js'
import type { MintIssuerOptions, MintOptions } from '../../src/warrant/mint.js'
import type { Library } from './library.js'

/** Unix seconds: where every clock stands. */
export const NOW = 1_772_330_400

/** The heavy engines, so that every kind of constraint works. */
export const enginesOf = ({ regex, cel }: Library): Engines => ({
  regex: regex.regexEngine,
  cel: cel.celEngine,
})

/** Keys by number: 1 is the trusted root, 2 to 7 hold warrants, 9 belongs to nobody who may do anything. */
export interface Ring {
  readonly root: SecretKey
  readonly thief: SecretKey
  readonly approvers: readonly [SecretKey, SecretKey, SecretKey]
  readonly keyOf: (number: number) => SecretKey
}

export const ringOf = ({ warrant }: Library): Ring => {
  const made = new Map<number, SecretKey>()
  const keyOf = (number: number): SecretKey => {
    const key = made.get(number) ?? warrant.secretKeyFromSeed(new Uint8Array(32).fill(number))
    made.set(number, key)
    return key
  }
  return { root: keyOf(1), thief: keyOf(9), approvers: [keyOf(21), keyOf(22), keyOf(23)], keyOf }
}

/** The secret key of a number, in every form in which it could be shown. */
export const secretForms = (number: number): readonly string[] => {
  const seed = Buffer.alloc(32, number)
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return [
    seed.toString('hex'),
    seed.toString('base64url'),
    der.toString('base64').slice(0, 60),
    der.toString('hex'),
  ]
}

/** A constraint of every kind, and some that hold others. */
export const constraintsOf = ({ warrant: w }: Library): readonly Constraint[] => {
  const flat = [
    ...[w.exact('a'), w.exact(1), w.exact(w.float(1)), w.exact(null), w.exact([1, ['a'], true])],
    ...[w.pattern('/data/*'), w.pattern('a?[bc]'), w.range({ min: 0, max: 10 }), w.range({ max: 0.5 })],
    ...[w.oneOf(['a', 'b', 2]), w.notOneOf(['c']), w.regex('^a+$'), w.regex('[a-z]{1,8}/\\d*')],
    ...[w.cidr('10.0.0.0/8'), w.cidr('2001:db8::/32'), w.urlPattern('https://*.a.example/x/*')],
    ...[w.contains(['a']), w.subset(['a', 'b']), w.cel("value == 'a'"), w.cel('value > 5 && value < 11')],
    ...[w.wildcard(), w.subpath('/data'), w.subpath('/srv', { caseSensitive: false, allowEqual: false })],
    ...[w.urlSafe({}), w.urlSafe({ schemes: ['https'], allowDomains: ['*.a.example'], allowPorts: [443] })],
    ...[w.shlex(['ls', '/bin/cat']), w.unknown(200, Uint8Array.of(1, 2))],
  ]
  const [a, b, c] = [w.oneOf(['a', 'b']), w.range({ min: 1, max: 5 }), w.subpath('/data')]
  const tree = w.all([w.any([a, b]), w.not(w.exact('c')), w.any([c, w.wildcard()])])
  return [...flat, w.all([a, w.pattern('*')]), w.any([a, b, c]), w.not(a), tree, w.not(w.not(tree))]
}

type ChildOptions = Parameters<Library['warrant']['grant']>[1]

/** A chain whose keys are known: the holder of each warrant by its number. */
export interface SeedChain {
  readonly name: string
  readonly chain: Chain
}

const ID = '019dae3d13ed7fb0a7ec467e0964'

/** Lawful chains, of one warrant to six. */
export const chainsOf = (library: Library): readonly SeedChain[] => {
  const { warrant: w } = library
  const ring = ringOf(library)
  const constraints = constraintsOf(library)
  const seeds: SeedChain[] = []
  let ids = 0
  const idOf = () => w.parseWarrantId(`${ID}${(0x2000 + ids++).toString(16)}`)
  const engines = enginesOf(library)

  type RootOptions = Omit<MintOptions, 'holder' | 'now'> | Omit<MintIssuerOptions, 'holder' | 'now'>
  const grow = (name: string, first: RootOptions, ...links: readonly Partial<ChildOptions>[]): void => {
    const common = { now: NOW, ttlSeconds: 3_600 }
    let chain = w.mint(
      { ...common, maxDepth: 6, ...first, holder: ring.keyOf(2).publicKey, id: idOf() },
      ring.root,
    )
    seeds.push({ name: `${name} 1`, chain })
    for (const [i, link] of links.entries()) {
      const options = { ...common, ...link, id: idOf(), engines, holder: ring.keyOf(3 + i).publicKey }
      chain = w.grant(chain, options, ring.keyOf(2 + i))
      seeds.push({ name: `${name} ${i + 2}`, chain })
    }
  }
  const issued = (
    name: string,
    first: Omit<MintIssuerOptions, 'holder' | 'now'>,
    tools: MintOptions['tools'],
  ): void => {
    const common = { now: NOW, ttlSeconds: 3_600 }
    const mandate = w.mint({ ...common, ...first, holder: ring.keyOf(2).publicKey, id: idOf() }, ring.root)
    const used = w.issue(
      mandate,
      { ...common, tools, holder: ring.keyOf(3).publicKey, id: idOf(), engines },
      ring.keyOf(2),
    )
    const handed = w.grant(
      used,
      { ...common, id: idOf(), engines, holder: ring.keyOf(4).publicKey },
      ring.keyOf(3),
    )
    seeds.push(
      { name: `${name} 1`, chain: mandate },
      { name: `${name} 2`, chain: used },
      { name: `${name} 3`, chain: handed },
    )
  }

  const approvers = ring.approvers.map(({ publicKey }) => publicKey)
  const data = { path: w.subpath('/data'), limit: w.range({ min: 0, max: 100 }) }
  grow('plain', { tools: { read: {} } }, {}, {}, {}, {}, {})
  grow(
    'narrowing',
    { tools: { read: data, list: {} } },
    { tools: { read: data } },
    {
      tools: { read: { path: w.subpath('/data/a'), limit: w.range({ min: 1, max: 10 }) } },
    },
    { tools: { read: { path: w.exact('/data/a/b'), limit: w.exact(5) } } },
  )
  grow(
    'any tool',
    { tools: { '*': {}, pay: { amount: w.range({ max: 5 }) } } },
    {},
    { tools: { pay: { amount: w.exact(1) } } },
  )
  grow(
    'gated',
    {
      tools: { pay: { amount: w.range({ max: 50 }) } },
      gates: { pay: { amount: w.range({ min: 10 }) } },
      approvers,
      minApprovals: 2,
      clearance: 40,
    },
    { clearance: 20 },
    { clearance: 20 },
  )
  grow(
    'session',
    {
      tools: { read: data },
      sessionId: 'cron_42',
      agentId: 'agent',
      extensions: { note: Uint8Array.of(0x61, 0x61) },
    },
    {},
    {},
  )
  for (const [i, constraint] of constraints.entries()) {
    const tools = { read: { x: constraint } }
    grow(`kind ${i}`, { tools }, ...(w.covers(constraint, constraint, engines) ? [{}, {}] : []))
  }
  grow('expressions', { tools: { read: { x: w.regex('^a+$'), y: w.cel('value > 5') } } }, {}, {})
  issued(
    'issuer',
    { issuableTools: ['read', 'list'], bounds: data, maxIssueDepth: 3, clearance: 20 },
    { read: data },
  )
  issued('issuer of any', { issuableTools: ['*'] }, { pay: { amount: w.range({ max: 5 }) } })
  return seeds
}
