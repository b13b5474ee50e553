/** The published bytes of constraint sets: read, written again to the byte, and asked what the publication asks. */

import { describe, expect, test } from 'vitest'
import { compileCapability, decodeCapability, encodeCapability } from '../../src/capability/capability.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../src/encoding/cbor.js'
import { float, type Value } from '../../src/encoding/value.js'
import { engines } from '../support/engines.js'
import { hasShared, readShared } from '../support/shared.js'
import { objectOf } from '../support/values.js'

type TaggedJson =
  | { readonly String: string }
  | { readonly Float: number }
  | { readonly List: readonly TaggedJson[] }
type ArgsJson = { readonly [argument: string]: TaggedJson }

interface Case {
  readonly id: string
  readonly tool: string
  readonly payload_hex: string
  readonly accept: readonly ArgsJson[]
  readonly reject: readonly ArgsJson[]
}

const valueOfTagged = (json: TaggedJson): Value => {
  if ('String' in json) return json.String
  return 'Float' in json ? float(json.Float) : Object.freeze(json.List.map(valueOfTagged))
}

const argsOf = (json: ArgsJson) =>
  objectOf(Object.entries(json).map(([argument, value]) => [argument, valueOfTagged(value)] as const))

const TOOLS = 3

/** The bytes of the one capability of a payload: version, id and type stand before the tools. */
const capabilityBytes = (payload: Uint8Array, tool: string): Uint8Array => {
  const reader = new CborReader(payload)
  let bytes: Uint8Array | undefined
  const stop = new Error('the rest is not read here')
  try {
    reader.numbered((key) => {
      if (key === 0 || key === 2) reader.uint()
      else if (key === 1) reader.bytes(16)
      else if (key === TOOLS) {
        reader.named((name) => {
          expect(name).toBe(tool)
          const start = reader.offset
          decodeCapability(reader)
          bytes = reader.since(start).slice()
        })
      } else throw stop
    })
  } catch (thrown) {
    if (thrown !== stop) throw thrown
  }
  if (bytes === undefined) throw new Error('a payload without tools')
  return bytes
}

describe.skipIf(!hasShared)('published constraint sets', () => {
  const { cases } = hasShared
    ? readShared<{ readonly cases: readonly Case[] }>('vectors/tenuo-v1/constraints.json')
    : { cases: [] }

  test.each(cases.map((each) => [each.id, each] as const))(
    '%s',
    (_id, { tool, payload_hex, accept, reject }) => {
      const bytes = capabilityBytes(fromHex(payload_hex), tool)
      const capability = decodeCapability(new CborReader(bytes))
      const writer = new CborWriter()
      encodeCapability(writer, capability)
      expect(toHex(writer.finish())).toBe(toHex(bytes))
      const fault = compileCapability(capability, engines)
      for (const args of accept) expect(fault(argsOf(args), 0)).toBeUndefined()
      for (const args of reject) expect(fault(argsOf(args), 0)?.code).toBe('CONSTRAINT_VIOLATED')
      expect(accept.length * reject.length).toBeGreaterThan(0)
    },
  )
})
