import { describe, expect, test } from 'vitest'
import { covers, stricterCover } from '../../../../src/capability/constraint.js'
import { exact, not, urlPattern } from '../../../../src/capability/constructors.js'
import { Run } from '../../../../src/capability/run.js'
import { mayGo, mayNarrow, reread, samplesOf, witnessOf } from '../../../support/kinds.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf } from '../../../support/values.js'

const ruling = (pattern: string, url: string): string => rulingOf(urlPattern(pattern), url)

describe('UrlPattern', () => {
  test.each([
    ['https://api.example.com/*', 'https://API.example.com/x?q#f'],
    ['https://api.example.com/*', 'https://user:pw@api.example.com:8443/x'],
    ['https://api.example.com/*', 'https://api.example.com\\@evil.com/'],
    ['https://api.example.com/*', ' https://api.exam\tple.com'],
    ['https://api.example.com/*', 'https://ａｐｉ.example.com/'],
    ['https://*.example.com/*', 'https://example.com/'],
    ['https://*.example.com/*', 'https://a.b.example.com/'],
    ['*://h/x', 'redis://H/x'],
    ['https://h:443/*', 'https://h:9999/'],
    ['*://h:80/x', 'http://h/x'],
    ['https://h/', 'https://h/any/path'],
    ['https://h/v[12]/*', 'https://h/v2/x'],
    ['https://h/a/../b/*', 'https://h/b/%2e%2e/b/x'],
    ['https://h/[a', 'https://h/[a'],
    ['http://127.0.0.1/*', 'http://127.1/x'],
    ['redis://h/*', 'redis://h'],
    ['https://u@*/*', 'https://example.com/x'],
    ['file:///a/*', 'file:///a/x'],
    ['file:///a/*', 'file://h/a/x'],
    ['*://H/x', 'redis://h/x'],
  ])('%s permits %j', (pattern, url) => {
    expect(ruling(pattern, url)).toBe('allow')
  })

  test.each([
    ['https://api.example.com/*', 'http://api.example.com/'],
    ['https://api.example.com/*', 'https://api.example.com.evil.com/'],
    ['https://api.example.com/*', 'https://api.example.com@evil.com/'],
    ['https://api.example.com/*', 'https://evil.com/https://api.example.com/'],
    ['https://api.example.com/*', 'https://api.example.com./'],
    ['https://*.example.com/*', 'https://evilexample.com/'],
    ['redis://*.example.com/x', 'redis://A.EXAMPLE.com/x'],
    ['https://h:8443/*', 'https://h/'],
    ['*://h:80/x', 'https://h/x'],
    ['https://h/api/*', 'https://h/api/../admin'],
    ['https://h/api/*', 'https://h/api/%2e%2e/admin'],
    ['https://h/api/*', 'https://h/api\\..\\admin'],
    ['https://h/api/*', 'https://h/api'],
    ['https://h/api', 'https://h/api/'],
    ['https://h/[a', 'https://h/a'],
    ['https://*/*', 'https://example.com/'],
    ['https://h/files/*.pdf', 'https://h/files/a.pdf'],
    ['*://h:80/x', 'redis://h/x'],
    ['*://h:0/x', 'https://h/x'],
    ['*://h:0/x', 'http://h/x'],
    ['file://h/a/*', 'file:///a/x'],
  ])('attacker: slip past %s with %j', (pattern, url) => {
    expect(ruling(pattern, url)).toBe('deny')
  })

  test('faults on what is no URL, so that Not does not permit it', () => {
    const pattern = urlPattern('https://h/*')
    for (const text of ['', 'h/x', 'https://', 'https://h:99999/', '//h/x']) {
      expect(rulingOf(pattern, text), text).toBe('CONSTRAINT_ERROR')
      expect(rulingOf(not(pattern), text), text).toBe('CONSTRAINT_ERROR')
    }
    expect(rulingOf(pattern, `https://h/${'a'.repeat(70_000)}`)).toBe('URL_TOO_LONG')
    expect(rulingOf(pattern, 'https://stra\u1e9ee.de/')).toBe('URL_UNCLEAR')
    expect(rulingOf(not(pattern), 'https://stra\u1e9ee.de/')).toBe('URL_UNCLEAR')
  })

  test('denies other kinds of value without a fault', () => {
    for (const value of [null, 1, Object.freeze(['https://h/'])])
      expect(rulingOf(urlPattern('https://h/*'), value)).toBe('deny')
  })

  test('is refused where matching a path could be made slow', () => {
    expect(() => urlPattern(`https://h/a*${'[!b]'.repeat(200)}*c`)).toThrow(
      expect.objectContaining({ code: 'CONSTRAINT_INVALID', rule: 'PATTERN_BOUNDED' }),
    )
    expect(codeOf(() => urlPattern(`https://h/a/*${'[!b]'.repeat(33)}/*`))).toBe('CONSTRAINT_INVALID')
    expect(codeOf(() => urlPattern(`https://h/a/*${'[!b]'.repeat(31)}/*`))).toBeUndefined()
    expect(codeOf(() => urlPattern(`https://h/${'[!b]'.repeat(200)}/*`))).toBeUndefined()
  })
})

