/**
 * The prepared rows about constraints, through the public functions. Agreement, or a difference towards denial whose
 * stricter rule the functions themselves name: nothing else passes.
 */

import { describe, expect, test } from 'vitest'
import {
  type Capability,
  compileCapability,
  coversCapability,
  coversTools,
  decodeCapability,
  findCapability,
  type Tools,
} from '../../src/capability/capability.js'
import {
  type Constraint,
  compileConstraint,
  covers,
  type Engines,
  type Outcome,
  stricterCover,
  stricterMatch,
} from '../../src/capability/constraint.js'
import { cidr, not, pattern, range, regex, subpath, urlPattern } from '../../src/capability/constructors.js'
import { copyArgs } from '../../src/capability/inert.js'
import { CborReader, CborWriter } from '../../src/encoding/cbor.js'
import { isObject, type Value } from '../../src/encoding/value.js'
import { STRICTER_RULES } from '../../src/rules.js'
import {
  type AttenuateRow,
  bytesOfRow,
  constraintOfRow,
  type MatchRow,
  type RowJson,
  ruleOf,
  valueOfRow,
} from '../support/constraintVectors.js'
import { engines } from '../support/engines.js'
import { hasShared, readShared } from '../support/shared.js'

const NOW = 1_750_000_000

/** What a row gave: the answer, or the rule (or error) by which there is none. */
type Answer<T> = { readonly answer: T } | { readonly refusal: string }

const answerOf = <T>(run: () => T): Answer<T> => {
  try {
    return { answer: run() }
  } catch (thrown) {
    return { refusal: ruleOf(thrown) ?? String(thrown) }
  }
}

const isRule = (text: string | undefined): boolean => text !== undefined && text in STRICTER_RULES

/** Counted, so that a row that is no longer understood cannot pass for one that agrees. */
class Tally {
  readonly deliberate: string[] = []
  readonly wrong: string[] = []
  agreed = 0

  /** `permits` is ours, `expected` the reference's; `rule` is only asked where they differ. */
  note(id: string, permits: boolean, expected: boolean, rule: () => string | undefined): void {
    if (permits === expected) {
      this.agreed++
      return
    }
    const named = permits ? undefined : rule()
    if (isRule(named)) this.deliberate.push(`${id} ${named}`)
    else
      this.wrong.push(
        `${id} ${permits ? 'permits what the reference denies' : `denies: ${named ?? 'no rule'}`}`,
      )
  }
}

/** Every difference there is, by row and rule: one that comes or goes is seen. */
const DELIBERATE = {
  match: [
    'm0196 REGEX_DIALECT',
    'm0261 VALUE_NOT_FINITE',
    'm0271 RANGE_EXACT',
    'm0278 VALUE_NOT_FINITE',
    'm0440 ALL_EMPTY',
    'm0441 ALL_EMPTY',
    'm0498 VALUE_NOT_FINITE',
    'm0579 SUBPATH_ROOT',
    'm0601 SUBPATH_ROOT',
    'm0667 URL_SAFE_TRAILING_DOT',
    'm0668 URL_SAFE_TRAILING_DOT',
    'm0669 URL_SAFE_LOOPBACK_NAME',
    'm0686 URL_SAFE_SPECIAL_ADDRESS',
    'm0690 URL_SAFE_EMBEDDED_ADDRESS',
    'm0695 URL_SAFE_SPECIAL_ADDRESS',
    'm0697 URL_SAFE_SPECIAL_ADDRESS',
    'm0758 URL_SAFE_TRAILING_DOT',
    'm0780 URL_SAFE_ALLOW_ADDRESS',
    'm0821 URL_SAFE_HOST_FORM',
  ],
  attenuate: [
    'a0421 PATTERN_TOKENS',
    'a0422 PATTERN_TOKENS',
    'a0423 PATTERN_TOKENS',
    'a0424 PATTERN_TOKENS',
    'a0488 VALUE_NOT_FINITE',
    'a0506 RANGE_EXACT',
    'a0560 URL_PATTERN_PATH',
    'a0561 URL_PATTERN_PATH',
    'a0617 ANY_FAULT',
    'a0667 CEL_TOKENS',
    'a0669 CEL_TOKENS',
    'a0670 CEL_TOKENS',
    'a0750 URL_SAFE_ALLOW_ADDRESS',
    'a0751 URL_SAFE_SPECIAL_ADDRESS',
  ],
  sets: ['s0058 TOOL_WILDCARD'],
  construct: ['k0069 VALUE_NOT_FINITE', 'k0099 SUBPATH_ROOT', 'k0123 ENCODING_UNKNOWN_FIELD'],
}

