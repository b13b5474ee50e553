/** Texts of the languages that constraints speak, drawn by small grammars: URLs, addresses, paths, commands, CEL. */

import fc from 'fast-check'

const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''))

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const repeated = (part: fc.Arbitrary<string>, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(part, { minLength, maxLength }).map((parts) => parts.join(''))

/** Names of hosts, as they are and as they hide. */
export const hostNames: fc.Arbitrary<string> = oneOf(
  ...['a.example', 'x.a.example', 'y.x.a.example', 'b.example', 'A.Example', 'a.example.', 'xa.example'],
  ...['bücher.example', 'xn--bcher-kva.example', 'BÜCHER.example', 'x.bücher.example', 'a%2eexample'],
  ...[
    'localhost',
    'localhost.',
    'x.localhost',
    'metadata.google.internal',
    'db.internal',
    'host',
    '_s.example',
  ],
  ...['ａ.example', 'a。example', 'a.example..', '-a.example', 'a_b.example', 'xn--a'],
)

/** Addresses in every spelling that some client reads. */
export const hostAddresses: fc.Arbitrary<string> = oneOf(
  ...['10.0.0.1', '127.0.0.1', '8.8.8.8', '93.184.216.34', '169.254.169.254', '192.168.0.1', '172.16.0.1'],
  ...['0x7f000001', '2130706433', '127.1', '010.0.0.1', '0177.0.0.1', '1.2.3.4.', '0.0.0.0', '100.64.0.1'],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a00:1]',
    '[2001:db8::1]',
    '[64:ff9b::7f00:1]',
    '[fc00::1]',
  ],
  ...['[2606:4700::1111]', '[2606:4700:0::1111]', '[fe80::1]', '224.0.0.1', '255.255.255.255', '198.18.0.1'],
)

const hosts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: hostNames },
  { weight: 1, arbitrary: hostAddresses },
)

const paths: fc.Arbitrary<string> = oneOf(
  ...[
    '',
    '/',
    '/x',
    '/x/',
    '/x/y',
    '/x/y/z',
    '/api/v1',
    '/api',
    '/x/../y',
    '/%2e%2e/y',
    '/x%2fy',
    '/X',
    '//x',
  ],
  ...['/x?q=1', '/x#f', '?q', '\\x', '/x/./y', '/x y'],
)

/** URLs, most of them well-formed. */
export const urls: fc.Arbitrary<string> = joined(
  fc.oneof(
    { weight: 6, arbitrary: oneOf('https://', 'http://') },
    {
      weight: 1,
      arbitrary: oneOf('HTTPS://', 'redis://', 'ws://', 'ftp://', 'https:', 'https:///', ' https://'),
    },
  ),
  fc.oneof(
    { weight: 9, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: oneOf('u@', 'u:p@', 'a.example@') },
  ),
  hosts,
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: oneOf(':443', ':80', ':8080', ':0443', ':', ':65536') },
  ),
  paths,
)

/** Patterns of URLs. */
export const urlPatterns: fc.Arbitrary<string> = joined(
  oneOf('https://', 'http://', '*://', 'https://', 'redis://'),
  fc.oneof(oneOf('*.a.example', '*.example', '*', '*.x.a.example', 'a.*.example'), hosts),
  oneOf('', '', '', ':443', ':8080'),
  oneOf('', '/', '/*', '/x', '/x/*', '/x/y', '/*/y', '/api/*', '/x?', '/x/*/z', '/x*', '/%2e/x'),
)

/** Entries of lists of domains; a few could be no host. */
export const domainEntries: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: joined(oneOf('', '', '*.'), hostNames) },
  { weight: 2, arbitrary: hostAddresses },
  {
    weight: 1,
    arbitrary: oneOf(
      ...[
        '*',
        '*.',
        'a.*.example',
        '',
        'https://a.example',
        'a.example:443',
        '*.10.0.0.1',
        '::1',
        '.a.example',
      ],
      ...[
        'a..example',
        '*..a.example',
        '%2A.example',
        '*.%2a.example',
        '[',
        '[::1',
        'a%',
        'a b',
        '*.1',
        '256.1.1.1',
      ],
      ...[
        '１.2.3.4',
        '1.2.3',
        '0x10',
        'ß.example',
        '☃.example',
        'xn--',
        ' a.example',
        'a.example/',
        'a\0',
        '*.[::1]',
      ],
    ),
  },
)

/** Addresses as constraints on networks take them, and what they must not take. */
export const addresses: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(oneOf('10', '10', '192', '11', '0'), fc.constantFrom(0, 1, 2, 168), fc.nat(3), fc.nat(255))
      .map((parts) => parts.join('.')),
  },
  {
    weight: 2,
    arbitrary: oneOf('::1', '::', 'fc00::1', '2001:db8::1', '2001:DB8:0::1', '::ffff:10.0.0.1', '1::'),
  },
  {
    weight: 1,
    arbitrary: oneOf(
      '10.0.0.01',
      '10.0.0',
      '10.0.0.1/32',
      '[::1]',
      'fe80::1%eth0',
      ' 10.0.0.1',
      '0x0a.0.0.1',
    ),
  },
)

