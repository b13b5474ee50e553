import { describe, expect, test } from 'vitest'
import { callOf } from '../../../src/capability/call.js'
import type { PublicKey } from '../../../src/crypto/keys.js'
import {
  allowed,
  assertAllowed,
  type Deny,
  denied,
  NO_FACTS,
  withNote,
} from '../../../src/enforce/decision.js'
import { refusal } from '../../../src/enforce/refusal.js'
import { DenialError } from '../../../src/errors.js'

const facts = { warrantId: 'tnu_wrt_00', rootIssuer: 'ab'.repeat(32) as PublicKey, depth: 1 }
const call = callOf('read', { path: '/secret-argument' })
const allow = allowed(call, facts, [])
const deny = denied(
  refusal('CONSTRAINT_VIOLATED', 'path', { hint: () => 'allowed: under /data', rule: () => 'SUBPATH_ROOT' }),
  'read',
  facts,
  [],
)

describe('a decision has no meaning but its kind', () => {
  const misuses: [string, (decision: object) => unknown][] = [
    // biome-ignore lint/suspicious/noDoubleEquals: the misuse
    ['loose comparison', (d) => d == (true as unknown)],
    ['addition', (d) => (d as unknown as number) + 1],
    ['order', (d) => (d as unknown as number) > 0],
    ['text', (d) => `${d as unknown as string}`],
    ['String()', (d) => String(d)],
    ['Number()', (d) => Number(d)],
    ['valueOf()', (d) => d.valueOf()],
    ['as a property name', (d) => ({})[d as unknown as string]],
  ]
  test.each(misuses)('%s throws', (_, misuse) => {
    expect(() => misuse(allow)).toThrow(TypeError)
    expect(() => misuse(deny)).toThrow(TypeError)
  })

  test('no field of either is a boolean', () => {
    for (const decision of [allow, deny]) {
      for (const name of Reflect.ownKeys(decision)) {
        expect(typeof Reflect.get(decision, name), String(name)).not.toBe('boolean')
      }
    }
  })

  test('neither can be changed into the other', () => {
    for (const decision of [allow, deny]) {
      expect(Object.isFrozen(decision)).toBe(true)
      expect(() => Object.assign(decision, { kind: 'allow', call })).toThrow(TypeError)
    }
    expect('call' in deny).toBe(false)
  })

  test('is no promise: waiting for it gives itself', async () => {
    expect('then' in allow).toBe(false)
    expect(await allow).toBe(allow)
  })
})

describe('assertAllowed', () => {
  test('gives the one copy of the arguments, or throws the denial', () => {
    expect(assertAllowed(allow)).toBe(call)
    try {
      assertAllowed(deny)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(DenialError)
      expect(thrown).toMatchObject({
        code: 'CONSTRAINT_VIOLATED',
        where: 'path',
        rule: 'SUBPATH_ROOT',
        cause: deny,
      })
    }
  })

  test('takes no look-alike whose call was never copied', () => {
    const forged = { ...facts, kind: 'allow' as const, call: { tool: 'read', args: {} }, notes: [] }
    expect(() => assertAllowed(forged)).toThrow(TypeError)
  })
})

describe('what a denial says', () => {
  test('names tool, argument and rule in words', () => {
    expect(deny).toMatchObject({
      message: 'read: an argument is outside its constraint, at path (allowed: under /data)',
      hint: 'allowed: under /data',
      rule: 'SUBPATH_ROOT',
    })
  })

  test('is one printable line whatever the names are', () => {
    const hostile = denied(
      refusal('CONSTRAINT_ARGUMENT_UNKNOWN', 'a\n\u001b[2J\u202eb'),
      'x\ny',
      NO_FACTS,
      [],
    )
    const { message, where, tool } = hostile as Deny
    for (const text of [message, where, tool]) expect(text).toMatch(/^[\x20-\x7e]+$/)
  })

  test.each([
    ['read', 'read'],
    ['a b~!', 'a b~!'],
    ['\u202e', '\\u{202e}'],
    ['\n', '\\u{a}'],
    ['\u007f', '\\u{7f}'],
    ['a\u001f', 'a\\u{1f}'],
    ['é', 'é'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), `${'x'.repeat(64)}...`],
  ])('a name %j is shown as %j', (name, shown) => {
    const { tool, where } = denied(refusal('TOOL_NOT_GRANTED', name), name, NO_FACTS, []) as Deny
    expect([tool, where]).toEqual([shown, shown])
  })

  test('words are made when they are read, and not before', () => {
    let made = 0
    const lazy = denied(
      refusal('TOOL_NOT_GRANTED', 'tool', {
        hint: () => {
          made++
          return 'granted: none'
        },
      }),
      'read',
      NO_FACTS,
      [],
    ) as Deny
    expect(made).toBe(0)
    expect(lazy.message).toContain('granted: none')
    expect(made).toBe(1)
  })

  test('as JSON neither holds arguments, and the denial holds no keys', () => {
    const retry = {
      requestHash: '00'.repeat(32),
      warrantId: 'tnu_wrt_00',
      tool: 'read',
      holder: 'cd'.repeat(32) as PublicKey,
      approvers: ['ef'.repeat(32) as PublicKey],
      needed: 1,
      received: 0,
      expiresAt: 5,
    }
    const asking = denied(refusal('APPROVAL_REQUIRED', undefined, { retry }), 'read', facts, [])
    const text = JSON.stringify([allow, deny, asking])
    expect(text).not.toContain('secret-argument')
    expect(JSON.stringify(asking)).not.toMatch(/(cd|ef){32}/)
    expect(JSON.parse(text)[2].approval).toEqual({ requestHash: '00'.repeat(32), needed: 1, received: 0 })
  })
})

test('a note is added and nothing else changes', () => {
  const noted = withNote(deny, 'warn-mode') as Deny
  expect(noted.notes).toEqual(['warn-mode'])
  expect([noted.kind, noted.code, noted.message, noted.rule]).toEqual([
    'deny',
    'CONSTRAINT_VIOLATED',
    (deny as Deny).message,
    'SUBPATH_ROOT',
  ])
  expect(withNote(allow, 'warn-mode')).toMatchObject({ kind: 'allow', call, notes: ['warn-mode'], ...facts })
})
