/** Bytes that say two things, or cost too much to read: ENC-1 to ENC-11, for warrants and chains. */

import { describe, expect, test, vi } from 'vitest'
import { capability } from '../../src/capability/capability.js'
import { toBase64, toBase64Url } from '../../src/encoding/base64url.js'
import { concatBytes, fromHex, toHex, toUtf8 } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter, decodeValue } from '../../src/encoding/cbor.js'
import { isWarrantError } from '../../src/errors.js'
import { chainOf, decodeChain, leafOf, stackBytes, type Warrant } from '../../src/warrant/chain.js'
import { decodeChainFile, encodeChainFile } from '../../src/warrant/chainFile.js'
import { sealWarrant } from '../../src/warrant/envelope.js'
import { decodeGates } from '../../src/warrant/gates.js'
import { decodePayload, encodePayload, GATES_EXTENSION } from '../../src/warrant/payload.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { verify } from '../../src/warrant/verify.js'
import { damaged } from '../support/statements.js'
import { codeOf } from '../support/values.js'
import {
  alice,
  altered,
  bob,
  childOf,
  mandate,
  minted,
  options,
  refusalOf,
  root,
  signedBytes,
} from '../support/warrants.js'

const everything = minted({
  tools: { read: { path: 'a' } },
  sessionId: 's',
  agentId: 'a',
  clearance: 3,
  gates: { read: { path: 'all' } },
  approvers: [bob.publicKey],
  minApprovals: 1,
  extensions: { 'x.y': Uint8Array.of(1) },
})

const NOTHING = capability({})

/** The form of every code. */
const CODE = /^[A-Z]+(_[A-Z0-9]+)+$/

/** Base64 of bytes that leave spare bits, with one of them set: the same bytes for whoever does not look. */
const stray = (bytes: Uint8Array): string => {
  const text = toBase64Url(bytes)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) as string) | 1] // not empty
}

/** The fields of a payload as they lie in its bytes: each key with the bytes of its value. */
type Field = readonly [key: Uint8Array, value: Uint8Array]

const uint = (value: number): Uint8Array => {
  const writer = new CborWriter()
  writer.uint(value)
  return writer.finish()
}

/** A payload written by hand from fields in this order. */
const payloadBytes = (fields: readonly Field[]): Uint8Array => {
  const writer = new CborWriter()
  writer.map(fields.length)
  for (const [key, value] of fields) {
    writer.encoded(key)
    writer.encoded(value)
  }
  return writer.finish()
}

const keyPair = (hex: string): Uint8Array => fromHex(`82015820${hex}`)

const PLAIN: readonly Field[] = [
  [uint(0), uint(1)],
  [uint(1), fromHex('50019471f8000070008000000000000001')],
  [uint(2), uint(0)],
  [uint(3), fromHex('a16472656164a16b636f6e73747261696e7473a0')],
  [uint(4), keyPair(alice.publicKey)],
  [uint(5), keyPair(root.publicKey)],
  [uint(6), uint(1_700_000_000)],
  [uint(7), uint(1_700_003_600)],
  [uint(8), uint(3)],
  [uint(18), uint(0)],
]

/** What refuses a warrant of these payload bytes, rightly signed by a trusted root. */
const refusalOfBytes = (bytes: Uint8Array): unknown => {
  const { bytes: envelope } = signedBytes(minted().payload, bytes, root)
  return codeOf(() => verify(decodeChain(envelope), options()))
}

const withField = (key: number, value: Uint8Array): Uint8Array => {
  const others = PLAIN.filter(([name]) => toHex(name) !== toHex(uint(key)))
  const at = others.findIndex(([name]) => Number.parseInt(toHex(name), 16) > key)
  return payloadBytes(at < 0 ? [...others, [uint(key), value]] : others.toSpliced(at, 0, [uint(key), value]))
}

test('the payload that the attacks start from is accepted', () => {
  expect(refusalOfBytes(payloadBytes(PLAIN))).toBeUndefined()
  expect(toHex(encodePayload(decodePayload(payloadBytes(PLAIN))))).toBe(toHex(payloadBytes(PLAIN)))
  expect(refusalOf([everything])).toBeUndefined()
})

