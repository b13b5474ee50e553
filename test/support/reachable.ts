/** Every object that something leads to: by own properties of any kind, by what they inherit from, and as Map and Set hold. */
export const reachableFrom = (...starts: readonly unknown[]): ReadonlySet<object> => {
  const seen = new Set<object>()
  const pending = [...starts]
  while (pending.length > 0) {
    const thing = pending.pop()
    if ((typeof thing !== 'object' && typeof thing !== 'function') || thing === null || seen.has(thing))
      continue
    seen.add(thing)
    pending.push(Object.getPrototypeOf(thing))
    if (thing instanceof Map) pending.push(...thing.keys(), ...thing.values())
    if (thing instanceof Set) pending.push(...thing)
    for (const key of Reflect.ownKeys(thing)) {
      const found = Reflect.getOwnPropertyDescriptor(thing, key)
      pending.push(found?.value, found?.get, found?.set)
    }
  }
  return seen
}
