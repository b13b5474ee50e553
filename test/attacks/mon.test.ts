/** Children that would exceed their parents: MON-1 to MON-11, refused where they are made and where they are received. */

import { describe, expect, test } from 'vitest'
import type { Constraint } from '../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  cidr,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  subpath,
  subset,
  urlSafe,
  wildcard,
} from '../../src/capability/constructors.js'
import { EscalationError } from '../../src/errors.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import { chainOf, type Payload, type Warrant } from '../../src/warrant/chain.js'
import { type CapabilityInput, toolsOf } from '../../src/warrant/fields.js'
import { compileGates, type GatesInput, gatesOf } from '../../src/warrant/gates.js'
import { issue } from '../../src/warrant/issue.js'
import { engines } from '../support/engines.js'
import { codeOf, objectOf } from '../support/values.js'
import {
  alice,
  altered,
  bob,
  carol,
  childOf,
  dave,
  EXECUTION,
  gated,
  mallory,
  mandate,
  minted,
  NOW,
  refusalOf,
  ruleOfRefusal,
  TTL,
  tools,
  UNGATED,
} from '../support/warrants.js'

type ToolsGiven = Readonly<Record<string, CapabilityInput>>

/** What whoever attenuates is told, and what whoever receives such a chain finds. */
const bothRefusals = (parent: ToolsGiven, child: ToolsGiven): readonly unknown[] => {
  const first = minted({ tools: parent })
  const made = codeOf(() => attenuate(chainOf([first]), { tools: child, now: NOW, engines }, alice))
  return [made, refusalOf([first, childOf(first, tools(child))])]
}

const TOOL = ['ATTENUATE_TOOL', 'CHAIN_TOOL']
const CONSTRAINT = ['ATTENUATE_CONSTRAINT', 'CHAIN_CONSTRAINT']
const LAWFUL = [undefined, undefined]

describe('MON-1: another tool', () => {
  test.each([
    ['another', 'write'],
    ['a wildcard', '*'],
    ['of another case', 'Read'],
    ['with a look-alike', 'reаd'],
    ['composed differently', 'réad'],
    ['with something unseen', 'read\u200B'],
    ['with a space', 'read '],
    ['that every object has', 'constructor'],
    ['that every object inherits from', '__proto__'],
  ])('%s', (_, name) => {
    expect(bothRefusals({ read: {} }, { [name]: {} })).toEqual(TOOL)
    expect(bothRefusals({ read: {} }, { read: {}, [name]: {} })).toEqual(TOOL)
  })

  test('a wildcard that forgets a tool which is narrower than it', () => {
    const parent = { '*': {}, pay: { amount: range({ max: 10 }) } }
    expect(bothRefusals(parent, { '*': {} })).toEqual(CONSTRAINT)
    expect(bothRefusals(parent, { '*': {}, pay: {} })).toEqual(CONSTRAINT)
    expect(bothRefusals(parent, { '*': {}, pay: { amount: range({ max: 9 }) } })).toEqual(LAWFUL)
    expect(bothRefusals(parent, { read: {} })).toEqual(LAWFUL)
  })

  test('any tool at all under a parent that has none', () => {
    const empty = altered(minted(), tools({}))
    expect(refusalOf([empty])).toBeUndefined()
    const child = childOf(empty, tools({ read: {} }))
    expect(refusalOf([empty, child])).toBe('CHAIN_TOOL')
    expect(ruleOfRefusal([empty, child])).toBe('TOOLS_EMPTY')
  })

  test('a tool that an issuer warrant may not issue', () => {
    const issuing = mandate({ issuableTools: ['read'] })
    for (const name of ['write', '*', 'READ']) {
      const granted = { holder: bob.publicKey, tools: { [name]: {} }, now: NOW }
      expect(codeOf(() => issue(chainOf([issuing]), granted, alice))).toBe('ATTENUATE_TOOL')
      expect(refusalOf([issuing, childOf(issuing, { ...EXECUTION, ...tools({ [name]: {} }) })])).toBe(
        'CHAIN_TOOL',
      )
      expect(refusalOf([issuing, childOf(issuing, { issuableTools: ['read', name] })])).toBe('CHAIN_TOOL')
    }
  })
})

