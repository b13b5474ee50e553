/** The tables of docs/reference/proofs.md, each cell asked of the packages; and the profiles over drawn arguments. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isList, isObject, type Value } from '../../../src/encoding/value.js'
import { formatJson, mint, type ProofProfile, prove, type ValueObject } from '../../../src/index.js'
import { parseArgs } from '../../../src/schema/index.js'
import { scaled } from '../../support/scale.js'
import { codeOf, valueObjects } from '../../support/values.js'
import { alice, root } from '../../support/warrants.js'
import { SEEDS } from './cases.js'
import { base64, hasForm, judgedByReference, Refusal, type Version } from './reference.js'
import { NOW, seedOf, stackText } from './stack.js'

const TOOL = 'tool'
const CHAIN = mint({ holder: alice.publicKey, tools: { [TOOL]: {} }, ttlSeconds: 600, now: NOW }, root)
const SHARED = { chain: stackText(CHAIN.warrants), seed: seedOf(alice), tool: TOOL, now: NOW }

/** What this side signs of arguments, as text. */
const proofOf = (args: ValueObject, profile: ProofProfile = 'tenuo-0.2'): string =>
  base64(prove(CHAIN, { tool: TOOL, args }, alice, { now: NOW, profile }))

const page = readFileSync(
  fileURLToPath(new URL('../../../docs/reference/proofs.md', import.meta.url)),
  'utf8',
)

/** The rows of the table under a heading whose first cell is code; each cell without its backticks. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const [, section = ''] = page.split(`## ${heading}\n`)
  return (section.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '))
    .map((cells) => cells.map((cell) => cell.replace(/^`(.*)`$/, '$1')))
}

/** The columns of the table of Python values: who signs, and how arguments get there. */
const ENTRIES: Readonly<Record<Version, readonly (readonly [entry: string, column: number])[]>> = {
  '0.2.3': [
    ['sign', 1],
    ['stripped', 2],
  ],
  '0.3.3': [
    ['sign', 3],
    ['meta', 4],
  ],
}

/** The profile under which an entry point signs, where it signs at all. */
const PROFILES: Readonly<Record<Version, Readonly<Record<string, ProofProfile>>>> = {
  '0.2.3': { sign: 'tenuo-0.2', stripped: 'tenuo-python' },
  '0.3.3': { sign: 'tenuo-0.2', meta: 'tenuo-json' },
}

const PYTHON_ROWS = rowsUnder('Arguments as values of Python')
const TEXT_ROWS = rowsUnder('Arguments as JSON text')

test('the tables are there', () => {
  expect(PYTHON_ROWS.length).toBeGreaterThan(25)
  expect(TEXT_ROWS.length).toBeGreaterThan(20)
  expect(PYTHON_ROWS.filter((cells) => cells.length !== 5)).toEqual([])
  expect(TEXT_ROWS.filter((cells) => cells.length !== 3)).toEqual([])
})

describe.each(TEXT_ROWS)('%s, of which sign_meta signs %s', (text, theirs, here) => {
  test(`is ${here} here`, () => {
    if (here === 'refused') expect(codeOf(() => parseArgs(text as string))).toMatch(/^(JSON|TEXT)_/)
    else expect(proofOf(parseArgs(text as string), 'tenuo-json')).toBe(proofOf(parseArgs(theirs as string)))
  })
})

judgedByReference('the tables of proofs', (reference, version) => {
  describe.each(PYTHON_ROWS)('%s', (...cells) => {
    test.each(ENTRIES[version])('by %s', async (entry, column) => {
      const cell = cells[column] as string // five cells, as asserted above
      const asked = { ...SHARED, entry, literal: cells[0] as string }
      if (cell === 'refused') expect(await reference().refusal('signLiteral', asked)).toBeDefined()
      else expect(await reference().text('signLiteral', asked)).toBe(proofOf(parseArgs(cell)))
    })
  })

  test.each(TEXT_ROWS)('%s', async (text, cell) => {
    if (version === '0.2.3') {
      expect(await reference().ask('has', { names: ['sign_meta'] })).toEqual([false])
      return
    }
    const asked = { ...SHARED, args_json: text as string }
    if (cell === 'refused') expect(await reference().refusal('signMeta', asked)).toBeDefined()
    else {
      const { signature } = await reference().object('signMeta', asked)
      expect(signature).toBe(proofOf(parseArgs(cell as string)))
    }
  })
})

