/**
 * Option and request objects, read by own properties alone: what a polluted `Object.prototype` lends them is not there.
 * That is a guard against data. Against code that replaces built-ins of this process there is none, here or elsewhere.
 */

const { hasOwn } = Object

/** The own property of that name, or undefined. A misspelt name does not compile. */
export const own = <T extends object, K extends keyof T>(options: T, name: K): T[K] | undefined =>
  hasOwn(options, name) ? options[name] : undefined

/** An options object, where one was given. @throws TypeError for anything else, which only a programmer can cause. */
export const optionsOf = <T extends object>(options: T | undefined, what: string): Partial<T> => {
  if (options === undefined) return NONE as Partial<T> // no own property: every option is absent
  if (typeof options !== 'object' || options === null) throw new TypeError(`${what} must be an object`)
  return options
}

const NONE = Object.freeze(Object.create(null) as object) // create is typed any