type Widening = readonly [name: string, parent: Constraint, child: Constraint]

/** The child is refused wherever it can stand, and the parent itself is not. */
const refusesEach = (wider: readonly Widening[]): void => {
  test.each(wider)('%s', (_, parent, child) => {
    expect(bothRefusals({ read: { x: parent } }, { read: { x: child } })).toEqual(CONSTRAINT)
    // The same for every tool, and inside the bounds of an issuer warrant.
    expect(bothRefusals({ '*': { x: parent } }, { read: { x: child } })).toEqual(CONSTRAINT)
    const issuing = mandate({ bounds: { x: parent } })
    const granted = tools({ read: { x: child } })
    expect(refusalOf([issuing, childOf(issuing, { ...EXECUTION, ...granted })])).toBe('CHAIN_CONSTRAINT')
    const bounds = toolsOf({ bounds: { x: child } }).get('bounds')
    expect(refusalOf([issuing, childOf(issuing, { bounds })])).toBe('CHAIN_BOUNDS')
  })

  // A subpath without its own root does not cover itself: so the reference has it, and a child says so in other words.
  const reflexive = wider.filter(([name]) => name !== 'the root itself')

  test.each(reflexive)('%s: the parent itself stands', (_, parent) => {
    expect(bothRefusals({ read: { x: parent } }, { read: { x: parent } })).toEqual(LAWFUL)
  })
}

describe('MON-2: a wider constraint of the same type', () => {
  refusesEach([
    ['a larger range', range({ min: 0, max: 10 }), range({ min: 0, max: 10.5 })],
    ['a range without an end', range({ min: 0, max: 10 }), range({ min: 0 })],
    ['a wider pattern', pattern('/data/reports/*'), pattern('/data/*')],
    ['a pattern that begins otherwise', pattern('/data/*'), pattern('*/data/*')],
    ['a larger set', oneOf(['a', 'b']), oneOf(['a', 'b', 'c'])],
    ['fewer exclusions', notOneOf(['a', 'b']), notOneOf(['a'])],
    ['a larger subset', subset(['a']), subset(['a', 'b'])],
    ['a larger network', cidr('10.1.0.0/16'), cidr('10.0.0.0/8')],
    ['a higher path', subpath('/data/reports'), subpath('/data')],
    ['a sibling that begins alike', subpath('/data'), subpath('/database')],
    ['a path that climbs', subpath('/data/reports'), subpath('/data/reports/../..')],
  ])

  test('whoever attenuates is told what conflicts, a value that shows it, and a child that would be legal', () => {
    const first = minted({ tools: { pay: { amount: range({ min: 0, max: 10 }) } } })
    const wide = { pay: { amount: range({ min: 0, max: 500 }) } }
    try {
      attenuate(chainOf([first]), { tools: wide, now: NOW }, alice)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(EscalationError)
      const { where, widening } = thrown as EscalationError
      expect(where).toBe('tools.pay.amount')
      const words = 'both included'
      expect(widening).toMatchObject({
        parent: `0 to 10, ${words}`,
        child: `0 to 500, ${words}`,
        nearest: `0 to 10, ${words}`,
      })
      const witness = Number(widening?.witness)
      expect(witness).toBeGreaterThan(10)
      expect(witness).toBeLessThanOrEqual(500)
    }
  })
})

describe('MON-3: a constraint of another type', () => {
  refusesEach([
    ['an integer for a float', exact(1), exact(1.5)],
    ['a deny list for an allow list', oneOf(['a']), notOneOf(['b'])],
    ['a range for a pattern', pattern('1*'), range({ min: 1, max: 1 })],
    ['anything', exact('a'), wildcard()],
  ])
})

