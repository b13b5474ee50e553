/** `learn`, `fit` and `simulate` on the command line. */

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Keys, keysFor, pipe, run, type Transcript } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent', Keys>>

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent')
  dir = made.dir
  keys = made.keys
})

const at = (name: string, text: string): string => {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

const CALLS = [
  '{"tool":"Read","args":{"path":"/srv/a/x"}}',
  '{"tool":"Read","args":{"path":"/srv/a/y"}}',
  '{"tool":"pay","args":{"amount":5,"to":"alice"}}',
  '{"tool":"pay","args":{"amount":20,"to":"alice"}}',
].join('\n')

const minting = (): readonly string[] => [
  'mint',
  '--issuer-key',
  keys.issuer.secret,
  '--holder',
  keys.agent.public,
]

const warrantOf = async (policy: string): Promise<string> => {
  const { exit, stdout } = await run([...minting(), '--policy', '-', '--ttl', '1h'], { stdin: policy })
  expect(exit).toBe(0)
  return at(`parent-${Math.abs(hashOf(policy))}`, stdout)
}

const hashOf = (text: string): number => [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7)

const policyIn = ({ stdout }: Transcript): string =>
  stdout
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')

describe('learn', () => {
  test('proposes what mint takes, as YAML and as JSON', async () => {
    const yaml = await pipe(
      ['learn', at('log', CALLS)],
      [...minting(), '--policy', '-'],
      ['inspect', '-', '--json'],
    )
    const json = await pipe(
      ['learn', at('log', CALLS), '--json'],
      [...minting(), '--policy', '-'],
      ['inspect', '-', '--json'],
    )
    const toolsOf = (said: Transcript): unknown => JSON.parse(said.stdout).chain[0].tools
    expect(toolsOf(yaml)).toEqual(toolsOf(json))
    expect(toolsOf(json)).toMatchObject({
      Read: { constraints: { path: { kind: 'subpath', root: '/srv/a' } } },
      pay: {
        constraints: { amount: { kind: 'range', min: 5, max: 20 }, to: { kind: 'exact', value: 'alice' } },
      },
    })
  })

  test.each([
    ['exact', '0', 'path: oneof:/srv/a/x|/srv/a/y'],
    ['tight', '1', 'path: subpath:/srv/a'],
    ['roomy', '2', 'path: subpath:/srv'],
    ['open', '3', 'path: "*"'],
  ])('slack %s is also %s', async (name, number, line) => {
    const said = await run(['learn', '-', '--slack', name], { stdin: CALLS })
    expect(await run(['learn', '-', '--slack', number], { stdin: CALLS })).toEqual(said)
    expect(policyIn(said)).toContain(line)
  })

  test('says what it would allow besides', async () => {
    const { stderr } = await run(['learn', '-', '--explain', '--tool', 'Read'], { stdin: CALLS })
    expect(stderr).toBe('Read.path: /srv/a or a path under it; for example "/srv/a"\n')
    const { stdout } = await run(['learn', '-', '--explain', '--json'], { stdin: CALLS })
    const { policy, calls, tools } = JSON.parse(stdout)
    expect([calls, Object.keys(policy.tools)]).toEqual([4, ['Read', 'pay']])
    expect(tools[0].arguments[0]).toMatchObject({
      argument: 'path',
      values: 2,
      allows: '/srv/a or a path under it',
    })
  })

  test('lets through what is not always there, with a warning', async () => {
    const log =
      '{"tool":"Read","args":{"path":"/srv/x"}}\n{"tool":"Read","args":{"path":"/srv/x","limit":5}}\n'
    const said = await run(['learn', '-'], { stdin: log })
    expect(policyIn(said)).toContain('path: exact:/srv/x\n    ...: any\n')
    expect(said.stdout).toContain('# ! other arguments are let through unlooked at')
    expect(said.stdout).toContain('# seen now and then: limit')
  })

  test('grants any arguments where none was in every call, and says so', async () => {
    const said = await run(['learn', '-'], {
      stdin: '{"tool":"todo"}\n{"tool":"list","args":{"a":1}}\n{"tool":"list"}\n',
    })
    expect(policyIn(said)).toBe('version: 1\ntools:\n  list: any\n  todo: any\n')
    expect(said.stdout.match(/# ! any arguments: none was/g)).toHaveLength(2)
  })

  test('never names the tool that stands for all others', async () => {
    const said = await run(['learn', '-'], { stdin: `{"tool":"*","args":{}}\n${CALLS}` })
    expect(policyIn(said)).not.toContain('"*":')
    expect(said.stderr).toBe('left out, since no policy may name such a tool: 1 calls of *\n')
    expect(await run(['learn', '-'], { stdin: '{"tool":"tenuo:x"}' })).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('warrant: INPUT_EMPTY: '),
    })
  })

  test('text from outside ends no line of the policy', async () => {
    const log = '{"tool":"a\\nb: any\\n# x","args":{"x\\n  evil: any":"y\\ntools: any","k":"\\u202e"}}\n'
    const said = await run(['learn', '-'], { stdin: log })
    expect(policyIn(said).split('\n')).toHaveLength(6)
    expect(said.stdout).toMatch(/^[\n\x20-\x7e]*$/)
    const { exit } = await run(['simulate', at('odd', log), '--policy', '-'], { stdin: said.stdout })
    expect(exit).toBe(0)
  })

  test('passes over lines that are no calls, and leaves out what was refused', async () => {
    const log = `${CALLS}\n{"tool":"rm","args":{"path":"/"},"refused":true}\nnonsense\n\n`
    const said = await run(['learn', '-'], { stdin: log })
    expect(policyIn(said)).not.toContain('rm')
    expect(said.stderr).toBe(
      'passed over, since they are no calls: 1 of 7 lines\nleft out, since the guard refused them: 1 calls; --refused takes them in\n',
    )
    expect(policyIn(await run(['learn', '-', '--refused'], { stdin: log }))).toContain('rm:')
  })

  test('reads what the hook has kept, the older file first', async () => {
    const log = join(dir, 'home', 'log')
    mkdirSync(log, { recursive: true })
    writeFileSync(join(log, 'observed.1.jsonl'), '{"tool":"a","args":{"n":1}}\n')
    writeFileSync(join(log, 'observed.jsonl'), '{"tool":"a","args":{"n":3}}\n')
    const said = await run(['learn', '--home', join(dir, 'home')])
    expect(policyIn(said)).toContain('n: range:1..3')
  })

  test.each([
    ['nothing', '', 'INPUT_EMPTY'],
    ['no call of the tool', CALLS, 'INPUT_EMPTY'],
  ])('of %s is refused', async (_, stdin, code) => {
    const { exit, stderr } = await run(['learn', '-', '--tool', 'other'], { stdin })
    expect([exit, stderr]).toEqual([1, expect.stringContaining(`warrant: ${code}: `)])
  })

  test('writes a new file of mode 0600, and replaces none unasked', async () => {
    const out = join(dir, 'learned.yaml')
    expect(await run(['learn', '-', '-o', out], { stdin: CALLS })).toMatchObject({ exit: 0, stdout: '' })
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const before = readFileSync(out, 'utf8')
    expect(await run(['learn', '-', '-o', out, '--slack', 'open'], { stdin: CALLS })).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('FILE_EXISTS'),
    })
    expect(readFileSync(out, 'utf8')).toBe(before)
  })
})