describe('ENC-1: malformed, cut short, or followed by something', () => {
  test('every change of one byte of a chain is refused with a code, and so is every cut', () => {
    const chain = stackBytes([everything, childOf(everything)])
    let tried = 0
    for (const bytes of damaged(chain)) {
      tried++
      expect(codeOf(() => verify(decodeChain(bytes), options()))).toMatch(CODE)
    }
    expect(tried).toBeGreaterThan(2_000)
  })

  test('bytes after the payload, the envelope, the chain or the gates', () => {
    const followed = (bytes: Uint8Array): Uint8Array => concatBytes(bytes, Uint8Array.of(0))
    expect(refusalOfBytes(followed(payloadBytes(PLAIN)))).toBe('CBOR_TRAILING_BYTES')
    expect(codeOf(() => decodeChain(followed(everything.bytes)))).toBe('CBOR_TRAILING_BYTES')
    expect(codeOf(() => decodeChain(followed(stackBytes([everything]))))).toBe('CBOR_TRAILING_BYTES')
    const gates = everything.payload.extensions.get(GATES_EXTENSION) as Uint8Array // has them
    expect(
      refusalOf([altered(everything, { extensions: new Map([[GATES_EXTENSION, gates]]) })]),
    ).toBeUndefined()
    const longer = new Map([[GATES_EXTENSION, followed(gates)]])
    expect(codeOf(() => decodeChain(altered(everything, { extensions: longer }).bytes))).toBe(
      'CBOR_TRAILING_BYTES',
    )
  })

  test('what is no chain at all', () => {
    const nothings = [
      '',
      '00',
      '40',
      '60',
      'a0',
      'f6',
      '8100',
      '81a0',
      '8301',
      '83014000',
      '820140',
      '84014040',
      'ff',
      '9f',
    ]
    for (const hex of nothings) {
      expect(
        codeOf(() => decodeChain(fromHex(hex))),
        hex,
      ).toMatch(/^(ENVELOPE|CBOR|PAYLOAD)_/)
    }
  })
})

describe('ENC-2: the same content in another encoding', () => {
  const other: readonly (readonly [string, Uint8Array, string])[] = [
    ['a longer integer', withField(6, fromHex('1b000000006553f100')), 'CBOR_NOT_CANONICAL'],
    ['a longer length', withField(1, fromHex('5810019471f8000070008000000000000001')), 'CBOR_NOT_CANONICAL'],
    [
      'tools of indefinite length',
      withField(3, fromHex('bf6472656164a16b636f6e73747261696e7473a0ff')),
      'CBOR_INDEFINITE',
    ],
    [
      'an id of indefinite length',
      withField(1, fromHex('5f50019471f8000070008000000000000001ff')),
      'CBOR_INDEFINITE',
    ],
    ['a tagged time', withField(6, fromHex('c11a6553f100')), 'CBOR_TAGGED'],
    ['a bignum', withField(6, fromHex('c2446553f100')), 'CBOR_TAGGED'],
    ['a time as a float', withField(6, fromHex('fb41d954fc40000000')), 'CBOR_UNEXPECTED_TYPE'],
    ['a parent hash as bytes', withField(9, fromHex(`5820${'00'.repeat(32)}`)), 'CBOR_UNEXPECTED_TYPE'],
    ['an extension as bytes', withField(10, fromHex('a1617841ff')), 'CBOR_UNEXPECTED_TYPE'],
    ['a holder as an array', withField(4, fromHex(`82019820${'00'.repeat(32)}`)), 'CBOR_UNEXPECTED_TYPE'],
    ['no extensions, said', withField(10, fromHex('a0')), 'CBOR_NOT_CANONICAL'],
    [
      'a false flag, said',
      withField(3, fromHex('a16472656164a26b636f6e73747261696e7473a06d616c6c6f775f756e6b6e6f776ef4')),
      'CBOR_NOT_CANONICAL',
    ],
    ['null for what is absent', withField(17, fromHex('f6')), 'CBOR_UNEXPECTED_TYPE'],
    ['undefined for what is absent', withField(17, fromHex('f7')), 'CBOR_UNEXPECTED_TYPE'],
    [
      'tools in another order',
      withField(
        3,
        fromHex('a2657772697465a16b636f6e73747261696e7473a06472656164a16b636f6e73747261696e7473a0'),
      ),
      'CBOR_KEY_ORDER',
    ],
    ['a map of unknown length', fromHex(`bf${toHex(payloadBytes(PLAIN)).slice(2)}ff`), 'CBOR_INDEFINITE'],
  ]

  test.each(other)('%s', (_, bytes, code) => {
    expect(refusalOfBytes(bytes)).toBe(code)
  })

  test('fields in another order', () => {
    expect(refusalOfBytes(payloadBytes(PLAIN.toReversed()))).toBe('CBOR_KEY_ORDER')
    expect(refusalOfBytes(payloadBytes([...PLAIN.slice(0, 3), ...PLAIN.slice(4), PLAIN[3] as Field]))).toBe(
      'CBOR_KEY_ORDER',
    )
  })

  test('the signature is over the bytes received: none of these would be accepted unread', () => {
    for (const [, bytes] of other) {
      const { signature } = signedBytes(minted().payload, payloadBytes(PLAIN), root)
      const borrowed = sealWarrant(minted().payload, bytes, signature)
      expect(codeOf(() => verify(decodeChain(borrowed.bytes), options()))).toBeDefined()
    }
  })
})

