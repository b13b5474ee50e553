/** The prepared rows about constraints, which were made by reading the reference, put to the reference itself. */

import { describe, expect, test } from 'vitest'
import {
  type AttenuateRow,
  constraintOfRow,
  type MatchRow,
  valueOfRow,
} from '../../support/constraintVectors.js'
import { hasShared, readShared } from '../../support/shared.js'
import { childOf, minted, root, tools } from '../../support/warrants.js'
import { judgedByReference, type Version } from './reference.js'
import { NOW, stackText } from './stack.js'
import { type Difference, rulingOf, rulingOfChain, unexcused } from './verdicts.js'

/**
 * Rows that the newer version allows and this side denies by no rule: names of international domains in lists, which it
 * brings into their encoded form (m0785, m0786); an All that covers an Exact (a0191); and a wildcard of a list of
 * denied domains, which it takes to include the name itself (a0738). In all of them it has changed its own mind.
 */
const UNSETTLED: Readonly<
  Record<Version, { readonly values: readonly string[]; readonly children: readonly string[] }>
> = {
  '0.3.3': { values: ['m0785', 'm0786'], children: ['a0191', 'a0738'] },
  '0.2.3': { values: [], children: [] },
}

/** What a row says, where this side can read the row at all. */
const readable = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

describe.skipIf(!hasShared)(`prepared rows${hasShared ? '' : ' (skipped: they are not here)'}`, () => {
  judgedByReference('prepared rows', (reference, version) => {
    test('values', async () => {
      const differences: Difference[] = []
      for (const row of readShared<readonly MatchRow[]>('vectors/constraints/match.json')) {
        const read = readable(() => [constraintOfRow(row.constraint), valueOfRow(row.value)] as const)
        if (read === undefined) continue
        const [constraint, value] = read
        const chain = stackText([minted({ tools: { call: { x: constraint } }, now: NOW })])
        const asked = { chain, tool: 'call', calls: [{ x: value }] }
        const [theirs] = (await reference().ask('permits', asked)) as readonly [true | string]
        if (String(theirs).startsWith('raised')) continue
        const found = unexcused(rulingOf(constraint, value, NOW), theirs, () => row.id)
        if (found !== undefined) differences.push(found)
      }
      expect(differences.map(({ about }) => about)).toEqual(UNSETTLED[version].values)
    })

    test('children', async () => {
      const differences: Difference[] = []
      for (const row of readShared<readonly AttenuateRow[]>('vectors/constraints/attenuate.json')) {
        const read = readable(() => [constraintOfRow(row.parent), constraintOfRow(row.child)] as const)
        if (read === undefined) continue
        const parent = minted({ tools: { call: { x: read[0] } }, now: NOW })
        const warrants = [parent, childOf(parent, tools({ call: { x: read[1] } }))]
        const asked = { chain: stackText(warrants), roots: [root.publicKey] }
        const theirs = (await reference().refusal('verify', asked)) ?? true
        const found = unexcused(rulingOfChain(warrants, NOW), theirs, () => row.id)
        if (found !== undefined) differences.push(found)
      }
      expect(differences.map(({ about }) => about)).toEqual(UNSETTLED[version].children)
    })
  })
})
