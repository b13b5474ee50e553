/** The one file to which all processes of a run append what they find out, a line each. */

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

export type Entry =
  /** A test failed, or never ended, under the mutant alone. `fresh`: with modules loaded under it. */
  | { readonly kind: 'killed' | 'timedOut'; id: number; file: string; test: string; fresh: boolean }
  /** A test failed, and failed without the mutant as well afterwards: to be judged with fresh modules. */
  | { readonly kind: 'suspect'; id: number; file: string }
  /** With fresh modules, no test of the file failed. */
  | { readonly kind: 'outlived'; id: number; file: string }
  /** A kill in place was tried again with fresh modules: was a test of the file seen to fail? */
  | { readonly kind: 'confirmed' | 'unconfirmed'; id: number; file: string }
  | { readonly kind: 'covered'; file: string; byTests: readonly number[]; byLoading: readonly number[] }
  /** Mutants that this pass did not try with some slow test. */
  | { readonly kind: 'waiting'; file: string; ids: readonly number[] }
  /** A test that could not be used, and why. */
  | { readonly kind: 'unusable'; file: string; test: string; why: string }
  /** A test has been through in this job, and need not be gone through again when the job is started again. */
  | { readonly kind: 'through'; job: string; test: string }
  | { readonly kind: 'done'; job: string }

export class Journal {
  readonly #file: number
  #read = 0
  #rest = ''

  constructor(path: string) {
    this.#file = openSync(path, 'a+')
  }

  write(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`)
  }

  /** The entries that were not read before, whoever wrote them. */
  news(): readonly Entry[] {
    const { size } = fstatSync(this.#file)
    if (size === this.#read) return []
    const bytes = Buffer.alloc(size - this.#read)
    this.#read += readSync(this.#file, bytes, 0, bytes.length, this.#read)
    const lines = (this.#rest + bytes.toString('utf8')).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.map((line) => JSON.parse(line) as Entry) // written by write()
  }

  close(): void {
    closeSync(this.#file)
  }
}
