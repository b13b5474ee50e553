export { type AuditToOptions, auditTo, type ReceiptWriting } from './auditTo.js'
export { type AppendOptions, appendDecision, checkpointLog, type DecisionRecord } from './decisionLog.js'
export {
  createGateway,
  type Gateway,
  type GatewayConfig,
  type GatewayRole,
  type Turn,
  type TurnCall,
  type TurnResult,
  type Who,
} from './gateway.js'
export {
  type KeyFileOptions,
  readPublicKeyFile,
  readSecretKeyFile,
  writePublicKeyFile,
  writeSecretKeyFile,
} from './keyFile.js'
export {
  type Checkpoint,
  formatCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
  verifyCheckpoint,
} from './log/checkpoint.js'
export type { LogEntry, TornMark } from './log/entry.js'
export { readDecisions } from './log/read.js'
export { type BadEntry, type LogReport, type LogVerifyOptions, verifyLog } from './log/verify.js'
export { digestOf, redactArgs, viewOf } from './log/view.js'
export {
  type AsyncSessionStore,
  fileSessionStore,
  memorySessionStore,
  type SessionEntry,
  type SessionName,
  type SessionStore,
} from './sessionStore.js'
export { type Sodium, sodiumBackend } from './sodium.js'
