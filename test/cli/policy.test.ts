/** Policy files: the same words as the flags, and no more lenient. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Keys, keysFor, run, type Transcript } from './harness.js'

let dir: string
let keys: Readonly<Record<'issuer' | 'agent' | 'alice', Keys>>

beforeAll(async () => {
  const made = await keysFor('issuer', 'agent', 'alice')
  dir = made.dir
  keys = made.keys
})

const mint = (policy: string, ...more: readonly string[]): Promise<Transcript> =>
  run(
    [
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public],
      ...['--policy', '-', ...more],
    ],
    { stdin: policy },
  )

/** What a warrant says, without what differs from one to the next. */
const said = async ({ exit, stdout, stderr }: Transcript): Promise<unknown> => {
  expect([exit, stderr]).toEqual([0, ''])
  const { stdout: json } = await run(['inspect', '-', '--json'], { stdin: stdout })
  const { id, ...rest } = JSON.parse(json).chain[0]
  return rest
}

const refused = async (policy: string): Promise<string> => {
  const { exit, stdout, stderr } = await mint(policy)
  expect([exit, stdout]).toEqual([1, ''])
  return /^warrant: ([A-Z_]+): /.exec(stderr)?.[1] ?? stderr
}

describe('a policy and the flags', () => {
  test('say the same', async () => {
    const policy = `
version: 1
ttl: 20m
maxDepth: 2
clearance: internal
tools:
  read_file: { path: /srv/reports, limit: 'range:1..100' }
  terminal: { command: 'shlex:git|ls', ...: any }
  todo: any
gates: [terminal]
approvers: [${keys.alice.hex}]
minApprovals: 1
`
    const flags = [
      ...['--ttl', '20m', '--max-depth', '2', '--clearance', 'internal'],
      ...['--allow', 'read_file:path=/srv/reports,limit=range:1..100', '--allow', 'todo'],
      ...['--allow', 'terminal:command=shlex:git|ls,...', '--gate', 'terminal'],
      ...['--approver', keys.alice.public, '--min-approvals', '1'],
    ]
    const byFlags = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public, ...flags],
    ])
    expect(await said(await mint(policy))).toEqual(await said(byFlags))
  })

  test('JSON is read as YAML is', async () => {
    const json = '{"version":1,"tools":{"pay":{"amount":{"kind":"range","max":5},"exact":1.0}}}'
    const yaml = 'version: 1\ntools:\n  pay:\n    amount: {kind: range, max: 5}\n    exact: 1.0\n'
    expect(await said(await mint(yaml))).toEqual(await said(await mint(json)))
  })

  test.each(['1', '1.0'])('%s stays what it is', async (number) => {
    const { stdout } = await mint(`version: 1\ntools: { a: { n: ${number} } }`)
    const { stdout: json } = await run(['inspect', '-', '--json'], { stdin: stdout })
    expect(json).toContain(`"value":${number}}`)
  })

  test.each([
    ['ttl: 5m', '--ttl', '1m'],
    ['tools: { a: any }', '--tools', 'b'],
    ['maxDepth: 1', '--max-depth', '1'],
    ['clearance: 3', '--clearance', '3'],
    ['gates: [a]', '--gate', 'a'],
    ['minApprovals: 1', '--min-approvals', '1'],
  ])('a part that both speak of is refused: %s', async (line, flag, value) => {
    const { exit, stderr } = await mint(`version: 1\n${line}`, flag, value)
    expect([exit, stderr]).toEqual([2, expect.stringContaining('stands beside a policy')])
  })

  test('keys of approvers stand beside the policy, wherever the command is run', async () => {
    const path = join(dir, 'p.yaml')
    writeFileSync(path, 'version: 1\ntools: { pay: any }\ngates: [pay]\napprovers: [alice.pub]\n')
    const { exit } = await run([
      ...['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public, '--policy', path],
    ])
    expect(exit).toBe(0)
  })

  test('an issuer warrant has its own parts', async () => {
    const policy = 'version: 1\nissuable: [read_file]\nbounds: { path: /srv }\nmaxIssueDepth: 2\n'
    const minted = await mint(policy, '--type', 'issuer')
    expect(await said(minted)).toMatchObject({
      type: 'issuer',
      issuableTools: ['read_file'],
      maxIssueDepth: 2,
    })
  })

  test('the example of the reference page is one', async () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/reference/cli.md', import.meta.url)), 'utf8')
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] as string // the page has one
    expect((await mint(example.replace('alice.pub', keys.alice.hex))).exit).toBe(0)
  })
})

describe('what a policy refuses', () => {
  test.each([
    ['a tool without arguments, which must say any', 'version: 1\ntools: { a: {} }', 'JSON_SHAPE'],
    ['a tool whose arguments were taken out', 'version: 1\ntools:\n  a:\n', 'JSON_SHAPE'],
    ['an argument without a value', 'version: 1\ntools: { a: { b: } }', 'JSON_SHAPE'],
    ['a list for an argument', 'version: 1\ntools: { a: { b: [1] } }', 'JSON_SHAPE'],
    ['... with anything but any', 'version: 1\ntools: { a: { b: 1, ...: true } }', 'JSON_SHAPE'],
    ['an unknown field', 'version: 1\ntool: { a: any }', 'JSON_SHAPE'],
    ['another version', 'version: 2\ntools: { a: any }', 'JSON_SHAPE'],
    ['no version', 'tools: { a: any }', 'JSON_SHAPE'],
    ['a name twice', 'version: 1\ntools: { a: any }\ntools: { b: any }', 'YAML_MALFORMED'],
    ['a name twice in JSON', '{"version":1,"version":1}', 'JSON_DUPLICATE_KEY'],
    ['a tag', 'version: 1\ntools: !!map { a: !x any }', 'YAML_MALFORMED'],
    ['an alias', 'version: 1\ntools: { a: &x any, b: *x }', 'YAML_MALFORMED'],
    ['a number for a name', 'version: 1\ntools: { 1: any }', 'YAML_MALFORMED'],
    ['two documents', 'version: 1\n---\nversion: 1\n', 'YAML_MALFORMED'],
    ['an integer that cannot be held', `version: 1\ntools: { a: { b: ${'9'.repeat(20)} } }`, 'VALUE_NUMBER'],
    ['no number', 'version: 1\ntools: { a: { b: .nan } }', 'VALUE_NUMBER'],
    ['brackets without end', '['.repeat(100_000), 'YAML_MALFORMED'],
    ['a value of no form', 'version: 1\ntools: { a: { b: "range:5..1" } }', 'SPEC_MALFORMED'],
    ['a constraint of no kind', 'version: 1\ntools: { a: { b: { kind: anything } } }', 'JSON_SHAPE'],
    ['a life of no form', 'version: 1\nttl: soon\ntools: { a: any }', 'DURATION_MALFORMED'],
    ['nothing', ' \n', 'INPUT_EMPTY'],
    ['more than is read', `# ${'x'.repeat(262_144)}`, 'INPUT_TOO_LARGE'],
  ])('%s', async (_, policy, code) => expect(await refused(policy)).toBe(code))

  test('a merge is a name like any other', async () => {
    expect(await said(await mint('version: 1\ntools: { <<: any }'))).toMatchObject({ tools: { '<<': {} } })
  })

  test('names of the prototype are names', async () => {
    const minted = await mint('version: 1\ntools: { __proto__: { constructor: 1 } }')
    expect(await said(minted)).toMatchObject({ tools: JSON.parse('{"__proto__":{}}') })
    expect(({} as Record<string, unknown>)['constructor']).toBe(Object)
  })
})
