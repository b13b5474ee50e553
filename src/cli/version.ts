/** The version of this package, from its manifest: the one place where it is written. */

import { readFileSync } from 'node:fs'

export const packageVersion = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const manifest = JSON.parse(text) as { readonly version: string } // our own manifest
  return manifest.version
}