describe.skipIf(!hasShared)('match.json', () => {
  const rows = hasShared ? readShared<MatchRow[]>('vectors/constraints/match.json') : []

  test('every row agrees or is denied by a named rule', () => {
    const tally = new Tally()
    for (const row of rows) {
      const given = answerOf(() => [constraintOfRow(row.constraint), valueOfRow(row.value)] as const)
      if ('refusal' in given) {
        tally.note(row.id, false, row.expect, () => given.refusal)
        continue
      }
      const [constraint, value] = given.answer
      const outcome = compileConstraint(constraint, engines)(value, NOW)
      tally.note(row.id, outcome === true, row.expect, () => stricterMatch(constraint, value, engines, NOW))
    }
    expect(tally.wrong).toEqual([])
    expect(tally.deliberate).toEqual(DELIBERATE.match)
    expect(tally.agreed + tally.deliberate.length).toBe(rows.length)
  })

  test('faults stay faults: what the reference cannot evaluate, Not does not permit', () => {
    for (const row of rows) {
      const given = answerOf(() => [constraintOfRow(row.constraint), valueOfRow(row.value)] as const)
      if ('refusal' in given) continue
      const negated = answerOf(() => not(given.answer[0]))
      if ('refusal' in negated) continue
      const outcome: Outcome = compileConstraint(negated.answer, engines)(given.answer[1], NOW)
      // The reference permits the negation exactly where it denies without an error.
      if (row.expect || row.error === true) expect(outcome, row.id).not.toBe(true)
    }
  })
})

describe.skipIf(!hasShared)('attenuate.json', () => {
  const rows = hasShared ? readShared<AttenuateRow[]>('vectors/constraints/attenuate.json') : []

  test('every row agrees or is refused by a named rule', () => {
    const tally = new Tally()
    for (const row of rows) {
      const given = answerOf(() => [constraintOfRow(row.parent), constraintOfRow(row.child)] as const)
      if ('refusal' in given) {
        tally.note(row.id, false, row.expect === 'ok', () => given.refusal)
        continue
      }
      const [parent, child] = given.answer
      tally.note(row.id, covers(parent, child, engines), row.expect === 'ok', () =>
        stricterCover(parent, child, engines),
      )
    }
    expect(tally.wrong).toEqual([])
    expect(tally.deliberate).toEqual(DELIBERATE.attenuate)
    expect(tally.agreed + tally.deliberate.length).toBe(rows.length)
  })

  test('every pair that is tagged unsound is refused', () => {
    const unsound = rows.filter((row) => row.unsound === true)
    expect(unsound.length).toBeGreaterThan(10)
    for (const row of unsound) {
      const given = answerOf(() => covers(constraintOfRow(row.parent), constraintOfRow(row.child), engines))
      expect('refusal' in given ? false : given.answer, row.id).toBe(false)
    }
  })

  test('no counter-example to the law among all constraints and all values of the rows', () => {
    const constraints = new Map<string, Constraint>()
    const values: Value[] = []
    const matchRows = readShared<MatchRow[]>('vectors/constraints/match.json')
    const jsons = [
      ...rows.flatMap(({ parent, child }) => [parent, child]),
      ...matchRows.map(({ constraint }) => constraint),
    ]
    for (const json of jsons) {
      const read = answerOf(() => constraintOfRow(json))
      if ('answer' in read) constraints.set(JSON.stringify(json), read.answer)
    }
    const witnesses = rows.flatMap(({ witness }) => (witness === undefined ? [] : [witness]))
    for (const json of [...matchRows.map(({ value }) => value), ...witnesses]) {
      const read = answerOf(() => valueOfRow(json))
      if ('answer' in read) values.push(read.answer)
    }
    const all = [...constraints.values()]
    const permitted = all.map((constraint) => {
      const matches = compileConstraint(constraint, engines)
      return values.map((value) => matches(value, NOW) === true)
    })
    const broken: string[] = []
    for (const [p, parent] of all.entries()) {
      for (const [c, child] of all.entries()) {
        if (!covers(parent, child, engines)) continue
        const place = values.findIndex((_, v) => permitted[c]?.[v] && !permitted[p]?.[v])
        if (place >= 0) broken.push(`${JSON.stringify([parent, child])} on value ${place}`)
      }
    }
    expect(broken).toEqual([])
    expect(all.length).toBeGreaterThan(300)
  })
})

interface SetJson {
  readonly constraints: { readonly [argument: string]: RowJson }
  readonly allow_unknown?: boolean
}
type ToolsJson = { readonly [tool: string]: SetJson }

