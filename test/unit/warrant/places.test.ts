/** Where a refusal says that it is, and by which rule: what a code alone does not tell. */

import { describe, expect, test } from 'vitest'
import { exact, oneOf } from '../../../src/capability/constructors.js'
import type { Constraint } from '../../../src/capability/kinds.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { isWarrantError } from '../../../src/errors.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import { chainOf, type Payload, type Warrant } from '../../../src/warrant/chain.js'
import { decodeGates, type Gate, type Gates, gatesOf } from '../../../src/warrant/gates.js'
import { newWarrantId, parseWarrantId, warrantIdToBytes } from '../../../src/warrant/id.js'
import { inspect } from '../../../src/warrant/inspect.js'
import { depthRisesByOne, gatesHold, toolsAreGranted } from '../../../src/warrant/laws.js'
import { decodePayload, encodePayload } from '../../../src/warrant/payload.js'
import { parseDuration, wholeSecond } from '../../../src/warrant/time.js'
import { assertCurrent, verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { codeOf } from '../../support/values.js'
import {
  alice,
  altered,
  bob,
  carol,
  childOf,
  gated,
  hashOf,
  minted,
  NOW,
  options,
  TTL,
} from '../../support/warrants.js'

/** Code, place and rule of what is thrown. */
const told = (run: () => unknown): unknown => {
  try {
    run()
    return 'nothing'
  } catch (thrown) {
    return isWarrantError(thrown) ? [thrown.code, thrown.where, thrown.rule] : thrown
  }
}

const root = minted({ tools: { read: {}, list: {} } })

describe('a payload', () => {
  /** The payload without one of its keys. */
  const without = (key: number): Uint8Array => {
    const fields: [number, Uint8Array][] = []
    const reader = new CborReader(encodePayload(root.payload))
    const bytes = encodePayload(root.payload)
    let end = 0
    reader.numbered((name) => {
      const start = reader.offset
      skip(reader)
      end = reader.offset
      if (name !== key) fields.push([name, bytes.slice(start, end)])
    })
    const writer = new CborWriter()
    writer.map(fields.length)
    for (const [name, value] of fields) {
      writer.uint(name)
      writer.encoded(value)
    }
    return writer.finish()
  }

  const skip = (reader: CborReader): unknown => {
    switch (reader.peek()) {
      case 'array':
        return reader.array(() => skip(reader))
      case 'map':
        return reader.unordered(() => skip(reader))
      case 'text':
        return reader.text()
      case 'bytes':
        return reader.bytes()
      case 'boolean':
        return reader.boolean()
      case 'null':
        return reader.null()
      case 'float':
        return reader.float()
      default:
        return reader.int()
    }
  }

  test.each([
    [1, undefined],
    [4, undefined],
    [7, undefined],
    [18, 'ENCODING_ONE_FORM'],
  ])('without key %i names it', (key, rule) => {
    expect(told(() => decodePayload(without(key)))).toEqual([
      'PAYLOAD_MISSING_FIELD',
      `payload key ${key}`,
      rule,
    ])
  })

  test('without extensions has no map of them, and one that is empty is refused by its rule', () => {
    const fields: [number, Uint8Array][] = []
    const bytes = encodePayload(root.payload)
    const reader = new CborReader(bytes)
    reader.numbered((key) => {
      const start = reader.offset
      skip(reader)
      fields.push([key, bytes.slice(start, reader.offset)])
    })
    fields.push([10, fromHex('a0')])
    const writer = new CborWriter()
    writer.map(fields.length)
    for (const [key, value] of fields.sort(([one], [other]) => one - other)) {
      writer.uint(key)
      writer.encoded(value)
    }
    expect(told(() => decodePayload(writer.finish()))).toEqual([
      'CBOR_NOT_CANONICAL',
      undefined,
      'ENCODING_ONE_FORM',
    ])
  })

  test('keeps session and agent apart, and extensions beside them', () => {
    const both = { sessionId: 's', agentId: 'a', extensions: new Map([['x', Uint8Array.of(1)]]) }
    for (const change of [{}, { sessionId: 's' }, { agentId: 'a' }, both] as Partial<Payload>[]) {
      const read = decodePayload(encodePayload({ ...root.payload, ...change }))
      expect([read.sessionId, read.agentId, read.extensions.size]).toEqual([
        change.sessionId,
        change.agentId,
        change.extensions?.size ?? 0,
      ])
    }
  })
})

describe('verifying', () => {
  const short = childOf(root, { expiresAt: NOW + 10 })
  const chain = chainOf([root, short])

  test('names the link that has expired, and the one from further ahead than clocks may differ', () => {
    const verified = verify(chain, options())
    expect(told(() => assertCurrent(verified, NOW + 9))).toBe('nothing')
    expect(told(() => assertCurrent(verified, NOW + 10))).toEqual([
      'WARRANT_EXPIRED',
      'warrants.1',
      undefined,
    ])
    expect(told(() => assertCurrent(verified, NOW + TTL))).toEqual([
      'WARRANT_EXPIRED',
      'warrants.0',
      undefined,
    ])
    expect(told(() => assertCurrent(verified, NOW - 30))).toBe('nothing')
    expect(told(() => assertCurrent(verified, NOW - 31))).toEqual([
      'CHAIN_ISSUED_AT',
      'warrants.0',
      'ISSUED_AT_FUTURE',
    ])
    expect(told(() => assertCurrent(verified, Number.NaN))).toEqual([
      'CLOCK_UNAVAILABLE',
      undefined,
      undefined,
    ])
  })

  test('names the link whose law is broken', () => {
    const wide = childOf(root, { expiresAt: root.payload.expiresAt + 1 })
    expect(told(() => verify(chainOf([root, wide]), options()))).toEqual([
      'CHAIN_EXPIRY',
      'warrants.1.expires_at',
      undefined,
    ])
  })

  test('names the signature that is forged', () => {
    const forged = {
      ...short,
      signature: root.signature,
      bytes: fromHex(toHex(short.bytes).replace(toHex(short.signature), toHex(root.signature))),
    }
    expect(told(() => verify(chainOf([root, forged]), options()))).toEqual([
      'SIGNATURE_INVALID',
      'warrants.1',
      undefined,
    ])
  })
})

describe('laws', () => {
  const link = (parent: Warrant, change: Partial<Payload>) => {
    const child = childOf(parent, change, alice)
    return { parent: parent.payload, child: child.payload, parentHash: hashOf(parent), engines }
  }

  test('depth ends at 64, whatever the limits say', () => {
    const at = (depth: number) => {
      const parent = altered(root, { depth: depth - 1, maxDepth: 255 })
      return depthRisesByOne(link(parent, { depth, maxDepth: 255 }))
    }
    expect(at(64)).toBeUndefined()
    expect(at(65)).toEqual({ code: 'CHAIN_DEPTH', where: 'depth', rule: 'STRUCTURE_DEPTH' })
  })

  test('depth rises by one, and the refusal names it', () => {
    for (const depth of [0, 2])
      expect(depthRisesByOne(link(root, { depth }))).toEqual({ code: 'CHAIN_DEPTH', where: 'depth' })
  })

  test('a tool of an issuer warrant that is not issuable is named', () => {
    const parent = altered(root, { type: 'issuer', issuableTools: ['read'] })
    const breach = toolsAreGranted(link(parent, { type: 'execution', issuableTools: undefined }))
    expect(breach).toMatchObject({
      code: 'CHAIN_TOOL',
      where: 'tools.list',
      gap: { reason: 'tool-not-granted', tool: 'list' },
    })
  })

  test('a gate by argument that is gone is named, by its rule where the child reaches the tool without listing it', () => {
    const byPath = gatesOf({ read: { path: 'all' } } as never)
    const keys = { approvers: [bob.publicKey, carol.publicKey] }
    const listed = altered(root, { ...gated({ read: { path: 'all' } } as never), ...keys })
    expect(byPath.size).toBe(1)
    expect(gatesHold(link(listed, { gates: undefined }))).toEqual({
      code: 'CHAIN_GATE',
      where: 'approval_gates.read',
      rule: undefined,
    })
    const all = altered(listed, { tools: new Map([['*', root.payload.tools.get('read') as never]]) })
    expect(gatesHold(link(all, { gates: undefined }))).toEqual({
      code: 'CHAIN_GATE',
      where: 'approval_gates.read',
      rule: 'GATE_KEPT',
    })
    const other = gatesOf({ read: { mode: 'all' } } as never)
    expect(gatesHold(link(listed, { gates: other }))).toEqual({
      code: 'CHAIN_GATE',
      where: 'approval_gates.read.path',
      rule: undefined,
    })
    expect(gatesHold(link(all, { gates: other }))).toEqual({
      code: 'CHAIN_GATE',
      where: 'approval_gates.read.path',
      rule: 'GATE_KEPT',
    })
  })

  test('a gate on a condition is not kept by an exemption, nor one on every call by either', () => {
    const onPath = (gate: Gate): Gates => new Map([['read', new Map([['path', gate]])]])
    const codeOfGates = (parent: Gate, child: Gate): unknown =>
      gatesHold({
        parent: { ...root.payload, gates: onPath(parent) },
        child: { ...childOf(root).payload, gates: onPath(child) },
        parentHash: hashOf(root),
        engines,
      })?.code
    const all: Gate = { kind: 'all' }
    const when = (constraint: Constraint): Gate => ({ kind: 'when', constraint })
    const unless = (constraint: Constraint): Gate => ({ kind: 'unless', constraint })
    const [a, b] = [exact('a'), exact('b')]
    for (const gate of [all, when(a), unless(a)]) {
      expect(codeOfGates(gate, all)).toBeUndefined()
      expect(codeOfGates(gate, gate)).toBeUndefined()
    }
    expect(codeOfGates(unless(oneOf(['a', 'b'])), unless(oneOf(['a'])))).toBeUndefined()
    for (const [parent, child] of [
      [all, when(a)],
      [all, unless(a)],
      [when(a), unless(a)],
      [unless(a), when(a)],
      [unless(a), unless(b)],
      [unless(oneOf(['a'])), unless(oneOf(['a', 'b']))],
      [unless(oneOf(['a', 'b'])), unless(a)],
      [when(oneOf(['a', 'b'])), when(oneOf(['a']))],
      [when(oneOf(['a'])), when(oneOf(['a', 'b']))],
    ] as const)
      expect(codeOfGates(parent, child)).toBe('CHAIN_GATE')
  })
})

describe('gates as bytes', () => {
  const withGate = (gate: string): unknown => codeOf(() => decodeGates(fromHex(`a16472656164${gate}`)))

  test('have every part that they must', () => {
    expect(withGate('a16461726773f6')).toBeUndefined()
    expect(withGate('a0')).toBe('CBOR_MISSING_FIELD')
    expect(withGate('a16461726773a16161a0')).toBe('CBOR_MISSING_FIELD')
    expect(withGate('a16461726773a16161a0'.replace(/a0$/, '63616c6c'))).toBeUndefined()
  })

  test('of a child are added to none, and none to those', () => {
    const plain = chainOf([root])
    const added = attenuate(
      plain,
      { now: NOW, gates: { read: { path: 'all' } } as never, approvers: [bob.publicKey] },
      alice,
    )
    const gate = added.warrants[1]?.payload.gates?.get('read')
    expect(gate === undefined || gate === 'whole' ? gate : [...gate.keys()]).toEqual(['path'])
  })
})

test('a clearance that nobody gave is refused by its rule, a tool that nobody gave by none', () => {
  const narrowing = (change: object): unknown =>
    told(() => attenuate(chainOf([root]), { now: NOW, ...change }, alice))
  expect(narrowing({ clearance: 5 })).toEqual(['ATTENUATE_CLEARANCE', 'clearance', 'CLEARANCE_KEPT'])
  expect(narrowing({ tools: { rm: {} } })).toEqual(['ATTENUATE_TOOL', 'tools.rm', undefined])
})

describe('times and ids', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('%i is a time', (now) => {
    expect(wholeSecond(now)).toBe(now)
  })

  test.each([-1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])('%s is none', (now) => {
    expect(codeOf(() => wholeSecond(now as number))).toBe('TIME_MALFORMED')
  })

  test.each(['', 's', '-1', '1.5s', '01', '1w', ' 1', '1 ', '1ss', '12345678901', '1\n'])(
    '%j is no duration',
    (text) => {
      expect(codeOf(() => parseDuration(text))).toBe('DURATION_MALFORMED')
    },
  )

  test('durations of every unit', () => {
    expect(['0', '9', '9s', '9m', '9h', '9d', '1234567890'].map(parseDuration)).toEqual([
      0, 9, 9, 540, 32_400, 777_600, 1_234_567_890,
    ])
  })

  test('an id has the form of one and nothing around it', () => {
    const dashed = '019dae3d-13ed-7fb0-a7ec-467e096427db'
    expect(parseWarrantId(dashed)).toBe('tnu_wrt_019dae3d13ed7fb0a7ec467e096427db')
    for (const text of [
      `x${dashed}`,
      `${dashed}x`,
      `${dashed}0`,
      `0${dashed}`,
      'tnu_wrt_',
      '019dae3d13ed-7fb0-a7ec-467e-096427db',
    ])
      expect(codeOf(() => parseWarrantId(text))).toBe('WARRANT_ID_MALFORMED')
  })

  test('a new id begins with its milliseconds, in six bytes, and is of version 7', () => {
    const bytes = warrantIdToBytes(newWarrantId(1_700_000_000.5))
    expect(toHex(bytes.subarray(0, 6))).toBe((1_700_000_000_500).toString(16).padStart(12, '0'))
    expect([(bytes[6] as number) >> 4, (bytes[8] as number) >> 6]).toEqual([7, 2])
    const ids = Array.from({ length: 64 }, () => warrantIdToBytes(newWarrantId(1)))
    for (const place of [6, 7, 8, 15]) expect(new Set(ids.map((id) => id[place])).size).toBeGreaterThan(1)
  })

  test('what a warrant does not have is not shown of it', () => {
    const shown = inspect(chainOf([root]))
    expect(JSON.stringify(shown)).not.toMatch(/"extensions"/)
  })
})
