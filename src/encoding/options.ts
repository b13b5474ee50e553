/**
 * Option objects as they are read in every layer: a copy of their own properties, made once. So a polluted
 * `Object.prototype` lends them nothing, and no getter answers twice.
 */

/** What copies inherit from: nothing. Objects that inherit from `null` are tables, slow to ask for what is not there. */
const NONE = Object.freeze(Object.create(null) as object) // create is typed any

/** The own properties of an options object, and nothing that it inherits. */
export const ownOptions = <T extends object>(options: T): T =>
  Object.freeze(Object.assign(Object.create(NONE) as object, options)) as T // the same properties
