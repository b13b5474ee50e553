/** Events as hosts really sent them, by host, with the version that did: written by `WARRANT_WRITE=1 npm run test:hosts`. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type Recorded = Readonly<Record<string, unknown>>

export interface RecordedHost {
  readonly version: string
  readonly events: readonly Recorded[]
}

export const RECORDED_FILE: string = fileURLToPath(new URL('../hook/recorded.golden.json', import.meta.url))

export const recordedEvents = (): Readonly<Record<string, RecordedHost>> =>
  existsSync(RECORDED_FILE)
    ? (JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) as Record<string, RecordedHost>) // as it was written
    : {}

/** By what two events are alike: the names of their fields, of their extra fields, and the name of the event. */
export const shapeOf = (event: Recorded): string => {
  const { hook_event_name: name = '', extra } = event
  const inside = typeof extra === 'object' && extra !== null ? Object.keys(extra) : []
  return [String(name), Object.keys(event).sort().join(), inside.sort().join()].join(' ')
}