const DRAWN = scaled(150, 6_000)

/** As a JSON text writes numbers; `1.0`, `1e0` and `1` are all written somewhere. */
const looseText = (args: ValueObject): string => formatJson(args).replace(/(\d)\.0\b/g, '$1e0')

judgedByReference('drawn arguments', (reference, version) => {
  const shallow = valueObjects.filter((args) => depthOf(args) <= MAX_TEXT_DEPTH)
  const drawn = (seed: number) => fc.sample(shallow, { numRuns: DRAWN, seed })

  test.each(Object.entries(PROFILES[version]))(
    `${2 * DRAWN} calls that %s signs are those of %s`,
    async (entry, profile) => {
      let signed = 0
      for (const seed of SEEDS) {
        const calls = drawn(seed)
        const asked = calls.map((args) => ({ args }))
        const theirs = await reference().many('signArgs', asked, { ...SHARED, entry })
        const differing = calls.filter((args, i) => {
          const answer = theirs[i]
          const ours = signedAs(args, entry, profile)
          if (ours !== undefined) signed++
          return ours !== (answer instanceof Refusal ? undefined : answer)
        })
        expect(differing.slice(0, 3).map((args) => formatJson(args))).toEqual([])
      }
      expect(signed).toBeGreaterThan(version === '0.2.3' ? DRAWN / 2 : 2 * DRAWN * 0.9)
    },
  )

  /** What an entry point should sign; undefined where it should refuse. */
  const signedAs = (args: ValueObject, entry: string, profile: ProofProfile): string | undefined => {
    if (entry === 'sign' && !hasForm(version, args)) return undefined
    try {
      return proofOf(args, profile)
    } catch {
      return undefined
    }
  }

  if (version === '0.2.3') return // it has no door for texts

  test.each([
    ['calls, written loosely', (seed: number) => drawn(seed).map(looseText), 1],
    ['numbers', (seed: number) => fc.sample(numberTexts, { numRuns: DRAWN, seed }), 0.5],
  ])(`${2 * DRAWN} texts of %s that are read here are signed alike there`, async (_, texts, most) => {
    let read = 0
    for (const seed of SEEDS) {
      const given = texts(seed)
      const asked = given.map((args_json) => ({ args_json }))
      const theirs = await reference().many('signMeta', asked, SHARED)
      const differing = given.filter((text, i) => {
        const ours = signedOfText(text)
        if (ours === undefined) return false // this side may refuse more: the table says what
        read++
        const answer = theirs[i]
        return answer instanceof Refusal || (answer as ValueObject)['signature'] !== ours
      })
      expect(differing.slice(0, 3)).toEqual([])
    }
    expect(read).toBeGreaterThanOrEqual(2 * DRAWN * most)
  })
})

/** How deep `sign_meta` reads: deeper texts are refused there. */
const MAX_TEXT_DEPTH = 9

const depthOf = (value: Value): number => {
  if (!isList(value) && !isObject(value)) return 0
  return 1 + Math.max(-1, ...(isList(value) ? value : Object.values(value)).map(depthOf))
}

const signedOfText = (text: string): string | undefined => {
  try {
    return proofOf(parseArgs(text), 'tenuo-json')
  } catch {
    return undefined
  }
}

const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,20})$/)

/** Arguments that are a number as JSON can write it, many of them at the edges of 64 bits and of 53. */
const numberTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      digits,
      fc.constantFrom(
        '9223372036854775807',
        '9223372036854775808',
        '9007199254740993',
        '18446744073709551615',
      ),
    ),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.[0-9]{1,4}$/), fc.constantFrom('.0', '.5')),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?[0-9]{1,2}$/)),
  )
  .map((parts) => `{"a":${parts.join('')}}`)