test('a URL pattern is read back as it was written', () => {
  for (const text of ['https://*.A.com:8443/x/*', '*://h'])
    expect(reread(urlPattern(text))).toEqual(urlPattern(text))
})

/** `yes`, `no` as in the reference, or the rule by which only this side says no. */
const order = (parent: string, child: string): string => {
  const [outer, inner] = [urlPattern(parent), urlPattern(child)]
  const rule = stricterCover(outer, inner, {})
  return covers(outer, inner, {}) ? 'yes' : (rule ?? 'no')
}

describe('the order of URL patterns', () => {
  test.each([
    ['https://h/*', 'https://h/a/*', 'yes'],
    ['https://h', 'https://h:8443/a', 'yes'],
    ['*://h/*', 'https://h/*', 'yes'],
    ['https://h/*', '*://h/*', 'no'],
    ['https://h/*', 'https://h/', 'no'],
    ['https://h:8443/*', 'https://h/*', 'no'],
    ['https://h:8443/*', 'https://h:443/*', 'no'],
    ['https://h:8443/*', 'https://h:8443/a', 'yes'],
    ['https://*.a.com/*', 'https://*.b.a.com/*', 'yes'],
    ['https://*.a.com/*', 'https://a.com/*', 'yes'],
    ['https://*.a.com/*', 'https://xa.com/*', 'no'],
    ['https://a.com/*', 'https://*.a.com/*', 'no'],
    ['https://*.a.com/*', 'https://u@*/*', 'no'],
    ['https://h/a/*', 'https://h/ab/*', 'no'],
    ['https://h/v[12]/*', 'https://h/v[12]/users', 'yes'],
    ['https://h/a/*/b', 'https://h/a/*/b', 'yes'],
    ['https://h/a/*/b', 'https://h/a/x/b', 'no'],
    ['https://h/a/*', 'https://h/a/[x', 'yes'],
    ['https://u@*/*', 'https://h/*', 'yes'],
    ['*://u@*/*', 'a:b://c', 'yes'], // of a scheme that no URL has
    ['file:///a/*', 'file://h/a/*', 'yes'],
    ['file://h/a/*', 'file:///a/*', 'no'],
    ['redis://*.a.com/*', 'redis://*.b.a.com/*', 'yes'],
    ['redis://*.a.com/*', 'redis://*.a.com/*', 'yes'],
    ['redis://*.1.2/*', 'redis://x.1.2/*', 'yes'],
    ['https://*.1.a/*', 'https://x.1.a/*', 'yes'],
    ['redis://A.com/*', 'redis://a.com/*', 'yes'],
    ['redis://*.a.com/x', 'redis://a.com/y', 'no'],
  ])('%s over %s: %s', (parent, child, expected) => {
    expect(order(parent, child)).toBe(expected)
  })

  /** Each row has a URL that the child permits and the parent denies. */
  test.each([
    ['https://h/api', 'https://h/api/*', 'https://h/api/admin', 'URL_PATTERN_PATH'],
    ['https://h/api', 'https://h/api/admin', 'https://h/api/admin', 'URL_PATTERN_PATH'],
    ['https://h/a/*/x', 'https://h/a/*/x/y', 'https://h/a/1/x/y', 'URL_PATTERN_PATH'],
    ['https://h/[a/*', 'https://h/[a/]x', 'https://h/ax', 'URL_PATTERN_PATH'],
    ['https://h/[ab]/*', 'https://h/[ab]/[x', 'https://h/[ab]/[x', 'URL_PATTERN_PATH'],
    ['redis://*.a.com/*', 'redis://a.com/x', 'redis://A.COM/x', 'URL_PATTERN_HOST_CASE'],
    ['*://*.a.com/*', '*://x.a.com/x', 'redis://X.A.COM/x', 'URL_PATTERN_HOST_CASE'],
  ])('attacker: widen %s to %s', (parent, child, witness, rule) => {
    expect(ruling(child, witness)).toBe('allow')
    expect(ruling(parent, witness)).toBe('deny')
    expect(order(parent, child)).toBe(rule)
  })

  test('an Exact is covered where it is permitted', () => {
    expect(covers(urlPattern('https://h/a/*'), exact('https://h/a/b'), {})).toBe(true)
    expect(covers(urlPattern('https://h/a/*'), exact('https://h/a/../b'), {})).toBe(false)
    expect(covers(urlPattern('https://h/a/*'), exact('not a url'), {})).toBe(false)
  })
})

