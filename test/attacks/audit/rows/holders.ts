/** Sections 6 to 8 of the catalogue: possession and replay, approvals, revocation and time. */

import { cut, type Row, row } from '../row.js'

export const HOLDER_ROWS: readonly Row[] = [
  row(
    'POP-1',
    'attacks/enforce-pop.test.ts',
    'POP-1: whoever stole the bytes of a warrant uses it',
    cut('enforce/holderChecks.ts', 'if (code !== undefined) return refusal(code)'),
  ),
  row(
    'POP-1',
    'attacks/enforce-pop.test.ts',
    'POP-1: whoever stole the bytes of a warrant uses it',
    cut('enforce/decide.ts', "  { name: 'proof', run: checkPossession },\n"),
  ),
  row(
    'POP-2',
    'attacks/pop.test.ts',
    'POP-2: a proof for something else',
    cut('statement/proofChallenge.ts', 'writer.value(args[name] as Value)', 'writer.null()'),
  ),
  row(
    'POP-2',
    'attacks/pop.test.ts',
    'POP-2: a proof for something else',
    cut('statement/proofChallenge.ts', 'writer.text(bareId(warrantId))'),
  ),
  row(
    'POP-3',
    'attacks/enforce-pop.test.ts',
    'POP-3: a proof from another time',
    cut(
      'statement/proofChallenge.ts',
      'Array.from({ length: maxWindows }',
      'Array.from({ length: maxWindows + 1 }',
    ),
  ),
  row(
    'POP-4',
    'attacks/enforce-pop.test.ts',
    'POP-4: a proof is used twice',
    cut('enforce/decide.ts', "  { name: 'replay', run: checkReplay },\n"),
  ),
  row(
    'POP-4',
    'attacks/enforce-pop.test.ts',
    'POP-4: a proof is used twice',
    cut('enforce/holderChecks.ts', 'proofLifetimeSeconds(maxWindows) + CLOCK_TOLERANCE_SECONDS', '120'),
  ),
  row(
    'POP-5',
    'attacks/enforce-pop.test.ts',
    'POP-5: one proof at two servers at the same moment succeeds once',
    cut(
      'enforce/decide.ts',
      "purpose === 'explain' ? () => store.peek(key, now) : () => store.claim(key, expiresAt, now)",
      '() => store.peek(key, now)',
    ),
  ),
  row(
    'POP-6',
    'attacks/pop.test.ts',
    'POP-6: one canonical form',
    cut('statement/proofChallenge.ts', 'const names = sortedNames(args)', 'const names = Object.keys(args)'),
  ),
  row(
    'POP-7',
    'attacks/enforce-pop.test.ts',
    'POP-7: nor does a guarded tool get what was filled in while it was asked',
    cut('enforce/guard.ts', 'callToRun(ruling).args', '(callToRun(ruling), args as never)'),
  ),

  row(
    'APP-1',
    'attacks/app.test.ts',
    'APP-1: one approver twice',
    cut('statement/approvalCount.ts', 'if (counted.size >= needed)', 'if (counted.size + ++twice >= needed)'),
    cut('statement/approvalCount.ts', "if (counted.has(approver)) return 'repeated'"),
    cut(
      'statement/approvalCount.ts',
      'const faults: ApprovalFault[] = []',
      'const faults: ApprovalFault[] = []\n  let twice = -1',
    ),
  ),
  row(
    'APP-2',
    'attacks/app.test.ts',
    'APP-2: approvals that are not for this',
    cut(
      'statement/approvalCount.ts',
      "if (!equalBytes(payload.requestHash, requestHash)) return 'another-request'",
    ),
  ),
  row(
    'APP-2',
    'attacks/app.test.ts',
    'APP-2: approvals that are not for this',
    cut('statement/approvalCount.ts', "if (!listed.has(approver)) return 'not-an-approver'"),
  ),
  row(
    'APP-3',
    'attacks/app.test.ts',
    'APP-3: too few',
    cut('statement/approvalCount.ts', "if (!(needed >= 1)) return outcome('APPROVAL_UNCONFIGURED')"),
  ),
  row(
    'APP-3',
    'attacks/app.test.ts',
    'APP-3: too few',
    cut(
      'statement/approvalCount.ts',
      "if (approvals.length === 0) return outcome('APPROVAL_REQUIRED')",
      'if (approvals.length === 0) return outcome(undefined)',
    ),
  ),
  row(
    'APP-4',
    'attacks/app.test.ts',
    'APP-4: a flood is refused before anything is verified',
    cut(
      'statement/approvalCount.ts',
      "if (approvals.length > 2 * approvers.length) return outcome('APPROVAL_TOO_MANY')",
    ),
  ),
  row(
    'APP-5',
    'attacks/enforce-fc.test.ts',
    'APP-5: approvals that cannot be read are not taken for none',
    cut(
      'enforce/holderChecks.ts',
      "return refusalOfError(thrown, 'APPROVAL_MALFORMED', 'approvals')",
      'return []',
    ),
  ),
  row(
    'APP-6',
    'attacks/app.test.ts',
    'APP-6: a gate that fires without approvers denies, whatever is supplied',
    cut(
      'statement/approvalCount.ts',
      "if (!(needed >= 1)) return outcome('APPROVAL_UNCONFIGURED')",
      'if (!(needed >= 1)) return outcome(undefined)',
    ),
  ),

  row(
    'REV-1',
    'attacks/enforce-sto.test.ts',
    'REV-1: a revoked warrant, or what was made of one',
    cut('enforce/decide.ts', "  { name: 'revocation', run: checkRevocation },\n"),
  ),
  row(
    'REV-1',
    'attacks/enforce-sto.test.ts',
    'REV-1: a revoked warrant, or what was made of one',
    cut('enforce/revocations.ts', 'standing.ids.some((id) =>', 'standing.ids.slice(-1).some((id) =>'),
  ),
  row(
    'REV-2',
    'attacks/rev.test.ts',
    "REV-2: a list that is not the issuer's latest word",
    cut(
      'statement/revocation.ts',
      'if (list.issuer !== issuer || backend.verify(issuer, message, list.signature) !== true) {',
      'if (false) {',
    ),
  ),
  row(
    'REV-2',
    'attacks/rev.test.ts',
    "REV-2: a list that is not the issuer's latest word",
    cut(
      'statement/revocation.ts',
      "if (incoming.version < held.version) throw new TrustError('REVOCATION_ROLLBACK')",
      'if (incoming.version < held.version) return incoming',
    ),
  ),
  row(
    'REV-3',
    'attacks/rev.test.ts',
    "REV-3: asking to revoke what is not one's own",
    cut(
      'statement/revocationRequest.ts',
      'if (requestor !== warrant.issuer && requestor !== warrant.holder && requestor !== controlPlane) {',
      'if (false) {',
    ),
  ),
  row(
    'REV-4',
    'attacks/enforce-sto.test.ts',
    'REV-4: a list that is not refreshed denies past its age, whatever else is right',
    cut('enforce/revocations.ts', 'if (stale !== undefined) return refusal(stale)'),
  ),
  row(
    'TIM-1',
    'attacks/tim.test.ts',
    'TIM-1: expiry',
    cut('warrant/verify.ts', 'if (now >= payload.expiresAt)', 'if (now > payload.expiresAt)'),
  ),
  row(
    'TIM-2',
    'attacks/tim.test.ts',
    'TIM-2: issued in the future, expiring before issue, living too long',
    cut('warrant/verify.ts', 'if (payload.issuedAt > now + CLOCK_TOLERANCE_SECONDS)', 'if (false)'),
  ),
  row(
    'TIM-2',
    'attacks/tim.test.ts',
    'TIM-2: issued in the future, expiring before issue, living too long',
    cut('warrant/verify.ts', '  assertLifetime(chain)\n'),
  ),
  row(
    'TIM-3',
    'attacks/enforce-js.test.ts',
    'TIM-3: turning the clock back brings nothing back to life',
    cut('enforce/time.ts', 'if (seconds >= this.#latest) {', 'if (true) {'),
  ),
]