describe('MON-5: negations, choices and conjunctions that only look narrower', () => {
  refusesEach([
    ['anything, dressed as a choice', exact('a'), any([exact('a'), wildcard()])],
    ['anything, dressed as a conjunction', exact('a'), all([wildcard()])],
    ['a conjunction that lost a member', all([pattern('a*'), pattern('*b')]), all([pattern('a*')])],
    ['an empty conjunction', exact('a'), all([])],
    ['a choice that won a member', any([exact('a')]), any([exact('a'), exact('b')])],
    ['a negation of less', not(oneOf(['a', 'b'])), not(oneOf(['a']))],
    ['two negations', exact('a'), not(not(exact('a')))],
  ])
})

describe('MON-6: an expression that escapes its conjunction', () => {
  const parent = cel('value == 1')

  test.each([
    ['by the lower precedence of ||', '(value == 1) && (value > 0) || (true)'],
    ['by a bracket closed early', '(value == 1) && (false) || (value > 0)'],
    ['by a choice that binds the whole', '(value == 1) && (value > 0) ? true : (true)'],
    ['by no brackets around the parent', 'value == 1 && value > 0 || true'],
    ['by a text that looks like the conjunction', '"(value == 1) && (" == "" || (true)'],
    ['by a negation of it', '!(value == 1)'],
    ['by its parent in a comment', 'true // (value == 1) && (true)'],
  ])('%s', (_, expression) => {
    expect(bothRefusals({ read: { x: parent } }, { read: { x: cel(expression) } })).toEqual(CONSTRAINT)
  })

  test('a conjunction that holds is a child', () => {
    const child = cel('(value == 1) && (value > 0 || true)')
    expect(bothRefusals({ read: { x: parent } }, { read: { x: child } })).toEqual(LAWFUL)
  })
})

describe('MON-10: bounds and flags dropped', () => {
  refusesEach([
    ['an end that was exclusive', range({ max: 10, maxInclusive: false }), range({ max: 10 })],
    ['the root itself', subpath('/data', { allowEqual: false }), subpath('/data')],
    ['letters of either case', subpath('/data'), subpath('/data', { caseSensitive: false })],
    ['one block flag less', urlSafe(), urlSafe({ blockMetadata: false })],
  ])
})

describe('MON-4: constraints dropped, arguments added, maps opened', () => {
  const closed = { read: { path: subpath('/data') } }
  const open = (constraints: Readonly<Record<string, Constraint>>): CapabilityInput => ({
    constraints: new Map(Object.entries(constraints)),
    allowUnknown: true,
  })

  test.each([
    ['a constraint dropped', { read: {} }],
    ['an argument added', { read: { path: subpath('/data'), mode: exact('r') } }],
    ['an argument renamed', { read: { Path: subpath('/data') } }],
    ['a closed map opened', { read: open({ path: subpath('/data') }) }],
    ['an open map without constraints', { read: open({}) }],
  ])('%s', (_, child) => {
    expect(bothRefusals(closed, child)).toEqual(CONSTRAINT)
  })

  test('a parent without constraints takes any, and an open one stays open or is closed', () => {
    expect(bothRefusals({ read: {} }, closed)).toEqual(LAWFUL)
    expect(bothRefusals({ read: {} }, { read: open({ path: subpath('/data') }) })).toEqual(CONSTRAINT)
    const opened = { read: open({ path: subpath('/data') }) }
    expect(bothRefusals(opened, opened)).toEqual(LAWFUL)
    expect(bothRefusals(opened, closed)).toEqual(LAWFUL)
  })
})

