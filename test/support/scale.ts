/** How much a suite does: little in `npm test`, the full count where `WARRANT_LONG=1` is set by the long scripts. */
export const LONG: boolean = process.env['WARRANT_LONG'] === '1'
export const scaled = (short: number, long: number): number => (LONG ? long : short)

/** A seed of its own for each run, or the one in `WARRANT_SEED`. Suites print it, so that a failure can be repeated. */
export const freshSeed = (): number => {
  const given = process.env['WARRANT_SEED']
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given)
}
