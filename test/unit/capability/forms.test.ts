import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coversCapability } from '../../../src/capability/capability.js'
import {
  type Constraint,
  covers,
  decodeConstraint,
  encodeConstraint,
  stricterCover,
} from '../../../src/capability/constraint.js'
import {
  all,
  any,
  exact,
  not,
  pattern,
  range,
  subpath,
  unknown,
} from '../../../src/capability/constructors.js'
import { Forms } from '../../../src/capability/forms.js'
import { chainAllowance } from '../../../src/capability/run.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { MAX_CHAIN_COVER_STEPS } from '../../../src/encoding/limits.js'
import { constraintsTo } from '../../support/arbitraries.js'

const bytesOf = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

const copyOf = (constraint: Constraint): Constraint =>
  decodeConstraint(new CborReader(fromHex(bytesOf(constraint))))

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

const free = (): void => undefined

describe('forms', () => {
  test('two constraints share a number exactly when they are written alike', () => {
    fc.assert(
      fc.property(constraintsTo(3), constraintsTo(3), (a, b) => {
        const forms = new Forms()
        expect(forms.of(a, free).number).toBe(forms.of(copyOf(a), free).number)
        expect(forms.of(a, free).number === forms.of(b, free).number).toBe(bytesOf(a) === bytesOf(b))
      }),
    )
  })

  test('each constraint is written once, however deep it is', () => {
    let deep: Constraint = pattern(`${'a'.repeat(6_400)}*`)
    for (let i = 0; i < 31; i++) deep = i % 2 === 0 ? all([deep]) : any([deep])
    let steps = 0
    new Forms().of(deep, (taken) => {
      steps += taken
    })
    expect(steps).toBeLessThan(200)
  })

  test('each takes a step, and one more for every 64 bytes that it is long, once', () => {
    const taken: number[] = []
    const forms = new Forms()
    const long = pattern(`${'a'.repeat(640)}*`)
    for (const constraint of [long, long, copyOf(long), all([long, exact(1)])])
      forms.of(constraint, (steps) => taken.push(steps))
    const { bytes } = forms.of(long, free)
    expect(bytes).toBeGreaterThan(640)
    expect(taken).toEqual([11, 11, 1, 1])
  })

  test('data that cannot be written is alike to nothing, not even to its copy', () => {
    const forms = new Forms()
    const forged = { ...range({ min: 0 }), min: Number.NaN }
    const numbers = [forged, { ...forged }, { ...forged, max: 1 }].map((each) => forms.of(each, free).number)
    expect(new Set(numbers).size).toBe(3)
    expect(forms.of(forged, free)).toEqual({ number: numbers[0], bytes: 0 })
  })

  test('what ends the writing of one ends all around it', () => {
    const ended = new Error('ended')
    let asked = 0
    const endFirst = (): void => {
      if (asked++ === 0) throw ended
    }
    expect(() => new Forms().of(all([exact(1)]), endFirst)).toThrow(ended)
  })
})

describe('a constraint and one that is written alike', () => {
  test.each([
    ['an Any of 300', any(many(300, (i) => exact(`value ${i}`)))],
    ['an All of 300', all(many(300, (i) => pattern(`*${i}*`)))],
    ['a tree', all(many(40, (i) => any(many(40, (j) => not(exact(i * 40 + j))))))],
    ['repeated trees', any(many(500, () => all([pattern('a*'), pattern('*b')])))],
  ])('%s covers it', (_what, constraint) => {
    expect(covers(constraint, copyOf(constraint), {})).toBe(true)
  })

  test('an Any covers most of itself in any order, an All more than itself', () => {
    const branches = many(300, (i) => exact(`value ${i}`))
    expect(covers(any(branches), any(branches.slice(1).reverse()), {})).toBe(true)
    expect(covers(all(branches), all([...branches, exact('one more')].reverse()), {})).toBe(true)
    expect(covers(any(branches.slice(1)), any(branches), {})).toBe(false)
  })

  test.each([
    ['a Subpath without its root', subpath('/data', { allowEqual: false })],
    ['an Unknown', unknown(200, Uint8Array.of(1))],
    ['an empty All', all([])],
    ['a Range that no constructor made', { ...range({ min: 0 }), min: Number.NaN }],
  ])('%s does not cover it, whatever it stands in', (_what, leaf) => {
    const trees = [leaf, all([leaf]), any([leaf]), not(leaf), all([exact(1), any([exact(2), not(leaf)])])]
    for (const tree of trees) expect(covers(tree, structuredClone(tree), {})).toBe(false)
  })
})

describe('the steps of one chain', () => {
  const capabilityOf = (constraint: Constraint) => ({
    constraints: new Map([['a', constraint]]),
    allowUnknown: false,
  })
  const parent = all(many(20, (i) => any(many(8, (j) => pattern(`p${i}.${j}*`)))))
  const child = all(many(20, (i) => any(many(8, (j) => pattern(`c${i}.${j}*`)))))

  test('also pay for naming the rule by which a child is refused', () => {
    const [compared, named] = [chainAllowance(), chainAllowance()]
    expect(covers(parent, child, {}, compared)).toBe(false)
    expect(coversCapability(capabilityOf(parent), capabilityOf(child), {}, named)).toMatchObject({
      reason: 'constraint',
    })
    expect(named.left).toBeLessThan(compared.left)
  })

  test('are asked no further once they are used up', () => {
    const allowance = chainAllowance()
    allowance.left = 10
    expect(stricterCover(parent, child, {}, allowance)).toBe('COVER_TOO_COSTLY')
    const taken = allowance.left
    expect(coversCapability(capabilityOf(parent), capabilityOf(child), {}, allowance)?.rule).toBe(
      'COVER_TOO_COSTLY',
    )
    expect(taken - allowance.left).toBeLessThan(10)
  })

  test('are few for many tools that are kept as they are', () => {
    const allowance = chainAllowance()
    for (let i = 0; i < 28; i++) {
      const tree = all(many(20, (j) => any([exact(`${i}.${j}`), pattern(`${i}.${j}*`)])))
      expect(coversCapability(capabilityOf(tree), capabilityOf(copyOf(tree)), {}, allowance)).toBeUndefined()
    }
    expect(allowance.left).toBeGreaterThan(MAX_CHAIN_COVER_STEPS / 2)
  })
})
