/**
 * What a command that is started inherits. Whoever has a descriptor of a file can read it from its beginning again, without
 * the right to open it: so none of the file that a key was read from is handed on.
 */

import { closeSync, fstatSync, readdirSync, type Stats, statSync } from 'node:fs'

/** What a command has for its standard input. */
export type Stdin = 'inherit' | 'ignore'

/**
 * Closes every descriptor of what a key was read from, by the name that it has on the command line, and says what a command
 * may have for its standard input. Nothing reads that key by one afterwards.
 */
export const closeDescriptorsOf = (keyName: string): Stdin => {
  const named = keyName === '-' ? '0' : /^fd:(\d{1,4})$/.exec(keyName)?.[1]
  const source = named === undefined ? statOf(() => statSync(keyName)) : descriptorOf(Number(named))
  const same = openDescriptors().filter((each) => isSame(source, descriptorOf(each)))
  for (const each of same) if (each > 2) closeSync(each)
  return same.includes(0) ? 'ignore' : 'inherit'
}

const isSame = (one: Stats | undefined, other: Stats | undefined): boolean =>
  one !== undefined && other !== undefined && one.isFile() && one.dev === other.dev && one.ino === other.ino

/** Without such a folder, as on Windows, no descriptors but the first three are handed on. */
const openDescriptors = (): readonly number[] => {
  try {
    return readdirSync('/dev/fd').map(Number)
  } catch {
    return [0]
  }
}

const descriptorOf = (descriptor: number): Stats | undefined => statOf(() => fstatSync(descriptor))

const statOf = (stat: () => Stats): Stats | undefined => {
  try {
    return stat()
  } catch {
    return undefined // not open, or gone
  }
}
