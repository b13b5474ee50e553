/** Packages of bench/peers: installed there alone, without their scripts, and absent until then. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../peers/', import.meta.url)

/** A file of an installed package. */
export const fileOfPeer = (path: string): URL => new URL(`node_modules/${path}`, FOLDER)

/** Whether all of them are installed, in the versions that are asked for. */
export const arePeersInstalled = (): boolean => {
  const { dependencies } = manifestAt(new URL('package.json', FOLDER)) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return Object.entries(dependencies).every(([name, version]) => {
    const manifest = fileOfPeer(`${name}/package.json`)
    return existsSync(manifest) && (manifestAt(manifest) as { readonly version: string }).version === version
  })
}

const manifestAt = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'))

const INSTALL_MILLISECONDS = 180_000

/** Installs them, by their own lock. What npm has to say goes to standard error. */
export const installPeers = (): void => {
  const quick = ['--no-audit', '--no-fund', '--loglevel', 'error', '--fetch-retries', '1']
  spawnSync('npm', ['ci', '--ignore-scripts', ...quick], {
    cwd: fileURLToPath(FOLDER),
    stdio: ['ignore', process.stderr, process.stderr],
    timeout: INSTALL_MILLISECONDS,
  })
}

/** What a row says where they are not there. */
export const NOT_INSTALLED = 'not installed: npm run bench:install'

/** The exports of a package. They ship types that are not here before they are, so whoever asks says what it uses. */
export const loadPeer = async <T>(name: string): Promise<T> => {
  const { load } = (await import(new URL('load.js', FOLDER).href)) as {
    readonly load: (name: string) => Promise<T>
  }
  return load(name)
}
