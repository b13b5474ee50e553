/** What is taken out of text, what is left in it, and that no text makes it slow or grow. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSecretName, redactMarked, redactText } from '../../src/node/log/redact.js'
import { digestOf, redactArgs, viewOf } from '../../src/node/log/view.js'

describe('text', () => {
  test.each([
    '/home/user/projects/Foo1/src/some-long-file_name2.test.ts',
    'mcp__server__long_tool_name_2_and_more',
    'https://example.com/a/b?c=d#e',
    'git commit -m "author list of keys"',
    'the token ring design: pin code',
    'compass: north; author: me',
    'SELECT * FROM orders WHERE id = 17',
    '[redacted]',
    'string(12)',
    '',
  ])('%j is left as it is', (text) => {
    expect(redactText(text)).toBe(text)
  })

  test.each([
    ['a -----BEGIN RSA PRIVATE KEY-----\nMIIEow', 'a [redacted]'],
    [
      'curl -H "Authorization: Bearer abc.def-ghi" https://u:p@h/x?token=abc&y=1',
      'curl -H "Authorization: [redacted] [redacted]" https://[redacted]@h/x?token=[redacted]&y=1',
    ],
    ['export PGPASSWORD=abc DB_URL=x', 'export PGPASSWORD=[redacted] DB_URL=x'],
    ['{"client_secret": "a \\" b", "n": 1}', '{"client_secret": [redacted], "n": 1}'],
    ["pwd = 'x y' z", 'pwd = [redacted] z'],
    ['tool --api-key "a b" c', 'tool --api-key [redacted] c'],
    ['curl -u me:hunter2 https://h/', 'curl -u [redacted] https://h/'],
    ['curl -ume:hunter2 x', 'curl -u[redacted] x'],
    [`curl --user 'me:hunter2' --proxy-user="a:b" x`, `curl --user '[redacted]' --proxy-user="[redacted]" x`],
    ['sort -u a-b; git push -u origin main', 'sort -u a-b; git push -u origin main'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['550e8400-e29b-41d4-a716-446655440000', '[redacted]'],
  ])('%j', (text, expected) => {
    expect(redactText(text)).toBe(expected)
  })

  test('ids keep what is random, and lose what is marked', () => {
    expect(redactMarked('550e8400-e29b-41d4-a716-446655440000')).toBe('550e8400-e29b-41d4-a716-446655440000')
    expect(redactMarked('cron ghp_0123456789abcdefghijABCDEFGHIJ012345')).toBe('cron [redacted]')
  })

  test('a random key is found in every usual form and place', () => {
    const seed = fc.noBias(fc.uint8Array({ minLength: 32, maxLength: 32 }))
    const property = fc.property(seed, fc.constantFrom('hex', 'base64', 'base64url'), (bytes, form) => {
      fc.pre(new Set(bytes).size > 24) // drawn by chance, as keys are
      const key = Buffer.from(bytes).toString(form)
      for (const text of [key, `run ${key} now`, `x=${key};`, `("${key}")`])
        expect(redactText(text)).not.toContain(key)
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('what was taken out stays out: twice is once', () => {
    const piece = fc.constantFrom(
      'password',
      '=',
      ': ',
      '"',
      "'",
      '\\',
      'Bearer ',
      'sk-',
      'abc',
      '://',
      '@',
      ' ',
      '--',
      '\n',
    )
    const property = fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = redactText(pieces.join(''))
      expect(redactText(once).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(once.length + 10)
      expect(redactText(`password=hunter2 ${pieces.join('')}`)).not.toContain('hunter2')
    })
    fc.assert(property, { numRuns: 300 })
  })
})

describe('names', () => {
  test.each([
    'password',
    'userPassword',
    'apiKey',
    'X-Api-Key',
    'PIN',
    'PGPASSWORD',
    'auth',
    'clientSecret',
    'access_token',
  ])('%s names a secret', (name) => expect(isSecretName(name)).toBe(true))
  test.each(['path', 'author', 'compass', 'monkey', 'pinned', 'passage', 'bypass', 'key', 'limit'])(
    '%s names none',
    (name) => expect(isSecretName(name)).toBe(false),
  )
})

describe('arguments', () => {
  test('values of every kind, by type and size', () => {
    const args = { a: 'four', b: 1, c: 1.5, d: true, e: null, f: [1, 2], g: { x: 1 } }
    expect(viewOf(args)).toEqual({
      ...{ a: 'string(4)', b: 'integer', c: 'float', d: 'boolean', e: 'null', f: 'list(2)', g: 'object(1)' },
    })
    expect(viewOf(args, new Set(['a', 'b', 'f']))).toMatchObject({ a: 'four', b: '1', f: 'list(2)' })
  })

  test('two names that are secrets stay two arguments', () => {
    const args = { sk_live_0123456789: 1, sk_live_9876543210: 2 }
    expect(redactArgs(args)).toEqual({ '[redacted]': 1, '[redacted]2': 2 })
  })

  test('a name of an object is an ordinary name', () => {
    const args = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string> // as a host sends it
    expect(Object.keys(viewOf(args))).toEqual(['__proto__', 'constructor'])
    expect(digestOf(args)).not.toBe(digestOf({}))
  })

  test('a digest binds what only looks drawn by chance, and nothing of a password', () => {
    const [one, other] = ['/var/lib/docker/overlay2/x86_64-linux-gnu/python3', `/var/lib/${'3f'.repeat(32)}`]
    expect(digestOf({ path: one })).not.toBe(digestOf({ path: other }))
    expect(digestOf({ text: 'password=hunter2' })).toBe(digestOf({ text: 'password=hunter3' }))
    expect(JSON.stringify(redactArgs({ path: other }))).not.toContain('3f3f3f')
  })

  test('the digest tells kinds and values apart', () => {
    const digests = [{ a: 1 }, { a: 1.5 }, { a: '1' }, { a: [1] }, { b: 1 }, {}].map((args) => digestOf(args))
    expect(new Set(digests).size).toBe(digests.length)
    expect(digestOf({ a: '\ud800' })).toBeUndefined()
  })
})

describe('what is asked of short texts only where it can find anything', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9+/_.=-]{6,24}$/)
  const fragment = fc.oneof(
    fc.constantFrom(
      ...[
        '-----BEGIN A KEY-----',
        '-----END A KEY-----',
        '://',
        '@',
        ':',
        '=',
        ' ',
        '"',
        "'",
        '--',
        '-',
        '\\',
      ],
      ...[
        'Bearer ',
        'BASIC ',
        'digest ',
        'negotiate  ',
        'PassWord',
        'api_key',
        'access-key',
        'PIN',
        'pwd',
        'otp',
      ],
      ...['secret', 'Authorization', 'passphrase', 'cookie', 'signature', 'CREDENTIAL', 'token', 'auth'],
      ...[
        'sk-',
        'sk_live_',
        'ghp_',
        'glptt-',
        'xoxb-',
        'npm_',
        'SG.',
        'ya29.',
        'AIza',
        'AKIA',
        'eyJ',
        'MIIE',
      ],
      ...['age1', 'AGE-SECRET-KEY-', 'whsec_', 'lin_api_', 'K\u212aey', 'pa\u017f\u017f', '\n'],
    ),
    value,
    fc.string({ maxLength: 8 }),
  )
  const text = fc.array(fragment, { maxLength: 10 }).map((parts) => parts.join(''))
  /** Of texts that long every expression is asked. */
  const before = `${'. '.repeat(2_100)}\n`

  test('is taken out of them as it is of long ones', () => {
    const property = fc.property(text, (short) => {
      expect(before + redactMarked(short)).toBe(redactMarked(before + short))
      expect(before + redactText(short)).toBe(redactText(before + short))
    })
    fc.assert(property, { numRuns: 2_000 })
  })

  test('is a random word, by the expressions that describe one', () => {
    const kindsIn = (word: string): number =>
      [/\d/, /[a-z]/, /[A-Z]/].filter((kind) => kind.test(word)).length
    const entropyOf = (word: string): number =>
      [...new Set(word.slice(0, 256))].reduce((bits, sign) => {
        const share = (word.slice(0, 256).split(sign).length - 1) / Math.min(word.length, 256)
        return bits - share * Math.log2(share)
      }, 0)
    const isRandom = (word: string): boolean => {
      if (/^[0-9a-f-]+$/i.test(word)) return word.replaceAll('-', '').length >= 32
      const isPart = (part: string): boolean =>
        /^[0-9a-f]{32,}$/i.test(part) ||
        (part.length >= 20 && /\d/.test(part) && kindsIn(part) >= 2 && entropyOf(part) >= 3.5)
      return (
        word.split(/[/_+-]/).some(isPart) ||
        (word.length >= 32 && kindsIn(word) >= 2 && entropyOf(word) >= 4.3)
      )
    }
    const words = fc.oneof(
      ...[
        /^[A-Za-z0-9+/_-]{20,48}$/,
        /^[0-9a-fA-F-]{28,44}$/,
        /^[a-z0-9]{20,36}$/,
        /^([A-Z][a-z]{3,9}[/_-]){3,6}$/,
      ].map((form) => fc.stringMatching(form)),
    )
    const property = fc.property(words, (word) => {
      fc.pre(redactMarked(word) === word && word.length >= 20)
      expect([word, redactText(word) !== word]).toEqual([word, isRandom(word)])
    })
    fc.assert(property, { numRuns: 2_000 })
  })
})

test('no text of a megabyte takes the redaction beyond linear time', () => {
  const BAD = [
    '-----BEGIN ',
    '-----BEGIN A-----',
    'a',
    '://',
    'pass_',
    '--pass',
    'basic    ',
    'A1b2',
    '-',
    "password='",
    'password="\\',
    'sk-',
  ]
  const workOf = (text: string): number => {
    const start = performance.now()
    redactText(text)
    return performance.now() - start
  }
  for (const piece of BAD) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
    // Quadratic work on a megabyte would take minutes, and run out of the time of the test.
    expect(workOf(text)).toBeGreaterThan(0)
  }
}, 60_000)