describe('under a parent', () => {
  const PARENT = 'version: 1\ntools:\n  Read: { path: /srv }\n  pay: { amount: "range:0..100", to: "*" }\n'

  test('what is learned is covered, in the words that the parent takes', async () => {
    const parent = await warrantOf(PARENT)
    const said = await run(['learn', '-', '--slack', 'exact', '--parent', parent], { stdin: CALLS })
    expect(said.exit).toBe(0)
    expect(policyIn(said)).toBe(
      'version: 1\ntools:\n  Read:\n    path: subpath:/srv/a\n  pay:\n    amount: range:5..20\n    to: exact:alice\n',
    )
    const child = await run(['attenuate', parent, '--holder-key', keys.agent.secret, '--policy', '-'], {
      stdin: said.stdout,
    })
    expect(child.exit).toBe(0)
  })

  test.each([
    ['another tool', '{"tool":"rm","args":{}}', 'ATTENUATE_TOOL', 'tools.rm'],
    ['a value beyond', '{"tool":"Read","args":{"path":"/etc/x"}}', 'ATTENUATE_CONSTRAINT', 'tools.Read.path'],
    [
      'an argument more',
      '{"tool":"Read","args":{"path":"/srv/x","b":1}}',
      'ATTENUATE_CONSTRAINT',
      'tools.Read.b',
    ],
    ['an argument less', '{"tool":"pay","args":{"to":"x"}}', 'ATTENUATE_CONSTRAINT', 'tools.pay.amount'],
  ])('%s is refused as an attenuation is', async (_, call, code, where) => {
    const parent = await warrantOf(PARENT)
    const said = await run(['learn', '-', '--parent', parent, '--json'], { stdin: call })
    expect([said.exit, said.stdout]).toEqual([1, ''])
    expect(JSON.parse(said.stderr).error).toMatchObject({ code, where: `--parent: ${where}` })
  })

  test('a value beyond is shown', async () => {
    const log = `${CALLS}\n{"tool":"Read","args":{"path":"/etc/x"}}`
    const said = await run(['learn', '-', '--parent', await warrantOf(PARENT), '--json'], { stdin: log })
    expect(JSON.parse(said.stderr).error.widening).toMatchObject({ parent: '/srv or a path under it' })
  })

  test('an expired parent, or one of issuers, has no child', async () => {
    const parent = await warrantOf(PARENT)
    const late = await run(['learn', '-', '--parent', parent], { stdin: CALLS, now: 1_767_225_600 + 7_200 })
    expect([late.exit, late.stderr]).toEqual([1, expect.stringContaining('ATTENUATE_EXPIRED')])
    const issuer = await run([...minting(), '--type', 'issuer', '--issuable', 'Read'])
    const said = await run(['learn', '-', '--parent', at('issuer-warrant', issuer.stdout)], { stdin: CALLS })
    expect([said.exit, said.stderr]).toEqual([1, expect.stringContaining('ATTENUATE_TYPE')])
  })

  test('fit keeps of the calls what it permits, and says what is lost', async () => {
    const log = `${CALLS}\n{"tool":"Read","args":{"path":"/etc/x"}}\n{"tool":"rm","args":{}}`
    const said = await run(['fit', '-', '--parent', await warrantOf(PARENT)], { stdin: log })
    expect(said.exit).toBe(0)
    expect(policyIn(said)).toBe(policyIn(await run(['learn', '-'], { stdin: CALLS })))
    expect(said.stderr).toBe(
      [
        'lost: deny    Read  CONSTRAINT_VIOLATED at path  1 call, line 5\n',
        'lost: deny    rm  TOOL_NOT_GRANTED at tool  1 call, line 6\n',
      ].join(''),
    )
  })

  test('fit narrows a policy to what both permit, and says what is lost', async () => {
    const policy = [
      'version: 1',
      'tools:',
      '  Read: { path: subpath:/ }',
      '  pay: { amount: "oneof:int:5|int:20|int:500", to: "oneof:alice|bob" }',
      '  rm: any',
    ].join('\n')
    const parent = await warrantOf(PARENT)
    const said = await run(['fit', '--policy', at('wide.yaml', policy), '--parent', parent])
    expect(said.exit).toBe(0)
    expect(policyIn(said)).toBe(
      'version: 1\ntools:\n  Read:\n    path: subpath:/srv\n  pay:\n    amount: range:5..20\n    to: oneof:alice|bob\n',
    )
    expect(said.stderr).toMatch(/^Read\.path: narrowed; lost, for example "\/"$/m)
    expect(said.stderr).toMatch(/^pay\.amount: narrowed; lost, for example 500; ! wider than the policy, /m)
    expect(said.stderr).toMatch(/^rm: gone: the parent does not grant this tool$/m)
  })

  test('fit of what has nothing in common gives nothing', async () => {
    const policy = at(
      'other.yaml',
      'version: 1\ntools: { Read: { path: /etc }, pay: { amount: 500, to: x } }\n',
    )
    const said = await run(['fit', '--policy', policy, '--parent', await warrantOf(PARENT)])
    expect([said.exit, said.stdout]).toEqual([1, ''])
    expect(said.stderr).toContain('Read.path: gone: no call was found that both permit')
    expect(said.stderr).toContain('warrant: INPUT_EMPTY: ')
  })
})