describe('ENC-3: a key twice', () => {
  test.each([0, 3, 4, 6, 18])('of the payload: %i', (key) => {
    const twice = PLAIN.flatMap((field) => (toHex(field[0]) === toHex(uint(key)) ? [field, field] : [field]))
    expect(refusalOfBytes(payloadBytes(twice))).toBe('CBOR_DUPLICATE_KEY')
  })

  test('of the tools, of constraints, of extensions, of gates', () => {
    const empty = 'a16b636f6e73747261696e7473a0'
    expect(refusalOfBytes(withField(3, fromHex(`a26472656164${empty}6472656164${empty}`)))).toBe(
      'CBOR_DUPLICATE_KEY',
    )
    expect(
      refusalOfBytes(withField(3, fromHex('a16472656164a16b636f6e73747261696e7473a261788210f661788210f6'))),
    ).toBe('CBOR_DUPLICATE_KEY')
    expect(refusalOfBytes(withField(10, fromHex('a261788061788101')))).toBe('CBOR_DUPLICATE_KEY')
    expect(codeOf(() => decodeGates(fromHex('a263706179a16461726773f663706179a16461726773f6')))).toBe(
      'CBOR_DUPLICATE_KEY',
    )
  })
})

describe('ENC-4: what version 1 does not have', () => {
  const unknown: readonly (readonly [string, Uint8Array, string])[] = [
    ['payload key 12', withField(12, uint(0)), 'PAYLOAD_UNKNOWN_FIELD'],
    ['payload key 19', withField(19, uint(0)), 'PAYLOAD_UNKNOWN_FIELD'],
    ['payload key 256', withField(256, uint(0)), 'PAYLOAD_UNKNOWN_FIELD'],
    ['a negative payload key', payloadBytes([[fromHex('20'), uint(0)], ...PLAIN]), 'CBOR_UNEXPECTED_TYPE'],
    ['a text payload key', payloadBytes([...PLAIN, [fromHex('6161'), uint(0)]]), 'CBOR_UNEXPECTED_TYPE'],
    ['payload version 2', withField(0, uint(2)), 'PAYLOAD_VERSION'],
    ['payload version 0', withField(0, uint(0)), 'PAYLOAD_VERSION'],
    ['warrant type 2', withField(2, uint(2)), 'WARRANT_TYPE_UNKNOWN'],
    ['warrant type 256, which is 0 in eight bits', withField(2, uint(256)), 'WARRANT_TYPE_UNKNOWN'],
    ['a key of another algorithm', withField(4, fromHex(`82025820${alice.publicKey}`)), 'KEY_ALGORITHM'],
    ['a key of 31 bytes', withField(4, fromHex(`8201581f${alice.publicKey.slice(2)}`)), 'KEY_LENGTH'],
    ['a key of small order', withField(4, keyPair(`01${'00'.repeat(31)}`)), 'KEY_SMALL_ORDER'],
    ['a holder that is no point', withField(4, keyPair(`02${'00'.repeat(31)}`)), 'KEY_NOT_ON_CURVE'],
    [
      'an approver that is no point',
      withField(15, fromHex(`81${toHex(keyPair(`02${'00'.repeat(31)}`))}`)),
      'KEY_NOT_ON_CURVE',
    ],
    ['an id of 15 bytes', withField(1, fromHex(`4f${'00'.repeat(15)}`)), 'WARRANT_ID_MALFORMED'],
    ['a parent hash of 33 octets', withField(9, fromHex(`9821${'00'.repeat(33)}`)), 'CBOR_UNEXPECTED_TYPE'],
    [
      'a session that is no text',
      withField(10, fromHex('a17074656e756f2e73657373696f6e5f69648118ff')),
      'EXTENSION_INVALID',
    ],
    [
      'a field of a capability',
      withField(3, fromHex('a16472656164a26b636f6e73747261696e7473a06178f6')),
      'CBOR_UNKNOWN_FIELD',
    ],
  ]

  test.each(unknown)('%s', (_, bytes, code) => {
    expect(refusalOfBytes(bytes)).toBe(code)
  })

  test.each(PLAIN.map(([key]) => Number.parseInt(toHex(key), 16)))(
    'payload key %i is not left out',
    (key) => {
      expect(refusalOfBytes(payloadBytes(PLAIN.filter(([name]) => toHex(name) !== toHex(uint(key)))))).toBe(
        'PAYLOAD_MISSING_FIELD',
      )
    },
  )

  test('another envelope version, or another signature', () => {
    const [, ...rest] = minted().bytes
    for (const version of [0, 2, 23]) {
      const bytes = Uint8Array.of(0x83, version, ...rest.slice(1))
      expect(codeOf(() => decodeChain(bytes))).toBe('ENVELOPE_VERSION')
    }
    const { bytes } = minted()
    const algorithm = bytes.slice()
    algorithm[bytes.length - 67] = 2
    expect(codeOf(() => decodeChain(algorithm))).toBe('SIGNATURE_ALGORITHM')
  })

  test('an unknown constraint is carried, byte for byte', () => {
    const carried = withField(3, fromHex('a16472656164a16b636f6e73747261696e7473a161788218c84201ff'))
    expect(refusalOfBytes(carried)).toBeUndefined()
    expect(toHex(encodePayload(decodePayload(carried)))).toBe(toHex(carried))
  })

  test('an extension of the protocol that nobody knows is carried', () => {
    const carried = withField(10, fromHex('a16b74656e756f2e6f746865728118ff'))
    expect(refusalOfBytes(carried)).toBeUndefined()
    expect(toHex(encodePayload(decodePayload(carried)))).toBe(toHex(carried))
  })
})

