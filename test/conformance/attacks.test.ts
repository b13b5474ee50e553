/**
 * Attack inputs from public lists, through the shipped constraints. A row with a verdict agrees with it; where the
 * reference permits what is blocked here, the rule that blocks it says so itself; nothing that the reference blocks is
 * permitted, and Not permits nothing that only a rule blocks.
 */

import { describe, expect, test } from 'vitest'
import { type Constraint, compileConstraint, permits } from '../../src/capability/constraint.js'
import {
  cidr,
  exact,
  not,
  oneOf,
  pattern,
  shlex,
  subpath,
  urlPattern,
  urlSafe,
} from '../../src/capability/constructors.js'
import { readUrl } from '../../src/capability/urlText.js'
import { decodeValue, encodeValue } from '../../src/encoding/cbor.js'
import { STRICTER_RULES } from '../../src/rules.js'
import { rulingOf } from '../support/ruling.js'
import { hasShared, readShared } from '../support/shared.js'

interface AttackRow {
  readonly id: string
  readonly input: string
  readonly constraint: { readonly [field: string]: unknown }
  readonly expect: 'block' | 'allow' | null
  readonly referenceModel: 'block' | 'allow'
  readonly stricterThanReference?: boolean
}

const casesOf = <T>(file: string): readonly T[] =>
  hasShared ? readShared<{ readonly cases: readonly T[] }>(`vectors/attacks/${file}.json`).cases : []

const texts = (field: unknown): readonly string[] | undefined => field as readonly string[] | undefined // as the files have it

const constraintOf = ({ constraint }: AttackRow): Constraint => {
  switch (constraint['type']) {
    case 'UrlSafe':
      return urlSafe({ allowDomains: texts(constraint['allow_domains']) })
    case 'Subpath':
      return subpath(String(constraint['root']))
    case 'Shlex':
      return shlex(texts(constraint['allow']) ?? [])
    default:
      throw new Error(`a constraint that this test does not know: ${constraint['type']}`)
  }
}

/** What is wrong with our ruling on a row; undefined where nothing is. */
const complaint = (row: AttackRow): string | undefined => {
  const ruling = rulingOf(constraintOf(row), row.input)
  const verdict = ruling === 'allow' ? 'allow' : 'block'
  if (row.expect !== null && verdict !== row.expect) return `${row.id}: ${ruling} instead of ${row.expect}`
  if (row.referenceModel === 'block')
    return ruling === 'deny' ? undefined : `${row.id}: ${ruling}, not a plain denial`
  if (verdict === 'block' && !(ruling in STRICTER_RULES)) return `${row.id}: ${ruling} without a rule`
  return rulingOf(not(constraintOf(row)), row.input) === 'allow' ? `${row.id}: permitted by Not` : undefined
}

describe.skipIf(!hasShared)('attack inputs', () => {
  test.each([
    ['ssrf_url', 'reach an internal address by some spelling of a URL'],
    ['url_allowlist_confusion', 'reach another host than the allowed one'],
    ['path_traversal', 'leave the root'],
    ['shell_injection', 'run another command'],
  ])('%s: %s', (file) => {
    const rows = casesOf<AttackRow>(file)
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.map(complaint).filter((text) => text !== undefined)).toEqual([])
  })

  test('what the reference lets through to special-purpose addresses is blocked, by a rule about addresses or names', () => {
    const rows = casesOf<AttackRow>('ssrf_url').filter((row) => row.stricterThanReference === true)
    expect(rows.length).toBeGreaterThan(40)
    for (const row of rows) expect(rulingOf(constraintOf(row), row.input), row.input).toMatch(/^URL_SAFE_/)
  })
})

interface WebRow {
  readonly input: string
  readonly base: string | null
  readonly failure?: boolean
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
}

/** The host decides, so it is held to the letter; the runtimes differ in what of a path they encode. */
const looseIn = (path: string): string => path.replaceAll('%5E', '^').replace(/(?: |%20)+$/, '')

describe.skipIf(!hasShared)('URLs of the web platform tests', () => {
  const rows = casesOf<WebRow>('whatwg_url').filter(({ base }) => base === null)

  test('are read as their authors say', () => {
    expect(rows.length).toBeGreaterThan(100)
    for (const { input, failure, protocol, hostname, port, pathname } of rows) {
      if (!input.isWellFormed()) continue
      const url = readUrl(input)
      if (failure === true) {
        expect(url, input).toBeUndefined()
        continue
      }
      if (url === undefined || url === 'too-long') expect.fail(input)
      expect([`${url.scheme}:`, url.host, String(url.port ?? '')], input).toEqual([protocol, hostname, port])
      expect(looseIn(url.path), input).toBe(looseIn(pathname))
    }
  })

  test('that are none fault under UrlPattern and are plainly denied under UrlSafe', () => {
    const anywhere = urlPattern('*://u@*')
    for (const { input } of rows.filter(({ failure }) => failure === true)) {
      expect(rulingOf(anywhere, input), input).toBe('CONSTRAINT_ERROR')
      expect(rulingOf(urlSafe(), input), input).toBe('deny')
    }
  })

  test('without a base are no URL, or one that is judged by its own host', () => {
    const anywhere = urlPattern('*://u@*')
    for (const { input } of casesOf<WebRow>('whatwg_url')) {
      if (!input.isWellFormed()) continue
      const url = readUrl(input)
      if (url === undefined) expect(rulingOf(urlSafe(), input), input).toBe('deny')
      if (typeof url !== 'object') expect(rulingOf(anywhere, input), input).toBe('CONSTRAINT_ERROR')
      else expect(rulingOf(anywhere, input), input).toBe(url.isUnclear ? 'URL_UNCLEAR' : 'allow')
    }
  })
})

describe.skipIf(!hasShared)('naughty strings', () => {
  const strings = casesOf<{ readonly input: string }>('naughty_strings').map(({ input }) => input)

  const made = (make: () => Constraint): readonly Constraint[] => {
    try {
      return [make()]
    } catch (thrown) {
      expect(thrown).toHaveProperty('family', 'format')
      return []
    }
  }

  test('survive the wire', () => {
    expect(strings.length).toBeGreaterThan(100)
    for (const text of strings) if (text.isWellFormed()) expect(decodeValue(encodeValue(text))).toBe(text)
  })

  test('as constraints and as values give an outcome and never throw', () => {
    const makers: readonly ((text: string) => Constraint)[] = [
      exact,
      pattern,
      cidr,
      urlPattern,
      (text) => subpath(`/${text}`),
      (text) => shlex([text]),
      (text) => oneOf([text]),
      (text) => urlSafe({ allowDomains: [text], denyDomains: [`*.${text}`], schemes: [text, 'http'] }),
    ]
    const circumstances = { engines: {}, now: 0 }
    for (const text of strings.filter((each) => each.isWellFormed())) {
      for (const constraint of makers.flatMap((make) => made(() => make(text)))) {
        const matcher = compileConstraint(constraint, {})
        for (const value of [text, `/${text}/x`, `http://${text}/`, 'x'])
          expect(matcher(value, 0)).toSatisfy(isOutcome)
      }
      expect(permits(exact(text), text, circumstances)).toBe(true)
    }
  })
})

const isOutcome = (outcome: unknown): boolean =>
  typeof outcome === 'boolean' || outcome === 'CONSTRAINT_ERROR' || outcome === 'CONSTRAINT_TOO_COSTLY'
