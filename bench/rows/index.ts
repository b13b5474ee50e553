/** Every row, in the order in which they are measured and shown. */

import type { Row } from '../row.js'
import { biscuit } from './biscuit.js'
import { deny, warmBound, warmBytes, width } from './bound.js'
import { cold, coldNewKeys, depth } from './cold.js'
import { attacker, heap, threads } from './endurance.js'
import { hook, hookMemory } from './hook.js'
import { decoding, minting } from './making.js'
import { casbin, cedar } from './policies.js'
import { sodium, warmProof, wrongProof } from './proof.js'
import { size } from './size.js'
import { ucan } from './ucan.js'

export const ROWS: readonly Row[] = [
  cold,
  coldNewKeys,
  warmProof,
  warmBound,
  warmBytes,
  deny,
  wrongProof,
  depth,
  width,
  minting,
  decoding,
  biscuit,
  ucan,
  cedar,
  casbin,
  sodium,
  hook,
  hookMemory,
  size,
  threads,
  heap,
  attacker,
]
