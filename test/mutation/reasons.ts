/** Why each mutant that outlives the tests may do so. */

/** One reason, for every survivor of a file that agrees with all that is given. Texts are those of the source. */
export interface Reason {
  readonly file: string
  /** The line where it begins, without the white space around it. */
  readonly source?: string | readonly string[]
  /** How the line begins, or one that opens a block around it: a function, most often. */
  readonly within?: string | readonly string[]
  readonly mutator?: string | readonly string[]
  readonly original?: string | readonly string[]
  readonly replacement?: string | readonly string[]
  readonly reason: string
}

export const REASONS: readonly Reason[] = []
