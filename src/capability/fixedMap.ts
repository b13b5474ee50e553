/** A map that nobody can change: freezing a Map does not stop `set`, and a type alone stops nothing at run time. */

import { compareUtf8 } from '../encoding/bytes.js'

class FixedMap<V> implements ReadonlyMap<string, V> {
  readonly #map: Map<string, V>

  constructor(map: Map<string, V>) {
    this.#map = map
    Object.freeze(this)
  }

  get size(): number {
    return this.#map.size
  }
  get(name: string): V | undefined {
    return this.#map.get(name)
  }
  has(name: string): boolean {
    return this.#map.has(name)
  }
  forEach(visit: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this.#map) visit(value, name, this)
  }
  entries(): MapIterator<[string, V]> {
    return this.#map.entries()
  }
  keys(): MapIterator<string> {
    return this.#map.keys()
  }
  values(): MapIterator<V> {
    return this.#map.values()
  }
  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.#map.entries()
  }
}

/** An unchangeable map of these entries, in the order that is written, whatever the order given; of a repeated name, the last. */
export const fixedMap = <V>(entries: Iterable<readonly [string, V]>): ReadonlyMap<string, V> =>
  new FixedMap(new Map([...entries].sort(([a], [b]) => compareUtf8(a, b))))

/** The same of entries in the order that is written. Invariant: whoever made the map lets go of it. */
export const fixedMapOf = <V>(map: Map<string, V>): ReadonlyMap<string, V> => new FixedMap(map)
