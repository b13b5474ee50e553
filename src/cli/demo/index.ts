/**
 * `warrant demo`: three stories, run for real with fresh keys, chains and enforcement. The clock alone is the story's,
 * so that nobody has to wait twenty minutes for a warrant to expire.
 */

import type { Paint } from '../display.js'
import { paintFor } from '../display.js'
import { EXIT_DONE, EXIT_REFUSED } from '../failure.js'
import type { Io } from '../io.js'
import { cronStory } from './cron.js'
import { delegateStory } from './delegate.js'
import { ATTACKS } from './event.js'
import { gatewayStory } from './gateway.js'
import { type Shown, Stage } from './story.js'

export interface DemoOptions {
  readonly json: boolean
}

/** Runs the stories. @returns 1 where something that was meant as an attack was let through, else 0. */
export const runDemo = async ({ json }: DemoOptions, io: Io): Promise<number> => {
  const paint = paintFor(io.stdout.isTTY, io.env)
  const stage = new Stage(async (text) => {
    if (!json) await io.stdout.write(text)
  }, paint)
  await cronStory(stage)
  await delegateStory(stage)
  await gatewayStory(stage)
  await io.stdout.write(
    json ? stage.shown.map((shown) => `${JSON.stringify(shown)}\n`).join('') : summary(stage.shown, paint),
  )
  return stage.shown.some(gotThrough) ? EXIT_REFUSED : EXIT_DONE
}

const gotThrough = ({ attack, decision }: Shown): boolean => attack !== undefined && decision === 'allow'

const summary = (shown: readonly Shown[], paint: Paint): string => {
  const denied = shown.filter(({ decision }) => decision === 'deny').length
  const lines = ATTACKS.map((attack) => {
    const tried = shown.filter((each) => each.attack === attack)
    const passed = tried.filter(gotThrough).length
    const verdict =
      passed === 0
        ? paint.green(`${tried.length} denied`)
        : paint.red(`${passed} of ${tried.length} LET THROUGH`)
    return `  ${attack.padEnd(16)}${verdict}`
  })
  return `\n${paint.bold('In all')}: ${shown.length} calls, ${shown.length - denied} allowed, ${denied} denied\n${lines.join('\n')}\n`
}
