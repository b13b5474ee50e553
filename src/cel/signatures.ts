/** The functions that an expression may call, by name and count of arguments; a method counts its target. */

const SIGNATURES: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['size', [1, 1]],
  ['.size', [1, 1]],
  ['.contains', [2, 2]],
  ['.startsWith', [2, 2]],
  ['.endsWith', [2, 2]],
  ['.matches', [2, 2]],
  ['string', [1, 1]],
  ['int', [1, 1]],
  ['double', [1, 1]],
  ['max', [1, 16]],
  ['min', [1, 16]],
  ['timestamp', [1, 1]],
  ['duration', [1, 1]],
  ['.getFullYear', [1, 1]],
  ['.getMonth', [1, 1]],
  ['.getDate', [1, 1]],
  ['.getDayOfMonth', [1, 1]],
  ['.getDayOfWeek', [1, 1]],
  ['.getDayOfYear', [1, 1]],
  ['.getHours', [1, 1]],
  ['.getMinutes', [1, 1]],
  ['.getSeconds', [1, 1]],
  ['.getMilliseconds', [1, 1]],
  ['time_now', [1, 1]],
  ['time_is_expired', [1, 1]],
  ['time_since', [1, 1]],
  ['net_in_cidr', [2, 2]],
  ['net_is_private', [1, 1]],
])

/** Whether there is a function of this name that takes so many arguments. */
export const isSignature = (name: string, count: number): boolean => {
  const range = SIGNATURES.get(name)
  return range !== undefined && count >= range[0] && count <= range[1]
}

/** Whether the reference has a function or method of this name, with any arguments: a field may be missing under it. */
export const isFunctionName = (name: string): boolean =>
  SIGNATURES.has(name) || SIGNATURES.has(`.${name}`) || name === 'bytes' || name === 'uint'
