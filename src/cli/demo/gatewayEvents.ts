/** What two users of one gateway ask for: Alice owns the workspace, Bob is a guest in it. */

import { type Attack, type CallLine, type Moment, momentsOf } from './event.js'

export const ALICE = 'telegram_alice'
export const BOB = 'telegram_bob'

const read = (at: number, path: string, attack?: Attack): CallLine => [at, 'read_file', { path }, attack]
const write = (at: number, path: string, content: string): CallLine => [at, 'write_file', { path, content }]
const browse = (at: number, url: string, attack?: Attack): CallLine => [
  at,
  'browser_navigate',
  { url },
  attack,
]
const remember = (at: number, target: string): CallLine => [
  at,
  'memory',
  { target, action: 'add', content: 'tea' },
]

const ALICE_LINES: readonly CallLine[] = [
  read(1, '/home/alice/notes/today.md'),
  write(3, '/home/alice/notes/today.md', 'buy tea'),
  browse(5, 'https://en.wikipedia.org/wiki/Tea'),
  [7, 'web_search', { query: 'tea near me' }],
  remember(8, 'user'),
  read(9, '/home/bob/secrets.txt'),
  browse(11, 'http://192.168.1.1/', 'SSRF'),
  browse(13, 'http://metadata.google.internal./computeMetadata/v1/', 'SSRF'),
  [15, 'terminal', { command: 'ls -la /home/alice' }],
  [17, 'terminal', { command: 'ls $(cat /etc/passwd)' }],
]

const BOB_LINES: readonly CallLine[] = [
  [30, 'web_search', { query: 'weather' }],
  read(32, '/srv/public/readme.md'),
  read(33, '/srv/public//docs/faq.md'),
  read(34, '/home/alice/notes/today.md'),
  read(36, '/srv/public/../../home/alice/notes/today.md', 'traversal'),
  write(38, '/srv/public/readme.md', 'defaced'),
  [40, 'terminal', { command: 'ls' }],
  remember(41, 'memory'),
  browse(42, 'https://example.com/'),
  [43, 'web_search', { query: 'trains tomorrow' }],
]

export const GATEWAY_MOMENTS: readonly Moment[] = [
  ...momentsOf(ALICE, ALICE_LINES, 'alice'),
  ...momentsOf(BOB, BOB_LINES, 'bob'),
]
