export { type Call, callOf, isCall, toPlain } from './capability/call.js'
export {
  type Capability,
  type CapabilityOptions,
  type CoverageGap,
  capability,
  type Tools,
} from './capability/capability.js'
export {
  type CelEngine,
  type Circumstances,
  type Constraint,
  covers,
  describeConstraint,
  type Engines,
  type Fault,
  type Outcome,
  permits,
  type RegexEngine,
  stricterCover,
  stricterMatch,
} from './capability/constraint.js'
export {
  all,
  any,
  cel,
  cidr,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  subset,
  unknown,
  urlPattern,
  urlSafe,
  wildcard,
} from './capability/constructors.js'
export { copyArgs, copyValue } from './capability/inert.js'
export { findWidening, type WideningHints } from './capability/widening.js'
export { type CryptoBackend, defaultBackend } from './crypto/backend.js'
export { type PublicKey, publicKeyToBytes } from './crypto/claimedKey.js'
export {
  fingerprint,
  parsePublicKey,
  publicKeyFromBytes,
  publicKeyToPem,
  type Signature,
} from './crypto/keys.js'
export {
  generateKey,
  type LocalSigner,
  parseSecretKey,
  type SecretKey,
  type Signer,
  secretKeyFromSeed,
  secretKeyToPem,
} from './crypto/signer.js'
export { formatJson, parseJson } from './encoding/json.js'
export {
  equalValues,
  type Float,
  float,
  integer,
  isFloat,
  type Value,
  type ValueObject,
} from './encoding/value.js'
export type { BoundContext, BoundWarrant } from './enforce/bind.js'
export type {
  EnforcerConfig,
  ProofPolicy,
  RevocationPolicy,
  SharedEnforcerConfig,
} from './enforce/config.js'
export {
  type Allow,
  type ApprovalRetry,
  assertAllowed,
  type Decision,
  type Deny,
  type DenyCode,
  type Note,
  type SettledDecision,
} from './enforce/decision.js'
export {
  type AsyncEnforcer,
  createEnforcer,
  type EnforceRequest,
  type Enforcer,
} from './enforce/enforcer.js'
export type { CheckResult, Explanation } from './enforce/explain.js'
export {
  type Audit,
  createGuard,
  type Guard,
  type GuardContext,
  type Guarded,
  type GuardMode,
  type GuardOptions,
  type GuardRecord,
} from './enforce/guard.js'
export {
  type AsyncReplayStore,
  createReplayMemory,
  type ReplayMemory,
  type ReplayOutcome,
  type ReplayStore,
} from './enforce/replay.js'
export type { RevocationListInput } from './enforce/revocations.js'
export type { Sessions, SessionWarrant } from './enforce/sessions.js'
export type { SharedReplay, Timer } from './enforce/sharedStore.js'
export type { Clock } from './enforce/time.js'
export {
  type CodeInfo,
  codeInfo,
  type DenialCode,
  DenialError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorFamily,
  type EscalationCode,
  EscalationError,
  type FormatCode,
  FormatError,
  isWarrantError,
  type TrustCode,
  TrustError,
  WarrantError,
  type Widening,
} from './errors.js'
export { STRICTER_RULES, type StricterRule } from './rules.js'
export {
  type Approval,
  type ApprovalPayload,
  type ApprovalRequest,
  type ApproveOptions,
  approve,
  approveAsync,
  decodeApproval,
  decodeApprovals,
  encodeApproval,
  encodeApprovals,
  formatApproval,
  parseApproval,
  requestHash,
} from './statement/approval.js'
export {
  type ApprovalContext,
  type ApprovalContextAttestation,
  attestApprovalContext,
  attestApprovalContextAsync,
  verifyApprovalContext,
} from './statement/approvalContext.js'
export {
  type ApprovalCount,
  type ApprovalDenial,
  type CountApprovalsOptions,
  countApprovals,
} from './statement/approvalCount.js'
export {
  type DecisionReceipt,
  type DecisionReceiptFields,
  decisionReceiptHash,
  decodeDecisionReceipt,
  encodeDecisionReceipt,
  signDecisionReceipt,
  signDecisionReceiptAsync,
  trustedRootsHash,
  verifyDecisionReceipt,
  verifyDecisionReceipts,
} from './statement/decisionReceipt.js'
export {
  type CheckProofOptions,
  checkProof,
  dedupKey,
  formatProof,
  PROOF_PROFILES,
  type Proof,
  type ProofProfile,
  type ProveOptions,
  parseProof,
  proofChallenge,
  prove,
  proveAsync,
} from './statement/proof.js'
export {
  decodeReceiptPayload,
  encodeReceiptPayload,
  type Receipt,
  type ReceiptFields,
  signReceipt,
  signReceiptAsync,
  verifyReceipt,
} from './statement/receipt.js'
export {
  acceptRevocationList,
  decodeRevocationList,
  encodeRevocationList,
  formatRevocationList,
  parseRevocationList,
  type RevocationList,
  type RevocationListFields,
  signRevocationList,
  signRevocationListAsync,
  verifyRevocationList,
} from './statement/revocation.js'
export {
  decodeRevocationRequest,
  encodeRevocationRequest,
  type RevocationRequest,
  type RevocationRequestFields,
  signRevocationRequest,
  signRevocationRequestAsync,
  type VerifyRevocationRequestOptions,
  verifyRevocationRequest,
} from './statement/revocationRequest.js'
export {
  type ApprovalsForm,
  formatHeaders,
  type HeaderOptions,
  type HeadersInput,
  parseHeaders,
} from './transport/headers.js'
export {
  formatMcpMeta,
  type McpCall,
  type McpEnvelope,
  type McpMeta,
  parseMcpCall,
  parseMcpMeta,
} from './transport/mcp.js'
export type { Presentation } from './transport/presentation.js'
export {
  type AttenuateOptions,
  attenuate,
  attenuateAsync,
  type GrantOptions,
  grant,
  grantAsync,
  prepareAttenuate,
  prepareGrant,
} from './warrant/attenuate.js'
export {
  type Chain,
  decodeChain,
  leafOf,
  type Payload,
  type Warrant,
  type WarrantType,
} from './warrant/chain.js'
export { decodeChainFile, encodeChainFile, isChainFile } from './warrant/chainFile.js'
export { type Draft, finishDraft } from './warrant/draft.js'
export type { CapabilityInput, ToolsInput } from './warrant/fields.js'
export type { Gate, Gates, GatesInput, ToolGate } from './warrant/gates.js'
export { newWarrantId, parseWarrantId, type WarrantId } from './warrant/id.js'
export { type CapabilityView, type ChainView, inspect, type WarrantView } from './warrant/inspect.js'
export { type IssueOptions, issue, issueAsync, prepareIssue } from './warrant/issue.js'
export {
  type CommonMintOptions,
  type MintIssuerOptions,
  type MintOptions,
  mint,
  mintAsync,
  prepareMint,
} from './warrant/mint.js'
export { type ChainTextForm, formatChain, parseChain } from './warrant/text.js'
export { parseDuration } from './warrant/time.js'
export { assertCurrent, VerifiedChain, type VerifyOptions, verify } from './warrant/verify.js'
