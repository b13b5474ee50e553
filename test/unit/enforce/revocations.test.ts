/** Revocation asks of a chain what it cannot always answer: who its ancestors were. */

import { expect, test } from 'vitest'
import { attenuate } from '../../../src/warrant/attenuate.js'
import { chainOf, type Warrant } from '../../../src/warrant/chain.js'
import {
  ARGS,
  controlPlane,
  denial,
  enforcerWith,
  holder,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
} from '../../support/enforcing.js'

test('the chain of a child alone is refused where an ancestor could be revoked', () => {
  const child = attenuate(minted(), { tools: TOOLS, now: NOW }, holder)
  const alone = chainOf([child.warrants[1] as Warrant]) // two
  const request = { chain: alone, tool: TOOL, args: ARGS, proof: proofOf(alone) }
  const roots = [holder.publicKey]
  expect(outcome(enforcerWith({ roots }).enforce(request))).toBe('allow')
  const revoking = enforcerWith({ roots, revocation: { issuer: controlPlane.publicKey } })
  const { code, where, rule } = denial(revoking.enforce(request))
  expect([code, where, rule]).toEqual(['CHAIN_ROOT_DEPTH', 'warrants.0', 'REVOCATION_ANCESTORS'])
})
