/** Secret keys that lie in the home of the guard, and whose they are. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PublicKey } from '../../crypto/keys.js'
import { readSecretKeyFile } from '../../node/keyFile.js'

const MAX_DEPTH = 3

/** The files below a folder that are named like keys. */
export const keyFilesIn = (folder: string, depth: number = MAX_DEPTH): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((found) => {
    const path = join(folder, found.name)
    if (found.isDirectory()) return depth > 0 ? keyFilesIn(path, depth - 1) : []
    return /\.(key|pem)$/.test(found.name) ? [path] : []
  })

/** Those of the files that hold the secret key of one of these. */
export const filesOfKeys = (files: readonly string[], keys: ReadonlySet<PublicKey>): readonly string[] =>
  files.filter((file) => {
    try {
      return keys.has(readSecretKeyFile(file).publicKey)
    } catch {
      return false // no key, or none that can be read
    }
  })
