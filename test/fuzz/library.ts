/**
 * What is fuzzed, by modules. The targets are handed it: the shipped build in the long form (`dist`), the sources in the
 * ordinary suite (`sources.ts`).
 */

export interface Library {
  readonly warrant: typeof import('../../src/index.js')
  readonly extensions: typeof import('../../src/encoding/appValue.js')
  readonly schema: typeof import('../../src/schema/index.js')
  readonly regex: typeof import('../../src/regex/index.js')
  readonly cel: typeof import('../../src/cel/index.js')
  readonly base64: typeof import('../../src/encoding/base64url.js')
  readonly capability: typeof import('../../src/capability/capability.js')
  readonly cbor: typeof import('../../src/encoding/cbor.js')
  readonly constraint: typeof import('../../src/capability/constraint.js')
  readonly gates: typeof import('../../src/warrant/gates.js')
  readonly payload: typeof import('../../src/warrant/payload.js')
  readonly cli: typeof import('../../src/cli/main.js')
  readonly cliCodes: typeof import('../../src/cli/failure.js')
  readonly hook: typeof import('../../src/hook/main.js')
  readonly sessions: typeof import('../../src/node/sessionStore.js')
}

const FILES: Readonly<Record<keyof Library, string>> = {
  warrant: 'index.js',
  extensions: 'encoding/appValue.js',
  schema: 'schema/index.js',
  regex: 'regex/index.js',
  cel: 'cel/index.js',
  base64: 'encoding/base64url.js',
  capability: 'capability/capability.js',
  cbor: 'encoding/cbor.js',
  constraint: 'capability/constraint.js',
  gates: 'warrant/gates.js',
  payload: 'warrant/payload.js',
  cli: 'cli/main.js',
  cliCodes: 'cli/failure.js',
  hook: 'hook/main.js',
  sessions: 'node/sessionStore.js',
}

/** The build, from where the compiled fuzzer lies. */
const DIST = new URL('../../../dist/', import.meta.url)

/** The modules of the shipped build. */
export const builtLibrary = async (): Promise<Library> => {
  const loaded = Object.entries(FILES).map(
    async ([name, file]) => [name, await import(new URL(file, DIST).href)] as const,
  )
  return Object.fromEntries(await Promise.all(loaded)) as unknown as Library // a module for each name
}
