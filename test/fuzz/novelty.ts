/** What the probes report to: which steps from probe to probe have ever been taken. */

const STEPS = 1 << 16

/** Puts the counter where the probes look for it, and gives what reads it. Before any module with probes is loaded. */
export const countNovelty = (): (() => number) => {
  const taken = new Uint8Array(STEPS)
  let previous = 0
  let fresh = 0
  const probe = (place: number): void => {
    const step = (place ^ previous) & (STEPS - 1)
    previous = (place << 1) & (STEPS - 1)
    if (taken[step] !== 0) return
    taken[step] = 1
    fresh++
  }
  Object.assign(globalThis, { __fuzz: probe })
  return () => fresh
}