describe('MON-7: a longer life', () => {
  const first = minted({ ttlSeconds: 100 })

  test('is clamped where it is asked for in seconds, and refused where the moment is named', () => {
    const expiryOf = (change: object): unknown =>
      attenuate(chainOf([first]), { now: NOW, ...change }, alice).warrants[1]?.payload.expiresAt
    expect(expiryOf({ ttlSeconds: 1_000 })).toBe(NOW + 100)
    expect(expiryOf({ ttlSeconds: 99 })).toBe(NOW + 99)
    expect(expiryOf({})).toBe(NOW + 100)
    expect(expiryOf({ expiresAt: NOW + 100 })).toBe(NOW + 100)
    expect(codeOf(() => expiryOf({ expiresAt: NOW + 101 }))).toBe('ATTENUATE_EXPIRY')
  })

  test('is refused at verification, to the second and beyond every calendar', () => {
    const outliving = (by: number): unknown =>
      refusalOf([first, childOf(first, { expiresAt: NOW + 100 + by })])
    expect(outliving(0)).toBeUndefined()
    for (const by of [1, 2 ** 31, 2 ** 32, 8_300_000_000_000, Number.MAX_SAFE_INTEGER - NOW - 100]) {
      expect(outliving(by)).toBe('CHAIN_EXPIRY')
    }
  })
})

describe('MON-8: a higher clearance', () => {
  const pairs: readonly (readonly [
    parent: number | undefined,
    child: number | undefined,
    lawful: boolean,
  ])[] = [
    [undefined, undefined, true],
    [undefined, 0, true],
    [undefined, 1, false],
    [0, 1, false],
    [10, 11, false],
    [10, 255, false],
    [10, 10, true],
    [10, 9, true],
    [10, undefined, true],
  ]

  test.each(pairs)('%s to %s', (parent, child, lawful) => {
    const code = lawful ? undefined : 'CHAIN_CLEARANCE'
    const first = altered(minted(), { clearance: parent })
    expect(refusalOf([first, childOf(first, { clearance: child })])).toBe(code)
    const issuing = altered(mandate(), { clearance: parent })
    expect(refusalOf([issuing, childOf(issuing, { clearance: child })])).toBe(code)
    expect(refusalOf([issuing, childOf(issuing, { ...EXECUTION, clearance: child })])).toBe(code)
    if (child === undefined) return
    const made = codeOf(() => attenuate(chainOf([first]), { clearance: child, now: NOW }, alice))
    expect(made).toBe(lawful ? undefined : 'ATTENUATE_CLEARANCE')
    const granted = { holder: bob.publicKey, tools: { read: {} }, clearance: child, now: NOW }
    const issued = codeOf(() => issue(chainOf([issuing]), granted, alice))
    expect(issued).toBe(lawful ? undefined : 'ATTENUATE_CLEARANCE')
  })

  test('only what the reference does not ask is owed to a stricter rule', () => {
    const first = minted({ clearance: 10 })
    expect(ruleOfRefusal([first, childOf(first, { clearance: 11 })])).toBeUndefined()
    const none = minted()
    expect(ruleOfRefusal([none, childOf(none, { clearance: 1 })])).toBe('CLEARANCE_KEPT')
    const issuing = mandate({ clearance: 10 })
    expect(ruleOfRefusal([issuing, childOf(issuing, { clearance: 11 })])).toBe('CLEARANCE_KEPT')
  })
})

const approvedBy = (
  approvers: readonly (typeof bob)[],
  minApprovals?: number,
): Pick<Payload, 'approvers' | 'minApprovals'> => ({
  approvers: approvers.map(({ publicKey }) => publicKey).sort(),
  minApprovals,
})

