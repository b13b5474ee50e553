/**
 * The laws of the house (docs/explanation/architecture.md): which folder may import which, what the core may touch,
 * and that every dependency has one gate. Read from the text of the sources, so nothing can hide behind a build.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((found) => {
    const path = join(folder, found.name)
    if (found.isDirectory()) return filesUnder(path)
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : []
  })

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly { readonly specifier: string; readonly typeOnly: boolean }[]
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{(,])\/\/[^\n]*/g, '$1')

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/g
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

const sources: Source[] = filesUnder(src).map((path) => {
  const text = withoutComments(readFileSync(path, 'utf8'))
  const imports = [
    ...[...text.matchAll(IMPORT)].map((m) => ({ specifier: m[2] as string, typeOnly: m[1] !== undefined })),
    ...[...text.matchAll(DYNAMIC)].map((m) => ({ specifier: m[1] as string, typeOnly: false })),
  ]
  return { path: relative(src, path), text, imports }
})

const layerOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] as string) : path)

/** What each layer may import besides itself. An arrow that is not here does not exist. */
const ENGINES = ['errors.ts', 'rules.ts', 'encoding', 'capability']
const CORE = [...ENGINES, 'crypto', 'warrant', 'statement', 'enforce']
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'rules.ts': [],
  'errors.ts': ['rules.ts'],
  encoding: ['errors.ts', 'rules.ts'],
  crypto: ['errors.ts', 'rules.ts', 'encoding'],
  capability: ['errors.ts', 'rules.ts', 'encoding'],
  regex: ENGINES,
  cel: [...ENGINES, 'regex'],
  learn: ENGINES,
  warrant: [...ENGINES, 'crypto'],
  statement: [...ENGINES, 'crypto', 'warrant'],
  enforce: [...ENGINES, 'crypto', 'warrant', 'statement'],
  transport: [...ENGINES, 'crypto', 'warrant', 'statement'],
  testing: CORE,
  'index.ts': [...CORE, 'transport'],
  schema: CORE,
  node: [...CORE, 'learn', 'schema'],
  hook: [...CORE, 'node', 'regex', 'cel'],
  plugins: [...CORE, 'node', 'hook'],
  schedule: CORE,
  redis: [...CORE, 'node'],
  cli: [...CORE, 'index.ts', 'learn', 'schema', 'node', 'hook', 'plugins', 'regex', 'cel'],
}

/** Only these layers know what machine they run on. */
const HOST_LAYERS = ['node', 'hook', 'plugins', 'schedule', 'redis', 'cli']

const targetOf = (source: Source, specifier: string): string | undefined =>
  specifier.startsWith('.')
    ? layerOf(relative(src, resolve(src, dirname(source.path), specifier.replace(/\.js$/, '.ts'))))
    : undefined

describe('dependency order', () => {
  test('every file belongs to a layer of the table', () => {
    expect(sources.map(({ path }) => layerOf(path)).filter((layer) => !(layer in ARROWS))).toEqual([])
    expect(sources.length).toBeGreaterThan(40)
  })

  test('no import points the wrong way', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap(({ specifier }) => {
        const from = layerOf(source.path)
        const to = targetOf(source, specifier)
        return to === undefined || to === from || ARROWS[from]?.includes(to)
          ? []
          : [`${source.path} imports ${specifier}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('the one package-internal door is used by crypto alone', () => {
    const users = sources.filter(({ imports }) => imports.some(({ specifier }) => specifier.startsWith('#')))
    expect(users.length).toBeGreaterThan(0)
    for (const { path, imports } of users) {
      expect(layerOf(path), path).toBe('crypto')
      expect(
        imports.filter(({ specifier }) => specifier.startsWith('#')).map(({ specifier }) => specifier),
      ).toEqual(['#ed25519'])
    }
  })

  test('no cycle of values among files', () => {
    const graph = new Map(
      sources.map((source) => [
        source.path,
        source.imports
          .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
          .map(({ specifier }) =>
            relative(src, resolve(src, dirname(source.path), specifier.replace(/\.js$/, '.ts'))),
          ),
      ]),
    )
    const done = new Set<string>()
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path))
        throw new Error(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' > ')}`)
      if (done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
  })
})

describe('purity of the core', () => {
  const core = sources.filter(({ path }) => !HOST_LAYERS.includes(layerOf(path)))
  const FORBIDDEN = [
    /\bprocess\./,
    /\bBuffer\b/,
    /\bconsole\b/,
    /\bfetch\(/,
    /\bDate\.now\b/,
    /\bnew Date\(\s*\)/,
    /\bMath\.random\b/,
    /\bsetTimeout\b(?!\s*\?)/,
    /\beval\(/,
    /\bnew Function\b/,
  ]

  test('imports nothing of Node', () => {
    const impure = core.filter(({ imports }) =>
      imports.some(({ specifier }) => specifier.startsWith('node:')),
    )
    expect(impure.map(({ path }) => path)).toEqual([])
  })

  test('touches no ambient authority: clock, randomness, output, environment', () => {
    const found = core.flatMap(({ path, text }) =>
      FORBIDDEN.filter((pattern) => pattern.test(text)).map((pattern) => `${path}: ${pattern}`),
    )
    expect(found).toEqual([])
  })

  test('takes randomness in one file', () => {
    const users = core.filter(({ text }) => text.includes('getRandomValues'))
    expect(users.map(({ path }) => path)).toEqual(['crypto/random.ts'])
  })
})

describe('one gate per dependency', () => {
  const GATES: Readonly<Record<string, RegExp>> = {
    'cbor-x': /^encoding\/appValue\.ts$/,
    '@noble/ed25519': /^crypto\/ed25519\.ts$/,
    '@noble/hashes': /^crypto\/digest\.ts$/,
    zod: /^schema\//,
    commander: /^cli\//,
    yaml: /^cli\//,
    re2js: /^regex\//,
    '@bufbuild/cel': /^cel\//,
    '@bufbuild/protobuf': /^cel\//,
    'fast-check': /^testing\//,
    redis: /^redis\//,
  }
  const packageOf = (specifier: string): string =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')

  test('each package is imported only where its defaults are overruled', () => {
    const outside = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => !/^[.#]|^node:/.test(specifier))
        .filter(({ specifier }) => !GATES[packageOf(specifier)]?.test(path))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    )
    expect(outside).toEqual([])
  })

  test('every dependency of the package has a gate', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
      peerDependencies?: Record<string, string>
    }
    const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies ?? {})]
    expect(declared.filter((name) => !(name in GATES))).toEqual([])
  })
})