describe('ENC-5: what is read comes from the signed bytes', () => {
  test('a decoded warrant says what its bytes say, written again', () => {
    for (const warrant of [
      everything,
      minted(),
      mandate({ bounds: { x: 1 }, maxIssueDepth: 2 }),
      childOf(minted()),
    ]) {
      const { payload, payloadBytes: bytes } = leafOf(decodeChain(warrant.bytes))
      expect(toHex(encodePayload(payload))).toBe(toHex(bytes))
    }
  })

  test('what an object says of itself besides its bytes is not verified, and not returned', () => {
    const first = minted()
    const { payload } = minted({ tools: { '*': {} }, clearance: 200 })
    const lying = { ...chainOf([first]), warrants: [{ ...first, payload }] }
    const verified = verify(lying, options())
    expect([...verified.leaf.payload.tools.keys()]).toEqual(['read'])
    expect(verified.leaf.payload.clearance).toBeUndefined()
  })

  test('no field, map or list of it can be changed', () => {
    const { payload } = leafOf(decodeChain(everything.bytes))
    expect(Object.isFrozen(payload)).toBe(true)
    expect(Object.isFrozen(payload.approvers)).toBe(true)
    for (const map of [payload.tools, payload.extensions, payload.gates])
      expect(map).not.toHaveProperty('set')
  })
})

