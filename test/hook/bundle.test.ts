/** What the hook loads: its graph of modules, read from the sources, and the bundle, read as it is built. */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hookHome, runHost } from '../support/hookHome.js'
import { HOST_NAMES, SHAPES } from '../support/hostEvents.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const src = join(root, 'src')

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?!type\s)(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/g

/** Files and packages that are loaded before the first event is read; types, and what is imported later, are not. */
const graphOf = (start: string): ReadonlySet<string> => {
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const text = readFileSync(join(src, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      if (specifier === '#ed25519') visit('node/ed25519.ts')
      else if (!specifier.startsWith('.')) seen.add(specifier)
      else visit(relative(src, resolve(src, dirname(path), specifier.replace(/\.js$/, '.ts'))))
    }
  }
  visit(start)
  return seen
}

const HEAVY = ['zod', 'commander', 'cbor-x', 'yaml', 're2js', '@bufbuild/cel', '@bufbuild/protobuf']

describe('the graph of the hook', () => {
  const graph = [...graphOf('hook/entry.ts')]

  test('holds the parts of the core, and of the hook', () => {
    expect(graph).toEqual(
      expect.arrayContaining(['enforce/decide.ts', 'hook/hosts/hermes.ts', 'warrant/verify.ts']),
    )
  })

  test('reaches no heavy package, no schema, no engine and nothing of the command line', () => {
    expect(graph.filter((name) => HEAVY.includes(name))).toEqual([])
    expect(graph.filter((name) => /^(schema|cli|regex|cel|testing|adapters)\//.test(name))).toEqual([])
  })

  test('reaches no packages but those of cryptography, and of Node what it needs', () => {
    const outside = graph.filter((name) => !name.endsWith('.ts')).sort()
    expect(outside.filter((name) => !name.startsWith('node:'))).toEqual([
      '@noble/ed25519',
      '@noble/hashes/sha2.js',
    ])
    const builtins = ['node:crypto', 'node:fs', 'node:os', 'node:path']
    expect(outside.filter((name) => name.startsWith('node:') && !builtins.includes(name))).toEqual([])
  })
})

describe('the bundle', () => {
  const built = (name: string): string => readFileSync(join(root, 'dist', 'hook', 'bundle', name), 'utf8')

  test('is one file that asks for nothing but modules of Node, until a warrant needs an engine', () => {
    const text = built('hook.cjs')
    const asked = [...text.matchAll(/require\([`'"]([^`'"]+)[`'"]\)/g)].map(([, name]) => name as string)
    expect(asked.length).toBeGreaterThan(3)
    const eager = asked.filter((name) => !name.startsWith('node:'))
    expect(eager.filter((name) => !/^\.\/(regex|cel)\.cjs$/.test(name))).toEqual([])
    for (const name of HEAVY) expect([name, eager.includes(name)]).toEqual([name, false])
  })

  test('keeps the licences of what is in it', () => {
    expect(built('hook.cjs')).toMatch(/noble-ed25519 - MIT License/)
  })

  test('where it is missing the program denies in the form of every host', () => {
    const folder = mkdtempSync(join(tmpdir(), 'warrant-broken-'))
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    const argv = [join(folder, 'bin', 'warrant.js'), 'hook', 'claude', '--home', '/nowhere']
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', input: '{}' })
    const reason = 'warrant: ENFORCE_INTERNAL: the hook could not be loaded'
    expect([status, stderr]).toEqual([2, `${reason}\n`])
    for (const host of HOST_NAMES) expect(SHAPES[host].reason(JSON.parse(stdout))).toBe(reason)
  })

  test('is compiled once: what is kept in the home is used while it is whole and nobody else could have written it', async () => {
    const home = hookHome()
    home.open('claude', 's1')
    const event = SHAPES.claude.call({})
    const allowed = { exit: 0, stdout: '{}', stderr: '' }
    expect(await runHost('claude', home.folder, event)).toEqual(allowed)
    const [name = ''] = readdirSync(home.path('code'))
    const file = home.path('code', name)
    expect([readdirSync(home.path('code')).length, statSync(file).mode & 0o777]).toEqual([1, 0o600])
    const kept = statSync(file).mtimeMs
    expect(await runHost('claude', home.folder, event)).toEqual(allowed)
    expect(statSync(file).mtimeMs).toBe(kept)

    for (const broken of [Buffer.alloc(0), Buffer.from('not code'), readFileSync(file).fill(7, 200, 4_000)]) {
      writeFileSync(file, broken)
      expect(await runHost('claude', home.folder, event)).toEqual(allowed)
    }
    chmodSync(file, 0o666)
    expect(await runHost('claude', home.folder, event)).toEqual(allowed)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('loads nothing else when it decides', () => {
    const script = `
      const Module = require('node:module')
      const load = Module._load
      const seen = []
      Module._load = (name, ...rest) => { seen.push(name); return load(name, ...rest) }
      process.on('exit', () => { process.stderr.write(JSON.stringify(seen.filter((name) => !name.startsWith('node:')))) })
      process.argv = [process.argv[0], 'warrant', 'hook', 'claude', '--home', '/nowhere']
      require(${JSON.stringify(join(root, 'bin', 'warrant.js'))})`
    const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', input: '{}' })
    expect(status).toBe(2)
    expect(stderr).toContain('FILE_NOT_FOUND')
    expect(JSON.parse(stderr.slice(stderr.indexOf('\n') + 1))).toEqual([
      join(root, 'bin', 'warrant.js'),
      './hook.js',
    ])
  })
})