describe('simulate', () => {
  const POLICY =
    'version: 1\ntools:\n  Read: { path: "oneof:/srv/a/x|/srv/b" }\n  pay: { amount: "range:0..10", to: "*" }\n  rm: any\n'

  test('says which calls pass, by the codes of the enforcer, and what none used', async () => {
    const said = await run(['simulate', '-', '--policy', at('new.yaml', POLICY)], { stdin: CALLS })
    expect(said).toEqual({
      exit: 1,
      stderr: '',
      stdout: [
        '4 calls: 2 allowed, 2 denied, 0 that hang on what was withheld\n',
        'deny    Read  CONSTRAINT_VIOLATED at path  1 call, line 2\n',
        'deny    pay  CONSTRAINT_VIOLATED at amount  1 call, line 4\n',
        'unused  Read.path: exactly "/srv/b"\n',
        'unused  rm: no call\n',
      ].join(''),
    })
  })

  test('agrees with enforce on every call', async () => {
    const policy = at('new.yaml', POLICY)
    const { stdout: warrant } = await run([...minting(), '--policy', policy])
    const enforced = await run(
      [
        ...['enforce', '-', '--root', keys.issuer.public, '--holder-key', keys.agent.secret],
        ...['--calls', at('calls', CALLS), '--json'],
      ],
      { stdin: warrant },
    )
    const simulated = await run(['simulate', '-', '--policy', policy, '--json'], { stdin: CALLS })
    const byLine = new Map<number, unknown>()
    for (const { lines, decision, code, where } of JSON.parse(simulated.stdout).groups)
      for (const line of lines) byLine.set(line, { line, decision, code, where })
    const decisions = enforced.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(decisions).toHaveLength(4)
    for (const { line, decision, code, where } of decisions)
      expect(byLine.get(line)).toEqual({ line, decision, code, where })
    expect(simulated.exit).toBe(enforced.exit)
  })

  test('asks for approvals as the enforcer does', async () => {
    const gated = `${POLICY}gates: [pay]\napprovers: [${keys.issuer.hex}]\n`
    const said = await run(['simulate', '-', '--policy', at('gated.yaml', gated), '--tool', 'pay'], {
      stdin: CALLS,
    })
    expect(said.stdout).toContain('deny    pay  APPROVAL_REQUIRED')
  })

  test('says what would change', async () => {
    const old = at(
      'old.yaml',
      'version: 1\ntools: { Read: { path: /srv }, pay: { amount: 20, to: alice } }\n',
    )
    const said = await run(['simulate', '-', '--policy', at('new.yaml', POLICY), '--before', old], {
      stdin: CALLS,
    })
    expect(said.stdout).toContain('allow   pay  1 call, line 3  was CONSTRAINT_VIOLATED at amount\n')
    expect(said.stdout).toContain('deny    Read  CONSTRAINT_VIOLATED at path  1 call, line 2  was allow\n')
  })

  test('does not know what hangs on what was withheld', async () => {
    const key = '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c'
    const log = [
      `{"tool":"Read","args":{"path":"/srv/a/x","token":"${key}"}}`,
      `{"tool":"Read","args":{"path":"/srv/a/${key}","token":"x"}}`,
      `{"tool":"Read","args":{"path":"/etc/${key}","token":"x"}}`,
      `{"tool":"query","args":{"q":"find ${key}"}}`,
    ].join('\n')
    const policy = 'version: 1\ntools: { Read: { path: /srv, token: x }, query: { q: "*" } }\n'
    const said = await run(['simulate', '-', '--policy', at('withheld.yaml', policy)], { stdin: log })
    expect(said.stdout.split('\n').slice(0, 3)).toEqual([
      '4 calls: 1 allowed, 1 denied, 2 that hang on what was withheld',
      'unknown Read  withheld at token  2 calls, lines 1, 2',
      'deny    Read  CONSTRAINT_VIOLATED at path  1 call, line 3',
    ])
    expect(said.stdout).not.toContain(key)
  })

  test.each([
    ['no policy', ['simulate', '-'], 2, 'USAGE'],
    ['a policy without tools', ['simulate', '-', '--policy', '/dev/null'], 1, 'INPUT_EMPTY'],
    ['a slack of no name', ['learn', '-', '--slack', '4'], 2, 'USAGE'],
    ['fit without a parent', ['fit', '-'], 2, 'USAGE'],
    [
      'fit of a policy with a slack',
      ['fit', '--policy', 'p', '--parent', 'w', '--slack', 'open'],
      2,
      'USAGE',
    ],
    ['fit of a log and a policy', ['fit', 'log', '--policy', 'p', '--parent', 'w'], 2, 'USAGE'],
  ])('%s is refused', async (_, argv, exit, code) => {
    const said = await run(argv, { stdin: CALLS })
    expect([said.exit, said.stderr]).toEqual([exit, expect.stringContaining(`warrant: ${code}: `)])
  })
})
