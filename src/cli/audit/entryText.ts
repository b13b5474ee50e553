/** Entries of the log as people and programs read them. */

import { float, type Value, type ValueObject } from '../../encoding/value.js'
import type { LogEntry } from '../../node/log/entry.js'
import { display, type Paint } from '../display.js'
import { timeText } from '../timeText.js'

/** One line for a terminal. */
export const entryLine = ({ seq, record, torn }: LogEntry, paint: Paint): string => {
  const number = String(seq).padStart(6)
  if (torn !== undefined)
    return `${number}  ${momentText(torn.time)}  ${paint.yellow('torn')}   ${torn.bytes} bytes that a crash cut short`
  if (record === undefined) return number
  const { verdict, mode, enforced } = record
  const ran = verdict === 'deny' && !enforced ? `not enforced (${display(mode)})` : undefined
  const why = [record.code, record.where]
    .flatMap((part) => (part === undefined ? [] : [display(part)]))
    .join(' at ')
  const what = record.tool === undefined ? record.event : record.tool
  const parts = [
    `${number}  ${momentText(record.time)}  ${verdict === 'deny' ? paint.red('deny ') : paint.green('allow')}`,
    `${display(record.host)} ${display(what)}`,
    why,
    ran,
    record.session === undefined ? undefined : `session ${display(record.session)}`,
    record.status === undefined ? undefined : `status ${display(record.status)}`,
  ]
  return parts.filter((part) => part !== undefined && part !== '').join('  ')
}

const momentText = (time: number): string => timeText(Math.floor(time))

/** The whole entry. */
export const entryJson = (entry: LogEntry): ValueObject => {
  const { seq, prev, record, torn, cut } = entry
  return plain({ seq, prev, ...record, ...(torn && { torn }), ...(cut && { cut }) })
}

/** Plain data of ours as a value, with what is undefined left out. Times with a fraction are floats. */
export const plain = (data: object): ValueObject =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name.toWellFormed(), plainItem(item)]),
  )

const plainItem = (item: unknown): Value => {
  if (typeof item === 'string') return item.toWellFormed()
  if (Array.isArray(item)) return item.map(plainItem)
  if (typeof item === 'object' && item !== null) return plain(item)
  if (typeof item === 'number' && Number.isFinite(item))
    return Number.isSafeInteger(item) ? item : float(item)
  return typeof item === 'boolean' ? item : null
}
