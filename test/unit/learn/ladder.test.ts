/** What is said of arguments of each shape, at each slack. */

import { describe, expect, test } from 'vitest'
import { describeConstraint } from '../../../src/capability/constraint.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { ladderOf, rungAt } from '../../../src/learn/ladder.js'
import { SLACKS } from '../../../src/learn/rung.js'
import type { SeenArgument } from '../../../src/learn/seen.js'
import { objectOf } from '../../support/values.js'

const seenOf = (name: string, values: readonly Value[], more: Partial<SeenArgument> = {}): SeenArgument => ({
  name,
  values,
  calls: values.length,
  parts: [],
  hidden: undefined,
  ...more,
})

/** In words, at each slack. */
const said = (seen: SeenArgument): readonly string[] => {
  const ladder = ladderOf(seen)
  return SLACKS.map((slack) => describeConstraint(rungAt(ladder, slack).constraint))
}

const warnings = (seen: SeenArgument): string =>
  ladderOf(seen)
    .flatMap((rung) => rung.warnings ?? [])
    .join('; ')

describe('numbers', () => {
  test.each([
    [[5, 17], 'one of 5, 17', '5 to 17, both included', '0 to 20, both included'],
    [[-3, 0.5], 'one of -3, 0.5', '-3 to 0.5, both included', '-5 to 0.5, both included'],
    [[60], 'exactly 60', 'exactly 60', '0 to 100, both included'],
    [[float(2), 3], 'one of 2.0, 3', '2 to 3, both included', '0 to 5, both included'],
    [[0], 'exactly 0', 'exactly 0', '0 to 0, both included'],
  ])('%j', (values, ...expected) => {
    expect(said(seenOf('n', values))).toEqual([...expected, 'anything'])
  })

  test('that no bound can say are listed, or anything', () => {
    expect(said(seenOf('n', [2n ** 60n, 1]))).toEqual([
      ...['one of 1152921504606846976, 1', 'one of 1152921504606846976, 1', 'anything', 'anything'],
    ])
  })
})

