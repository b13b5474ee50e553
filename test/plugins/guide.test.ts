/** The page docs/how-to/guard-opencode-openclaw-pi.md: its commands are run, and its lines loaded as each host loads them. */

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs', 'how-to', 'guard-opencode-openclaw-pi.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string,
  )

/** What each host does with the file, as far as a call that must be denied. */
const HOSTS = {
  opencode: `
    const hooks = await loaded.Warrant({
      directory: process.cwd(),
      client: { session: { get: async ({ path }) => ({ data: { id: path.id } }) } },
    })
    const call = async (tool, args) => {
      try {
        await hooks['tool.execute.before']({ tool, sessionID: 's1', callID: 'c1' }, { args })
        return 'ran'
      } catch (thrown) {
        return thrown.message
      }
    }
    console.log(await call('read', { filePath: '/srv/reports/q3.csv' }))
    console.log(await call('read', { filePath: '/srv/payroll.csv' }))`,
  openclaw: `
    const on = {}
    loaded.default.register({ on: (name, handler) => { on[name] = handler } })
    const context = { sessionKey: 'agent:main:main' }
    console.log((await on.before_tool_call({ toolName: 'read', params: {} }, context)).blockReason)`,
  pi: `
    const on = {}
    loaded.default({ on: (name, handler) => { on[name] = handler } })
    const context = { cwd: process.cwd(), sessionManager: { getSessionId: () => 's1' } }
    console.log((await on.tool_call({ toolName: 'read', toolCallId: 'c', input: {} }, context)).reason)`,
}

describe('the walk-through', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-guide-'))
  const sh = (script: string, env: Record<string, string> = {}) =>
    spawnSync('sh', ['-c', script], {
      ...{ cwd: folder, encoding: 'utf8' as const },
      env: { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, ...env },
    })

  const load = (host: keyof typeof HOSTS): string => {
    const lines = blocks('js').find((text) => text.startsWith(`// ${host}\n`)) as string
    writeFileSync(join(folder, `${host}.mjs`), lines)
    const script = `const loaded = await import('./${host}.mjs')\n${HOSTS[host]}`
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      ...{ cwd: folder, encoding: 'utf8' },
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, GUARD_HOME: join(folder, 'guard') },
    })
  }

  beforeAll(() => {
    const command = `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'warrant.cjs')}" "$@"\n`
    writeFileSync(join(folder, 'warrant'), command)
    chmodSync(join(folder, 'warrant'), 0o755)
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules', 'warrant'))
    const [begin] = blocks('sh') as [string]
    const ran = sh(begin)
    expect([ran.status, ran.stderr]).toEqual([0, expect.not.stringMatching(/^warrant: /m)])
    expect(ran.stdout).toContain('canary denied: the plugin, loaded here, refused with GUARD_PROTECTED')
    const [opencode] = blocks('js') as [string]
    expect(ran.stdout).toContain(`    ${/^import .*$/m.exec(opencode)?.[0]}\n`)
  })

  test('before the host has used a tool, doctor is red; the lines make it deny as the page shows, and then it is green', () => {
    const doctor = (): string | undefined =>
      sh('warrant doctor --home guard').stdout.trim().split('\n').at(-1)
    expect(doctor()).toBe('RED')
    const [shown] = blocks('text') as [string]
    expect(load('opencode')).toBe(`ran\n${shown}`)
    expect(doctor()).toBe('green')
    expect(sh('warrant hook opencode status --home guard').stdout).toMatch(/^last decision: /)
  })

  test.each(['openclaw', 'pi'] as const)('the lines of %s make it deny', (host) => {
    expect(load(host)).toMatch(/^warrant: SESSION_UNKNOWN: /)
  })

  test('a job of OpenClaw is given its warrant by the command that the page names', () => {
    const put =
      'warrant session put --home guard --host openclaw --session agent:main:cron:nightly --warrant agent.warrant --holder-key agent.key'
    expect(sh(put)).toMatchObject({ status: 0, stderr: '' })
    expect(sh('warrant session list --home guard').stdout).toContain('agent:main:cron:nightly')
  })

  test('the files of the plugin folder are of the form that OpenClaw asks for', () => {
    const [manifest, plugin] = blocks('json').map((text) => JSON.parse(text))
    expect(manifest).toMatchObject({ type: 'module', openclaw: { extensions: ['./index.js'] } })
    expect(plugin).toMatchObject({ id: 'warrant', configSchema: { type: 'object' } })
  })
})
