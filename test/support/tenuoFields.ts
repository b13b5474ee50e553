/** The page about hermes-tenuo, typed into shells: what it makes for the plugin, and what it makes of what the plugin made. */

import { expect } from 'vitest'
import { blocksOf, guideShell } from './guidePage.js'

const PAGE = 'come-from-hermes-tenuo.md'

type Shell = ReturnType<typeof guideShell>

/** The variables of hermes-tenuo, as `export NAME=value` lines. */
export type Exports = string

const typed = (sh: Shell, script: string): string => {
  const { status, stdout, stderr } = sh(script)
  expect([status, stderr.includes('error')]).toEqual([0, false])
  return stdout
}

/** Makes a warrant for the plugin: the shell with its `config.yaml` and `.env`, and what stands in them. */
export const fieldsForPlugin = (): { readonly sh: Shell; readonly exports: Exports } => {
  const sh = guideShell()
  const [, ...blocks] = blocksOf(PAGE, 'sh')
  expect(blocks.length).toBe(3)
  for (const block of blocks) typed(sh, block)
  const root = /trusted_root: (\S+)/.exec(typed(sh, 'cat config.yaml'))?.[1]
  const [warrant, key] = [typed(sh, 'cat agent.warrant').trim(), typed(sh, 'cat .env').trim()]
  return {
    sh,
    exports: `export TENUO_WARRANT='${warrant}'\nexport TENUO_TRUSTED_ROOT='${root}'\nexport ${key}`,
  }
}

/** Puts what the plugin was given into the guard of Hermes; the exit and the words of a call that reads a file. */
export const guardFrom = (exports: Exports): ((path: string) => readonly [number | null, string]) => {
  const sh = guideShell()
  const [block = ''] = blocksOf(PAGE, 'sh')
  expect(typed(sh, `${exports}\n${block}`)).toContain('canary denied: ')
  return (path) => {
    const event = { hook_event_name: 'pre_tool_call', session_id: 's1', tool_name: 'read_file' }
    const command = `node -p "require('./guard/hook.json').hosts.hermes.command"`
    const input = JSON.stringify({ ...event, tool_input: { path } })
    const { status, stderr } = sh(`echo '${input}' | sh -c "$(${command})"`)
    return [status, stderr]
  }
}
