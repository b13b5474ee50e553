/** Calls as JSON. */

import { describe, expect, test } from 'vitest'
import { float } from '../../../src/encoding/value.js'
import { FormatError } from '../../../src/errors.js'
import { parseArgs, parseCall } from '../../../src/schema/index.js'

const refusal = (text: string): [string, string | undefined] => {
  try {
    parseCall(text)
  } catch (thrown) {
    if (thrown instanceof FormatError) return [thrown.code, thrown.where]
    throw thrown
  }
  throw new Error('nothing was refused')
}

describe('a call', () => {
  test('is a tool and arguments, with what the caller brings', () => {
    const text = '{"tool":"t","args":{"a":1,"b":1.0},"proof":"p","approvals":["x"],"session":"s"}'
    const call = parseCall(text)
    expect(call).toMatchObject({ tool: 't', proof: 'p', approvals: ['x'], session: 's' })
    expect(call.args['a']).toBe(1)
    expect(call.args['b']).toEqual(float(1))
  })

  test('without arguments has none', () => {
    expect(Object.keys(parseCall('{"tool":"t"}').args)).toEqual([])
  })

  test('may have an argument named __proto__', () => {
    const { args } = parseCall('{"tool":"t","args":{"__proto__":{"a":1}}}')
    expect(Object.keys(args)).toEqual(['__proto__'])
    expect(Object.hasOwn(args, '__proto__')).toBe(true)
  })

  test.each([
    ['', 'JSON_MALFORMED', 'line 1, column 1'],
    ['{"tool":"t"} x', 'JSON_MALFORMED', 'line 1, column 14'],
    ['{"tool":"t","tool":"u"}', 'JSON_DUPLICATE_KEY', 'line 1, column 13'],
    ['[]', 'JSON_SHAPE', undefined],
    ['{}', 'JSON_SHAPE', 'tool'],
    ['{"tool":1}', 'JSON_SHAPE', 'tool'],
    ['{"tool":"t","args":[]}', 'JSON_SHAPE', 'args'],
    ['{"tool":"t","args":1.0}', 'JSON_SHAPE', 'args'],
    ['{"tool":"t","args":null}', 'JSON_SHAPE', 'args'],
    ['{"tool":"t","approvals":"x"}', 'JSON_SHAPE', 'approvals'],
    ['{"tool":"t","approvals":[1]}', 'JSON_SHAPE', 'approvals.0'],
    ['{"tool":"t","arguments":{}}', 'JSON_SHAPE', undefined],
  ])('%s is %s at %s', (text, code, where) => {
    expect(refusal(text)).toEqual([code, where])
  })

  test('arguments alone are an object', () => {
    expect(parseArgs('{"a":null}')['a']).toBe(null)
    for (const text of ['1', '1.0', 'null', '"x"', '[]']) expect(() => parseArgs(text)).toThrow(FormatError)
  })
})
