/** URLs that somebody, somewhere, reads as one of an internal service. */

import fc from 'fast-check'

/** The four octets of an IPv4 address. */
export type Quad = readonly [number, number, number, number]

/** Spellings that some client reads as the address of these octets: octal, hexadecimal, short, mapped, full-width. */
export const addressSpellings = ([a, b, c, d]: Quad): readonly string[] => {
  const whole = ((a * 256 + b) * 256 + c) * 256 + d
  const octal = (octet: number): string => `0${octet.toString(8)}`
  const hex = (octet: number): string => `0x${octet.toString(16)}`
  const quad = [a, b, c, d].join('.')
  const words = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  return [
    quad,
    `${quad}.`,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    [a, b, c, d].map(octal).join('.'),
    [a, b, c, d].map(hex).join('.'),
    `${a}.${b}.${(c << 8) | d}`,
    `${a}.${(b << 16) | (c << 8) | d}`,
    encodeURIComponent(quad).replaceAll('.', '%2e'),
    [...quad].map((unit) => `%${unit.charCodeAt(0).toString(16)}`).join(''),
    quad.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    quad.replaceAll('.', '\u3002'),
    `[::ffff:${quad}]`,
    `[::ffff:0:${quad}]`,
    `[64:ff9b::${quad}]`,
    `[64:ff9b:1::${words}]`,
    `[::ffff:0:0:${words}]`.replace('::ffff:0:0:', '::ffff:'),
    ...(a + b + c > 0 || d > 1 ? [`[::${quad}]`] : []),
  ]
}

/** An address whose first octets are likely to be of a network that is not the internet's. */
export const specialQuad = (): fc.Arbitrary<Quad> =>
  fc.oneof(
    fc.constantFrom<Quad>(
      [127, 0, 0, 1],
      [169, 254, 169, 254],
      [0, 0, 0, 0],
      [10, 0, 0, 1],
      [192, 168, 0, 1],
    ),
    fc.tuple(
      fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240, 255),
      fc.constantFrom(0, 16, 18, 31, 51, 64, 168, 254),
      fc.constantFrom(0, 2, 100, 113),
      fc.nat(255),
    ),
  )

const NAMES = [
  ...[
    'localhost',
    'LOCALHOST.',
    'localhost.localdomain',
    'ip6-localhost',
    'metadata.google.internal',
    'metadata',
  ],
  ...['intranet', 'printer.local', 'db.internal', 'kubernetes.default.svc', '[::1]', '[::]', '[fd00::1]'],
  ...[
    '[fe80::1]',
    '[fe80::1%25eth0]',
    '[::1',
    'lo\u00adcalhost',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'localhost%00.example',
    '0',
    '',
  ],
]

/** A whole URL around a host that is meant to be reached; `trusted` is the host that it pretends to be. */
const WRAPPINGS: readonly ((host: string, trusted: string) => string)[] = [
  (host) => `https://${host}/`,
  (host) => `http://${host}:8080/x?y#z`,
  (host) => `HTTPS://${host}`,
  (host) => `https:/${host}/`,
  (host) => `https:${host}`,
  (host) => `//${host}/`,
  (host) => `\\\\${host}\\x`,
  (host) => `https://\t${host}\n/`,
  (host) => ` https://${host}/ `,
  (host, trusted) => `https://${trusted}@${host}/`,
  (host, trusted) => `https://${trusted}:pw@${host}/`,
  (host, trusted) => `https://${trusted}%40${host}/`,
  (host, trusted) => `https://${trusted}\\@${host}/`,
  (host, trusted) => `https://${host}\\@${trusted}/`,
  (host, trusted) => `https://${host}#@${trusted}/`,
  (host, trusted) => `https://${host}?@${trusted}/`,
  (host, trusted) => `https://${host};@${trusted}/`,
  (host, trusted) => `https://${trusted}/redirect?to=https://${host}/`,
  (host, trusted) => `https://${trusted}.${host}/`,
  (host, trusted) => `https://${host}.${trusted}/`,
]

const SCHEMES = [
  ...['file:///etc/passwd', 'gopher://127.0.0.1:6379/_INFO', 'dict://localhost:11211/', 'ftp://10.0.0.1/x'],
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://a.example/x',
    'jar:https://a.example/x!/',
    'about:blank',
  ],
  ...[
    'ws://127.0.0.1/',
    'ldap://localhost/',
    'https://',
    'https://?',
    'https://#',
    'https://:443/',
    'https://a:b:c/',
  ],
]

/**
 * A URL that a guard must refuse, or hand on only where it leads to no internal address for whoever fetches it:
 * spellings of loopback, private, link-local and metadata addresses, names of internal services, credentials and
 * backslashes that hide the host, other schemes.
 * @param trusted the host that some of them pretend to be
 */
export const hostileUrl = (trusted: string = 'a.example'): fc.Arbitrary<string> => {
  const spelled = specialQuad().chain((quad) => fc.constantFrom(...addressSpellings(quad)))
  const host = fc.oneof(
    { weight: 3, arbitrary: spelled },
    { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
  )
  const wrapped = fc.tuple(host, fc.constantFrom(...WRAPPINGS)).map(([inner, wrap]) => wrap(inner, trusted))
  return fc.oneof({ weight: 9, arbitrary: wrapped }, { weight: 1, arbitrary: fc.constantFrom(...SCHEMES) })
}
