/** Words that look as if they had been drawn by chance: keys, tokens, digests, which nothing else in a text marks. */

/** Words that could be base64 or hexadecimal. */
const WORD = /[A-Za-z0-9+/_-]{20,}={0,2}/g
const WORD_LENGTH = 20

/** A text with every word that looks random replaced. Linear in the text, which an agent writes. */
export const replaceRandom = (text: string, instead: (word: string) => string): string =>
  holdsRandom(text) ? text.replace(WORD, (word) => (isRandom(word) ? instead(word) : word)) : text

const DIGIT = 1
const SMALL = 2
const CAPITAL = 4
const HEX = 8
/** `/`, `_`, `+` and `-`, between which paths and names have their words. */
const BETWEEN = 16

/** What a sign of a {@link WORD} is, for each code; 0 for every other sign. */
const SIGNS: Uint8Array = new Uint8Array(128)
for (let code = 0; code < 26; code++) {
  const hex = code < 6 ? HEX : 0
  SIGNS[0x41 + code] = CAPITAL | hex
  SIGNS[0x61 + code] = SMALL | hex
}
SIGNS.fill(DIGIT | HEX, 0x30, 0x3a)
for (const sign of '/_+-') SIGNS[sign.charCodeAt(0)] = BETWEEN

const signAt = (text: string, at: number): number => SIGNS[text.charCodeAt(at)] ?? 0

/** Whether any {@link WORD} in a text is random. */
const holdsRandom = (text: string): boolean => {
  for (let start = 0; start + WORD_LENGTH <= text.length; ) {
    let end = start
    while (end < text.length && signAt(text, end) !== 0) end++
    if (end - start >= WORD_LENGTH && isRandom(text.slice(start, end))) return true
    start = end + 1
  }
  return false
}

/** Whether a word looks as if it had been drawn by chance: a key, a token, a digest. */
const isRandom = (word: string): boolean => {
  let length = word.length
  while (word[length - 1] === '=') length--
  let [kinds, isHex, dashes] = [0, true, 0]
  for (let at = 0; at < length; at++) {
    const sign = signAt(word, at)
    kinds |= sign
    if (word[at] === '-') dashes++
    else if ((sign & HEX) === 0) isHex = false
  }
  if (isHex) return length - dashes >= 32
  // Paths and names are made of words between marks; chance has long runs of mixed signs.
  for (let start = 0; start < length; ) {
    let end = start
    while (end < length && signAt(word, end) !== BETWEEN) end++
    if (isRandomPart(word.slice(start, end))) return true
    start = end + 1
  }
  return length >= 32 && isMixed(kinds) && entropyOf(word.slice(0, length)) >= 4.3
}

const isRandomPart = (part: string): boolean => {
  if (part.length < 20) return false
  let [kinds, isHex] = [0, true]
  for (let at = 0; at < part.length; at++) {
    const sign = signAt(part, at)
    kinds |= sign
    if ((sign & HEX) === 0) isHex = false
  }
  if (isHex && part.length >= 32) return true
  return (kinds & DIGIT) !== 0 && isMixed(kinds) && entropyOf(part) >= 3.5
}

/** Whether two or more of digits, small and capital letters were seen. */
const isMixed = (kinds: number): boolean => {
  const letters = kinds & (DIGIT | SMALL | CAPITAL)
  return (letters & (letters - 1)) !== 0
}

/** Bits for each character, from how often each stands in the word. */
const entropyOf = (word: string): number => {
  const text = word.slice(0, 256)
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
