/** The tarball as it would be published: what is in it, what it would run, and that it works from there. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

describe('the packed tarball', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-pack-'))
  const unpacked = join(folder, 'package')
  let packed: Packed

  beforeAll(() => {
    // Built already: `npm test` builds first.
    const out = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const listed = JSON.parse(out) as readonly Packed[] | Readonly<Record<string, Packed>> // by version of npm
    packed = Object.values(listed)[0] as Packed
    execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder])
    symlinkSync(join(root, 'node_modules'), join(unpacked, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('holds the library, the command line and the documentation, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(
      paths.filter(
        (path) => !/^(dist|bin|docs)\/|^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(path),
      ),
    ).toEqual([])
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['dist/index.js', 'dist/index.d.ts', 'dist/hook/bundle/hook.cjs', 'LICENSE'],
        ...['bin/warrant.cjs'],
      ]),
    )
    expect(paths.filter((path) => /(^|\/)test\/|\.test|bench|fixture|\.env|\.key$/.test(path))).toEqual([])
  })

  test('runs no script when it is installed, and neither do its dependencies', () => {
    const scriptsOf = (path: string): Record<string, string> =>
      (JSON.parse(readFileSync(path, 'utf8')) as { scripts?: Record<string, string> }).scripts ?? {} // of a manifest
    const { dependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const manifests = [
      join(unpacked, 'package.json'),
      ...Object.keys(dependencies).map((name) => join(root, 'node_modules', name, 'package.json')),
    ]
    for (const manifest of manifests) {
      for (const script of ['preinstall', 'install', 'postinstall'])
        expect(scriptsOf(manifest), manifest).not.toHaveProperty(script)
    }
    expect(Object.values(dependencies).every((version) => /^\d+\.\d+\.\d+$/.test(version))).toBe(true)
  })

  test('works from there: every door opens and the command line runs', () => {
    const doors = [
      'warrant',
      'warrant/schema',
      'warrant/node',
      'warrant/regex',
      'warrant/cel',
      'warrant/extensions',
      'warrant/testing',
    ]
    const script = join(unpacked, 'doors.mjs')
    const imports = doors.map(
      (door) => `if (Object.keys(await import('${door}')).length === 0) process.exit(1)`,
    )
    writeFileSync(script, imports.join('\n'))
    execFileSync(process.execPath, [script], { cwd: unpacked })
    const version = execFileSync(process.execPath, [join(unpacked, 'bin', 'warrant.cjs'), '--version'], {
      encoding: 'utf8',
    })
    expect(version.trim()).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
