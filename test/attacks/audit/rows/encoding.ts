/** Section 2 of the catalogue: encoding. */

import { cut, type Row, row } from '../row.js'

export const ENCODING_ROWS: readonly Row[] = [
  row(
    'ENC-1',
    'attacks/enc.test.ts',
    'ENC-1: malformed, cut short, or followed by something',
    cut(
      'encoding/cborReader.ts',
      "if (this.#offset !== this.#bytes.length) throw otherForm('CBOR_TRAILING_BYTES')",
    ),
  ),
  row(
    'ENC-2',
    'attacks/enc.test.ts',
    'ENC-2: the same content in another encoding',
    cut('encoding/cborReader.ts', "if (value < 24) throw otherForm('CBOR_NOT_CANONICAL')"),
  ),
  row(
    'ENC-2',
    'attacks/enc.test.ts',
    'ENC-2: the same content in another encoding',
    cut('encoding/cborReader.ts', "if (order > 0) throw otherForm('CBOR_KEY_ORDER')"),
  ),
  row(
    'ENC-3',
    'attacks/enc.test.ts',
    'ENC-3: a key twice',
    cut('encoding/cborReader.ts', "if (key === previous) throw otherForm('CBOR_DUPLICATE_KEY')"),
  ),
  row(
    'ENC-3',
    'attacks/enc.test.ts',
    'ENC-3: a key twice',
    cut('encoding/cborReader.ts', "if (order === 0) throw otherForm('CBOR_DUPLICATE_KEY')"),
  ),
  row(
    'ENC-4',
    'attacks/enc.test.ts',
    'ENC-4: what version 1 does not have',
    cut('warrant/payload.ts', "throw new FormatError('PAYLOAD_UNKNOWN_FIELD')", 'reader.uint()'),
  ),
  row(
    'ENC-4',
    'attacks/enc.test.ts',
    'ENC-4: what version 1 does not have',
    cut(
      'warrant/payload.ts',
      "if (reader.uint() !== 1) throw new FormatError('PAYLOAD_VERSION')",
      'reader.uint()',
    ),
  ),
  row(
    'ENC-5',
    'attacks/enc.test.ts',
    'ENC-5: what is read comes from the signed bytes',
    cut(
      'warrant/verify.ts',
      'verifyAuthenticity(decodeChain(chain.bytes), context)',
      'verifyAuthenticity(chain, context)',
    ),
  ),
  row(
    'ENC-6',
    'attacks/enc.test.ts',
    'ENC-6: bombs',
    cut(
      'encoding/cborReader.ts',
      "if (++this.#depth > MAX_CBOR_DEPTH) throw new FormatError('CBOR_TOO_DEEP')",
    ),
    cut('encoding/cborReader.ts', "if (depth > MAX_VALUE_DEPTH) throw new FormatError('VALUE_TOO_DEEP')"),
  ),
  row(
    'ENC-6',
    'attacks/enc.test.ts',
    'ENC-6: bombs',
    cut('warrant/payload.ts', "if (tools.size === MAX_TOOLS) throw new FormatError('TOOLS_TOO_MANY')"),
  ),
  row(
    'ENC-7',
    'attacks/enc.test.ts',
    'ENC-7: lengths beyond the input',
    cut('encoding/cborReader.ts', 'this.#need(count)\n    const bytes', 'const bytes'),
  ),
  row(
    'ENC-7',
    'attacks/enc.test.ts',
    'ENC-7: lengths beyond the input',
    cut('encoding/cborReader.ts', 'this.#need(claimed)'),
  ),
  row(
    'ENC-8',
    'attacks/enc.test.ts',
    'ENC-8: tags, which elsewhere make live objects, are refused wherever they stand',
    cut(
      'encoding/cborReader.ts',
      "throw otherForm('CBOR_TAGGED')\n    }",
      'this.#head(TAG)\n        return this.peek()\n    }',
    ),
  ),
  row('ENC-9', 'attacks/enc.test.ts', 'ENC-9: text', cut('encoding/bytes.ts', 'fatal: true', 'fatal: false')),
  row(
    'ENC-10',
    'attacks/enc.test.ts',
    'ENC-10: numbers',
    cut(
      'encoding/cborReader.ts',
      "if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new FormatError('CBOR_NUMBER_RANGE')",
    ),
    cut('encoding/cborReader.ts', "if (value > max) throw new FormatError('CBOR_NUMBER_RANGE')"),
  ),
  row(
    'ENC-11',
    'attacks/enc.test.ts',
    'ENC-11: text forms',
    cut(
      'encoding/base64url.ts',
      "if ((group & ((1 << bits) - 1)) !== 0) throw new FormatError('TEXT_NOT_BASE64')",
    ),
  ),
  row(
    'ENC-11',
    'attacks/enc.test.ts',
    'ENC-11: text forms',
    cut('encoding/base64url.ts', "if (text.length % 4 !== 0) throw new FormatError('TEXT_NOT_BASE64')"),
  ),
]
