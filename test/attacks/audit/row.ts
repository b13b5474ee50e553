/** A row of the audit: an attack of the catalogue, the test that is named for it, and the defence that the test holds. */

/** A text of a source file, which stands there exactly once, and what stands there once the defence is gone. */
export interface Removal {
  /** Below `src`. */
  readonly file: string
  readonly text: string
  readonly by: string
}

export interface Row {
  readonly id: string
  /** Below `test`. */
  readonly file: string
  /** Of a test, or of a group of which one at least must fail; it begins with the id. */
  readonly title: string
  /** All gone at once: where two defences stand behind one another, either alone holds. */
  readonly without: readonly Removal[]
}

/** A row of the audit. */
export const row = (id: string, file: string, title: string, ...without: readonly Removal[]): Row => ({
  id,
  file,
  title,
  without,
})

/** A defence taken away: its text, and what is put in its place; nothing unless told. */
export const cut = (file: string, text: string, by = ''): Removal => ({ file, text, by })
