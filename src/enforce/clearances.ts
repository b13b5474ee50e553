/** Clearances that tools ask for, by the operator's configuration (format §7.3). */

/** Tool, tool prefix ending in `*`, or `*` for all others, to the clearance that a warrant must have: 0 to 255. */
export type Clearances = Readonly<Record<string, number>>

/**
 * What each tool asks for: the entry of its exact name; else the highest of the prefixes that fit; else that of `*`.
 * Several prefixes can fit where the reference speaks of one, so the strictest counts.
 */
export class ClearanceTable {
  readonly #exact = new Map<string, number>()
  readonly #prefixes: [prefix: string, level: number][] = []
  #rest = 0

  /** @throws TypeError for a level that is not an integer from 0 to 255. */
  constructor(clearances: Clearances) {
    for (const [tool, level] of Object.entries(clearances)) {
      if (!Number.isInteger(level) || level < 0 || level > 255) {
        throw new TypeError('a clearance must be an integer from 0 to 255')
      }
      if (tool === '*') this.#rest = level
      else if (tool.endsWith('*')) this.#prefixes.push([tool.slice(0, -1), level])
      else this.#exact.set(tool, level)
    }
  }

  /** The clearance that the tool asks for; 0 where nothing does. */
  of(tool: string): number {
    const exact = this.#exact.get(tool)
    if (exact !== undefined) return exact
    let highest = -1
    for (const [prefix, level] of this.#prefixes) {
      if (level > highest && tool.startsWith(prefix)) highest = level
    }
    return highest >= 0 ? highest : this.#rest
  }
}
