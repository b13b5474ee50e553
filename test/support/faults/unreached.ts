/** Codes that neither bytes nor options of the library can cause, each with the reason and where it is asked instead. */

const IN_FILES = 'needs a file system: test/unit/node/keyFile.test.ts and test/cli'
const IN_LOG = 'needs a decision log, which is a file: test/unit/node'
const IN_HOOK = 'said by the guard of a host, which is a command: test/hook'

export const UNREACHED = {
  CONSTRAINT_MALFORMED: 'the reader refuses a body without its field first, as CBOR_MISSING_FIELD',
  KEY_RANDOM_SOURCE: 'needs a broken platform: test/unit/crypto/random.test.ts',
  ATTENUATE_SESSION: 'no option names another session: the law is for chains that are received',
  YAML_MALFORMED: 'policies are read by the command line: test/cli/policy.test.ts',
  FILE_NOT_FOUND: IN_FILES,
  FILE_UNREADABLE: IN_FILES,
  FILE_NOT_PLAIN: IN_FILES,
  FILE_MODE: IN_FILES,
  FILE_EXISTS: IN_FILES,
  FILE_NOT_WRITTEN: IN_FILES,
  LOG_LOCKED: IN_LOG,
  LOG_NOT_WRITTEN: IN_LOG,
  LOG_MALFORMED: IN_LOG,
  LOG_CHAIN: IN_LOG,
  LOG_CUT: IN_LOG,
  LOG_CHECKPOINT: IN_LOG,
  STATE_MALFORMED: IN_HOOK,
  REQUEST_MALFORMED: IN_HOOK,
  APPROVAL_USED: IN_HOOK,
  EVENT_MALFORMED: IN_HOOK,
  EVENT_UNKNOWN: IN_HOOK,
  GUARD_PROTECTED: IN_HOOK,
  GUARD_DEADLINE: IN_HOOK,
  GUARD_STOPPED: IN_HOOK,
  ROLE_UNKNOWN: IN_HOOK,
  RUN_OVER: IN_HOOK,
  DELEGATION_UNMATCHED: IN_HOOK,
  DELEGATION_AMBIGUOUS: IN_HOOK,
} as const

/** The codes of a family that can be caused. */
export type Reached<Code extends string> = Exclude<Code, keyof typeof UNREACHED>
