/** Every door through which bytes or text come in: how each is opened, what it may refuse with, and what must then hold. */

import type { Constraint } from '../../src/capability/constraint.js'
import type { Value } from '../../src/encoding/value.js'
import type { Chain } from '../../src/warrant/chain.js'
import { bytesOf, MAP, type Node, treeOf } from './cborTree.js'
import type { Library } from './library.js'
import { enginesOf } from './seeds.js'
import { hold, sameBytes } from './target.js'

/** One door. `open` throws what the library throws, and a Finding where something read does not hold. */
export interface Door {
  readonly name: string
  /** The codes that its documentation names. */
  readonly codes: RegExp
  readonly open: (bytes: Uint8Array) => void
}

/** Text of bytes: each a unit; behind a byte 255, two a unit, so that lone surrogates come up. */
export const textOf = (bytes: Uint8Array): string => {
  let text = ''
  if (bytes[0] !== 0xff) {
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  }
  for (let i = 1; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  return text
}

const CHAIN_CODES =
  /^(CHAIN_(TOO_LARGE|TOO_LONG|EMPTY)|WARRANT_(TOO_LARGE|TYPE_UNKNOWN|ID_MALFORMED)|ENVELOPE_|PAYLOAD_|CBOR_|KEY_|SIGNATURE_(ALGORITHM|LENGTH)|CONSTRAINT|TOOLS?_|EXTENSION|GATES_MALFORMED|VALUE_)/
const CONSTRAINT_CODES = /^(CBOR_|CONSTRAINT_(MALFORMED|INVALID|TOO_DEEP)|VALUE_TOO_DEEP)/
const JSON_CODES = /^JSON_|^TEXT_SURROGATE$/
const SPEC_CODES = /^SPEC_MALFORMED$/

/** Values that matchers are asked about. */
const ASKED: readonly Value[] = [
  'a',
  '/data/x',
  'https://b.a.example/x/y',
  '10.0.0.1',
  'ls -l',
  5,
  true,
  null,
  ['a'],
]

/** Fields of constraints that may be left out: they are written all the same (format §6). */
const DEFAULTED: ReadonlySet<string> = new Set([
  ...[
    'min',
    'max',
    'case_sensitive',
    'allow_equal',
    'schemes',
    'allow_domains',
    'deny_domains',
    'allow_ports',
  ],
  ...['block_private', 'block_loopback', 'block_metadata', 'block_reserved', 'block_internal_tlds'],
])

/** Whether bytes that were read are written as they stand, but for fields that may be left out. */
const isWrittenAs = (read: Uint8Array, written: Uint8Array): boolean => {
  if (sameBytes(read, written)) return true
  const [before, after] = [treeOf(read), treeOf(written)]
  return before !== undefined && after !== undefined && isCompleted(before, after)
}

const isCompleted = (before: Node, after: Node): boolean => {
  if (before.items === undefined || after.items === undefined)
    return sameBytes(bytesOf(before), bytesOf(after))
  if (before.major !== after.major || before.items.length > after.items.length) return false
  let next = 0
  for (let i = 0; i < after.items.length; i++) {
    const [old, fresh] = [before.items[next], after.items[i] as Node] // within the length
    if (old !== undefined && isCompleted(old, fresh)) next++
    else if (before.major === MAP && DEFAULTED.has(new TextDecoder().decode(fresh.bytes)))
      i++ // its value too
    else return false
  }
  return next === before.items.length
}

/** Doors of bytes. */
export const byteDoors = (library: Library): readonly Door[] => {
  const { warrant: w, cbor, constraint, gates, payload, extensions } = library
  const engines = enginesOf(library)
  const checkChain = chainCheck(library)

  const checkConstraint = (read: Constraint, bytes: Uint8Array): void => {
    const writer = new cbor.CborWriter()
    constraint.encodeConstraint(writer, read)
    hold(isWrittenAs(bytes, writer.finish()), 'a constraint is not written as it was read')
    hold(typeof w.describeConstraint(read) === 'string', 'a constraint without words')
    // One in four: an engine costs a hundred times what reading does.
    if ((bytes.length & 3) !== 0) return
    const matches = constraint.compileConstraint(read, engines)
    for (const value of ASKED) {
      const outcome = matches(value, 0)
      hold(typeof outcome === 'boolean' || /^CONSTRAINT_/.test(outcome), 'an outcome of no kind')
    }
    hold(typeof w.covers(read, read, engines) === 'boolean', 'covering has no answer')
  }

  return [
    { name: 'chain', codes: CHAIN_CODES, open: (bytes) => checkChain(w.decodeChain(bytes), bytes) },
    {
      name: 'payload',
      codes: CHAIN_CODES,
      open: (bytes) =>
        hold(
          isWrittenAs(bytes, payload.encodePayload(payload.decodePayload(bytes))),
          'a payload has two forms',
        ),
    },
    {
      name: 'constraint',
      codes: CONSTRAINT_CODES,
      open: (bytes) => {
        const reader = new cbor.CborReader(bytes)
        const read = constraint.decodeConstraint(reader)
        reader.end()
        checkConstraint(read, bytes)
      },
    },
    {
      name: 'value',
      codes: /^(CBOR_|VALUE_TOO_DEEP)/,
      open: (bytes) =>
        hold(sameBytes(cbor.encodeValue(cbor.decodeValue(bytes)), bytes), 'a value has two forms'),
    },
    {
      name: 'gates',
      codes: /^(GATES_MALFORMED$|CBOR_|CONSTRAINT_|VALUE_TOO_DEEP)/,
      open: (bytes) => {
        const read = gates.decodeGates(bytes)
        if (read !== undefined) hold(isWrittenAs(bytes, gates.encodeGates(read)), 'gates have two forms')
      },
    },
    {
      name: 'approval',
      codes: /^APPROVAL_(MALFORMED|VERSION)$/,
      open: (bytes) =>
        hold(sameBytes(w.encodeApproval(w.decodeApproval(bytes)), bytes), 'an approval changed'),
    },
    {
      name: 'approvals',
      codes: /^APPROVAL_(MALFORMED|VERSION)$/,
      open: (bytes) => void w.decodeApprovals(bytes),
    },
    {
      name: 'revocation-list',
      codes: /^REVOCATION_LIST_MALFORMED$/,
      open: (bytes) =>
        hold(
          sameBytes(w.encodeRevocationList(w.decodeRevocationList(bytes)), bytes),
          'a revocation list changed',
        ),
    },
    {
      name: 'revocation-request',
      codes: /^REVOCATION_REQUEST_MALFORMED$/,
      open: (bytes) =>
        hold(
          sameBytes(w.encodeRevocationRequest(w.decodeRevocationRequest(bytes)), bytes),
          'a revocation request changed',
        ),
    },
    {
      name: 'receipt',
      codes: /^RECEIPT_MALFORMED$/,
      open: (bytes) =>
        hold(
          sameBytes(w.encodeReceiptPayload(w.decodeReceiptPayload(bytes)), bytes),
          'a receipt has two forms',
        ),
    },
    {
      name: 'chain-file',
      codes: new RegExp(`${CHAIN_CODES.source}|^FILE_|^TEXT_`),
      open: (bytes) => {
        const chain = w.decodeChainFile(bytes)
        hold(chain.bytes.length === bytes.length - 5, 'a chain file holds more than its chain')
        checkChain(chain, bytes.slice(5))
      },
    },
    {
      name: 'extension',
      codes: /^(CBOR_|EXTENSION_TOO_LARGE|VALUE_|TEXT_)/,
      open: (bytes) => {
        hold(typeof extensions.showAppValue(bytes) === 'string', 'an extension without words')
        extensions.decodeAppValue(bytes)
      },
    },
  ]
}

const NOTHING = new Uint8Array()

/** What holds of every chain that was read, whatever it says. */
const chainCheck = ({ warrant: w, payload }: Library): ((chain: Chain, bytes: Uint8Array) => void) => {
  return (chain, bytes) => {
    hold(sameBytes(chain.bytes, bytes), 'a chain is not its bytes')
    hold(chain.bytes !== bytes, 'a chain shares memory with whoever gave it')
    let length = 0
    for (const each of chain.warrants) {
      length += each.bytes.length
      hold(isWrittenAs(each.payloadBytes, payload.encodePayload(each.payload)), 'a payload has two forms')
    }
    const head = bytes.length - length
    hold(head === 0 || head === 1 || head === 2, 'a chain holds more than its warrants')
    if ((bytes.length & 7) !== 0) return
    hold(w.inspect(chain).warrants.length === chain.warrants.length, 'not every warrant is shown')
    for (const form of ['plain', 'pem'] as const) {
      const again = w.parseChain(w.formatChain(chain, form))
      hold(
        again.warrants.every((each, i) => sameBytes(each.bytes, chain.warrants[i]?.bytes ?? NOTHING)),
        'text changes a chain',
      )
    }
  }
}

/** Doors of text, which here comes as bytes. */
export const textDoors = (library: Library): readonly Door[] => {
  const { warrant: w, base64, schema } = library
  const door = (name: string, codes: RegExp, open: (text: string) => void): Door => ({
    name,
    codes,
    open: (bytes) => open(textOf(bytes)),
  })
  return [
    door(
      'chain-text',
      new RegExp(`${CHAIN_CODES.source}|^TEXT_(TOO_LARGE|PEM_MALFORMED|NOT_BASE64)|^CHAIN_NOT_SINGLE`),
      (text) => {
        const chain = w.parseChain(text)
        hold(sameBytes(w.decodeChain(chain.bytes).bytes, chain.bytes), 'a text gives a chain that is none')
      },
    ),
    door('base64url', /^TEXT_NOT_BASE64$/, (text) =>
      hold(base64.toBase64Url(base64.fromBase64Url(text)) === text, 'base64url has two forms'),
    ),
    door('base64', /^TEXT_NOT_BASE64$/, (text) =>
      hold(base64.toBase64(base64.fromBase64(text)) === text, 'base64 has two forms'),
    ),
    door('public-key', /^(KEY_|TEXT_PEM_MALFORMED|TEXT_TOO_LARGE)/, (text) => {
      const key = w.parsePublicKey(text)
      hold(w.parsePublicKey(w.publicKeyToPem(key)) === key, 'a public key changes in PEM')
    }),
    door('secret-key', /^(KEY_|TEXT_PEM_MALFORMED|TEXT_TOO_LARGE)/, (text) => {
      const key = w.parseSecretKey(text)
      hold(w.parseSecretKey(w.secretKeyToPem(key)).publicKey === key.publicKey, 'a secret key changes in PEM')
    }),
    door('approval-text', /^(TEXT_NOT_BASE64|APPROVAL_(MALFORMED|VERSION))$/, (text) =>
      hold(w.formatApproval(w.parseApproval(text)) === text, 'an approval has two texts'),
    ),
    door(
      'revocation-list-text',
      /^(TEXT_NOT_BASE64|REVOCATION_LIST_MALFORMED)$/,
      (text) => void w.parseRevocationList(text),
    ),
    door('proof', /^PROOF_MALFORMED$/, (text) =>
      hold(w.parseProof(text).length === 64, 'a proof of another length'),
    ),
    door('warrant-id', /^WARRANT_ID_MALFORMED$/, (text) =>
      hold(/^tnu_wrt_[0-9a-f]{32}$/.test(w.parseWarrantId(text)), 'an id of another form'),
    ),
    door('duration', /^DURATION_MALFORMED$/, (text) =>
      hold(
        Number.isSafeInteger(w.parseDuration(text)) && w.parseDuration(text) >= 0,
        'a duration that is none',
      ),
    ),
    door('json', JSON_CODES, (text) => {
      const value = w.parseJson(text)
      hold(w.equalValues(w.parseJson(w.formatJson(value)), value), 'JSON changes when it is written')
    }),
    door('call-json', JSON_CODES, (text) => void schema.parseCall(text)),
    door('args-json', JSON_CODES, (text) => void schema.parseArgs(text)),
    door('constraint-json', new RegExp(`${JSON_CODES.source}|^CONSTRAINT|^TEXT_NOT_BASE64$`), (text) => {
      const read = schema.constraintFromJson(w.parseJson(text))
      hold(typeof w.describeConstraint(read) === 'string', 'a constraint without words')
    }),
    door(
      'tools-json',
      new RegExp(`${JSON_CODES.source}|^CONSTRAINT|^TOOL|^TEXT_NOT_BASE64$`),
      (text) => void schema.toolsFromJson(w.parseJson(text)),
    ),
    door('allow', SPEC_CODES, (text) => void schema.parseAllow(text)),
    door('gate', SPEC_CODES, (text) => void schema.parseGates([text])),
  ]
}