describe('the doors of the package', () => {
  interface Manifest {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>
    readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest // ours
  const bySource = new Map(sources.map((source) => [source.path, source]))
  const sourceOf = (built: string): string => built.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')

  /** Every file and package that opening a door can load, types included: what is named is shipped. */
  const graphOf = (start: string): ReadonlySet<string> => {
    const seen = new Set<string>()
    const visit = (name: string): void => {
      if (seen.has(name)) return
      seen.add(name)
      const source = bySource.get(name)
      for (const { specifier } of source?.imports ?? []) {
        if (specifier.startsWith('.')) {
          visit(relative(src, resolve(src, dirname(name), specifier.replace(/\.js$/, '.ts'))))
        } else if (specifier.startsWith('#')) {
          for (const path of Object.values(manifest.imports[specifier] ?? {})) {
            if (path.endsWith('.js')) visit(sourceOf(path))
          }
        } else visit(specifier)
      }
    }
    visit(start)
    return seen
  }

  const doors = Object.entries(manifest.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[door, sourceOf(target.default)] as const],
  )
  const production = [
    ...doors.filter(([door]) => door !== './testing'),
    ['the command', 'cli/main.ts'] as const,
  ]

  test('are sources of this package', () => {
    expect(doors.map(([, path]) => path).filter((path) => !bySource.has(path))).toEqual([])
    expect(graphOf('index.ts').size).toBeGreaterThan(80)
    expect(graphOf('testing/index.ts')).toContain('fast-check')
  })

  test.each(production)('%s reaches neither the generators for tests nor fast-check', (_, path) => {
    const reached = [...graphOf(path)].filter((name) => name.startsWith('testing/') || name === 'fast-check')
    expect(reached).toEqual([])
  })

  test('nothing but the generators themselves imports them', () => {
    const users = sources
      .filter(({ path }) => layerOf(path) !== 'testing')
      .filter((source) => source.imports.some(({ specifier }) => targetOf(source, specifier) === 'testing'))
    expect(users.map(({ path }) => path)).toEqual([])
  })
})

describe('the shape of the sources', () => {
  test('no drawer folders or files', () => {
    const drawers = sources.filter(({ path }) =>
      /(^|\/)(utils|helpers|common|types|misc)(\/|\.ts$)/.test(path),
    )
    expect(drawers.map(({ path }) => path)).toEqual([])
  })

  test('no default exports', () => {
    expect(sources.filter(({ text }) => /\bexport default\b/.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('index files re-export by name and do nothing else', () => {
    for (const { path, text } of sources.filter(({ path }) => path === 'index.ts')) {
      const rest = text.replace(/export\s+(type\s+)?\{[^}]*\}\s+from\s+'[^']+'/g, '').trim()
      expect(rest, path).toBe('')
    }
  })

  test('shared code never names a kind of constraint', () => {
    const kinds = sources
      .filter(({ path }) => path.startsWith('capability/constraints/'))
      .map(({ path }) => path.replace(/^.*\/|\.ts$/g, ''))
    expect(kinds.length).toBeGreaterThan(15)
    const naming = sources
      .filter(({ path }) => /^(warrant|statement|enforce)\//.test(path))
      .filter(({ text }) => kinds.some((kind) => new RegExp(`kind === '${kind}'`).test(text)))
      .map(({ path }) => path)
    expect(naming.filter((path) => path !== 'warrant/gates.ts')).toEqual([])
  })
})
