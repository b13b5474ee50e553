/**
 * The law of delegation: whatever a child may call, its parent may, at any depth and under any policy. Drawn policies and
 * parents, judged by the hook itself.
 */

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { oneOf, range, subpath } from '../../src/index.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { childStart, delegation, setDelegation, tell } from '../support/delegating.js'
import { hookHome } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'
import { freshSeed, scaled } from '../support/scale.js'

const seed = freshSeed()
console.log(`delegation: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(120_000, 3_600_000) })

const folder = fc.constantFrom('/', '/data', '/data/a', '/data/a/b', '/etc')
const names = fc.subarray(['x', 'y', 'z'], { minLength: 1 })
const bounds = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  .map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b)])

/** A capability of a warrant, and the same in the words of a policy. */
const capability: fc.Arbitrary<readonly [CapabilityInput, unknown]> = fc.oneof(
  fc.constant([{}, 'any'] as const),
  folder.map((root) => [{ a: subpath(root) }, { a: `subpath:${root}` }] as const),
  names.map((members) => [{ a: oneOf(members) }, { a: `oneof:${members.join('|')}` }] as const),
  bounds.map(([min, max]) => [{ a: range({ min, max }) }, { a: `range:${min}..${max}` }] as const),
  fc.tuple(folder, names).map(
    ([root, members]) =>
      [
        { a: subpath(root), b: oneOf(members) },
        { a: `subpath:${root}`, b: `oneof:${members.join('|')}` },
      ] as const,
  ),
)

const TOOLS = ['Read', 'Write', 'Glob'] as const
const toolsOf = (
  most: number,
): fc.Arbitrary<readonly (readonly [string, readonly [CapabilityInput, unknown]])[]> =>
  fc
    .uniqueArray(fc.constantFrom(...TOOLS, '*'), { maxLength: most })
    .chain((chosen) => fc.tuple(...chosen.map((tool) => capability.map((each) => [tool, each] as const))))

/** A rule that says less is followed more often by a child that has something. */
const rule = fc
  .record({
    goal: fc.constantFrom(undefined, undefined, 'one', 'one*', 'two', '*'),
    inherit: fc.constantFrom(true, true, ['delegate_task'], ['Read', 'delegate_task'], ['Read', 'Write']),
    tools: toolsOf(1),
    maxDepth: fc.constantFrom(undefined, undefined, 0, 2),
  })
  .map(({ goal, tools: written, inherit, maxDepth }) => ({
    ...{ goal, maxDepth, inherit },
    tools: Object.fromEntries(written.map(([tool, [, said]]) => [tool, said])),
  }))

const argument = fc.oneof(
  fc.constantFrom('/data/a/b/c', '/data/a', '/data', '/etc/x', '/', 'x', 'y', 'z'),
  fc.integer({ min: 0, max: 9 }),
)
const call = fc.record({
  tool: fc.constantFrom(...TOOLS),
  args: fc.oneof(fc.record({ a: argument }), fc.record({ a: argument, b: argument }), fc.constant({})),
})

test('whatever a child may call, its parent may', async () => {
  const allowed = { child: 0, grandchild: 0 }
  await fc.assert(
    fc.asyncProperty(
      toolsOf(4),
      fc.array(rule, { minLength: 1, maxLength: 3 }),
      fc.array(call, { minLength: 8, maxLength: 16 }),
      async (granted, children, calls) => {
        const home = hookHome()
        await setDelegation(home, 'hermes', { version: 1, children })
        const held = Object.fromEntries(granted.map(([tool, [capabilityOf]]) => [tool, capabilityOf]))
        home.open('hermes', 'parent', { tools: { ...held, delegate_task: {} } })
        await tell(home, delegation('parent', ['one', 'two']), childStart('parent', 'child', 'one'))
        await tell(home, delegation('child', ['one more', 'two']), childStart('child', 'grandchild', 'two'))
        for (const asked of calls) {
          const told = async (session: string): Promise<string> =>
            tell(home, SHAPES.hermes.call({ session, ...asked }))
          const [parent, child, grandchild] = [
            await told('parent'),
            await told('child'),
            await told('grandchild'),
          ]
          if (child === 'allowed') expect([asked, parent]).toEqual([asked, 'allowed'])
          if (grandchild === 'allowed') expect([asked, child]).toEqual([asked, 'allowed'])
          if (child === 'allowed') allowed.child++
          if (grandchild === 'allowed') allowed.grandchild++
        }
      },
    ),
    {
      numRuns: scaled(25, 600),
      seed,
      // One that is about something, whatever is drawn.
      examples: [
        [
          [['Read', [{ a: subpath('/data') }, undefined]]],
          [{ goal: undefined, inherit: true, maxDepth: undefined, tools: {} }],
          [{ tool: 'Read', args: { a: '/data/a' } }],
        ],
      ],
    },
  )
  // A law about nothing would hold too.
  expect(allowed.child).toBeGreaterThan(0)
  expect(allowed.grandchild).toBeGreaterThan(0)
})
