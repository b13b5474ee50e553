/** A fault for every code of format: what whoever reads bytes or text meets, or writes what nobody could read. */

import type { FormatCode } from '../../../src/errors.js'
import type { Faults } from './case.js'
import { BYTE_FAULTS } from './formatBytes.js'
import { TEXT_FAULTS } from './formatText.js'
import { VALUE_FAULTS } from './formatValues.js'
import type { Reached } from './unreached.js'

export const FORMAT_FAULTS: Faults<Reached<FormatCode>> = {
  ...BYTE_FAULTS,
  ...TEXT_FAULTS,
  ...VALUE_FAULTS,
}
