/** The JSON of constraints and capabilities: the same constraint comes back, and nothing else is taken for one. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capability } from '../../../src/capability/capability.js'
import { encodeConstraint } from '../../../src/capability/constraint.js'
import { all } from '../../../src/capability/constraints/all.js'
import { any } from '../../../src/capability/constraints/any.js'
import { cel } from '../../../src/capability/constraints/cel.js'
import { cidr } from '../../../src/capability/constraints/cidr.js'
import { contains } from '../../../src/capability/constraints/contains.js'
import { exact } from '../../../src/capability/constraints/exact.js'
import { not } from '../../../src/capability/constraints/not.js'
import { notOneOf } from '../../../src/capability/constraints/notOneOf.js'
import { oneOf } from '../../../src/capability/constraints/oneOf.js'
import { pattern } from '../../../src/capability/constraints/pattern.js'
import { range } from '../../../src/capability/constraints/range.js'
import { regex } from '../../../src/capability/constraints/regex.js'
import { shlex } from '../../../src/capability/constraints/shlex.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { subset } from '../../../src/capability/constraints/subset.js'
import { unknown } from '../../../src/capability/constraints/unknown.js'
import { urlPattern } from '../../../src/capability/constraints/urlPattern.js'
import { urlSafe } from '../../../src/capability/constraints/urlSafe.js'
import { wildcard } from '../../../src/capability/constraints/wildcard.js'
import { type Constraint, KINDS } from '../../../src/capability/kinds.js'
import { celEngine } from '../../../src/cel/index.js'
import { toHex } from '../../../src/encoding/bytes.js'
import { CborWriter } from '../../../src/encoding/cbor.js'
import { formatJson, parseJson } from '../../../src/encoding/json.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { FormatError } from '../../../src/errors.js'
import { regexEngine } from '../../../src/regex/index.js'
import {
  capabilityFromJson,
  capabilityToJson,
  constraintFromJson,
  constraintToJson,
  toolsFromJson,
  toolsToJson,
} from '../../../src/schema/index.js'

const bytesOf = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

/** Through the text of the JSON, as a file would be. */
const throughText = (json: Value): Value => parseJson(formatJson(json))

const refusal = (run: () => unknown): [string, string | undefined] => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof FormatError) return [thrown.code, thrown.where]
    throw thrown
  }
  return ['accepted', undefined]
}

const literal: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => float(number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value

const values = fc.array(literal, { maxLength: 4 })
const name = fc.string({ minLength: 1, maxLength: 6 })
const bound = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined })

const constraint: fc.Arbitrary<Constraint> = fc.letrec<{ any: Constraint }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    literal.map((value) => exact(value)),
    values.map((list) => oneOf(list)),
    values.map((list) => notOneOf(list)),
    values.map((list) => contains(list)),
    values.map((list) => subset(list)),
    fc
      .record({ min: bound, max: bound, minInclusive: fc.boolean(), maxInclusive: fc.boolean() })
      .map((fields) => range(fields)),
    fc.constantFrom<Constraint>(
      wildcard(),
      pattern('/data/*'),
      regex('^a+$'),
      cidr('10.0.0.0/8'),
      urlPattern('https://*.example.com/*'),
      cel('value > 1'),
      cel('(value > 1) && (value < 5)', { parentExpression: 'value > 1' }),
      unknown(200, Uint8Array.of(1, 2, 255)),
      shlex(['git', 'ls']),
      subpath('/data'),
      subpath('/DATA', { caseSensitive: false, allowEqual: false }),
      urlSafe(),
      urlSafe({ allowDomains: [], denyDomains: ['x.com'], allowPorts: [443], blockLoopback: false }),
    ),
    fc.array(tie('any'), { maxLength: 3 }).map((inner) => all(inner)),
    fc.array(tie('any'), { maxLength: 3 }).map((inner) => any(inner)),
    tie('any').map((inner) => not(inner)),
  ),
})).any

