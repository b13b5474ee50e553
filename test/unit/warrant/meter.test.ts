/** What expressions may take while a chain is verified: all of its links together, whoever made them. */

import { describe, expect, test } from 'vitest'
import type { Constraint, RegexEngine } from '../../../src/capability/constraint.js'
import { regex } from '../../../src/capability/constraints/regex.js'
import { chainOf, type Payload, type Warrant } from '../../../src/warrant/chain.js'
import { meteredEngines } from '../../../src/warrant/meter.js'
import { verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { codeOf } from '../../support/values.js'
import { childOf, minted, options, refusalOf, ruleOfRefusal, tools } from '../../support/warrants.js'

const hostile = (tool: number, argument: number): string => `^(a{1,900}|${tool}x${argument})b?`

/** So many tools of seven arguments, each held to a large expression of its own, and then to one text. */
const chain = (count: number): readonly Warrant[] => {
  const every = (value: (tool: number, argument: number) => Constraint | string): Pick<Payload, 'tools'> => {
    const args = (tool: number): Record<string, Constraint | string> =>
      Object.fromEntries(Array.from({ length: 7 }, (_, argument) => [`a${argument}`, value(tool, argument)]))
    return tools(Object.fromEntries(Array.from({ length: count }, (_, tool) => [`t${tool}`, args(tool)])))
  }
  const root = minted({ tools: { '*': {} } })
  const first = childOf(
    root,
    every((tool, argument) => regex(hostile(tool, argument))),
  )
  return [
    root,
    first,
    childOf(
      first,
      every(() => 'ab'),
    ),
  ]
}

describe('a chain of large expressions', () => {
  test('is refused when they take too much together, and a rule says so', () => {
    expect(refusalOf(chain(200))).toBe('CHAIN_CONSTRAINT')
    expect(ruleOfRefusal(chain(200))).toBe('MATCHING_BOUNDED')
  })

  test('is accepted while they do not', () => {
    expect(refusalOf(chain(3))).toBeUndefined()
    expect(verify(chainOf(chain(3)), options()).chain.warrants).toHaveLength(3)
  })
})

describe('metered engines', () => {
  const counting = (work: number | undefined): { compiled: () => number; engine: RegexEngine } => {
    let compiled = 0
    const engine: RegexEngine = {
      compile: (pattern) => {
        compiled++
        return (text) => text === pattern
      },
      ...(work !== undefined && { work: () => work }),
    }
    return { compiled: () => compiled, engine }
  }

  test('answer as the engine does, and compile each expression once', () => {
    const { compiled, engine } = counting(10)
    const { regex: metered } = meteredEngines({ regex: engine })
    for (let i = 0; i < 5; i++) {
      expect(metered?.compile('a')('a')).toBe(true)
      expect(metered?.compile('a')('b')).toBe(false)
    }
    expect(compiled()).toBe(1)
  })

  test('stop at the bound, whether compiling or matching reaches it', () => {
    const compiling = meteredEngines({ regex: counting(100_000).engine }).regex
    const codes = Array.from({ length: 5 }, (_, i) => codeOf(() => compiling?.compile(`p${i}`)))
    expect(codes).toEqual([undefined, undefined, undefined, 'CONSTRAINT_INVALID', 'CONSTRAINT_INVALID'])
    const search = meteredEngines({ regex: counting(100).engine }).regex?.compile('x')
    expect(search?.('y'.repeat(100_000))).toBe(false)
    expect(search?.('y'.repeat(100_000))).toBe('CONSTRAINT_TOO_COSTLY')
    expect(search?.('x')).toBe('CONSTRAINT_TOO_COSTLY')
  })

  test('without what they take count text, and one that is too large to compile counts for nothing more', () => {
    const unknown = meteredEngines({ regex: counting(undefined).engine }).regex
    expect(unknown?.compile('abc')('abc')).toBe(true)
    const endless = meteredEngines({ regex: counting(Number.POSITIVE_INFINITY).engine }).regex
    expect(endless?.compile('abc')('abc')).toBe(true)
    expect(endless?.compile('abd')('abd')).toBe(true)
  })

  test('take an engine that fails for one that has shown nothing', () => {
    const throwing = (): never => {
      throw new Error('broken')
    }
    const broken: RegexEngine = { compile: () => throwing, work: () => 1 }
    expect(meteredEngines({ regex: broken }).regex?.compile('a')('a')).toBe('CONSTRAINT_ERROR')
    const parent = minted({ tools: { read: { path: regex('a') } } })
    const link = [parent, childOf(parent, tools({ read: { path: 'a' } }))]
    expect(refusalOf(link, { engines: { regex: broken } })).toBe('CHAIN_CONSTRAINT')
    expect(refusalOf(link, { engines: { regex: { compile: throwing } } })).toBe('CHAIN_CONSTRAINT')
  })

  test('leave the rest alone', () => {
    expect(meteredEngines({})).toEqual({})
    expect(meteredEngines(engines).cel).toBe(engines.cel)
  })
})