describe('ENC-7: lengths beyond the input', () => {
  test('are refused without being believed', () => {
    for (const head of [
      '9bffffffffffffffff',
      '9b001fffffffffffff',
      '9affffffff',
      '9a00ffffff',
      '99ffff',
      '83015bffffffffffffffff',
      '83015affffffff',
    ]) {
      expect(codeOf(() => decodeChain(fromHex(head)))).toMatch(/^(CBOR_|CHAIN_|ENVELOPE_)/)
    }
    expect(refusalOfBytes(withField(3, fromHex('baffffffff')))).toBe('CBOR_TRUNCATED')
    expect(refusalOfBytes(withField(9, fromHex('9affffffff')))).toMatch(/^CBOR_/)
    expect(refusalOfBytes(withField(15, fromHex('9affffffff')))).toMatch(/^CBOR_/)
  })

  test('and nothing is made of that length', () => {
    const made: number[] = []
    class Watched extends Uint8Array {
      constructor(...given: ConstructorParameters<typeof Uint8Array>) {
        const [first] = given as unknown as readonly unknown[] // the constructor has many forms
        if (typeof first === 'number') made.push(first)
        super(...given)
      }
    }
    vi.stubGlobal('Uint8Array', Watched)
    const codes = ['5a00ffffff', '9a00ffffff'].map((head) => {
      const reader = new CborReader(fromHex(head))
      return codeOf(() => (head.startsWith('5') ? reader.bytes() : reader.octets()))
    })
    vi.unstubAllGlobals()
    expect(codes).toEqual(['CBOR_TRUNCATED', 'CBOR_TRUNCATED'])
    expect(Math.max(0, ...made)).toBeLessThan(100)
  })
})

test('ENC-8: tags, which elsewhere make live objects, are refused wherever they stand', () => {
  const tagged = [
    'c074323032362d30312d30315430303a30303a30305a',
    'c249010000000000000000',
    'd9010280',
    'd81cf6',
    'd82500',
  ]
  for (const tag of tagged) {
    const literal = concatBytes(
      fromHex('a16472656164a16b636f6e73747261696e7473a161788201a16576616c7565'),
      fromHex(tag),
    )
    expect(refusalOfBytes(withField(3, literal))).toBe('CBOR_TAGGED')
    expect(refusalOfBytes(withField(6, fromHex(tag)))).toBe('CBOR_TAGGED')
    expect(codeOf(() => decodeValue(fromHex(tag)))).toBe('CBOR_TAGGED')
  }
})

describe('ENC-6: bombs', () => {
  test('64 KiB of any nesting are refused at once', () => {
    const size = 60_000
    const deep = (head: string, count = size / (head.length / 2)): Uint8Array =>
      fromHex(head.repeat(Math.floor(count)))
    const value = (inner: Uint8Array): Uint8Array =>
      concatBytes(fromHex('a16472656164a16b636f6e73747261696e7473a161788201a16576616c7565'), inner)
    const constraint = (inner: Uint8Array): Uint8Array =>
      concatBytes(fromHex('a16472656164a16b636f6e73747261696e7473a16178'), inner)
    const bombs = [
      deep('81'),
      deep('a1'),
      deep('c1'),
      deep('d818'),
      withField(3, value(deep('81'))),
      withField(3, value(deep('a16178'))),
      withField(3, constraint(deep('820ea16a636f6e73747261696e74'))),
      withField(3, constraint(deep('820ca16b636f6e73747261696e747381'))),
      withField(
        10,
        concatBytes(
          fromHex('a17474656e756f2e617070726f76616c5f6761746573'),
          fromHex('99e000'),
          new Uint8Array(57_344).fill(1),
        ),
      ),
    ]
    for (const bomb of bombs) {
      expect(refusalOfBytes(bomb)).toMatch(CODE)
      expect(codeOf(() => decodeChain(bomb))).toMatch(CODE)
    }
  })

  test('more than is allowed of anything', () => {
    const named = (count: number, value: string): Uint8Array => {
      const writer = new CborWriter()
      writer.map(count)
      for (let i = 0; i < count; i++) {
        writer.text(`t${String(i).padStart(4, '0')}`)
        writer.encoded(fromHex(value))
      }
      return writer.finish()
    }
    const empty = 'a16b636f6e73747261696e7473a0'
    expect(refusalOfBytes(withField(3, named(256, empty)))).toBeUndefined()
    expect(refusalOfBytes(withField(3, named(257, empty)))).toBe('TOOLS_TOO_MANY')
    const constrained = (count: number): Uint8Array =>
      concatBytes(fromHex('a16472656164a16b636f6e73747261696e7473'), named(count, '8210f6'))
    expect(refusalOfBytes(withField(3, constrained(64)))).toBeUndefined()
    expect(refusalOfBytes(withField(3, constrained(65)))).toBe('CONSTRAINTS_TOO_MANY')
    expect(refusalOfBytes(withField(10, named(64, '8100')))).toBeUndefined()
    expect(refusalOfBytes(withField(10, named(65, '8100')))).toBe('EXTENSIONS_TOO_MANY')
    const valued = (count: number): Uint8Array =>
      concatBytes(fromHex('a1617899'), Uint8Array.of(count >> 8, count & 255), new Uint8Array(count))
    expect(refusalOfBytes(withField(10, valued(8_192)))).toBeUndefined()
    expect(refusalOfBytes(withField(10, valued(8_193)))).toBe('EXTENSION_TOO_LARGE')
  })
})