interface SetRow {
  readonly id: string
  readonly kind: 'set-match' | 'set-attenuate' | 'tools-attenuate' | 'tool-authorize'
  readonly set: SetJson
  readonly parent: SetJson
  readonly child: SetJson
  readonly tools: ToolsJson
  readonly parent_tools: ToolsJson
  readonly child_tools: ToolsJson
  readonly tool: string
  readonly args: { readonly [argument: string]: RowJson }
  readonly expect: boolean | 'ok' | 'reject'
}

const capabilityOfRow = (set: SetJson): Capability => {
  const writer = new CborWriter()
  writer.map(set.allow_unknown === undefined ? 1 : 2)
  writer.text('constraints')
  writer.named(new Map(Object.entries(set.constraints)), (json) => writer.encoded(bytesOfRow(json)))
  if (set.allow_unknown !== undefined) {
    writer.text('allow_unknown')
    writer.boolean(set.allow_unknown)
  }
  const reader = new CborReader(writer.finish())
  const capability = decodeCapability(reader)
  reader.end()
  return capability
}

const toolsOfRow = (tools: ToolsJson): Tools =>
  new Map(Object.entries(tools).map(([name, set]) => [name, capabilityOfRow(set)]))

describe.skipIf(!hasShared)('sets.json', () => {
  const rows = hasShared ? readShared<SetRow[]>('vectors/constraints/sets.json') : []

  const permitsArgs = (capability: Capability | undefined, row: SetRow, using: Engines): boolean => {
    const args = copyArgs(valueOfRow(row.args))
    if (!isObject(args)) throw new Error('arguments are an object')
    return capability !== undefined && compileCapability(capability, using)(args, NOW) === undefined
  }

  test('every row agrees or is refused by a named rule', () => {
    const tally = new Tally()
    for (const row of rows) {
      const expected = row.expect === true || row.expect === 'ok'
      if (row.kind === 'set-match') {
        tally.note(row.id, permitsArgs(capabilityOfRow(row.set), row, engines), expected, () => undefined)
      } else if (row.kind === 'tool-authorize') {
        const found = findCapability(toolsOfRow(row.tools), row.tool)
        tally.note(row.id, permitsArgs(found, row, engines), expected, () => undefined)
      } else {
        const gap =
          row.kind === 'set-attenuate'
            ? coversCapability(capabilityOfRow(row.parent), capabilityOfRow(row.child), engines)
            : coversTools(toolsOfRow(row.parent_tools), toolsOfRow(row.child_tools), engines)
        tally.note(row.id, gap === undefined, expected, () => gap?.rule)
      }
    }
    expect(tally.wrong).toEqual([])
    expect(tally.deliberate).toEqual(DELIBERATE.sets)
    expect(tally.agreed + tally.deliberate.length).toBe(rows.length)
  })
})

interface ConstructRow {
  readonly id: string
  readonly type: string
  readonly stage: 'construct' | 'decode'
  readonly input: RowJson
  readonly expect: 'ok' | 'error'
}

/** The constructor of a type of the rows, from the input as they have it. */
const construct = (type: string, input: RowJson): Constraint => {
  const fields = input as { readonly [name: string]: string } // as each of these types has it
  const number = (bound: RowJson | undefined): number | null | undefined => {
    if (typeof bound === 'number' || bound === null || bound === undefined) return bound
    return Number((bound as { readonly $float: string }).$float) // the one tagged form of bounds
  }
  switch (type) {
    case 'Pattern':
      return pattern(fields['pattern'] as string)
    case 'Regex':
      return regex(fields['pattern'] as string, engines.regex)
    case 'Cidr':
      return cidr(input as string)
    case 'UrlPattern':
      return urlPattern(input as string)
    case 'Subpath':
      return subpath(fields['root'] as string)
    case 'Range':
      return range({ min: number(fields['min']), max: number(fields['max']) })
    default:
      throw new Error(`no constructor for ${type}`)
  }
}

describe.skipIf(!hasShared)('construct.json', () => {
  const rows = hasShared ? readShared<ConstructRow[]>('vectors/constraints/construct.json') : []

  test('every row agrees or is refused by a named rule', () => {
    const tally = new Tally()
    for (const row of rows) {
      const made = answerOf(() =>
        row.stage === 'decode' ? constraintOfRow(row.input) : construct(row.type, row.input),
      )
      tally.note(row.id, 'answer' in made, row.expect === 'ok', () =>
        'refusal' in made ? made.refusal : undefined,
      )
    }
    expect(tally.wrong).toEqual([])
    expect(tally.deliberate).toEqual(DELIBERATE.construct)
    expect(tally.agreed + tally.deliberate.length).toBe(rows.length)
  })
})
