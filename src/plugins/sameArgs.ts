/**
 * For hosts that run a tool with the object that they showed first, and show every plugin a place that it stands in: a
 * plugin that came before this one could have put another object there, which would be checked, while the host runs the
 * first. It cannot be seen before the call. It is seen after it, and then nothing runs any more.
 */

import { replaceArgs } from './hostArguments.js'
import type { Ruling } from './hostGuard.js'

const BYPASSED =
  'warrant: ENFORCE_INTERNAL: a call ran with other arguments than were checked: a plugin before this one replaces them; load this one first'

/** Of every plugin in this process: one that is loaded anew meets calls that the one before it let pass. */
const checked = new WeakSet<object>()

export class SameArgs {
  #isBypassed = false

  /** Writes what was checked into the object of the host; undefined, or why the call may not run. */
  settle(ruling: Ruling, target: unknown): string | undefined {
    if (ruling.kind === 'refuse') return ruling.message
    if (this.#isBypassed) return BYPASSED
    replaceArgs(target as object, ruling.args) // what was copied, or it would have been refused
    checked.add(target as object)
    return undefined
  }

  /** Looks at what a call was made with; whether it was what was checked. */
  wasSame(args: unknown): boolean {
    const isSame = typeof args === 'object' && args !== null && checked.has(args)
    if (!isSame) this.#isBypassed = true
    return isSame
  }
}