describe('ENC-9: text', () => {
  test('that is not UTF-8, in a name or a value', () => {
    const named = (bytes: string): Uint8Array => fromHex(`a1${bytes}a16b636f6e73747261696e7473a0`)
    for (const bad of ['61ff', '62c080', '63eda080', '64f4908080', '61c3']) {
      expect(refusalOfBytes(withField(3, named(bad)))).toBe('CBOR_TEXT_INVALID')
    }
    expect(codeOf(() => minted({ tools: { '\ud800': {} } }))).toBe('TEXT_SURROGATE')
    expect(codeOf(() => minted({ sessionId: '\udfff' }))).toBe('TEXT_SURROGATE')
  })

  test('with a mark of byte order, NUL or of two compositions stays what it is', () => {
    const names = ['\uFEFFread', 'read', 're\0ad', '\u00e9', 'e\u0301', '__proto__', 'constructor']
    const warrant = minted({ tools: new Map(names.map((name) => [name, NOTHING])) })
    const { tools } = leafOf(decodeChain(warrant.bytes)).payload
    expect([...tools.keys()].sort()).toEqual([...names].sort())
  })
})

describe('ENC-10: numbers', () => {
  test('beyond 53 bits are refused where a field is a number', () => {
    expect(refusalOfBytes(withField(7, fromHex('1b0020000000000000')))).toBe('CBOR_NUMBER_RANGE')
    expect(refusalOfBytes(withField(7, fromHex('1bffffffffffffffff')))).toBe('CBOR_NUMBER_RANGE')
    expect(refusalOfBytes(withField(8, uint(256)))).toBe('CBOR_NUMBER_RANGE')
    expect(refusalOfBytes(withField(17, uint(256)))).toBe('CBOR_NUMBER_RANGE')
    expect(refusalOfBytes(withField(18, uint(2 ** 32)))).toBe('CBOR_NUMBER_RANGE')
    expect(refusalOfBytes(withField(16, uint(2 ** 32)))).toBe('CBOR_NUMBER_RANGE')
    for (const key of [6, 7, 8, 16, 17, 18]) {
      expect(refusalOfBytes(withField(key, fromHex('20')))).toBe('CBOR_UNEXPECTED_TYPE')
    }
  })
})

