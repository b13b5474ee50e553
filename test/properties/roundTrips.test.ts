/** What is written is read back as it was, the same is written the same, and no order but that of the wire matters. */

import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { encodeConstraint } from '../../src/capability/constraint.js'
import type { Constraint } from '../../src/capability/kinds.js'
import { toHex } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../src/encoding/cbor.js'
import {
  approve,
  type Chain,
  callOf,
  copyArgs,
  covers,
  decodeApproval,
  decodeApprovals,
  decodeChain,
  decodeChainFile,
  decodeReceiptPayload,
  decodeRevocationList,
  decodeRevocationRequest,
  encodeApproval,
  encodeApprovals,
  encodeChainFile,
  encodeReceiptPayload,
  encodeRevocationList,
  encodeRevocationRequest,
  equalValues,
  formatApproval,
  formatChain,
  formatJson,
  formatProof,
  formatRevocationList,
  leafOf,
  mint,
  oneOf,
  parseApproval,
  parseChain,
  parseJson,
  parseProof,
  parsePublicKey,
  parseRevocationList,
  parseSecretKey,
  parseWarrantId,
  prove,
  publicKeyFromBytes,
  publicKeyToBytes,
  publicKeyToPem,
  secretKeyToPem,
  signRevocationList,
  signRevocationRequest,
  subset,
  type Tools,
  type Value,
} from '../../src/index.js'
import { capabilityFromJson, capabilityToJson, toolsFromJson, toolsToJson } from '../../src/schema/index.js'
import {
  anyArgs,
  anyCall,
  anyCapability,
  anyChain,
  anyConstraint,
  anyText,
  anyTools,
  anyValue,
  faultyChain,
  TELLING_VALUES,
  TEST_NOW,
  testKey,
} from '../../src/testing/index.js'
import { stackBytes } from '../../src/warrant/chain.js'
import { encodePayload } from '../../src/warrant/payload.js'
import { freshSeed, scaled } from '../support/scale.js'

