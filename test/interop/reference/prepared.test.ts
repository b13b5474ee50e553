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
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { Tally } from './tally.js'
import { rulingOf, rulingOfChain } from './verdicts.js'

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
    test('values', async ({ task }) => {
      const tally = new Tally()
      for (const row of readShared<readonly MatchRow[]>('vectors/constraints/match.json')) {
        const read = readable(() => [constraintOfRow(row.constraint), valueOfRow(row.value)] as const)
        if (read === undefined) continue
        const [constraint, value] = read
        const chain = stackText([minted({ tools: { call: { x: constraint } }, now: NOW })])
        const asked = { chain, tool: 'call', calls: [{ x: value }] }
        const [theirs] = (await reference().ask('permits', asked)) as readonly [true | string]
        if (String(theirs).startsWith('raised')) continue
        tally.judge(rulingOf(constraint, value, NOW), theirs, () => row.id)
      }
      task.meta.judgement = tally.judgement(version, 'prepared rows: values', [])
      expect(tally.unexplained).toEqual([])
    })

    test('children', async ({ task }) => {
      const tally = new Tally()
      for (const row of readShared<readonly AttenuateRow[]>('vectors/constraints/attenuate.json')) {
        const read = readable(() => [constraintOfRow(row.parent), constraintOfRow(row.child)] as const)
        if (read === undefined) continue
        const parent = minted({ tools: { call: { x: read[0] } }, now: NOW })
        const warrants = [parent, childOf(parent, tools({ call: { x: read[1] } }))]
        const asked = { chain: stackText(warrants), roots: [root.publicKey] }
        const theirs = (await reference().refusal('verify', asked)) ?? true
        tally.judge(rulingOfChain(warrants, NOW), theirs, () => row.id)
      }
      task.meta.judgement = tally.judgement(version, 'prepared rows: children', [])
      expect(tally.unexplained).toEqual([])
    })
  })
})
