import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlainPath, normalizePath } from '../../../src/capability/lexicalPath.js'

describe('the normal form of a path', () => {
  test.each([
    ['/', '/'],
    ['//', '/'],
    ['/a/', '/a'],
    ['/a//b/./c', '/a/b/c'],
    ['/a/../b', '/b'],
    ['/../../a', '/a'],
    ['/a/../..', '/'],
    ['/a\\..\\b', '/b'],
    ['\\a', undefined],
    ['/...', '/...'],
    ['/a/.. ', '/a/.. '],
    ['/a/%2e%2e', '/a/%2e%2e'],
    ['C:\\a\\b', 'C:\\a/b'],
    ['C:/a/../../b', 'C:/b'],
    ['C:\\', 'C:\\'],
    ['c:/', 'c:/'],
  ])('%j is %j', (path, normal) => {
    expect(normalizePath(path)).toBe(normal)
  })

  test.each([
    '',
    '.',
    'a',
    '../a',
    '~/a',
    'C:',
    'C:a',
    '1:/a',
    '\\\\host\\share',
    ' /a',
    'file:///a',
    '/a\0',
    '[:/a',
    'ab/c',
    'a//c',
  ])('%j has none', (path) => {
    expect(normalizePath(path)).toBeUndefined()
  })
})

describe('a plain path', () => {
  test('is recognised', () => {
    for (const path of ['/a', '/data/x.txt', '/data/a b/x..']) expect(isPlainPath(path), path).toBe(true)
  })

  test('is nothing that normalising would change', () => {
    for (const path of [
      '',
      '/',
      'a',
      '/a/',
      '//a',
      '/a//b',
      '/a/.',
      '/a/..',
      '/a/../b',
      '/a\\b',
      '/a\0',
      'C:/a',
    ])
      expect(isPlainPath(path), path).toBe(false)
  })

  test('is its own normal form, whatever it is made of', () => {
    const pieces = fc.constantFrom('/', 'a', '.', '..', '\\', '\0', 'b.c', ':', '~')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const path = `/${parts.join('')}`
        const normal = normalizePath(path)
        if (isPlainPath(path)) expect(normal).toBe(path)
        // Recognised is every normal path in which no part begins with a full stop.
        else expect(normal === path && path !== '/' && !path.includes('/.')).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
