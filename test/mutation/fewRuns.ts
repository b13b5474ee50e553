/** fast-check as tests see it here: few runs, always of the same seed, and no search for a smaller counterexample. */

import * as real from 'fast-check'
import { jobGiven } from './job.js'

export * from 'fast-check'

const { runsOfProperties } = jobGiven()

type Assert = typeof real.assert

export const assert: Assert = ((property: Parameters<Assert>[0], given: Parameters<Assert>[1] = {}) =>
  real.assert(property, {
    seed: 20_260_301,
    ...given,
    numRuns: Math.min(given?.numRuns ?? runsOfProperties, runsOfProperties),
    endOnFailure: true,
    verbose: 0,
  })) as Assert // two overloads, of which each is kept

export default { ...real, assert }
