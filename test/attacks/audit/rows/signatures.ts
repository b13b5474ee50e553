/** Section 1 of the catalogue: signatures and keys. */

import { cut, type Row, row } from '../row.js'

export const SIGNATURE_ROWS: readonly Row[] = [
  row(
    'SIG-1',
    'attacks/sig.test.ts',
    'SIG-1: a warrant that no trusted root signed',
    cut(
      'warrant/verify.ts',
      "if (!roots.has(first.payload.issuer)) throw new TrustError('CHAIN_UNTRUSTED_ROOT')",
    ),
  ),
  row(
    'SIG-2',
    'attacks/sig.test.ts',
    'SIG-2: a signature moved to another warrant',
    cut('warrant/verify.ts', 'if (!holds(job, backend))', 'if (false)'),
  ),
  row(
    'SIG-3',
    'attacks/sig.test.ts',
    'SIG-3: one byte more, less, other or elsewhere',
    cut(
      'encoding/cborReader.ts',
      "if (this.#offset !== this.#bytes.length) throw otherForm('CBOR_TRAILING_BYTES')",
    ),
  ),
  row(
    'SIG-4',
    'attacks/sig.test.ts',
    'SIG-4: a signature made for another purpose',
    cut('crypto/contexts.ts', 'tenuo-srl-v1', '\\u0001'),
  ),
  row(
    'SIG-5',
    'attacks/sig.test.ts',
    'SIG-5: keys of small order',
    cut('crypto/claimedKey.ts', "if (isSmallOrderHex(key)) throw new FormatError('KEY_SMALL_ORDER')"),
  ),
  row(
    'SIG-6',
    'attacks/sig.test.ts',
    'SIG-6: signatures that only a lenient verifier takes',
    cut('crypto/keys.ts', "if (bytes.length !== SIGNATURE_BYTES) throw new FormatError('SIGNATURE_LENGTH')"),
  ),
  row(
    'SIG-6',
    'attacks/sig.test.ts',
    'SIG-6: S at or above the group order, R of small order and other lengths are asked of no backend',
    cut('crypto/strictness.ts', 'isReduced(signature) && '),
  ),
  row(
    'SIG-7',
    'attacks/sig.test.ts',
    'SIG-7: a signature that holds with the cofactor alone',
    cut(
      'crypto/ed25519.ts',
      'return equalBytes(point.toBytes(), r)',
      'return point.subtract(Point.fromBytes(r)).clearCofactor().is0()',
    ),
  ),
  row(
    'SIG-8',
    'attacks/sig.test.ts',
    'SIG-8: another algorithm',
    cut(
      'crypto/keys.ts',
      'if (reader.uint() !== ED25519) throw new FormatError(algorithmCode)',
      'reader.uint()',
    ),
  ),
  row(
    'SIG-9',
    'attacks/sig.test.ts',
    'SIG-9: whatever fails while verifying',
    cut(
      'warrant/verify.ts',
      'backend.verify(key, message, signature) === true',
      'backend.verify(key, message, signature)',
    ),
  ),
]
