import { describe, expect, test } from 'vitest'
import { covers, stricterCover } from '../../../../src/capability/constraint.js'
import { exact, not, urlPattern } from '../../../../src/capability/constructors.js'
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
  })

  test('denies other kinds of value without a fault', () => {
    for (const value of [null, 1, Object.freeze(['https://h/'])])
      expect(rulingOf(urlPattern('https://h/*'), value)).toBe('deny')
  })

  test('is refused where matching a path could be made slow', () => {
    expect(codeOf(() => urlPattern(`https://h/a*${'[!b]'.repeat(200)}*c`))).toBe('CONSTRAINT_INVALID')
    expect(codeOf(() => urlPattern(`https://h/${'[!b]'.repeat(200)}/*`))).toBeUndefined()
  })
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
    ['https://*.a.com/*', 'https://*.b.a.com/*', 'yes'],
    ['https://*.a.com/*', 'https://a.com/*', 'yes'],
    ['https://*.a.com/*', 'https://xa.com/*', 'no'],
    ['https://a.com/*', 'https://*.a.com/*', 'no'],
    ['https://*.a.com/*', 'https://u@*/*', 'no'],
    ['https://h/a/*', 'https://h/ab/*', 'no'],
    ['https://h/v[12]/*', 'https://h/v[12]/users', 'yes'],
    ['https://h/a/*/b', 'https://h/a/*/b', 'yes'],
    ['https://h/a/*/b', 'https://h/a/x/b', 'no'],
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
