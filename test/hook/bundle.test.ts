/** What the hook loads: its graph of modules, read from the sources, and the bundle, read as it is built. */

import { spawn, spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { regex } from '../../src/index.js'
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
  const folder = join(root, 'dist', 'hook', 'bundle')
  const built = (name: string): string => readFileSync(join(folder, name), 'utf8')

  test('asks for nothing but modules of Node, and parts of itself that lie beside it', () => {
    const text = built('hook.cjs')
    const asked = [...text.matchAll(/require\([`'"]([^`'"]+)[`'"]\)/g)].map(([, name]) => name as string)
    const [ofNode, beside] = [/^node:/, /^\.\//].map((kind) => asked.filter((name) => kind.test(name)))
    expect(ofNode?.sort()).toEqual(['node:crypto', 'node:fs', 'node:path'])
    const parts = readdirSync(folder).map((name) => `./${name}`)
    expect(beside).toEqual(expect.arrayContaining(['./approvals.cjs', './curve.cjs', './turn.cjs']))
    expect(beside?.filter((name) => !parts.includes(name))).toEqual([])
    expect(asked).toHaveLength((ofNode?.length ?? 0) + (beside?.length ?? 0))
  })

  test('holds no curve in JavaScript, and nothing that makes warrants', () => {
    const text = built('hook.cjs')
    for (const words of ['noble', 'senderless', 'warrant.run']) expect(text.includes(words)).toBe(false)
  })

  test('is plain ASCII: of anything else V8 would keep two bytes for each character', () => {
    expect(/^[\0-\x7f]*$/.test(built('hook.cjs'))).toBe(true)
  })

  test('ends in its own digest, by which compiled code is kept', () => {
    const text = built('hook.cjs')
    expect(text.slice(-64)).toBe(hash('sha256', text.slice(0, -64)))
  })

  test('keeps the licences of what is in it', () => {
    expect(built('curve.cjs')).toMatch(/noble-ed25519 - MIT License/)
  })

  test('where it is missing the program denies in the form of every host', () => {
    const folder = mkdtempSync(join(tmpdir(), 'warrant-broken-'))
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    const argv = [join(folder, 'bin', 'warrant.cjs'), 'hook', 'claude', '--home', '/nowhere']
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', input: '{}' })
    const reason = 'warrant: ENFORCE_INTERNAL: the hook could not be loaded'
    expect([status, stderr]).toEqual([2, `${reason}\n`])
    for (const host of HOST_NAMES) expect(SHAPES[host].reason(JSON.parse(stdout))).toBe(reason)
  })

  test('denies by 2 also where it is missing and nobody listens', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'warrant-broken-'))
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    const child = spawn(process.execPath, [join(folder, 'bin', 'warrant.cjs'), 'hook', 'claude'])
    for (const stream of [child.stdout, child.stderr, child.stdin]) stream.destroy()
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(2)
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

  test('is compiled again where somebody has mended it by hand, even to the same length', async () => {
    const home = hookHome()
    const program = programWithout(/^regex\.cjs$/)
    const run = (): string => {
      const argv = [program, 'hook', 'claude', '--home', home.folder]
      const input = JSON.stringify(SHAPES.claude.call({}))
      return spawnSync(process.execPath, argv, { encoding: 'utf8', input }).stderr
    }
    for (let i = 0; i < 2; i++) expect(run()).toContain('SESSION_UNKNOWN')
    const bundle = join(dirname(program), '..', 'dist', 'hook', 'bundle', 'hook.cjs')
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replaceAll('SESSION_UNKNOWN', 'SESSION_UNHEARD'))
    for (let i = 0; i < 2; i++) expect(run()).toContain('SESSION_UNHEARD')
  })

  test('is kept once more by the first call that is allowed: until then not all of it had run', async () => {
    const home = hookHome()
    home.open('claude', 's1')
    const keptBy = async (session: string, exit: number): Promise<Buffer> => {
      const event = { ...SHAPES.claude.call({}), session_id: session }
      expect(await runHost('claude', home.folder, event)).toMatchObject({ exit })
      const [name = '', ...more] = readdirSync(home.path('code'))
      expect(more).toEqual([])
      return readFileSync(home.path('code', name))
    }
    const denied = await keptBy('nobody', 2)
    expect((await keptBy('nobody', 2)).equals(denied)).toBe(true)
    const allowed = await keptBy('s1', 0)
    expect(allowed.length).toBeGreaterThan(denied.length)
    expect((await keptBy('nobody', 2)).equals(allowed)).toBe(true)
    expect((await keptBy('s1', 0)).equals(allowed)).toBe(true)
  })

  /** The program, as it would be where a part of it has gone. */
  const programWithout = (part: RegExp): string => {
    const copy = mkdtempSync(join(tmpdir(), 'warrant-parts-'))
    cpSync(join(root, 'bin'), join(copy, 'bin'), { recursive: true })
    cpSync(folder, join(copy, 'dist', 'hook', 'bundle'), { recursive: true })
    const names = readdirSync(folder).filter((name) => part.test(name))
    expect(names).not.toEqual([])
    for (const name of names) rmSync(join(copy, 'dist', 'hook', 'bundle', name))
    return join(copy, 'bin', 'warrant.cjs')
  }

  test.each([
    ['observe.cjs', { observe: true }],
    ['workspace.cjs', { modes: { workspaces: { '/srv': 'off' } } }],
  ])('denies without %s where that is asked for, and allows what has no need of it', (part, settings) => {
    const home = hookHome()
    home.open('claude', 's1')
    const program = programWithout(new RegExp(`^${part}$`))
    const run = (): readonly unknown[] => {
      const argv = [program, 'hook', 'claude', '--home', home.folder]
      const input = JSON.stringify(SHAPES.claude.call({}))
      const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', input })
      return [status, stderr.slice(0, 'warrant: ENFORCE_INTERNAL'.length)]
    }
    expect(run()).toEqual([0, ''])
    home.configure(settings)
    expect(run()).toEqual([2, 'warrant: ENFORCE_INTERNAL'])
  })

  test('decides a plain call without any of its parts', () => {
    const home = hookHome()
    home.open('claude', 's1')
    const argv = [programWithout(/^(?!hook\.cjs$)/), 'hook', 'claude', '--home', home.folder]
    const input = JSON.stringify(SHAPES.claude.call({}))
    expect(spawnSync(process.execPath, argv, { encoding: 'utf8', input })).toMatchObject({
      ...{ status: 0, stdout: '{}', stderr: '' },
    })
  })

  /** What the process of an event has compiled, besides what is in its own code. */
  const compiledFor = (home: string, event: unknown): Readonly<Record<'status' | 'files', unknown>> => {
    const script = `
      const Module = require('node:module')
      const compile = Module.prototype._compile
      const seen = []
      const program = ${JSON.stringify(join(root, 'bin', 'warrant.cjs'))}
      Module.prototype._compile = function (text, file) { seen.push(file); return compile.call(this, text, file) }
      process.on('exit', () => process.stderr.write(JSON.stringify(seen)))
      process.argv = [process.argv[0], program, 'hook', 'claude', '--home', ${JSON.stringify(home)}]
      require(program)`
    const input = JSON.stringify(event)
    const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', input })
    return { status, files: JSON.parse(stderr) }
  }

  test('is there once, for its parts as well: an error of theirs is one of its own', () => {
    const home = hookHome()
    home.open('claude', 's1', { tools: { Read: { file_path: regex('/data/.*') } } })
    const { status, files } = compiledFor(home.folder, SHAPES.claude.call({}))
    expect(status).toBe(0)
    expect(files).toEqual(expect.arrayContaining([join(folder, 'regex.cjs')]))
    expect(files).not.toContain(join(folder, 'hook.cjs'))
  })

  test('loads nothing else when it decides', () => {
    const script = `
      const Module = require('node:module')
      const load = Module._load
      const seen = []
      Module._load = (name, ...rest) => { seen.push(name); return load(name, ...rest) }
      process.on('exit', () => { process.stderr.write(JSON.stringify(seen.filter((name) => !name.startsWith('node:')))) })
      process.argv = [process.argv[0], 'warrant', 'hook', 'claude', '--home', '/nowhere']
      require(${JSON.stringify(join(root, 'bin', 'warrant.cjs'))})`
    const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', input: '{}' })
    expect(status).toBe(2)
    expect(stderr).toContain('FILE_NOT_FOUND')
    expect(JSON.parse(stderr.slice(stderr.indexOf('\n') + 1))).toEqual([join(root, 'bin', 'warrant.cjs')])
  })
})
