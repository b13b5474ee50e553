/** The Unicode properties that a pattern may name, by the one spelling of each that every engine reads alike. */

const CATEGORIES =
  'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp Cc Cf Co'

const SCRIPTS =
  'Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana ' +
  'Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thai Tibetan'

/** General categories and the scripts in everyday use. Case, underscores and long names are other spellings: refused. */
export const UNICODE_PROPERTIES: ReadonlySet<string> = new Set(`${CATEGORIES} ${SCRIPTS}`.split(' '))

/** The ASCII classes of `[[:name:]]`. */
export const POSIX_CLASSES: ReadonlySet<string> = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
)

/** Members of `\d`, `\s` and `\w` in the reference's dialect, in the syntax of the engine, to stand in a class. */
export const PERL_CLASSES: Readonly<Record<'d' | 's' | 'w', string>> = {
  d: '\\p{Nd}',
  s: '\\x{9}-\\x{D}\\x{20}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}',
  w: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200C}\\x{200D}',
}

/**
 * Characters whose properties or case the reference (Unicode 16) and the engine (Unicode 17) see differently: those
 * that were added, and U+0295, which became a letter without case. Measured over every code point.
 */
export const UNSETTLED: RegExp = new RegExp(
  '[' +
    '\\u{295}\\u{88F}\\u{C5C}\\u{CDC}\\u{1ACF}-\\u{1ADD}\\u{1AE0}-\\u{1AEB}\\u{20C1}\\u{2B96}\\u{A7CE}-\\u{A7CF}' +
    '\\u{A7D2}-\\u{A7D5}\\u{A7F1}\\u{FBC3}-\\u{FBD2}\\u{FD90}-\\u{FD91}\\u{FDC8}-\\u{FDCE}\\u{10940}-\\u{10959}' +
    '\\u{10EC5}-\\u{10EC7}\\u{10ED0}-\\u{10ED8}\\u{10EFA}-\\u{10EFB}\\u{11B60}-\\u{11B67}\\u{11DB0}-\\u{11DDB}' +
    '\\u{11DE0}-\\u{11DE9}\\u{16EA0}-\\u{16EB8}\\u{16EBB}-\\u{16ED3}\\u{16FF2}-\\u{16FF6}\\u{187F8}-\\u{187FF}' +
    '\\u{18D09}-\\u{18D1E}\\u{18D80}-\\u{18DF2}\\u{1CCFA}-\\u{1CCFC}\\u{1CEBA}-\\u{1CED0}\\u{1CEE0}-\\u{1CEF0}' +
    '\\u{1E6C0}-\\u{1E6DE}\\u{1E6E0}-\\u{1E6F5}\\u{1E6FE}-\\u{1E6FF}\\u{1F6D8}\\u{1F777}-\\u{1F77A}' +
    '\\u{1F8D0}-\\u{1F8D8}\\u{1FA54}-\\u{1FA57}\\u{1FA8A}\\u{1FA8E}\\u{1FAC8}\\u{1FACD}\\u{1FAEA}\\u{1FAEF}' +
    '\\u{1FBFA}\\u{2B73A}-\\u{2B73F}\\u{2CEA2}-\\u{2CEAD}\\u{323B0}-\\u{33479}' +
    ']',
  'u',
)