const seed = freshSeed()
console.log(`round trips: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })
const RUNS = { numRuns: scaled(150, 1_200), seed }
const MANY = { numRuns: scaled(800, 8_000), seed }

const [issuer, holder] = [testKey(1), testKey(2)]
const hex = (chain: Chain): string => toHex(chain.bytes)
/** The warrants of a chain: files and PEMs may hold one in a list. */
const stack = ({ warrants }: Chain): string => toHex(stackBytes(warrants))

/** Something in another order; what is not a list or an object is itself. */
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })

const shuffledObject = <T>(object: Readonly<Record<string, T>>): fc.Arbitrary<Record<string, T>> =>
  shuffled(Object.entries(object)).map((entries) => Object.fromEntries(entries))

const bytesOf = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

describe('read back as it was written', () => {
  test('a value, as CBOR and as JSON', () => {
    fc.assert(
      fc.property(anyValue(), (value) => {
        const writer = new CborWriter()
        writer.value(value)
        const bytes = writer.finish()
        const reader = new CborReader(bytes)
        const read = reader.value()
        reader.end()
        expect(equalValues(read, value)).toBe(true)
        const again = new CborWriter()
        again.value(read)
        expect(toHex(again.finish())).toBe(toHex(bytes))
        const json = formatJson(value)
        expect(equalValues(parseJson(json), value)).toBe(true)
        expect(formatJson(parseJson(json))).toBe(json)
        expect(formatJson(parseJson(formatJson(value, 2)))).toBe(json)
      }),
      MANY,
    )
  })

  test('a chain, lawful or faulty, in every form; and every form of that form', () => {
    const chains = fc.oneof(
      anyChain().map(({ chain }) => chain),
      faultyChain({ maxLength: 3 }).map(({ chain }) => chain),
    )
    fc.assert(
      fc.property(chains, (chain) => {
        const forms: readonly (readonly [(chain: Chain) => unknown, (form: never) => Chain])[] = [
          [({ bytes }) => bytes, decodeChain],
          [(each) => formatChain(each), parseChain],
          [(each) => formatChain(each, 'pem'), parseChain],
          [encodeChainFile, decodeChainFile],
        ]
        for (const [write, read] of forms) {
          const again = read(write(chain) as never) // of its own form
          expect(stack(again)).toBe(stack(chain))
          expect(write(again)).toEqual(write(chain))
          for (const { payload, payloadBytes } of again.warrants)
            expect(toHex(encodePayload(payload))).toBe(toHex(payloadBytes))
        }
      }),
      RUNS,
    )
  })

  test('what is granted, as JSON', () => {
    fc.assert(
      fc.property(anyCapability(), anyTools(), (capability, tools) => {
        expect(capabilityToJson(capabilityFromJson(capabilityToJson(capability)))).toEqual(
          capabilityToJson(capability),
        )
        const again = toolsFromJson(toolsToJson(tools))
        expect(toolsToJson(again)).toEqual(toolsToJson(tools))
        expect(bytesOfTools(again)).toBe(bytesOfTools(tools))
      }),
      RUNS,
    )
  })

  test('keys and ids, in every form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (number) => {
        const key = testKey(number)
        const { publicKey } = key
        expect(publicKeyFromBytes(publicKeyToBytes(publicKey))).toBe(publicKey)
        expect(parsePublicKey(publicKeyToPem(publicKey))).toBe(publicKey)
        expect(parsePublicKey(publicKey)).toBe(publicKey)
        expect(secretKeyToPem(parseSecretKey(secretKeyToPem(key)))).toBe(secretKeyToPem(key))
      }),
      { ...RUNS, numRuns: scaled(60, 500) },
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toHex), (digits) => {
        const id = parseWarrantId(digits)
        expect(parseWarrantId(id)).toBe(id)
        expect(parseWarrantId(digits.toUpperCase())).toBe(id)
        expect(parseWarrantId(digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))).toBe(id)
      }),
      MANY,
    )
  })

  test('statements', () => {
    const drawn = fc.tuple(anyCall(), anyText(), fc.integer({ min: 0, max: 1_000_000 }))
    fc.assert(
      fc.property(drawn, ([{ under, call }, text, version]) => {
        const { chain, now } = under
        const { id } = leafOf(chain).payload
        const proof = prove(chain, call, under.holder, { now })
        expect(toHex(parseProof(formatProof(proof)))).toBe(toHex(proof))

        const approval = approve({ requestHash: new Uint8Array(32) }, { externalId: text, now }, issuer)
        expect(decodeApproval(encodeApproval(approval))).toEqual(approval)
        expect(parseApproval(formatApproval(approval))).toEqual(approval)
        expect(decodeApprovals(encodeApprovals([approval, approval]))).toEqual([approval, approval])

        const list = signRevocationList({ revokedIds: [id], version, issuedAt: now }, issuer)
        expect(decodeRevocationList(encodeRevocationList(list))).toEqual(list)
        expect(parseRevocationList(formatRevocationList(list))).toEqual(list)

        const request = signRevocationRequest({ warrantId: id, reason: text, requestedAt: now }, issuer)
        expect(decodeRevocationRequest(encodeRevocationRequest(request))).toEqual(request)

        const receipt = {
          ...{ authorizerId: text, chainBytes: chain.bytes, action: `tool:${call.tool}` },
          ...{ outcome: 'allow', at: now },
        }
        expect(decodeReceiptPayload(encodeReceiptPayload(receipt))).toEqual(receipt)
      }),
      { ...RUNS, numRuns: scaled(80, 800) },
    )
  })
})

const bytesOfTools = (tools: Tools): string =>
  hex(mint({ holder: holder.publicKey, tools, now: TEST_NOW, id: ID }, issuer))

const ID = parseWarrantId('019dae3d13ed7fb0a7ec467e096427db')

describe('the same is written the same', () => {
  test('by one seed of the generators, to the byte', () => {
    const draw = (): string[] => fc.sample(anyChain(), { numRuns: 20, seed }).map(({ chain }) => hex(chain))
    expect(draw()).toEqual(draw())
  })

  test('by whoever mints, proves and revokes twice', () => {
    fc.assert(
      fc.property(anyCall(), ({ under, call }) => {
        const { chain, now } = under
        const proofs = [1, 2].map(() => toHex(prove(chain, call, under.holder, { now })))
        expect(proofs[0]).toBe(proofs[1])
        const { tools } = leafOf(chain).payload
        if (tools.size > 0) expect(bytesOfTools(tools)).toBe(bytesOfTools(tools))
        const fields = { revokedIds: [leafOf(chain).payload.id], version: 1, issuedAt: now }
        const lists = [1, 2].map(() => toHex(signRevocationList(fields, issuer).bytes))
        expect(lists[0]).toBe(lists[1])
      }),
      { ...RUNS, numRuns: scaled(60, 500) },
    )
  })
})

describe('in whatever order it is given', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,6}$/), { minLength: 1, maxLength: 6 })
  const options = names.chain((given) => {
    const each = fc.tuple(...given.map((name) => fc.tuple(fc.constant(name), anyConstraint({ depth: 1 }))))
    return each.map((entries) => Object.fromEntries(entries))
  })

  test('a warrant has the same bytes', () => {
    const orders = options.chain((constraints) =>
      fc.tuple(
        fc.constant(constraints),
        shuffledObject(constraints),
        shuffledObject({ read: constraints, pay: {}, write: constraints }),
        shuffled([21, 22, 23]),
        shuffledObject({ a: new Uint8Array([1]), b: new Uint8Array([2]), é: new Uint8Array() }),
        shuffledObject({ read: 'whole', pay: { x: 'all' } } as const),
      ),
    )
    fc.assert(
      fc.property(orders, ([constraints, other, tools, approvers, extensions, gates]) => {
        const common = { holder: holder.publicKey, now: TEST_NOW, id: ID }
        const plain = mint(
          {
            ...common,
            tools: { pay: {}, read: constraints, write: constraints },
            approvers: [21, 22, 23].map((number) => testKey(number).publicKey),
            extensions: { a: new Uint8Array([1]), b: new Uint8Array([2]), é: new Uint8Array() },
            gates: { pay: { x: 'all' }, read: 'whole' },
          },
          issuer,
        )
        const mixed = mint(
          {
            ...common,
            tools: { ...tools, read: other },
            approvers: approvers.map((number) => testKey(number).publicKey),
            extensions,
            gates,
          },
          issuer,
        )
        expect(hex(mixed)).toBe(hex(plain))
      }),
      { ...RUNS, numRuns: scaled(80, 800) },
    )
  })

  test('a call has the same proof and the same JSON', () => {
    const calls = anyArgs().chain((args) => fc.tuple(fc.constant(args), shuffledObject<Value>(args)))
    const chain = mint({ holder: holder.publicKey, tools: { read: {} }, now: TEST_NOW, id: ID }, issuer)
    fc.assert(
      fc.property(calls, ([args, other]) => {
        const [one, two] = [args, other].map((each) =>
          toHex(prove(chain, { tool: 'read', args: each }, holder, { now: TEST_NOW })),
        )
        expect(one).toBe(two)
        expect(formatJson(copyArgs(args))).toBe(formatJson(copyArgs(other)))
      }),
      RUNS,
    )
  })

  test('lists of values mean the same', () => {
    const few = fc.array(fc.constantFrom(...TELLING_VALUES), { maxLength: 5 })
    const orders = few.chain((items) => fc.tuple(fc.constant(items), shuffled(items)))
    fc.assert(
      fc.property(orders, ([items, other]) => {
        for (const make of [oneOf, subset]) {
          expect(covers(make(items), make(other), {})).toBe(true)
          expect(covers(make(other), make(items), {})).toBe(true)
        }
      }),
      MANY,
    )
  })
})

describe('doing it again changes nothing', () => {
  test('copying a call', () => {
    fc.assert(
      fc.property(anyArgs(), (args) => {
        const once = callOf('read', args)
        const twice = callOf(once.tool, once.args)
        expect(equalValues(twice.args, once.args)).toBe(true)
        expect(equalValues(once.args, args)).toBe(true)
        expect(Object.isFrozen(twice.args)).toBe(true)
      }),
      MANY,
    )
  })

  test('sealing a constraint in a capability', () => {
    fc.assert(
      fc.property(anyConstraint(), (constraint) => {
        const once = mintedWith(constraint)
        const sealed = leafOf(once).payload.tools.get('read')?.constraints.get('x') as Constraint // as minted
        expect(bytesOf(sealed)).toBe(bytesOf(constraint))
        expect(hex(mintedWith(sealed))).toBe(hex(once))
      }),
      RUNS,
    )
  })
})

const mintedWith = (x: Constraint): Chain =>
  mint({ holder: holder.publicKey, tools: { read: { x } }, now: TEST_NOW, id: ID }, issuer)
