/** Section 11 of the catalogue: the audit log. */

import { cut, type Row, row } from '../row.js'

const FILE = 'attacks/aud.test.ts'

export const RECORD_ROWS: readonly Row[] = [
  row(
    'AUD-1',
    FILE,
    'AUD-1: an entry is changed, deleted, inserted or moved',
    cut('node/log/verify.ts', 'if (entry.prev !== this.#head) {', 'if (entry.prev === undefined) {'),
  ),
  row(
    'AUD-1',
    FILE,
    'AUD-1: an entry is changed, deleted, inserted or moved',
    cut(
      'node/log/verify.ts',
      'if (entry.seq !== expected) return this.#misplaced(line, entry.seq, expected)',
    ),
  ),
  row(
    'AUD-2',
    FILE,
    'AUD-2: the tail is cut back to an earlier state',
    cut('node/log/verify.ts', '.filter((seq) => seq > this.#last)', '.filter((seq) => seq < 0)'),
  ),
  row(
    'AUD-2',
    FILE,
    'AUD-2: the tail is cut back to an earlier state',
    cut(
      'node/log/checkpoint.ts',
      'if (!defaultBackend.verify(key, messageOf(checkpoint), signature))',
      'if (seq < 0)',
    ),
  ),
  row(
    'AUD-3',
    FILE,
    'AUD-3: a crash, full disk or kill at any byte of an append',
    cut('node/decisionLog.ts', "let text = tail.ended ? '' : '\\n'", "let text = ''"),
  ),
  row(
    'AUD-3',
    FILE,
    'AUD-3: a crash, full disk or kill at any byte of an append',
    cut('node/decisionLog.ts', 'if (tail.torn !== undefined) {', 'if (tail.torn?.bytes === -1) {'),
  ),
  row(
    'AUD-4',
    FILE,
    'AUD-4: two processes append at once',
    cut(
      'node/log/lock.ts',
      "if (errno === 'EEXIST') return false\n    if (errno",
      "if (errno === 'EEXIST') return true\n    if (errno",
    ),
  ),
  row(
    'AUD-5',
    FILE,
    'AUD-5: the audit sink fails',
    cut(
      'enforce/watch.ts',
      'if (await this.#isWritten(record)) return',
      'if ((await this.#isWritten(record)) || runs) return',
    ),
  ),
  row(
    'AUD-5',
    FILE,
    'AUD-5: the audit sink fails',
    cut('node/log/files.ts', "if (foreign || (mode & OTHERS) !== 0) throw new FormatError('FILE_MODE')"),
  ),
  row(
    'AUD-6',
    FILE,
    'AUD-6: newlines or control characters in arguments forge a second entry',
    cut('node/log/entry.ts', '/[\\u007f-\\uffff]/g', '/[\\u007f]/g'),
  ),
  row('AUD-7', FILE, 'AUD-7: secrets in arguments', cut('node/log/redact.ts', '.replace(PEM, REDACTED)')),
  row(
    'AUD-7',
    FILE,
    'AUD-7: secrets in arguments',
    cut('node/log/view.ts', 'isSecretName(name) ? REDACTED : redactValue(value)', 'redactValue(value)'),
  ),
]
