/** Events that hosts really sent, of each shape one, played to the hook as it is built. */

import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/encoding/json.js'
import { isObject } from '../../src/encoding/value.js'
import type { HookEvent } from '../../src/hook/event.js'
import { HOSTS } from '../../src/hook/hosts.js'
import { type HookHome, hookHome, runHost } from '../support/hookHome.js'
import { type HostName, SHAPES } from '../support/hostEvents.js'
import { type Recorded, recordedEvents, shapeOf } from '../support/recordedEvents.js'

const RUN = ['claude', 'codex', 'copilot', 'gemini', 'hermes'] as const satisfies readonly HostName[]

const read = (host: HostName, event: Recorded): HookEvent => {
  const json = parseJson(JSON.stringify(event))
  if (!isObject(json)) throw new TypeError('an event is an object')
  return HOSTS.get(host)?.read(json) as HookEvent // of a host that there is
}

/** A home in which whoever makes the call may make it. */
const granting = (host: HostName, { session, agent, tool = '' }: HookEvent): HookHome => {
  const home = hookHome()
  home.open(host, session, { tools: { [tool]: {} }, ...(agent !== undefined && { agent }) })
  return home
}

test('events of every host that was run are kept', () => {
  expect(Object.keys(recordedEvents()).sort()).toEqual([...RUN])
})

describe.each(RUN)('%s', (host) => {
  const events = recordedEvents()[host]?.events ?? []
  const calls = events.filter((event) => read(host, event).kind === 'tool')
  const others = events.filter((event) => read(host, event).kind !== 'tool')

  test('has sent calls, and what became of them', () => {
    const kinds = new Set(events.map((event) => read(host, event).kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['tool', 'after']))
  })

  test.each(calls.map((event) => [shapeOf(event), event] as const))('%s', async (_, event) => {
    const call = read(host, event)
    const home = granting(host, call)
    const { silence } = SHAPES[host]
    expect(await runHost(host, home.folder, event)).toEqual({ exit: 0, stdout: silence, stderr: '' })
    // The last: where a child is asked for, what became of that is told before.
    expect(home.records().at(-1)).toMatchObject({
      ...{ host, event: call.name, tool: call.tool, verdict: 'allow', enforced: true },
    })
    const other = hookHome()
    const denied = await runHost(host, other.folder, event)
    expect([denied.exit, denied.stderr]).toEqual([2, expect.stringContaining('warrant: SESSION_UNKNOWN: ')])
    expect(SHAPES[host].reason(JSON.parse(denied.stdout))).toBe(denied.stderr.trimEnd())
  })

  test.each(others.map((event) => [shapeOf(event), event] as const))('%s', async (_, event) => {
    const home = hookHome()
    expect(await runHost(host, home.folder, event)).toMatchObject({ exit: 0, stderr: '' })
  })

  test('without any one of its fields, a call is denied or decided as if that field meant nothing', async () => {
    const [event] = calls
    if (event === undefined) throw new TypeError('no call was kept')
    const whole = read(host, event)
    const home = granting(host, whole)
    for (const name of Object.keys(event)) {
      const { [name]: _, ...rest } = event
      const { exit } = await runHost(host, home.folder, rest)
      if (exit === 0) expect(read(host, rest)).toMatchObject({ tool: whole.tool, session: whole.session })
      else expect(exit).toBe(2)
    }
  })
})
