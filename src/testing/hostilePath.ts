/** Paths that somebody, somewhere, takes to lead out of a folder. */

import fc from 'fast-check'

const UP = [
  ...['..', '../..', '.../', '....//', '..\\', '..;', '..%2f', '%2e%2e', '%2e%2e%2f', '%252e%252e%252f'],
  ...[
    '..%c0%af',
    '%c0%ae%c0%ae/',
    '..%5c',
    '\u{FF0E}\u{FF0E}',
    '\u2024\u2024',
    '..\u2215',
    '..\u2044',
    '..\0',
  ],
  ...['. .', ' ..', '.. ', '..\t', '..\n', '..:', '..::$DATA', './/..', '.'],
]
const TARGETS = [
  'etc/passwd',
  'etc/shadow',
  'root/.ssh/id_ed25519',
  'proc/self/environ',
  'Windows/win.ini',
  '',
]
const SEPARATORS = ['/', '/', '/', '//', '\\', '/./', '\\\\', '%2f', '\u2215']
const INSIDE = ['x', 'a.txt', 'sub/dir', '.hidden', '~', '-rf', 'CON', 'aux.txt', 'x ', 'x.']

/** Whole paths that a reader may take for absolute, for another machine's, or for another scheme's. */
const ELSEWHERE = [
  ...[
    '/etc/passwd',
    '/',
    '//etc/passwd',
    '\\etc\\passwd',
    '~/.ssh/id_rsa',
    '~root/x',
    '$HOME/x',
    `\${HOME}/x`,
  ],
  ...[
    'C:\\Windows\\win.ini',
    'C:/Windows',
    'c:x',
    '\\\\server\\share\\x',
    '//server/share/x',
    '\\\\?\\C:\\x',
  ],
  ...['\\\\.\\PhysicalDrive0', 'file:///etc/passwd', 'file:/etc/passwd', 'file://localhost/etc/passwd'],
  ...['/proc/self/root/etc/passwd', '/proc/self/cwd/../x', '/dev/fd/0', '/dev/stdin', '', '.', '..', '\0'],
]

const cased = (text: string): string =>
  text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()

/**
 * A path that a guard of `root` must refuse, or hand on only where it stays below `root` for whoever opens it: climbing
 * in every spelling, siblings whose name begins alike, NUL, other cases, other separators, drives, shares and schemes.
 * @example
 * fc.property(hostilePath('/data'), (path) => !isAllowed(path) || resolve(path).startsWith('/data/'))
 */
export const hostilePath = (root: string = '/data'): fc.Arbitrary<string> => {
  const climbing = fc
    .tuple(
      fc.array(fc.oneof(fc.constantFrom(...UP), fc.constantFrom(...INSIDE)), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...SEPARATORS),
      fc.constantFrom(...TARGETS),
    )
    .map(([parts, separator, target]) => [root, ...parts, target].join(separator))
  const beside = fc.constantFrom(
    ...[
      `${root}-evil/x`,
      `${root}x`,
      `${root}.bak`,
      `${root} /x`,
      `${root}\0/x`,
      `${root}\n/x`,
      ` ${root}/x`,
    ],
    ...[`${cased(root)}/x`, root.slice(1), `.${root}`, `/./${root}/../x`, `${root}/x\0.txt`, `${root}//../x`],
    ...[root.normalize('NFD').replace('a', 'a\u0301'), `${root}\u202e/x`, `\uFEFF${root}/x`],
  )
  const long = fc
    .integer({ min: 1, max: 300 })
    .map((times) => `${root}${'/x'.repeat(times)}${'/..'.repeat(times + 2)}/x`)
  return fc.oneof(
    { weight: 5, arbitrary: climbing },
    { weight: 2, arbitrary: fc.constantFrom(...ELSEWHERE) },
    { weight: 2, arbitrary: beside },
    { weight: 1, arbitrary: long },
  )
}
