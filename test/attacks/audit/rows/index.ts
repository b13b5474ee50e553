/** Every row of the audit, in the order of the catalogue. */

import type { Row } from '../row.js'
import { ARGUMENT_ROWS } from './arguments.js'
import { CHAIN_ROWS } from './chains.js'
import { ENCODING_ROWS } from './encoding.js'
import { HOLDER_ROWS } from './holders.js'
import { HOST_ROWS } from './hosts.js'
import { NARROWING_ROWS } from './narrowing.js'
import { RECORD_ROWS } from './records.js'
import { SIGNATURE_ROWS } from './signatures.js'

export const ROWS: readonly Row[] = [
  ...SIGNATURE_ROWS,
  ...ENCODING_ROWS,
  ...CHAIN_ROWS,
  ...NARROWING_ROWS,
  ...ARGUMENT_ROWS,
  ...HOLDER_ROWS,
  ...HOST_ROWS,
  ...RECORD_ROWS,
]
