/**
 * Option objects as they are read in every layer: a copy of their own properties, made once. So a polluted
 * `Object.prototype` lends them nothing, and no getter answers twice.
 */

/** The own properties of an options object, and nothing that it inherits. */
export const ownOptions = <T extends object>(options: T): T =>
  Object.freeze(Object.assign(Object.create(null) as object, options)) as T // the same properties