describe('MON-9: a gate removed or weakened for a tool that is kept', () => {
  const conditional: GatesInput = {
    pay: { amount: range({ min: 100 }), to: { unless: oneOf(['ann', 'ben']) } },
  }
  const parent = (granted: ToolsGiven, gates: GatesInput): Warrant =>
    altered(minted({ tools: granted }), { ...gated(gates), ...approvedBy([carol]) })
  const granted = { pay: {}, read: {} }

  const weaker: readonly (readonly [string, GatesInput, GatesInput | undefined])[] = [
    ['all gates dropped', { pay: 'whole' }, undefined],
    ['the map emptied', { pay: 'whole' }, {}],
    ['the tool dropped from the map', { pay: 'whole', read: 'whole' }, { read: 'whole' }],
    ['the tool of another case', { pay: 'whole' }, { Pay: 'whole' }],
    ['a whole tool by one argument', { pay: 'whole' }, { pay: { amount: 'all' } }],
    ['a whole tool by no argument', { pay: 'whole' }, { pay: {} }],
    ['an argument dropped', conditional, { pay: { amount: range({ min: 100 }) } }],
    ['every value by some', { pay: { amount: 'all' } }, { pay: { amount: wildcard() } }],
    ['every value by all but some', { pay: { amount: 'all' } }, { pay: { amount: { unless: exact(1) } } }],
    ['fewer values asked about', { pay: { amount: oneOf([1, 2]) } }, { pay: { amount: oneOf([1]) } }],
    [
      'a range that begins later',
      { pay: { amount: range({ min: 100 }) } },
      { pay: { amount: range({ min: 101 }) } },
    ],
    [
      'more values exempt',
      { pay: { to: { unless: oneOf(['ann']) } } },
      { pay: { to: { unless: oneOf(['ann', 'me']) } } },
    ],
    [
      'a condition for an exemption',
      { pay: { to: { unless: oneOf(['ann']) } } },
      { pay: { to: oneOf(['ben']) } },
    ],
  ]

  test.each(weaker)('%s', (_, before, after) => {
    const first = parent(granted, before)
    const child = childOf(first, after === undefined ? UNGATED : gated(after))
    expect(refusalOf([first, child])).toBe('CHAIN_GATE')
  })

  test('under a tool * that is kept, where the reference looks away', () => {
    const first = parent({ '*': {} }, { pay: 'whole' })
    const open = childOf(first, UNGATED)
    expect(refusalOf([first, open])).toBe('CHAIN_GATE')
    expect(ruleOfRefusal([first, open])).toBe('GATE_KEPT')
    expect(refusalOf([first, childOf(first, { ...UNGATED, ...tools({ read: {} }) })])).toBeUndefined()
    expect(refusalOf([first, childOf(first, { ...UNGATED, ...tools({ pay: {} }) })])).toBe('CHAIN_GATE')
  })

  test('by way of issuer warrants, which have no tools', () => {
    const issuing = altered(mandate({ issuableTools: ['pay', 'read'] }), {
      ...gated({ pay: 'whole' }),
      ...approvedBy([carol]),
    })
    const passedOn = childOf(issuing, UNGATED)
    expect(refusalOf([issuing, passedOn])).toBe('CHAIN_GATE')
    expect(ruleOfRefusal([issuing, passedOn])).toBe('GATE_KEPT')
    expect(refusalOf([issuing, childOf(issuing, { ...UNGATED, issuableTools: ['read'] })])).toBeUndefined()
    const paying = { ...EXECUTION, ...tools({ pay: {} }), holder: dave.publicKey }
    expect(refusalOf([issuing, childOf(issuing, { ...paying, ...UNGATED })])).toBe('CHAIN_GATE')
    expect(refusalOf([issuing, childOf(issuing, paying)])).toBeUndefined()
  })

  const stronger: readonly (readonly [string, GatesInput, GatesInput])[] = [
    ['the same', conditional, conditional],
    ['more tools', { pay: 'whole' }, { pay: 'whole', read: 'whole' }],
    ['a whole tool for an argument', conditional, { pay: 'whole' }],
    ['every value for some', conditional, { pay: { amount: 'all', to: 'all' } }],
    ['more arguments', { pay: { amount: 'all' } }, { pay: { amount: 'all', to: 'all' } }],
    [
      'fewer exempt',
      { pay: { to: { unless: oneOf(['ann', 'ben']) } } },
      { pay: { to: { unless: oneOf(['ann']) } } },
    ],
  ]

  test.each(stronger)('lawful: %s', (_, before, after) => {
    const first = parent(granted, before)
    expect(refusalOf([first, childOf(first, gated(after))])).toBeUndefined()
  })

  test('whoever attenuates is refused too, and otherwise keeps every gate unasked', () => {
    const first = parent({ '*': {} }, conditional)
    const chain = chainOf([first])
    const weakened = { pay: { amount: range({ min: 1_000 }) } }
    expect(codeOf(() => attenuate(chain, { gates: weakened, now: NOW }, alice))).toBe('ATTENUATE_GATE')
    const kept = attenuate(chain, { tools: { pay: {}, read: {} }, now: NOW }, alice).warrants[1]
    expect([...(kept?.payload.extensions ?? [])]).toEqual([...first.payload.extensions])
    const gone = attenuate(chain, { tools: { read: {} }, now: NOW }, alice).warrants[1]
    expect(gone?.payload.gates).toBeUndefined()
  })
})

