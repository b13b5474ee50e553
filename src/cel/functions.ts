/** The functions of an expression. What the table of signatures does not name never gets here. */

import { MAX_INTEGER, MIN_INTEGER } from '../encoding/value.js'
import { isWarrantError } from '../errors.js'
import { type CompiledRegex, compileRegex } from '../regex/engine.js'
import { inNetwork, isPrivate } from './network.js'
import { compare, equal, includes, isKey } from './operators.js'
import {
  type Calendar,
  calendarOf,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
  Timestamp,
  timestampOf,
} from './time.js'
import { type CelValue, isCelList, isCelMap } from './value.js'
import { CelFault, failure, strictFailure, type Work } from './work.js'

/** What a function may know besides its arguments. */
export interface Surroundings {
  readonly work: Work
  /** The one clock reading of the decision, in Unix seconds. */
  readonly now: number
}

type CelFunction = (args: readonly CelValue[], surroundings: Surroundings) => CelValue

/** The function of a name. */
export const functionOf = (name: string): CelFunction => {
  const found = FUNCTIONS.get(name)
  if (found === undefined) throw failure()
  return found
}

const text = (value: CelValue | undefined): string => {
  if (typeof value !== 'string') throw failure()
  return value
}

const only = (args: readonly CelValue[]): CelValue => args[0] as CelValue // the signature asks for one at least

const size: CelFunction = (args, { work }) => {
  const value = only(args)
  if (isCelList(value)) return BigInt(value.length)
  if (isCelMap(value)) return BigInt(value.size)
  const whole = text(value)
  work.spendText(whole.length * 4)
  return BigInt(utf8Length(whole))
}

/** The reference counts bytes, where the standard counts characters. */
const utf8Length = (whole: string): number => {
  let bytes = 0
  for (let i = 0; i < whole.length; i++) {
    const unit = whole.charCodeAt(i)
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes
}

const contains: CelFunction = ([whole, part], { work }) => {
  if (whole === undefined || part === undefined) throw failure()
  if (isCelList(whole)) return whole.some((item) => equal(item, part, work))
  if (isCelMap(whole)) {
    if (!isKey(part)) throw failure()
    return whole.has(part)
  }
  if (typeof whole !== 'string' || typeof part !== 'string') throw strictFailure()
  return includes(whole, part, work)
}

const affix =
  (test: (whole: string, part: string) => boolean): CelFunction =>
  ([whole, part], { work }) => {
    work.spendText(text(part).length)
    return test(text(whole), text(part))
  }

const matches: CelFunction = ([whole, pattern], { work }) => {
  const [subject, source] = [text(whole), text(pattern)]
  // As if it were compiled each time, so that the count does not depend on what came before.
  work.spend(source.length * 20)
  const compiled = compiledOrFault(source)
  work.spend(compiled.work(0) * 10 + compiled.work(subject.length) / 10)
  const outcome = compiled.test(subject)
  if (typeof outcome === 'string') throw new CelFault(outcome, 'REGEX_TEXT')
  return outcome
}

const compiledOrFault = (pattern: string): CompiledRegex => {
  try {
    return compileRegex(pattern)
  } catch (thrown) {
    throw new CelFault('CONSTRAINT_ERROR', isWarrantError(thrown) ? thrown.rule : undefined)
  }
}

const asString: CelFunction = (args) => {
  const value = only(args)
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'number') throw value instanceof Timestamp ? strictFailure() : failure()
  const written = String(value)
  // The reference writes no exponents, and the sign of zero.
  if (written.includes('e') || Object.is(value, -0)) throw strictFailure()
  return written
}

const asInteger: CelFunction = (args) => {
  const value = only(args)
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') {
    if (Math.abs(value) >= 2 ** 63) throw strictFailure()
    return BigInt(Math.trunc(value))
  }
  const written = text(value)
  if (written.length > 64) throw strictFailure()
  if (!/^[+-]?[0-9]+$/.test(written)) throw failure()
  const integer = BigInt(written.replace(/^\+/, ''))
  if (integer < MIN_INTEGER || integer > MAX_INTEGER) throw failure()
  return integer
}

const asDouble: CelFunction = (args) => {
  const value = only(args)
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  const written = text(value)
  if (written.length > 64 || !/^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(written))
    throw strictFailure()
  const double = Number(written)
  if (!Number.isFinite(double)) throw strictFailure()
  return double
}

/** The greatest or least of the arguments, or of the items of the one argument that is a list. */
const extreme =
  (keeps: (order: number) => boolean): CelFunction =>
  (args, { work }) => {
    const [first] = args
    const items = args.length === 1 && first !== undefined && isCelList(first) ? first : args
    if (items.length === 0) throw strictFailure()
    return items.reduce((best, item) => {
      work.spend(1)
      return keeps(compare(best, item, work)) ? best : item
    })
  }

const calendar =
  (field: (calendar: Calendar) => number): CelFunction =>
  (args) => {
    const time = only(args)
    if (!(time instanceof Timestamp)) throw failure()
    return BigInt(field(calendarOf(time)))
  }

/** For the functions that the reference lets say something of what is no text at all. */
const timeOf = (value: CelValue): Timestamp | undefined =>
  typeof value === 'string' ? parseTimestamp(value) : undefined

const NANOS = 1_000_000_000n

const FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', size],
  ['.size', size],
  ['.contains', contains],
  ['.startsWith', affix((whole, part) => whole.startsWith(part))],
  ['.endsWith', affix((whole, part) => whole.endsWith(part))],
  ['.matches', matches],
  ['string', asString],
  ['int', asInteger],
  ['double', asDouble],
  ['max', extreme((order) => order > 0)],
  ['min', extreme((order) => order < 0)],
  ['timestamp', (args) => orFailure(parseTimestamp(text(only(args))))],
  ['duration', (args) => orStrictFailure(parseDuration(text(only(args))))],
  ['.getFullYear', calendar(({ year }) => year)],
  ['.getMonth', calendar(({ month }) => month)],
  ['.getDate', calendar(({ dayOfMonth }) => dayOfMonth + 1)],
  ['.getDayOfMonth', calendar(({ dayOfMonth }) => dayOfMonth)],
  ['.getDayOfWeek', calendar(({ dayOfWeek }) => dayOfWeek)],
  ['.getDayOfYear', calendar(({ dayOfYear }) => dayOfYear)],
  ['.getHours', calendar(({ hours }) => hours)],
  ['.getMinutes', calendar(({ minutes }) => minutes)],
  ['.getSeconds', calendar(({ seconds }) => seconds)],
  ['.getMilliseconds', calendar(({ nanos }) => Math.floor(nanos / 1_000_000))],
  ['time_now', (_, { now }) => formatTimestamp(timestampOf(now))],
  [
    'time_is_expired',
    (args, { now }) => {
      const time = timeOf(only(args))
      return time !== undefined && time.nanos < timestampOf(now).nanos
    },
  ],
  [
    'time_since',
    (args, { now }) => {
      const time = timeOf(only(args))
      return time === undefined ? 0n : (timestampOf(now).nanos - time.nanos) / NANOS
    },
  ],
  ['net_in_cidr', ([address, network]) => inNetwork(address, network)],
  ['net_is_private', ([address]) => isPrivate(address)],
])

const orFailure = <T>(value: T | undefined): T => {
  if (value === undefined) throw failure()
  return value
}

const orStrictFailure = <T>(value: T | undefined): T => {
  if (value === undefined) throw strictFailure()
  return value
}
