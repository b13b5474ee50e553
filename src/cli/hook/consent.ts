/**
 * The consent that Hermes keeps for each event and command. Without it, and without a terminal to ask on, it registers no
 * hook and runs every tool unguarded with one line of warning, so the installer seeds it in every profile.
 */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeWholeFile } from '../../node/wholeFile.js'
import { cliFailure } from '../failure.js'
import type { HostPlan } from './plans.js'

interface Approval {
  readonly event: string
  readonly command: string
}

interface Consents {
  readonly approvals: readonly Approval[]
}

/** Beside each configuration. */
export const consentFileOf = (configFile: string): string =>
  join(dirname(configFile), 'shell-hooks-allowlist.json')

/** The text of a consent file in which the command is approved for every event of the plan; or for none. */
export const consentText = (
  plan: HostPlan,
  text: string | undefined,
  command: string | undefined,
  approvedAt: string,
): string => {
  const consents = parsed(text)
  const others = consents.approvals.filter(
    ({ command: theirs }) => !theirs.includes(`hook ${plan.name} --home`),
  )
  const ours = consents.approvals.filter((approval) => !others.includes(approval))
  const events = command === undefined ? [] : Object.keys(plan.events)
  if (ours.length === events.length && isConsented(plan, text, command ?? '')) return text ?? ''
  const fresh = events.map((event) => ({
    event,
    command,
    approved_at: approvedAt,
    script_mtime_at_approval: null,
  }))
  return `${JSON.stringify({ ...consents, approvals: [...others, ...fresh] }, undefined, 2)}\n`
}

/** Whether the command is approved for every event. */
export const isConsented = (plan: HostPlan, text: string | undefined, command: string): boolean => {
  const { approvals } = parsed(text)
  return Object.keys(plan.events).every((event) =>
    approvals.some((approval) => approval.event === event && approval.command === command),
  )
}

export const readConsent = (configFile: string): string | undefined => {
  const file = consentFileOf(configFile)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

export const writeConsent = (configFile: string, text: string): void =>
  writeWholeFile(consentFileOf(configFile), text, { mode: 0o600, overwrite: true })

const parsed = (text: string | undefined): Consents => {
  if (text === undefined || text.trim() === '') return { approvals: [] }
  try {
    const consents = JSON.parse(text) as Partial<Consents> // asked below
    if (Array.isArray(consents.approvals)) return consents as Consents
  } catch {
    // said below
  }
  throw cliFailure('CONFIG_UNREADABLE', undefined, 'the consents of Hermes')
}