test('a child of another kind is no matter of a stricter rule', () => {
  expect(stricterCover(urlPattern('https://h/*'), exact('https://other/'), {})).toBeUndefined()
})

test('a child may narrow a branch that shields another, or the opposite of one, as all of them fault alike', () => {
  const [wide, narrow] = [urlPattern('https://h/*'), urlPattern('https://h/a/*')]
  expect(mayNarrow(wide, narrow)).toBe(true)
  expect(mayNarrow(not(narrow), not(wide))).toBe(true)
  expect(mayGo(wide)).toBe(false)
})

describe('a witness is looked for', () => {
  test('in the hosts, ports and paths near those of the pattern', () => {
    expect(samplesOf(urlPattern('https://*.a.com:1/b/*'))).toEqual([
      'https://x.a.com:1/b/',
      'https://x.a.com:1/b/x',
      'https://x.a.com:1/b/x/y',
      'https://a.com:1/b/',
      'https://a.com:1/b/x',
      'https://a.com:1/b/x/y',
    ])
    expect(samplesOf(urlPattern('http://h/b'))).toEqual([
      'http://h/b',
      'http://h/b',
      'http://h/b',
      'http://h:8443/b',
      'http://h:8443/b',
      'http://h:8443/b',
    ])
  })

  test('in some scheme, host and path, where the pattern says nothing of them', () => {
    expect(samplesOf(urlPattern('*://h:1'))).toEqual(['https://h:1/', 'https://h:1/x', 'https://h:1/x/y'])
    expect(samplesOf(urlPattern('file:///a'))[0]).toBe('file://example.com/a')
  })

  test('that the parent does not permit', () => {
    expect(witnessOf(urlPattern('https://h/b'), urlPattern('https://h/*'))).toBe('https://h/')
    expect(witnessOf(urlPattern('https://a.com/*'), urlPattern('https://*.a.com/*'))).toBe('https://x.a.com/')
  })
})

test('counts as much work as its text is long, and no more than any pattern', () => {
  const workOf = (text: string): number => new Run({}).workOf(urlPattern(text))
  expect(workOf('https://h/')).toBe(13)
  expect(workOf(`https://h/${'a'.repeat(100)}`)).toBe(35)
})