export const networks: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: joined(addresses, oneOf('', '/8', '/16', '/24', '/31', '/32', '/0', '/12')) },
  { weight: 1, arbitrary: joined(addresses, oneOf('/64', '/128', '/255.255.0.0', '/33', '/', '/08', '/+8')) },
)

/** Paths of files. */
export const filePaths: fc.Arbitrary<string> = joined(
  oneOf('/', '/', '/', '', '//', './'),
  repeated(oneOf('data/', 'data/', 'x/', 'Data/', '../', './', '/', 'etc/', 'é/', 'İ/', '\\'), 0, 4),
  oneOf('', 'data', 'x', 'f.txt', '..', '.', 'x\0', 'x\\..\\y'),
)

export const roots: fc.Arbitrary<string> = joined(
  oneOf('/'),
  oneOf('', 'data', 'data/x', 'x', 'Data', 'data/', 'etc', 'data/x/../y', 'é', 'İ'),
)

/** Globs over few letters, so that they meet. */
export const globs: fc.Arbitrary<string> = repeated(
  oneOf(
    'a',
    'b',
    '/',
    '*',
    '*',
    '?',
    '[ab]',
    '[!a]',
    '[a-c]',
    '**/',
    '/**',
    '[]]',
    ']',
    '[',
    '-',
    'é',
    '\\',
    'ab',
  ),
  0,
  6,
)

/** Short words over the letters of the globs. */
export const words: fc.Arbitrary<string> = repeated(
  oneOf('a', 'b', 'c', '/', ']', '-', 'é', '\\', '\n', '1', ' ', 'A'),
  0,
  6,
)

/** Regular expressions, among them some that one side or both refuse. */
export const expressions: fc.Arbitrary<string> = joined(
  oneOf('', '^', '\\A', '(?i)'),
  repeated(
    oneOf(
      ...[
        'a',
        'b',
        'ab',
        '.',
        '[ab]',
        '[^a]',
        '[a-c1]',
        '\\d',
        '\\w',
        '\\s',
        '\\b',
        'a+',
        'b*',
        'a?',
        'a{2}',
      ],
      ...[
        '(ab|c)',
        '(?:a|b)+',
        'a+?',
        '[[:alpha:]]',
        '\\x61',
        '\\.',
        'é',
        '\\pL',
        '(?P<n>a)',
        'a{1,3}',
        '\\/',
      ],
    ),
    1,
    4,
  ),
  oneOf('', '$', '\\z', '(', '(?=a)', '\\1'),
)

/** Lines of a shell. */
export const commands: fc.Arbitrary<string> = joined(
  oneOf('ls', 'git', '/bin/ls', '/tmp/ls', './ls', '../ls', 'npm', ' ls', '"ls"', 'l\\s', 'LS'),
  repeated(
    oneOf(
      ' ',
      ' ',
      '\t',
      ' -l',
      ' a',
      ' "a b"',
      " 'x",
      ' \\',
      ';x',
      '|x',
      '$x',
      '`',
      '\n',
      '\u0085',
      '>f',
      ' ..',
      '\ufeff',
    ),
    0,
    3,
  ),
)

const atoms = oneOf(
  ...[
    'value',
    'value',
    'value',
    'a',
    '1',
    '2',
    '0',
    '-1',
    '1.0',
    '0.5',
    "'a'",
    "''",
    "'ab'",
    'true',
    'false',
    'null',
  ],
  ...['[1, 2]', "['a', 'b']", '[]', "{'k': 1}", 'size(value)', '1u', "b'a'", 'nosuch', 'value.k', 'value[0]'],
)

const comparing = joined(
  atoms,
  oneOf(' == ', ' != ', ' < ', ' <= ', ' > ', ' in ', ' + ', ' / ', ' % ', ' * '),
  atoms,
)

const conditions = fc.oneof(
  comparing,
  comparing,
  oneOf(
    ...[
      'true',
      'false',
      '1 / 0 == 0',
      'value',
      "value.startsWith('a')",
      "value.contains('b')",
      'has(value.k)',
    ],
    ...["value.matches('^a')", 'value.exists(x, x == 1)', 'value.all(x, x > 0)', "value in ['a', 'b', 'c']"],
    ...[
      '[1, 2][5] == 1',
      'value.size() > 1',
      "value.endsWith('b')",
      'int(value) > 1',
      "string(value) == 'a'",
    ],
  ),
)

/** CEL: conditions joined as people join them, errors on every side of every operator. */
export const cels: fc.Arbitrary<string> = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    conditions,
    joined(tie('all'), oneOf(' && ', ' || '), tie('all')),
    joined(fc.constant('!('), tie('all'), fc.constant(')')),
    joined(fc.constant('('), tie('all'), oneOf(') && (', ') || ('), tie('all'), fc.constant(')')),
    joined(conditions, fc.constant(' ? '), tie('all'), fc.constant(' : '), conditions),
  ),
})).all
