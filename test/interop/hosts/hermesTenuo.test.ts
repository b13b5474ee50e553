/** hermes-tenuo itself, upon warrants made here, and this guard upon warrants made by it: the page about it, both ways. */

import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fieldsForPlugin, guardFrom } from '../../support/tenuoFields.js'
import { HERMES_TENUO, programOf } from './packages.js'

const { words, missing } = programOf('hermes-tenuo', HERMES_TENUO)
const [program = ''] = words

/** The guard of the plugin as Hermes has it made, asked about the calls of the page. */
const ASK = `
import json
from hermes_tenuo._guard import build_plugin_guard
guard = build_plugin_guard(None)
calls = [('read_file', {'path': '/data/q3.csv'}), ('read_file', {'path': '/etc/shadow'}), ('terminal', {'command': 'ls'})]
print(json.dumps([guard.pre_tool_call_hook(tool_name=tool, args=args, session_id='s1') for tool, args in calls]))
`

describe.skipIf(missing !== undefined)(`hermes-tenuo, ${missing ?? 'as published'}`, () => {
  test('is content with the fields that the page makes, and decides by the warrant', () => {
    const { sh } = fieldsForPlugin()
    const there = 'set -a && . ./.env && HERMES_HOME="$PWD"'
    const doctor = sh(`${there} "${program}" doctor`)
    expect(doctor.stdout).toContain('signing key matches warrant holder')
    expect([doctor.status, doctor.stdout]).toEqual([0, expect.stringContaining('All checks passed')])
    const verified = sh(`${there} "${program}" verify`)
    expect(verified.stdout).toMatch(/Signature: +valid/)
    const python = join(dirname(program), 'python')
    const asked = sh(`${there} "${python}" - <<'END'${ASK}END`)
    expect(JSON.parse(asked.stdout)).toEqual([
      null,
      { action: 'block', message: expect.stringContaining("'path'") },
      { action: 'block', message: expect.stringContaining("'terminal'") },
    ])
  })

  test('mints what this guard takes, and decides by', () => {
    const mint = ['mint', '--ttl', '1h', '--allow', 'read_file:path=/data', '--output', 'env']
    const read = guardFrom(execFileSync(program, mint, { encoding: 'utf8' }))
    expect(read('/data/q3.csv')).toEqual([0, ''])
    expect(read('/etc/shadow')).toEqual([
      2,
      expect.stringContaining('warrant: CONSTRAINT_VIOLATED: read_file: '),
    ])
  })
})
