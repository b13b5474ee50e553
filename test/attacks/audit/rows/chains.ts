/** Section 3 of the catalogue: chains. */

import { cut, type Row, row } from '../row.js'

export const CHAIN_ROWS: readonly Row[] = [
  row(
    'CHN-1',
    'attacks/chn.test.ts',
    'CHN-1: a child issued by a key that is not the holder of its parent',
    cut('warrant/laws.ts', '  issuerIsParentHolder,\n'),
  ),
  row(
    'CHN-2',
    'attacks/chn.test.ts',
    'CHN-2: another parent, valid and compatible',
    cut('warrant/laws.ts', '  parentHashMatches,\n'),
  ),
  row(
    'CHN-3',
    'attacks/chn.test.ts',
    'CHN-3: links that are dropped, reversed, shuffled, repeated or mixed',
    cut('warrant/verify.ts', '  assertDistinctIds(chain)\n'),
  ),
  row(
    'CHN-3',
    'attacks/chn.test.ts',
    'CHN-3: links that are dropped, reversed, shuffled, repeated or mixed',
    cut('warrant/laws.ts', '  issuerIsParentHolder,\n'),
    cut('warrant/laws.ts', '  parentHashMatches,\n'),
  ),
  row(
    'CHN-4',
    'attacks/chn.test.ts',
    'CHN-4: depth skipped, repeated, decreased, past a limit, or a limit raised',
    cut('warrant/laws.ts', 'child.depth === parent.depth + 1 && '),
  ),
  row(
    'CHN-4',
    'attacks/chn.test.ts',
    'CHN-4: depth skipped, repeated, decreased, past a limit, or a limit raised',
    cut('warrant/laws.ts', '  depthLimitHolds,\n'),
  ),
  row(
    'CHN-5',
    'attacks/chn.test.ts',
    'CHN-5: delegating from a terminal warrant',
    cut('warrant/laws.ts', 'child.depth <= parent.maxDepth && child.depth <= child.maxDepth', 'true'),
  ),
  row(
    'CHN-6',
    'attacks/chn.test.ts',
    'CHN-6: types that change hands',
    cut('warrant/laws.ts', '  typeMayFollow,\n'),
  ),
  row(
    'CHN-6',
    'attacks/chn.test.ts',
    'CHN-6: types that change hands',
    cut('warrant/laws.ts', '  noSelfIssuance,\n'),
  ),
  row(
    'CHN-7',
    'attacks/chn.test.ts',
    'CHN-7: a child without its ancestors',
    cut('warrant/verify.ts', 'this.isDetached = this.root.payload.depth > 0', 'this.isDetached = false'),
  ),
  row(
    'CHN-7',
    'attacks/chn.test.ts',
    'CHN-7: a child without its ancestors',
    cut(
      'warrant/verify.ts',
      "if (!roots.has(first.payload.issuer)) throw new TrustError('CHAIN_UNTRUSTED_ROOT')",
    ),
  ),
  row(
    'CHN-8',
    'attacks/chn.test.ts',
    'CHN-8: chains of no size',
    cut('warrant/chain.ts', "if (bytes[0] === 0x80) throw new FormatError('CHAIN_EMPTY')"),
  ),
  row(
    'CHN-8',
    'attacks/chn.test.ts',
    'CHN-8: chains of no size',
    cut('warrant/chain.ts', 'if (count > MAX_CHAIN_LENGTH)', 'if (false)'),
  ),
  row(
    'CHN-9',
    'attacks/chn.test.ts',
    'CHN-9: a leaf that is fine under a root or middle that is not',
    cut('warrant/laws.ts', '  expiryHolds,\n'),
  ),
  row(
    'CHN-9',
    'attacks/enforce-sto.test.ts',
    'CHN-9: and one whose root is revoked is refused though its leaf is not',
    cut('enforce/revocations.ts', 'standing.ids.some((id) =>', 'standing.ids.slice(-1).some((id) =>'),
  ),
]
