/** In what condition an installation is: what is configured, and what the log shows to have happened. */

import type { HostSettings } from '../../hook/settings.js'
import { textOfFile } from './changes.js'
import { withHook } from './configText.js'
import { isConsented, readConsent } from './consent.js'
import type { HostPlan } from './plans.js'

/** What was found in one configuration file. */
export type Found = 'installed' | 'missing' | 'changed' | 'unreadable' | 'no consent'

export interface FileCondition {
  readonly file: string
  readonly found: Found
}

/** Every configuration that the hook was put into, as it is now. */
export const conditionOf = async (
  plan: HostPlan,
  settings: HostSettings | undefined,
): Promise<readonly FileCondition[]> => {
  const { command, configFiles = [] } = settings ?? {}
  if (command === undefined) return []
  return Promise.all(configFiles.map(async (file) => ({ file, found: await foundIn(plan, file, command) })))
}

const foundIn = async (plan: HostPlan, file: string, command: string): Promise<Found> => {
  try {
    const text = textOfFile(file)
    if (text === undefined || !text.includes(`hook ${plan.name} --home`)) return 'missing'
    if ((await withHook(plan, text, command)) !== text) return 'changed'
    return plan.name === 'hermes' && !isConsented(plan, readConsent(file), command)
      ? 'no consent'
      : 'installed'
  } catch {
    return 'unreadable'
  }
}
