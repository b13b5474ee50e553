import { describe, expect, test } from 'vitest'
import { covers, describeConstraint, permits, stricterCover } from '../../../../src/capability/constraint.js'
import {
  all,
  any,
  cidr,
  exact,
  not,
  range,
  urlSafe,
  wildcard,
} from '../../../../src/capability/constructors.js'
import { URL_FLAGS } from '../../../../src/capability/urlSafeOrder.js'
import { integer } from '../../../../src/encoding/value.js'
import { mayGo, mayNarrow, nearestOf, reread, samplesOf, witnessOf } from '../../../support/kinds.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf } from '../../../support/values.js'

const OPEN = {
  blockPrivate: false,
  blockLoopback: false,
  blockMetadata: false,
  blockReserved: false,
}

describe('UrlSafe with its defaults', () => {
  const safe = urlSafe()

  test.each([
    ...['https://example.com/', 'HTTP://EXAMPLE.com:8443/x?q#f', 'http://8.8.8.8/', 'http://172.32.0.1/'],
    ...['http://127.0.0.1@example.com/', 'http://example.com\\@127.0.0.1/', 'https://127.0.0.1.nip.io/'],
    ...[
      'http://internal.corp/',
      'http://[2606:4700::1111]/',
      'http://[64:ff9b::8.8.8.8]/',
      'http://010.0.0.1/',
    ],
  ])('permits %s', (url) => {
    expect(rulingOf(safe, url)).toBe('allow')
  })

  test.each([
    ...[
      '',
      'not a url',
      'http://',
      'file:///etc/passwd',
      'ftp://example.com/',
      'javascript:alert(1)',
      'http://h:99999/',
    ],
    ...[
      'http://127.0.0.1/',
      'http://127.1/',
      'http://0x7f.1/',
      'http://2130706433/',
      'http://017700000001/',
      'http://0/',
    ],
    ...['http://localhost/', 'http://LOCALHOST:80/', 'http://localhost.localdomain/', 'http://[::1]/'],
    ...[
      'http://%31%32%37.0.0.1/',
      'http://１２７.0.0.1/',
      'http://ⓛocalhost/',
      'http://127。0。0。1/',
      'http://127.0.\t0.1/',
    ],
    ...[
      'http://10.0.0.1/',
      'http://192.168.1.1/',
      'http://172.16.0.1/',
      'http://[fe80::1]/',
      'http://[fc00::1]/',
    ],
    ...[
      'http://169.254.169.254/',
      'http://169.254.169.254./',
      'http://2852039166/',
      'http://100.100.100.200/',
    ],
    ...[
      'http://metadata.google.internal/',
      'http://[::ffff:10.0.0.1]/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://[::7f00:1]/',
    ],
    ...[
      'http://224.0.0.1/',
      'http://255.255.255.255/',
      'http://example.com\0/',
      'http://example.com/\0',
      'http://metadata.goog/',
      'http://256.1.1.1/',
      'http://08.0.0.1/',
    ],
  ])('denies %j as the reference does', (url) => {
    expect(rulingOf(safe, url)).toBe('deny')
  })

  test.each([
    ['http://localhost./', 'URL_SAFE_TRAILING_DOT'],
    ['http://localhost../', 'URL_SAFE_TRAILING_DOT'],
    ['http://metadata.google.internal./', 'URL_SAFE_TRAILING_DOT'],
    ['http://foo.localhost/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://foo.localhost./', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://ip6-localhost/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://ip6-loopback/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://localhost4/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://localhost6/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://localhost4.localdomain4/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://localhost6.localdomain6/', 'URL_SAFE_LOOPBACK_NAME'],
    ['http://stra\u1e9ee.de/', 'URL_UNCLEAR'],
    ['http://100.64.0.1/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://198.18.0.1/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://240.0.0.1/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[::]/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[fec0::1]/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[ff02::1]/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[2002:808:808::1]/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[2001:0:1::1]/', 'URL_SAFE_SPECIAL_ADDRESS'],
    ['http://[::ffff:100.64.0.1]/', 'URL_SAFE_EMBEDDED_ADDRESS'],
    ['http://[64:ff9b::127.0.0.1]/', 'URL_SAFE_EMBEDDED_ADDRESS'],
    ['http://[64:ff9b:1::10.0.0.1]/', 'URL_SAFE_EMBEDDED_ADDRESS'],
    ['http://[::ffff:0:169.254.169.254]/', 'URL_SAFE_EMBEDDED_ADDRESS'],
  ])('denies %s, which the reference permits', (url, rule) => {
    expect(rulingOf(safe, url)).toBe(rule)
  })

  test('attacker: get what only a stricter rule denies permitted by a Not', () => {
    expect(rulingOf(not(safe), 'http://127.0.0.1/')).toBe('allow')
    expect(rulingOf(not(safe), 'not a url')).toBe('allow')
    for (const url of ['http://localhost./', 'http://[::]/', `http://${'a'.repeat(5_000)}/`])
      expect(rulingOf(not(safe), url)).not.toBe('allow')
  })

  test('faults on a URL that is too long to be read', () => {
    expect(rulingOf(safe, `http://h/?${'a'.repeat(70_000)}`)).toBe('URL_TOO_LONG')
  })

  test('denies other kinds of value', () => {
    for (const value of [null, 1, Object.freeze(['https://example.com/'])])
      expect(rulingOf(safe, value)).toBe('deny')
  })
})

describe('the fields of UrlSafe', () => {
  test('each block is one flag', () => {
    const open = urlSafe(OPEN)
    for (const url of [
      'http://127.0.0.1/',
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://[::]/',
      'http://foo.localhost./',
    ])
      expect(rulingOf(open, url), url).toBe('allow')
    expect(rulingOf(urlSafe({ ...OPEN, blockLoopback: true }), 'http://[64:ff9b::7f00:1]/')).toBe(
      'URL_SAFE_EMBEDDED_ADDRESS',
    )
    expect(rulingOf(urlSafe({ ...OPEN, blockPrivate: true }), 'http://127.0.0.1/')).toBe('allow')
  })

  test('internal names are blocked on request, by their last label', () => {
    const internal = urlSafe({ blockInternalTlds: true })
    for (const host of ['internal.corp', 'local', 'a.svc.cluster.local', 'kubernetes.default', 'x.home'])
      expect(rulingOf(internal, `http://${host}/`), host).toBe('deny')
    expect(rulingOf(internal, 'http://x.internal./')).toBe('URL_SAFE_TRAILING_DOT')
    expect(rulingOf(internal, 'http://x.intranet/')).toBe('allow')
  })

  test('ports: the known one where none is written, and none where none is known', () => {
    const ports = urlSafe({ schemes: ['https', 'redis', 'file'], allowPorts: [443, 6379] })
    expect(rulingOf(ports, 'https://example.com/')).toBe('allow')
    expect(rulingOf(ports, 'https://example.com:8443/')).toBe('deny')
    expect(rulingOf(ports, 'redis://example.com:6379/')).toBe('allow')
    expect(rulingOf(ports, 'redis://example.com/')).toBe('URL_SAFE_PORT_UNKNOWN')
    expect(rulingOf(ports, 'file://example.com/x')).toBe('URL_SAFE_PORT_UNKNOWN')
    expect(rulingOf(urlSafe({ allowPorts: [] }), 'https://example.com/')).toBe('deny')
    expect(codeOf(() => urlSafe({ allowPorts: [65_536] }))).toBe('CONSTRAINT_INVALID')
  })

  test('allowed domains hold for addresses too', () => {
    const listed = urlSafe({ allowDomains: ['*.example.com', '8.8.8.8', '[2606:4700::1111]'] })
    for (const host of ['example.com', 'a.example.com', '8.8.8.8', '0x08080808', '[2606:4700::1111]'])
      expect(rulingOf(listed, `http://${host}/`), host).toBe('allow')
    for (const host of ['evilexample.com', 'example.com.', 'a.example.com.evil.net'])
      expect(rulingOf(listed, `http://${host}/`), host).toBe('deny')
    for (const host of ['8.8.4.4', '1.1.1.1', '[::ffff:8.8.8.8]', '[2606:4700::1]'])
      expect(rulingOf(listed, `http://${host}/`), host).toBe('URL_SAFE_ALLOW_ADDRESS')
    expect(rulingOf(urlSafe({ allowDomains: [] }), 'https://example.com/')).toBe('deny')
  })

  test('denied domains win, in whatever spelling', () => {
    const denied = urlSafe({
      ...OPEN,
      allowDomains: ['*.example.com', '10.0.0.1'],
      denyDomains: ['evil.example.com', '10.0.0.1'],
    })
    expect(rulingOf(denied, 'http://evil.example.com/')).toBe('deny')
    expect(rulingOf(denied, 'http://10.0.0.1/')).toBe('deny')
    const spelled = urlSafe({ ...OPEN, denyDomains: ['evil.com', '10.0.0.1', '[::2]', 'bücher.example'] })
    for (const host of ['evil.com.', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', 'bücher.example'])
      expect(rulingOf(spelled, `http://${host}/`), host).toBe('URL_SAFE_DENY_SPELLING')
    expect(rulingOf(spelled, 'http://good.com./')).toBe('allow')
  })

  test('attacker: hide an address in the opaque host of another scheme', () => {
    const redis = urlSafe({ schemes: ['Redis'] })
    for (const host of ['example.com', 'EXAMPLE.com:6379', '8.8.8.8', 'ex%61mple.com', '[2606:4700::1111]'])
      expect(rulingOf(redis, `redis://${host}/`), host).toBe('allow')
    for (const host of [
      '127.0.0.1',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '%6cocalhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ])
      expect(rulingOf(redis, `redis://${host}/`), host).toBe('deny')
    for (const host of [
      '127.1',
      '0x7f.1',
      '127.0.0.1.',
      '8.8',
      '134744072',
      '127.0.0.1%20x',
      'ⓛocalhost',
      'a%2fb',
      '1.2.3.4.5',
      'a%',
    ])
      expect(rulingOf(redis, `redis://${host}/`), host).toBe('URL_SAFE_HOST_FORM')
  })
})

describe('entries of lists of domains', () => {
  const NO_HOSTS = [
    ...[
      '::1',
      '*',
      '*.',
      '',
      'a b',
      'a/b',
      'a:80',
      'http://a',
      'a@b',
      '*a.com',
      'a.*.com',
      '**',
      '*.127.0.0.1',
    ],
    ...['*..a.com', '*.%2ea.com', '%2A.com', '*.%2a.com', 'a%00'],
    ...['256.1.1.1', 'xn--', 'xn--a', 'fe80::1%eth0', '\0', '[::1', '[a]'],
  ]

  test.each(NO_HOSTS)('%j could be no host: nothing is permitted, and nothing is covered', (entry) => {
    for (const lists of [{ denyDomains: [entry] }, { allowDomains: ['a.example', entry] }]) {
      const constraint = urlSafe(lists)
      expect(rulingOf(constraint, 'https://a.example/')).toBe('URL_SAFE_ENTRY')
      expect(covers(constraint, constraint, {})).toBe(false)
      expect(stricterCover(constraint, constraint, {})).toBe('URL_SAFE_ENTRY')
    }
  })

  test('such an entry is a fault, so that no branch after it is reached', () => {
    const faulty = urlSafe({ denyDomains: ['a.*.com'] })
    expect(rulingOf(any([faulty, wildcard()]), 'https://b.example/')).toBe('URL_SAFE_ENTRY')
    expect(rulingOf(any([faulty, wildcard()]), 1)).toBe('allow')
    expect(rulingOf(not(faulty), 'https://b.example/')).toBe('URL_SAFE_ENTRY')
    expect(covers(any([faulty, wildcard()]), wildcard(), {})).toBe(false)
    expect(covers(any([faulty, wildcard()]), any([wildcard()]), {})).toBe(false)
  })

  test.each(['[::1]', '127.1', 'a.com.', '.a.com', 'a..b', 'bücher.example', '*.a.com'])(
    '%j could be one',
    (entry) => {
      expect(rulingOf(urlSafe({ denyDomains: [entry] }), 'https://a.example/')).toBe('allow')
    },
  )
})

describe('entries in other spellings than hosts have in URLs', () => {
  const allowed = urlSafe({ allowDomains: ['bücher.example', 'a.exam%70le'] })

  test.each(['https://bücher.example/', 'https://xn--bcher-kva.example/', 'https://a.example/'])(
    '%s is permitted by none, and not by the opposite of one either',
    (url) => {
      expect(rulingOf(allowed, url)).toBe('URL_SAFE_ENTRY_TEXT')
      expect(rulingOf(not(allowed), url)).toBe('URL_SAFE_ENTRY_TEXT')
    },
  )

  test('a denied host that only its text names is denied, and so by the opposite', () => {
    const denied = urlSafe({ ...OPEN, schemes: ['redis'], denyDomains: ['0x7f000001'] })
    expect(rulingOf(denied, 'redis://0x7f000001/')).toBe('URL_SAFE_HOST_FORM')
    expect(rulingOf(not(denied), 'redis://0x7f000001/')).toBe('URL_SAFE_HOST_FORM')
    expect(rulingOf(urlSafe({ denyDomains: ['a.example'] }), 'https://a.example/')).toBe('deny')
  })

  test.each([
    [{ allowDomains: ['bücher.example'] }, { allowDomains: ['xn--bcher-kva.example'] }],
    [{ allowDomains: ['*.a.example'] }, { allowDomains: ['a.example'] }],
    [{ allowDomains: ['[2606:4700:0::1]'] }, { allowDomains: ['[2606:4700::1]'] }],
    [{ denyDomains: ['a.example'] }, { denyDomains: ['*.a.example'] }],
    [{ denyDomains: ['*.x.a.example'] }, { denyDomains: ['*.a.example'] }],
  ])('%o does not cover %o, and says why', (parent, child) => {
    expect(covers(urlSafe(parent), urlSafe(child), {})).toBe(false)
    expect(stricterCover(urlSafe(parent), urlSafe(child), {})).toBe('URL_SAFE_ENTRY_TEXT')
  })

  test.each([
    [{ allowDomains: ['a.example'] }, { allowDomains: ['*.a.example'] }],
    [{ allowDomains: ['*.x.a.example'] }, { allowDomains: ['*.a.example'] }],
    [{ denyDomains: ['*.a.example'] }, { denyDomains: ['a.example'] }],
  ])('%o does not cover %o by any reading', (parent, child) => {
    expect(stricterCover(urlSafe(parent), urlSafe(child), {})).toBeUndefined()
  })
})

describe('a false that only a stricter rule makes, inside All', () => {
  const host = 'https://xn--bcher-kva.example/'
  const here = urlSafe({ allowDomains: ['bücher.example'] })
  const elsewhere = urlSafe({ allowDomains: ['a.example'] })
  const faulty = cidr('10.0.0.0/8')

  test('does not hide the fault of a constraint that others come to ask', () => {
    expect(rulingOf(any([all([here, faulty]), wildcard()]), host)).toBe('URL_SAFE_ENTRY_TEXT')
    expect(rulingOf(any([all([any([here]), faulty]), wildcard()]), host)).toBe('URL_SAFE_ENTRY_TEXT')
    expect(rulingOf(any([all([elsewhere, faulty]), wildcard()]), host)).toBe('allow')
  })

  test('leaves a plain false what it is, and a later branch reached', () => {
    expect(rulingOf(any([all([here, exact('x')]), wildcard()]), host)).toBe('allow')
    expect(rulingOf(all([here, exact('x')]), host)).toBe('deny')
    expect(rulingOf(any([here, wildcard()]), host)).toBe('allow')
    expect(rulingOf(not(all([here, wildcard()])), host)).toBe('URL_SAFE_ENTRY_TEXT')
    expect(rulingOf(not(all([here, exact('x')])), host)).toBe('allow')
  })

  test('of a Range as of a UrlSafe, and never seen from outside', () => {
    const past = integer(2n ** 53n + 1n)
    const bounded = range({ max: 2 ** 53 })
    expect(permits(bounded, past, { engines: {}, now: 0 })).toBe(false)
    expect(permits(all([bounded]), past, { engines: {}, now: 0 })).toBe(false)
    expect(permits(any([bounded]), past, { engines: {}, now: 0 })).toBe(false)
    expect(rulingOf(any([all([bounded, all([])]), wildcard()]), past)).toBe('RANGE_EXACT')
  })
})

describe('the order of UrlSafe', () => {
  const listed = urlSafe({ allowDomains: ['*.example.com', '1.1.1.1'], denyDomains: [] })

  test('every field may only tighten', () => {
    const tight = urlSafe({
      schemes: ['HTTPS'],
      allowDomains: ['api.example.com'],
      denyDomains: ['x.com'],
      allowPorts: [443],
      blockInternalTlds: true,
    })
    expect(covers(listed, tight, {})).toBe(true)
    expect(covers(tight, listed, {})).toBe(false)
    expect(covers(urlSafe(), urlSafe({ blockReserved: false }), {})).toBe(false)
    expect(
      covers(urlSafe({ denyDomains: ['EVIL.com'] }), urlSafe({ denyDomains: ['evil.com', 'a'] }), {}),
    ).toBe(true)
    expect(covers(urlSafe({ denyDomains: [] }), urlSafe(), {})).toBe(false)
    expect(covers(urlSafe({ allowPorts: [443] }), urlSafe(), {})).toBe(false)
  })

  test('attacker: name an address below the wildcard of the parent', () => {
    const wild = urlSafe({ allowDomains: ['*.8.8.8'], denyDomains: [] })
    const child = urlSafe({ allowDomains: ['8.8.8.8'], denyDomains: [] })
    expect(covers(wild, child, {})).toBe(false)
    expect(stricterCover(wild, child, {})).toBe('URL_SAFE_ALLOW_ADDRESS')
    expect(covers(listed, urlSafe({ allowDomains: ['1.1.1.1'], denyDomains: [] }), {})).toBe(true)
  })

  test('the apex of a wildcard is not covered, as in the reference up to 0.2', () => {
    const apex = urlSafe({ allowDomains: ['example.com'], denyDomains: [] })
    expect(covers(listed, apex, {})).toBe(false)
    expect(stricterCover(listed, apex, {})).toBe('URL_SAFE_ENTRY_TEXT')
  })

  test('an Exact is covered where it is permitted', () => {
    expect(covers(urlSafe(), exact('https://example.com/'), {})).toBe(true)
    expect(covers(urlSafe(), exact('http://[::]/'), {})).toBe(false)
    expect(stricterCover(urlSafe(), exact('http://[::]/'), {})).toBe('URL_SAFE_SPECIAL_ADDRESS')
  })
})

test('an option that is undefined stands for its default, and a flag is a boolean', () => {
  expect(urlSafe({ schemes: undefined, blockPrivate: undefined, allowPorts: undefined } as object)).toEqual(
    urlSafe(),
  )
  for (const flag of URL_FLAGS)
    expect(
      codeOf(() => urlSafe({ [flag]: 1 })),
      flag,
    ).toBe('CONSTRAINT_INVALID')
})

test('a URL without a host is not safe, whatever its scheme', () => {
  expect(rulingOf(urlSafe({ ...OPEN, schemes: ['file'] }), 'file:///etc/passwd')).toBe('deny')
  expect(rulingOf(urlSafe({ ...OPEN, schemes: ['file'] }), 'file://h/etc/passwd')).toBe('allow')
})

test('an entry that could be no host is a fault of its own', () => {
  const faulty = urlSafe({ denyDomains: ['a/b'] })
  expect(permits(faulty, 'https://a.example/', { engines: {}, now: 0 })).toBe('CONSTRAINT_ERROR')
})

test('a child may narrow a branch that shields another: all of them fault alike', () => {
  expect(mayNarrow(urlSafe(), urlSafe({ allowPorts: [443] }))).toBe(true)
  expect(mayGo(urlSafe())).toBe(false)
  expect(mayNarrow(urlSafe(), urlSafe({ denyDomains: ['a/b'] }))).toBe(false)
})

describe('UrlSafe', () => {
  test.each<Parameters<typeof urlSafe>>([
    [],
    [{ schemes: [], allowDomains: [], denyDomains: [], allowPorts: [] }],
    [
      {
        schemes: ['https'],
        allowDomains: ['a.com'],
        denyDomains: ['b.com'],
        allowPorts: [0, 65_535],
        blockInternalTlds: true,
      },
    ],
    [OPEN],
  ])('is read back as it was written, row %#', (options) => {
    expect(reread(urlSafe(options))).toEqual(urlSafe(options))
  })

  test('nearest to a child is what both permit', () => {
    const parent = urlSafe({ allowDomains: ['*.a.com'], allowPorts: [443] })
    const child = urlSafe({ allowDomains: ['x.a.com', 'b.com'], denyDomains: ['y.a.com'] })
    expect(nearestOf(parent, child)).toEqual(
      urlSafe({ allowDomains: ['x.a.com'], denyDomains: ['y.a.com'], allowPorts: [443] }),
    )
    expect(nearestOf(parent, exact('https://b.com/'))).toEqual(parent)
  })

  test('a child of another kind is no matter of a stricter rule', () => {
    expect(stricterCover(urlSafe(), exact('http://127.0.0.1/'), {})).toBeUndefined()
  })

  test('a witness is looked for among the hosts that it names', () => {
    const named = urlSafe({
      schemes: ['https'],
      allowDomains: ['*.a.com', 'b.com'],
      denyDomains: ['c.b.com'],
      allowPorts: [1, 2],
    })
    expect(samplesOf(named)).toEqual(
      ['x.a.com', 'a.com', 'b.com', 'c.b.com'].flatMap((host) =>
        ['', ':1', ':2'].map((port) => `https://${host}${port}/`),
      ),
    )
    expect(witnessOf(urlSafe({ allowDomains: ['a.com'] }), urlSafe({ allowDomains: ['b.com'] }))).toBe(
      'http://b.com/',
    )
  })

  test('or where it names none, among hosts of every network that it can block', () => {
    const hosts = ['example.com', '127.0.0.1', 'localhost', '10.0.0.1', '169.254.169.254', '224.0.0.1']
    expect(samplesOf(urlSafe({ schemes: ['http'] }))).toEqual(
      [...hosts, 'host.internal', '93.184.216.34'].flatMap((host) => [
        `http://${host}/`,
        `http://${host}:8443/`,
      ]),
    )
    const allowPorts = Array.from({ length: 100 }, (_, i) => i)
    expect(samplesOf(urlSafe({ allowPorts }))).toHaveLength(64)
    expect(witnessOf(urlSafe(), urlSafe({ blockPrivate: false }))).toBe('http://10.0.0.1/')
  })

  test.each<[Parameters<typeof urlSafe>[0], string]>([
    [{}, 'a safe URL of http, https'],
    [{ schemes: [] }, 'a safe URL of no scheme'],
    [
      { allowDomains: [], denyDomains: [], allowPorts: [] },
      'a safe URL of http, https; to no host; not to no host; on port none',
    ],
    [
      { schemes: ['https'], allowDomains: ['a.com', 'b.com'], denyDomains: ['c.a.com'], allowPorts: [1, 2] },
      'a safe URL of https; to a.com, b.com; not to c.a.com; on port 1, 2',
    ],
    [{ blockInternalTlds: true }, 'a safe URL of http, https; not to internal names'],
    [{ blockPrivate: false }, 'a safe URL of http, https; private not blocked'],
    [OPEN, 'a safe URL of http, https; private, loopback, metadata, reserved not blocked'],
  ])('%o in words', (options, words) => {
    expect(describeConstraint(urlSafe(options))).toBe(words)
  })
})