describe('ENC-11: text forms', () => {
  const single = formatChain(chainOf([everything]))
  const pair = chainOf([everything, childOf(everything)])
  const stack = formatChain(pair)
  const pem = formatChain(pair, 'pem')
  /** Warrants by how many bytes they are longer than a multiple of three: padding and spare bits depend on it. */
  const ofLength = (over: number): Warrant => {
    for (let agentId = 'a'; ; agentId += 'a') {
      const warrant = minted({ agentId })
      if (warrant.bytes.length % 3 === over) return warrant
    }
  }
  const twoOver = ofLength(2)
  const padded = toBase64(ofLength(1).bytes)

  test('each form is read back, and either alphabet', () => {
    const bytes = toHex(stackBytes(pair.warrants))
    for (const text of [
      stack,
      pem,
      toBase64Url(stackBytes(pair.warrants)),
      ` ${stack}\n`,
      pem.replaceAll('\n', '\r\n'),
    ]) {
      expect(toHex(stackBytes(parseChain(text).warrants))).toBe(bytes)
    }
    expect(toHex(parseChain(toBase64(everything.bytes)).bytes)).toBe(toHex(everything.bytes))
    expect(toHex(parseChain(single).bytes)).toBe(toHex(everything.bytes))
  })

  test.each([
    ['padding where none belongs', `${single}=`],
    ['padding that is left out', padded.slice(0, -1)],
    ['padding that is left out in part', padded.replace(/==$/, '=')],
    ['white space inside', `${single.slice(0, 40)} ${single.slice(40)}`],
    ['a line end inside', `${single.slice(0, 40)}\n${single.slice(40)}`],
    ['both alphabets', `-+${single}`],
    ['a character of neither', `${single.slice(0, -1)}!`],
    ['text of another script', `\u0410${single.slice(1)}`],
    ['stray bits', stray(twoOver.bytes)],
  ])('base64 with %s', (_, text) => {
    expect(codeOf(() => parseChain(text))).toBe('TEXT_NOT_BASE64')
  })

  test.each([
    ['another label', pem.replaceAll('TENUO WARRANT CHAIN', 'CERTIFICATE')],
    ['two labels', pem.replace('BEGIN TENUO WARRANT CHAIN', 'BEGIN TENUO WARRANT')],
    ['text before it', `hello\n${pem}`],
    ['text after it', `${pem}hello`],
    ['text inside', pem.replace('\n', '\nComment: hello\n')],
    ['no end', pem.slice(0, -20)],
    ['nothing in it', '-----BEGIN TENUO WARRANT-----\n-----END TENUO WARRANT-----'],
    ['the standard alphabet', pem.replace(/^([^-\n]{10})[^-\n]/m, '$1+')],
  ])('a PEM with %s', (_, text) => {
    expect(codeOf(() => parseChain(text))).toMatch(/^(TEXT_|CBOR_|ENVELOPE_)/)
  })

  test('a block of one warrant holds one, and blocks of both labels do not mix', () => {
    const lying = pem.replaceAll('TENUO WARRANT CHAIN', 'TENUO WARRANT')
    expect(codeOf(() => parseChain(lying))).toBe('CHAIN_NOT_SINGLE')
    const first = formatChain(chainOf([everything]), 'pem')
    expect(codeOf(() => parseChain(first + pem))).toBe('TEXT_PEM_MALFORMED')
  })

  test('long runs of anything are decided', () => {
    const long = 300_000
    for (const unit of [' ', '\n', '\r\n', '-', '-----BEGIN TENUO WARRANT-----\n', 'A', '=', '\u00a0']) {
      const run = unit.repeat(Math.floor(long / unit.length))
      for (const text of [
        run,
        `x${run}x`,
        `-----BEGIN TENUO WARRANT-----\n${run}`,
        `-----BEGIN TENUO WARRANT-----\nAA${run}AA`,
      ]) {
        expect(codeOf(() => parseChain(text))).toMatch(CODE)
      }
    }
    expect(codeOf(() => parseChain('A'.repeat(500_000)))).toBe('TEXT_TOO_LARGE')
  })

  test('a file without its magic number, or of another version', () => {
    const file = encodeChainFile(pair)
    expect(toHex(stackBytes(decodeChainFile(file).warrants))).toBe(toHex(stackBytes(pair.warrants)))
    for (const wrong of [
      file.subarray(1),
      Uint8Array.of(...file.slice(0, 4), 2, ...file.slice(5)),
      toUtf8('TENU'),
      new Uint8Array(),
    ]) {
      expect(codeOf(() => decodeChainFile(wrong))).toBe('ENVELOPE_MALFORMED')
    }
    expect(codeOf(() => decodeChain(file))).toBe('ENVELOPE_MALFORMED')
  })
})

test('no message of any refusal holds bytes of the warrant', () => {
  const secret = 'prod-database-7f3a'
  const telling = minted({ tools: { [secret]: { x: secret } }, sessionId: secret })
  for (const bytes of damaged(telling.bytes)) {
    try {
      verify(decodeChain(bytes), options())
    } catch (thrown) {
      if (!isWarrantError(thrown)) throw thrown
      expect(thrown.message).not.toContain(secret)
      expect(thrown.message).not.toContain(alice.publicKey)
    }
  }
})
