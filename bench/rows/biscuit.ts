/** Biscuit, by its WebAssembly build: a chain of blocks, each signed by the key that the block before names. */

import { readFileSync } from 'node:fs'
import { fresh, type Work } from '../measure.js'
import { fileOfPeer } from '../peers.js'
import { must, type Row, ratio } from '../row.js'
import { coldWork } from './cold.js'

interface Freed {
  free(): void
}

interface Token extends Freed {
  appendBlock(block: Coded): Token
  toBytes(): Uint8Array
}

interface Coded {
  addCode(source: string): void
}

interface Biscuit {
  readonly Biscuit: {
    builder(): Coded & { build(key: Freed): Token }
    block_builder(): Coded
    fromBytes(bytes: Uint8Array, root: Freed): Token
  }
  readonly AuthorizerBuilder: new () => {
    addCodeWithParameters(source: string, terms: object, scopes: object): void
    buildAuthenticated(token: Token): Freed & { authorizeWithLimits(limits: object): number }
  }
  readonly KeyPair: { fromPrivateKey(key: Freed): { getPublicKey(): Freed } }
  readonly PrivateKey: { fromBytes(seed: Uint8Array, algorithm: number): Freed }
  readonly SignatureAlgorithm: { readonly Ed25519: number }
}

const FOLDER = '@biscuit-auth/biscuit-wasm/module/'

/** As its own entry does it, which imports WebAssembly as a module: Node 20 does not without a flag. */
const loadBiscuit = async (): Promise<Biscuit> => {
  const module = new WebAssembly.Module(readFileSync(fileOfPeer(`${FOLDER}biscuit_bg.wasm`)))
  const imports: Record<string, WebAssembly.ModuleImports> = {}
  for (const { module: name } of WebAssembly.Module.imports(module))
    imports[name] ??= (await import(fileOfPeer(`${FOLDER}${name}`).href)) as WebAssembly.ModuleImports // functions
  const glue = imports['./biscuit_bg.js'] as unknown as Biscuit & {
    __wbg_set_wasm(exports: object): void
  }
  const { exports } = new WebAssembly.Instance(module, imports)
  glue.__wbg_set_wasm(exports)
  ;(exports['__wbindgen_start'] as () => void)()
  return glue
}

/** What a warrant of the fixtures says: one tool, a path below a folder, a number in a range, a time to end. */
const CHECKS = `
  check if tool("read_file"), path($path), $path.starts_with("/data/"), limit($limit), $limit >= 0, $limit <= 1000;
  check if time($time), $time <= 2100-01-01T00:00:00Z;`

/** A call, and the time: dates are no parameters in this build. */
const callAt = (time: string): string =>
  `tool({tool}); path({path}); limit({limit}); time(${time}); allow if true;`

/** Its default of one millisecond is for the whole evaluation, which a busy machine does not always keep. */
const LIMITS = { max_time_micro: 1_000_000 }

const biscuitWork = (biscuit: Biscuit, depth: number): Work => {
  const { Biscuit, AuthorizerBuilder, KeyPair, PrivateKey, SignatureAlgorithm } = biscuit
  const key = PrivateKey.fromBytes(new Uint8Array(32).fill(7), SignatureAlgorithm.Ed25519)
  const root = KeyPair.fromPrivateKey(key).getPublicKey()
  const builder = Biscuit.builder()
  builder.addCode(CHECKS)
  let token = builder.build(key)
  for (let place = 2; place <= depth; place++) {
    const block = Biscuit.block_builder()
    block.addCode(CHECKS)
    token = token.appendBlock(block)
  }
  const bytes = token.toBytes()
  const calls = fresh((i) => ({ tool: 'read_file', path: `/data/report-${i}.csv`, limit: i % 1_000 }))
  return {
    prepare: calls.prepare,
    run: (i) => {
      const read = Biscuit.fromBytes(bytes, root)
      const call = new AuthorizerBuilder()
      call.addCodeWithParameters(callAt(new Date().toISOString()), calls.at(i), {})
      const authorizer = call.buildAuthenticated(read)
      must(authorizer.authorizeWithLimits(LIMITS) === 0) // the first policy
      authorizer.free()
      read.free()
    },
  }
}

const DEPTHS = [1, 3, 8] as const

export const biscuit: Row = {
  key: 'biscuit',
  goals: DEPTHS.map((depth) => ({
    what: `cold, no proof, depth ${depth}`,
    against: `biscuit-wasm, depth ${depth}`,
    goal: 0.6,
    unit: 'ratio',
  })),
  needsPeers: true,
  unjudged: 'the memory of biscuit-wasm grows with every call, and is collected in the midst of ours',
  measure: async (pace) => {
    const theirs = await loadBiscuit()
    const found = []
    for (const depth of DEPTHS) found.push(await ratio(coldWork(depth), biscuitWork(theirs, depth), pace))
    return { found }
  },
}