test('a value that only a stricter rule keeps from matching a gate does not pass it unapproved', () => {
  const asks = compileGates(gatesOf({ get: { url: urlSafe() } }), engines)
  const asked = (url: string): unknown => asks('get', objectOf([['url', url]]), NOW)
  // The gate asks about safe URLs. The reference takes the middle two for safe, and so asks.
  expect(asked('https://example.com/')).toBe(true)
  expect(asked('https://localhost./')).toBe('CONSTRAINT_ERROR')
  expect(asked('http://198.18.0.1/')).toBe('CONSTRAINT_ERROR')
  expect(asked('http://127.0.0.1/')).toBe(false)
})

describe('MON-11: approvers replaced, added, or needed less', () => {
  const trio = [bob, carol, dave]
  const cases: readonly (readonly [
    string,
    readonly (typeof bob)[],
    number | undefined,
    readonly (typeof bob)[] | undefined,
    number | undefined,
    boolean,
  ])[] = [
    ['the same', trio, 2, trio, 2, true],
    ['all of the same, said differently', trio, 3, trio, undefined, true],
    ['a higher threshold', trio, 2, trio, 3, true],
    ['fewer to choose from', trio, 2, [bob, carol], 2, true],
    ['one added and one needed more', trio, 2, [...trio, mallory], 3, true],
    ['dropped', trio, 2, undefined, undefined, false],
    ['an empty list', trio, 2, [], undefined, false],
    ['replaced', trio, 2, [mallory], 1, false],
    ['a lower threshold', trio, 2, trio, 1, false],
    ['all, made to be some', trio, undefined, trio, 2, false],
    ['one of its own added, the threshold kept', trio, 2, [...trio, mallory], 2, false],
    ['all of a shorter list', trio, undefined, [bob, carol], undefined, false],
    ['one put in the place of another', [bob, carol], 1, [bob, mallory], 1, false],
  ]

  test.each(cases)('%s', (_, before, least, after, needed, lawful) => {
    const first = altered(minted({ tools: { pay: {} } }), {
      ...gated({ pay: 'whole' }),
      ...approvedBy(before, least),
    })
    const change =
      after === undefined ? { approvers: undefined, minApprovals: undefined } : approvedBy(after, needed)
    expect(refusalOf([first, childOf(first, change)])).toBe(lawful ? undefined : 'CHAIN_APPROVERS')
    if (!lawful) expect(ruleOfRefusal([first, childOf(first, change)])).toBe('APPROVERS_KEPT')
    if (after === undefined) return
    const given = {
      approvers: after.map(({ publicKey }) => publicKey),
      ...(needed !== undefined && { minApprovals: needed }),
      now: NOW,
    }
    const made = codeOf(() => attenuate(chainOf([first]), given, alice))
    expect(made).toBe(lawful ? undefined : 'ATTENUATE_APPROVERS')
  })

  test('one approver listed twice is one', () => {
    const first = altered(minted({ tools: { pay: {} } }), {
      ...gated({ pay: 'whole' }),
      ...approvedBy([bob, carol], 2),
    })
    const doubled = {
      approvers: [bob.publicKey, carol.publicKey, mallory.publicKey, mallory.publicKey],
      minApprovals: 3,
    }
    expect(refusalOf([first, childOf(first, doubled)])).toBeUndefined()
    expect(refusalOf([first, childOf(first, { ...doubled, minApprovals: 2 })])).toBe('CHAIN_APPROVERS')
  })

  test('where nobody can open a gate, a child does not name who can', () => {
    const first = altered(minted({ tools: { pay: {}, read: {} } }), gated({ pay: 'whole' }))
    const own = approvedBy([mallory], 1)
    expect(refusalOf([first])).toBeUndefined()
    expect(refusalOf([first, childOf(first)])).toBeUndefined()
    expect(refusalOf([first, childOf(first, own)])).toBe('CHAIN_APPROVERS')
    const reading = { ...tools({ read: {} }), ...gated({ read: 'whole' }), ...own }
    expect(refusalOf([first, childOf(first, reading)])).toBeUndefined()
  })

  test('they follow from an issuer warrant to what it issues', () => {
    const issuing = altered(mandate({ issuableTools: ['pay'] }), {
      ...gated({ pay: 'whole' }),
      ...approvedBy([carol]),
    })
    const paying = { ...EXECUTION, ...tools({ pay: {} }) }
    expect(refusalOf([issuing, childOf(issuing, { ...paying, approvers: undefined })])).toBe(
      'CHAIN_APPROVERS',
    )
    const granted = { holder: bob.publicKey, tools: { pay: {} }, now: NOW }
    const issued = issue(chainOf([issuing]), granted, alice).warrants[1] as Warrant
    expect(issued.payload.approvers).toEqual([carol.publicKey])
    expect(refusalOf([issuing, issued])).toBeUndefined()
  })
})