describe('constraints', () => {
  test('come back from their JSON to the byte', () => {
    fc.assert(
      fc.property(constraint, (given) => {
        const back = constraintFromJson(throughText(constraintToJson(given)))
        expect(bytesOf(back)).toBe(bytesOf(given))
      }),
      { numRuns: 1000 },
    )
  })

  test('of every kind have a form', () => {
    const seen = new Set<string>()
    for (const given of fc.sample(constraint, 2000)) seen.add(given.kind)
    expect([...seen].sort()).toEqual(Object.keys(KINDS).sort())
  })

  test('keep 1, 1.0 and "1" apart', () => {
    const forms = [exact(1), exact(float(1)), exact('1')].map((given) => formatJson(constraintToJson(given)))
    expect(forms).toEqual([
      '{"kind":"exact","value":1}',
      '{"kind":"exact","value":1.0}',
      '{"kind":"exact","value":"1"}',
    ])
  })

  test('what is left out has the default of the protocol', () => {
    expect(constraintFromJson(parseJson('{"kind":"subpath","root":"/d"}'))).toEqual(subpath('/d'))
    expect(constraintFromJson(parseJson('{"kind":"range","max":5}'))).toEqual(range({ max: 5 }))
    expect(constraintFromJson(parseJson('{"kind":"urlSafe"}'))).toEqual(urlSafe())
  })

  test.each([
    ['5', 'JSON_SHAPE', undefined],
    ['{}', 'JSON_SHAPE', 'kind'],
    ['{"kind":"maybe"}', 'JSON_SHAPE', 'kind'],
    ['{"kind":"__proto__"}', 'JSON_SHAPE', 'kind'],
    ['{"kind":"exact"}', 'JSON_SHAPE', 'value'],
    ['{"kind":"wildcard","value":1}', 'JSON_SHAPE', undefined],
    ['{"kind":"subpath","root":5}', 'JSON_SHAPE', 'root'],
    ['{"kind":"subpath","root":"/d","recursive":true}', 'JSON_SHAPE', undefined],
    ['{"kind":"range","min":"0"}', 'JSON_SHAPE', 'min'],
    ['{"kind":"range","min":9007199254740993}', 'JSON_SHAPE', 'min'],
    ['{"kind":"urlSafe","allowPorts":[70000]}', 'JSON_SHAPE', 'allowPorts.0'],
    ['{"kind":"oneOf","values":"a"}', 'JSON_SHAPE', 'values'],
    ['{"kind":"all","constraints":[{"kind":"exact"}]}', 'JSON_SHAPE', 'constraints.0.value'],
    [
      '{"kind":"not","constraint":{"kind":"any","constraints":[5]}}',
      'JSON_SHAPE',
      'constraint.constraints.0',
    ],
    ['{"kind":"not","constraint":{"kind":"cidr","network":"x"}}', 'CONSTRAINT_INVALID', 'constraint'],
    ['{"kind":"unknown","tag":1,"body":""}', 'CONSTRAINT_INVALID', undefined],
  ])('%s is %s at %s', (text, code, where) => {
    expect(refusal(() => constraintFromJson(parseJson(text)))).toEqual([code, where])
  })

  test('that an engine refuses are refused where it is given', () => {
    const bad = [
      ['{"kind":"not","constraint":{"kind":"regex","pattern":"("}}', 'constraint'],
      ['{"kind":"any","constraints":[{"kind":"cel","expression":"1 +"}]}', 'constraints.0'],
    ] as const
    const engines = { regex: regexEngine, cel: celEngine }
    for (const [text, where] of bad) {
      expect(refusal(() => constraintFromJson(parseJson(text)))[0]).toBe('accepted')
      expect(refusal(() => constraintFromJson(parseJson(text), { engines }))).toEqual([
        'CONSTRAINT_INVALID',
        where,
      ])
    }
  })

  test('nested too deep are refused', () => {
    const nested = (depth: number): string =>
      `${'{"kind":"not","constraint":'.repeat(depth)}{"kind":"wildcard"}${'}'.repeat(depth)}`
    expect(refusal(() => constraintFromJson(parseJson(nested(32))))[0]).toBe('accepted')
    expect(refusal(() => constraintFromJson(parseJson(nested(33))))[0]).toBe('CONSTRAINT_TOO_DEEP')
  })
})

describe('capabilities and tools', () => {
  test('come back from their JSON', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, constraint, { maxKeys: 4 }),
        fc.boolean(),
        (constraints, allowUnknown) => {
          const given = capability(constraints, { allowUnknown })
          expect(capabilityToJson(capabilityFromJson(throughText(capabilityToJson(given))))).toEqual(
            capabilityToJson(given),
          )
        },
      ),
    )
  })

  test('arguments and tools named as members of Object.prototype are kept', () => {
    const text =
      '{"__proto__":{"constraints":{"__proto__":{"kind":"wildcard"}}},"toString":{"constraints":{}}}'
    const tools = toolsFromJson(parseJson(text))
    expect([...tools.keys()]).toEqual(['__proto__', 'toString'])
    expect([...(tools.get('__proto__')?.constraints.keys() ?? [])]).toEqual(['__proto__'])
    expect(formatJson(toolsToJson(tools))).toBe(text)
  })

  test('are refused with the path of what is wrong', () => {
    const read = (text: string) => refusal(() => toolsFromJson(parseJson(text), { where: 'tools' }))
    expect(read('[]')).toEqual(['JSON_SHAPE', 'tools'])
    expect(read('{"a":{}}')).toEqual(['JSON_SHAPE', 'tools.a.constraints'])
    expect(read('{"a":{"constraints":[]}}')).toEqual(['JSON_SHAPE', 'tools.a.constraints'])
    expect(read('{"a":{"constraints":{"x":1}}}')).toEqual(['JSON_SHAPE', 'tools.a.constraints.x'])
    expect(read('{"a":{"constraints":{},"allow_unknown":true}}')).toEqual(['JSON_SHAPE', 'tools.a'])
  })
})