describe('paths', () => {
  test.each([
    [
      ['/srv/a/x', '/srv/a/sub/y'],
      'one of "/srv/a/x", "/srv/a/sub/y"',
      '/srv/a or a path under it',
      '/srv or a path under it',
    ],
    [['/srv/a/x'], 'exactly "/srv/a/x"', 'exactly "/srv/a/x"', '/srv/a or a path under it'],
    [
      ['/srv/a', '/srv/a/b'],
      'one of "/srv/a", "/srv/a/b"',
      '/srv/a or a path under it',
      '/srv or a path under it',
    ],
    [
      ['/data/x', '/data/y'],
      'one of "/data/x", "/data/y"',
      '/data or a path under it',
      '/data or a path under it',
    ],
    [
      ['/home/u/p/a', '/home/u/p/b', '/home/u/.netrc', '/etc/hosts'],
      'one of "/home/u/p/a", "/home/u/p/b", "/home/u/.netrc", "/etc/hosts"',
      'any of (/home/u/p or a path under it; exactly "/home/u/.netrc"; exactly "/etc/hosts")',
      'any of (/home/u/p or a path under it; exactly "/home/u/.netrc"; exactly "/etc/hosts")',
    ],
    [['C:/w/a', 'C:/w/b'], 'one of "C:/w/a", "C:/w/b"', 'C:/w or a path under it', 'C:/w or a path under it'],
  ])('%j', (values, ...expected) => {
    expect(said(seenOf('p', values))).toEqual([...expected, 'anything'])
  })

  test('never are the root, nor the home of somebody', () => {
    const paths = [
      '/a',
      '/b/c',
      '/home/u/x',
      '/home/v/y',
      '/',
      '/home',
      '/Users/u/a',
      '/root/.ssh/id',
      '/root/x',
    ]
    for (let i = 0; i < paths.length; i++) {
      for (const words of said(seenOf('path', [...paths.slice(i), ...paths.slice(0, i)])).slice(0, 3))
        expect(words).not.toMatch(/(?:^|[ (])(?:\/|\/home|\/home\/\w|\/Users\/\w|\/root) or a path/)
    }
  })

  test.each([
    [['a/b', '/srv/c'], 'relative'],
    [['/srv/../etc/passwd', '/srv/x'], '..'],
    [['/srv\\x', '/srv/y'], 'backslash'],
  ])('%j are listed and then anything, with the reason', (values, reason) => {
    const seen = seenOf('file_path', values)
    expect(said(seen).slice(2)).toEqual(['anything', 'anything'])
    expect(warnings(seen)).toContain(reason)
  })

  test('too far apart are no folders', () => {
    const far = Array.from({ length: 20 }, (_, i) => `/top${i}/x`)
    expect(said(seenOf('path', far)).slice(1)).toEqual(['anything', 'anything', 'anything'])
  })

  test('end where a part of one was withheld', () => {
    const seen = seenOf('p', [], { parts: ['/srv/a/[redacted 1]', '/srv/a/x/[redacted 2]'], calls: 2 })
    expect(said(seen).slice(0, 2)).toEqual(['/srv/a or a path under it', '/srv/a or a path under it'])
    const inHome = seenOf('p', [], { parts: ['/home/u/[redacted 1]'], calls: 1 })
    expect(said(inHome)[0]).toBe('anything')
  })
})

describe('URLs', () => {
  test('are those of the hosts that were seen, and then of what is below them', () => {
    expect(said(seenOf('url', ['https://api.example.com/a', 'https://example.org:8443/b?c']))).toEqual([
      'one of "https://api.example.com/a", "https://example.org:8443/b?c"',
      'a safe URL of https; to api.example.com, example.org; on port 443, 8443',
      'a safe URL of https; to api.example.com, *.api.example.com, example.org, *.example.org; on port 443, 8443',
      'anything',
    ])
  })

  test('into networks that are blocked lift one block, and say so', () => {
    const seen = seenOf('url', ['http://localhost:3000/a', 'http://localhost:3000/b'])
    expect(said(seen)[1]).toBe('a safe URL of http; to localhost; on port 3000; loopback not blocked')
    expect(warnings(seen)).toContain('a block is lifted')
  })
})

describe('command lines', () => {
  test('are those of the programs that were run', () => {
    expect(said(seenOf('command', ['git status', '/usr/bin/ls -l']))).toEqual([
      'one of "git status", "/usr/bin/ls -l"',
      'a command line of /usr/bin/ls, git',
      'a command line of /usr/bin/ls, ls, git',
      'anything',
    ])
  })

  test('that only a shell could run are allowed word for word', () => {
    expect(said(seenOf('command', ['git log', 'ls | wc -l']))[1]).toBe(
      'any of (a command line of git; exactly "ls | wc -l")',
    )
  })

  test('of nothing but shells are a free shell in the end, and that is said', () => {
    const seen = seenOf('command', ['a && b', 'c; d'])
    expect(said(seen)).toEqual([...Array(2).fill('one of "a && b", "c; d"'), 'anything', 'anything'])
    expect(warnings(seen)).toContain('a free shell')
  })

  test('of interpreters are told of', () => {
    for (const program of ['bash', '/usr/bin/python3.12', 'Bash.exe', 'nodejs'])
      expect(warnings(seenOf('cmd', [`${program} x`, 'ls']))).toContain('may run anything')
    expect(warnings(seenOf('cmd', ['ls -l', 'ls']))).toBe('')
  })

  test('are not seen in text of another name', () => {
    expect(said(seenOf('query', ['find me', 'find you']))[1]).toBe('one of "find me", "find you"')
  })
})

describe('lists, truth values, objects and texts', () => {
  test('lists', () => {
    const lists = [Object.freeze(['a']), Object.freeze(['b', 'a'])]
    expect(said(seenOf('tags', lists))).toEqual([
      ...[
        'one of ["a"], ["b", "a"]',
        'a list of nothing but "a", "b"',
        'a list of nothing but "a", "b"',
        'anything',
      ],
    ])
  })

  test('lists of too many elements have what is common to them', () => {
    const lists = [0, 1].map((n) =>
      Object.freeze(['x', ...Array.from({ length: 50 }, (_, i) => `${n} ${i}`)]),
    )
    expect(said(seenOf('tags', lists))[1]).toBe('a list with "x"')
  })

  test('truth values', () => {
    expect(said(seenOf('all', [true]))).toEqual([
      ...['exactly true', 'exactly true', 'one of false, true', 'anything'],
    ])
  })

  test('texts that are seen again and again are a choice; others are one until the dial is turned', () => {
    expect(said(seenOf('mode', ['r', 'w'], { calls: 9 }))[2]).toBe('one of "r", "w"')
    expect(said(seenOf('mode', ['r', 'w'], { calls: 2 }))).toEqual([
      ...['one of "r", "w"', 'one of "r", "w"', 'anything', 'anything'],
    ])
    const many = Array.from({ length: 17 }, (_, i) => `text ${i}`)
    expect(said(seenOf('query', many))[1]).toBe('anything')
  })

  test('objects, nulls and values of several kinds are compared whole', () => {
    const mixed = [objectOf([['a', 1]]), null, 'x']
    expect(said(seenOf('options', mixed, { calls: 6 })).slice(0, 3)).toEqual(
      Array(3).fill('one of {"a": 1}, null, "x"'),
    )
  })
})

describe('what was withheld', () => {
  test.each(['secret', 'long'] as const)('%s: anything, with a warning', (hidden) => {
    const seen = seenOf('path', ['/srv/a'], { hidden })
    expect(said(seen)).toEqual(Array(4).fill('anything'))
    expect(warnings(seen)).toContain('nothing is learned')
  })

  test('a text of which a part is gone is not listed', () => {
    const seen = seenOf('query', ['a'], { parts: ['b [redacted 1]'], calls: 2 })
    expect(said(seen)).toEqual(Array(4).fill('anything'))
    expect(warnings(seen)).toContain('a part of some text was withheld')
  })
})
