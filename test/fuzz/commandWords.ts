/** Command lines: as a rule sensible ones with something wrong, at times nonsense. Files are named by what lies in them. */

import type { Random } from './random.js'

/** What a run of the command line is given. `{name}` in an argument stands for the path of that file. */
export interface CommandInput {
  readonly argv: readonly string[]
  /** The file that standard input is, or none. */
  readonly stdin: string
  /** The file that was changed before this run, and how: the numbers of the change. */
  readonly changed: string
  readonly numbers: number
}

/** What the story's folder holds; the values are made in `commandFolder.ts`. */
export const FILES = [
  ...[
    'issuer.key',
    'issuer.pub',
    'agent.key',
    'agent.pub',
    'thief.key',
    'approver.pub',
    'warrant',
    'warrant.pem',
  ],
  ...[
    'chain',
    'mandate',
    'gated',
    'binary',
    'proof',
    'approval',
    'revocations',
    'calls',
    'call',
    'args',
    'policy',
  ],
  ...['empty', 'noise', 'secret.hex'],
] as const

const CHAINS = [
  '{warrant}',
  '{warrant.pem}',
  '{chain}',
  '{mandate}',
  '{gated}',
  '{binary}',
  '{changed}',
  '-',
  '{noise}',
]
const SECRETS = [
  '{issuer.key}',
  '{agent.key}',
  '{thief.key}',
  'env:ISSUER',
  'env:NONE',
  'fd:99',
  '-',
  '{changed}',
  '{missing}',
]
const PUBLICS = ['{issuer.pub}', '{agent.pub}', '{approver.pub}', '{changed}', '{empty}', 'HEX', '00', '-']
const SPECS = [
  'read',
  'read:path=/data',
  'read:path=/data/**,limit=1..10',
  'pay:amount=..50',
  '*',
  'x:v=regex:^a+$',
  'x:v=cel:value > 1',
  'read:path=',
  ':',
  'a:b=json:{',
  '\u202e',
]
const NAMES = [
  'read',
  'pay',
  '*',
  'cron_42',
  '',
  '\u001b[31m',
  'a\nwarrant: X: y',
  '__proto__',
  'tenuo:x',
  '\ud800',
  'x'.repeat(300),
]
const NUMBERS = [
  '0',
  '1',
  '2',
  '5',
  '64',
  '65',
  '255',
  '256',
  '-1',
  '1e3',
  '0x1',
  'untrusted',
  'system',
  '99999999999999999999',
]
const TIMES = ['2026-03-01T02:00:00Z', '1772330400', '0', '-1', 'now', '2026-13-01T00:00:00Z', '9'.repeat(30)]
const DURATIONS = ['30m', '1h', '0s', '7d', '91d', '1.5h', '1h30m', '']
const JSONS = [
  '{}',
  '{"path":"/data/x","limit":5}',
  '{"path":"/etc"}',
  '[',
  '{"a":1e999}',
  '{"__proto__":1}',
  '-',
  'null',
  '{"a":1,"a":2}',
]
const OUTPUTS = ['{out}', '{warrant}', '{folder}', '-', '{missing}']