describe('what an issuer warrant is bound by, and its children with it', () => {
  const issuing = mandate({ bounds: { path: subpath('/data') }, maxIssueDepth: 2, maxDepth: 4 })

  test('bounds do not vanish', () => {
    expect(refusalOf([issuing, childOf(issuing)])).toBeUndefined()
    expect(refusalOf([issuing, childOf(issuing, { bounds: undefined })])).toBe('CHAIN_BOUNDS')
    expect(ruleOfRefusal([issuing, childOf(issuing, { bounds: undefined })])).toBe('BOUNDS_KEPT')
  })

  test('nor does the issue depth, nor is it raised or passed', () => {
    const granted = { ...EXECUTION, ...tools({ read: { path: subpath('/data/a') } }) }
    const cases: readonly (readonly [Partial<Payload>, boolean])[] = [
      [{ maxIssueDepth: 2 }, true],
      [{ maxIssueDepth: 1 }, true],
      [{ maxIssueDepth: 3 }, false],
      [{ maxIssueDepth: undefined }, false],
      [{ ...granted, maxDepth: 2 }, true],
      [{ ...granted, maxDepth: 3 }, false],
    ]
    for (const [change, lawful] of cases) {
      const chain = [issuing, childOf(issuing, change)]
      expect(refusalOf(chain)).toBe(lawful ? undefined : 'CHAIN_ISSUE_DEPTH')
      if (!lawful) expect(ruleOfRefusal(chain)).toBe('ISSUE_DEPTH_KEPT')
    }
  })

  test('a session is that of the whole chain, or of none of it', () => {
    const bound = minted({ sessionId: 's1' })
    expect(refusalOf([bound, childOf(bound)])).toBeUndefined()
    for (const sessionId of [undefined, '', 's2', 'S1']) {
      expect(refusalOf([bound, childOf(bound, { sessionId })])).toBe('CHAIN_SESSION')
    }
    const free = minted()
    expect(refusalOf([free, childOf(free, { sessionId: 's1' })])).toBe('CHAIN_SESSION')
    expect(ruleOfRefusal([free, childOf(free, { sessionId: 's1' })])).toBe('SESSION_CHAIN')
  })

  test('nobody but the holder narrows, and nothing that has expired is narrowed', () => {
    const chain = chainOf([minted()])
    for (const other of [bob, mallory]) {
      expect(codeOf(() => attenuate(chain, { now: NOW }, other))).toBe('ATTENUATE_NOT_HOLDER')
    }
    expect(codeOf(() => attenuate(chain, { now: NOW + TTL }, alice))).toBe('ATTENUATE_EXPIRED')
  })
})
