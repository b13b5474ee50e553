/** Delegation policies: what is read, and what is refused with its place. */

import { describe, expect, test } from 'vitest'
import { parseJson } from '../../../src/encoding/json.js'
import { delegationFromJson } from '../../../src/schema/index.js'
import { codeOf } from '../../support/values.js'

const read = (policy: unknown): ReturnType<typeof delegationFromJson> =>
  delegationFromJson(parseJson(JSON.stringify(policy)))

const refusalOf = (policy: unknown): readonly unknown[] => {
  let where: unknown
  const code = codeOf(() => {
    try {
      read(policy)
    } catch (thrown) {
      where = (thrown as { where?: string }).where // of whatever was thrown
      throw thrown
    }
  })
  return [code, where]
}

describe('a policy', () => {
  test('for all children is one rule without conditions', () => {
    const { startSeconds, children } = read({ version: 1, inherit: true, ttl: '10m' })
    expect(startSeconds).toBeUndefined()
    expect(children).toMatchObject([{ goal: undefined, role: undefined, depth: undefined, inherit: 'all' }])
    expect(children[0]?.policy.ttlSeconds).toBe(600)
  })

  test.each([
    [1, [1, 1]],
    ['2', [2, 2]],
    ['1..3', [1, 3]],
    ['2..', [2, 64]],
    ['..3', [1, 3]],
    [64, [64, 64]],
  ])('takes the depth %s', (depth, expected) => {
    expect(read({ version: 1, children: [{ depth, inherit: true }] }).children[0]?.depth).toEqual(expected)
  })

  test.each([
    ['no version', { inherit: true }, 'JSON_SHAPE', 'version'],
    ['nothing to give', { version: 1 }, 'JSON_SHAPE', 'tools'],
    [
      'a child with nothing',
      { version: 1, children: [{ inherit: true }, { ttl: '1m' }] },
      'JSON_SHAPE',
      'children[1].tools',
    ],
    ['both forms', { version: 1, ttl: '1m', children: [{ inherit: true }] }, 'JSON_SHAPE', 'ttl'],
    ['no children', { version: 1, children: [] }, 'JSON_SHAPE', 'children'],
    ['a child that is no object', { version: 1, children: ['any'] }, 'JSON_SHAPE', 'children[0]'],
    ['an unknown field', { version: 1, inherit: true, roles: [] }, 'JSON_SHAPE', undefined],
    ['inherit: false', { version: 1, inherit: false }, 'JSON_SHAPE', 'inherit'],
    ['nothing inherited', { version: 1, inherit: [] }, 'JSON_SHAPE', 'inherit'],
    ['an empty goal', { version: 1, goal: '', inherit: true }, 'JSON_SHAPE', 'goal'],
    [
      'a goal that is no glob',
      { version: 1, children: [{ goal: '[a', inherit: true }] },
      'CONSTRAINT_INVALID',
      'children[0].goal',
    ],
    ['depth 0', { version: 1, depth: 0, inherit: true }, 'JSON_SHAPE', 'depth'],
    ['a depth backwards', { version: 1, depth: '3..1', inherit: true }, 'JSON_SHAPE', 'depth'],
    ['a depth of nothing', { version: 1, depth: '..', inherit: true }, 'JSON_SHAPE', 'depth'],
    ['a depth past the last', { version: 1, depth: '65', inherit: true }, 'JSON_SHAPE', 'depth'],
    ['what issues', { version: 1, children: [{ issuable: ['a'] }] }, 'JSON_SHAPE', 'children[0].issuable'],
    [
      'a version within',
      { version: 1, children: [{ version: 1, inherit: true }] },
      'JSON_SHAPE',
      'children[0].version',
    ],
    [
      'a tool without arguments',
      { version: 1, children: [{ tools: { a: {} } }] },
      'JSON_SHAPE',
      'children[0].tools.a',
    ],
    ['no duration', { version: 1, startWithin: 'soon', inherit: true }, 'DURATION_MALFORMED', undefined],
    ['another kind of thing', [], 'JSON_SHAPE', undefined],
  ])('with %s is refused', (_, policy, code, where) => {
    expect(refusalOf(policy)).toEqual([code, where])
  })
})