/** The flags of every command, and what goes with each; none goes with a flag that stands alone. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--issuer-key': SECRETS,
  '--key': SECRETS,
  '--holder-key': SECRETS,
  '--show-public': SECRETS,
  '--holder': PUBLICS,
  '--root': PUBLICS,
  '--approver': PUBLICS,
  '--revocation-issuer': PUBLICS,
  '--allow': SPECS,
  '--gate': SPECS,
  '--bound': ['path=/data', 'path=/data/**,limit=1..10', '', '='],
  '--tools': NAMES,
  '--tool': NAMES,
  '--issuable': NAMES,
  '--session': NAMES,
  '--agent': NAMES,
  '--idempotent': NAMES,
  '--ttl': DURATIONS,
  '--revocation-max-age': DURATIONS,
  '--max-depth': NUMBERS,
  '--max-issue-depth': NUMBERS,
  '--clearance': NUMBERS,
  '--min-approvals': NUMBERS,
  '--proof-windows': NUMBERS,
  '--tool-clearance': ['read=5', 'read=system', '=', 'read', 'read=256'],
  '--type': ['execution', 'issuer', 'root'],
  '--at': TIMES,
  '--args': JSONS,
  '--call': ['{call}', '{calls}', '{changed}', '-'],
  '--calls': ['{calls}', '{call}', '{changed}', '-', '{noise}'],
  '--proof': ['PROOF', '', 'AAAA', '{proof}'],
  '--approval': ['{approval}', '{changed}', '{noise}'],
  '--revocations': ['{revocations}', '{changed}', '{warrant}'],
  '--policy': ['{policy}', '{changed}', '{calls}', '-'],
  '--profile': ['tenuo-0.2', 'tenuo-python', 'x'],
  '--out': OUTPUTS,
}

const ALONE = [
  '--json',
  '--explain',
  '--pem',
  '--force',
  '--session-required',
  '--help',
  '--',
  '-',
  '-h',
  '-V',
  '-o',
  '--x',
]

interface Form {
  readonly command: string
  readonly flags: readonly string[]
}

const AUTHORITY = [
  '--allow',
  '--tools',
  '--policy',
  '--ttl',
  '--max-depth',
  '--clearance',
  '--gate',
  '--approver',
  '--min-approvals',
  '--issuable',
  '--bound',
  '--max-issue-depth',
  '--out',
  '--agent',
]
const CALL = ['--tool', '--args', '--call']

/** Every command but `run`, which would start programs. */
const FORMS: readonly Form[] = [
  { command: 'keygen', flags: ['--show-public'] },
  { command: 'mint', flags: ['--issuer-key', '--holder', '--session', '--type', ...AUTHORITY] },
  { command: 'attenuate', flags: ['--key', '--holder', ...AUTHORITY] },
  { command: 'inspect', flags: ['--root', '--at'] },
  { command: 'verify', flags: ['--root', '--at'] },
  { command: 'prove', flags: ['--key', '--profile', ...CALL] },
  {
    command: 'enforce',
    flags: [
      '--root',
      '--holder-key',
      '--proof',
      '--approval',
      '--session',
      '--revocations',
      '--revocation-issuer',
      '--revocation-max-age',
      '--idempotent',
      '--tool-clearance',
      '--proof-windows',
      '--calls',
      '--profile',
      ...CALL,
    ],
  },
  { command: 'conformance', flags: [] },
]

/** The least that a command needs to succeed. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  keygen: ['{new}'],
  mint: ['--issuer-key', '{issuer.key}', '--holder', '{agent.pub}', '--allow', 'read:path=/data'],
  attenuate: ['{warrant}', '--key', '{agent.key}', '--allow', 'read:path=/data/a'],
  inspect: ['{warrant}'],
  verify: ['{warrant}', '--root', '{issuer.pub}'],
  prove: ['{warrant}', '--key', '{agent.key}', '--tool', 'read', '--args', '{"path":"/data/x"}'],
  enforce: [
    '{warrant}',
    '--root',
    '{issuer.pub}',
    '--key',
    '{agent.key}',
    '--tool',
    'read',
    '--args',
    '{"path":"/data/x"}',
  ],
  conformance: ['{calls}'],
}

const ODD_COMMANDS = ['help', 'frobnicate', '', '--version', 'Mint', '\u001b[2J']

/** Another command line. */
export const commandInput = (random: Random): CommandInput => {
  const form = random.pick(FORMS)
  const words = random.oneIn(5) ? [] : [...(BASES[form.command] ?? [])]
  for (let i = random.size(5); i > 0; i--) disturb(words, form, random)
  const command = random.oneIn(30) ? random.pick(ODD_COMMANDS) : form.command
  return {
    argv: [command, ...words],
    stdin: random.pick([
      'empty',
      'warrant',
      'chain',
      'calls',
      'call',
      'issuer.key',
      'policy',
      'noise',
      'changed',
      'args',
    ]),
    changed: random.pick(FILES),
    numbers: random.bits(),
  }
}

const disturb = (words: string[], form: Form, random: Random): void => {
  const at = random.below(words.length + 1)
  switch (random.below(8)) {
    case 0:
      words.splice(at, 1)
      break
    case 1:
      words.splice(at, 0, random.pick(ALONE))
      break
    case 2: {
      const flag = random.pick(Object.keys(VALUES))
      words.splice(at, 0, flag, random.pick(VALUES[flag] ?? []))
      break
    }
    case 3:
      words[Math.min(at, Math.max(0, words.length - 1))] = random.pick(CHAINS)
      break
    case 4: {
      const flag = random.pick(form.flags.length === 0 ? ['--json'] : form.flags)
      words.push(`${flag}=${random.pick(VALUES[flag] ?? [''])}`)
      break
    }
    case 5: {
      // Another value for a flag that is there.
      const place = words.findIndex((word, i) => i >= at && Object.hasOwn(VALUES, word))
      if (place >= 0) words[place + 1] = random.pick(VALUES[words[place] ?? ''] ?? [''])
      break
    }
    case 6:
      words.splice(
        at,
        0,
        random.oneIn(6) ? random.pick(['SECRET-HEX', 'SECRET-PEM', 'SECRET-BASE64']) : '--json',
      )
      break
    default: {
      const flag = random.pick(form.flags.length === 0 ? ['--json'] : form.flags)
      words.push(flag, random.pick(VALUES[flag] ?? ['']))
    }
  }
}
