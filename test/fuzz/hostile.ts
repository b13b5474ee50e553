/**
 * Hostile values: whatever JavaScript can hand in as an argument, and a record of what was done to it. The library promises
 * to run nothing of it: no getter, no `toJSON`, no trap that writes; and to read each property of an object once.
 */

import { runInNewContext } from 'node:vm'
import type { Random } from './random.js'

/** What was done to hostile values while somebody had them. */
export class Record {
  /** Getters and methods of them that ran. */
  ran = 0
  /** Traps that would have changed something, or called it. */
  changed = 0
  /** The most often that one property of one object was read. */
  mostReads = 0
  /** Something contains itself, so that it is read once at each depth. */
  isCyclic = false
  readonly #reads = new Map<object, Map<PropertyKey, number>>()

  read(object: object, key: PropertyKey): void {
    const keys = this.#reads.get(object) ?? new Map<PropertyKey, number>()
    this.#reads.set(object, keys)
    const reads = (keys.get(key) ?? 0) + 1
    keys.set(key, reads)
    this.mostReads = Math.max(this.mostReads, reads)
  }

  /** Forgets everything, for another look at the same values. */
  restart(): void {
    this.ran = 0
    this.changed = 0
    this.mostReads = 0
    this.#reads.clear()
  }
}

const MAX_DEPTH = 6

/** A hostile value, or a harmless one. */
export const hostileValue = (random: Random, record: Record, depth = 0): unknown => {
  if (depth >= MAX_DEPTH || random.oneIn(3)) return scalar(random)
  return random.oneIn(3)
    ? random.pick(EXOTIC)(random, record)
    : random.pick(CONTAINERS)(random, record, depth)
}

const SCALARS: readonly unknown[] = [
  ...[
    '',
    'a',
    '/data/x',
    '/data/../etc',
    'https://127.0.0.1/',
    '\ud800',
    'x\udfff',
    'a\0b',
    '__proto__',
    '\u202e',
  ],
  ...[0, -0, 1, 5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 1e308, 5e-324],
  ...[0n, 1n, 2n ** 63n, -(2n ** 63n) - 1n, 2n ** 2_000n, true, false, null, undefined],
]

const scalar = (random: Random): unknown => (random.oneIn(40) ? random.pick(LONG) : random.pick(SCALARS))

const NAMES = [
  'a',
  'path',
  'limit',
  'x',
  '0',
  'length',
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  'then',
  '',
]
const anyName = (random: Random): string => (random.oneIn(20) ? '\ud801' : random.pick(NAMES))

type Container = (random: Random, record: Record, depth: number) => unknown
type ObjectContainer = (random: Random, record: Record, depth: number) => object

const define = (object: object, name: PropertyKey, value: unknown): void => {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

const plainObject: ObjectContainer = (random, record, depth) => {
  const object: object = random.oneIn(4) ? Object.create(null) : {}
  for (let i = random.size(6); i > 0; i--)
    define(object, anyName(random), hostileValue(random, record, depth + 1))
  return random.oneIn(8) ? Object.freeze(object) : object
}

const list: ObjectContainer = (random, record, depth) =>
  Array.from({ length: random.size(8) }, () => hostileValue(random, record, depth + 1))

/** A property whose getter counts, and says something else every time. */
const withGetter: Container = (random, record, depth) => {
  const object: object = random.oneIn(3) ? [1, 2] : plainObject(random, record, depth) // an object
  if (Object.isFrozen(object)) return object
  Object.defineProperty(object, random.pick(['path', 'x', '0', 'toJSON']), {
    get: () => `/data/${record.ran++}`,
    enumerable: !random.oneIn(4),
    configurable: true,
  })
  return object
}

/** Methods that other code would call by itself. */
const callable: Container = (random, record) => {
  const run = (): string => `/data/${record.ran++}`
  const object: object = {}
  for (const name of ['toJSON', 'toString', 'valueOf', 'then', Symbol.toPrimitive, Symbol.iterator])
    if (random.oneIn(2)) define(object, name, run)
  return object
}

const cyclic: Container = (random, record, depth) => {
  record.isCyclic = true
  const object = random.oneIn(2) ? plainObject(random, record, depth) : [1]
  if (!Object.isFrozen(object)) define(object, Array.isArray(object) ? '0' : 'x', object)
  return object
}

const deep: Container = (random) => {
  let value: unknown = 1
  for (let i = random.below(random.oneIn(4) ? 20_000 : 70); i > 0; i--)
    value = i % 2 === 0 ? [value] : { x: value }
  return value
}

/** Made once: what is timed is the library, and not how long it takes to make them. */
const WIDE: readonly object[] = [100, 1_000, 17_000].flatMap((length) => [
  Object.freeze(new Array<number>(length).fill(1)),
  Object.freeze(Object.fromEntries(Array.from({ length }, (_, i) => [`n${i}`, i]))),
])
const LONG: readonly string[] = [1_000, 70_000, 1_100_000].map((length) => 'x'.repeat(length))

const wide: Container = (random) => random.pick(WIDE)

const shared: Container = (random, record, depth) => {
  record.isCyclic = true // read once in each place
  const value = hostileValue(random, record, depth + 2)
  return [value, value, { x: value }]
}

/** Everything goes through the record; sometimes it throws, lies, or says something else the second time. */
const proxied: Container = (random, record, depth) => {
  const target = random.oneIn(3) ? list(random, record, depth) : plainObject(random, record, depth)
  const mood = random.below(6)
  const says = (key: PropertyKey): void => {
    record.read(target, key)
    if (mood === 0) throw record
    if (mood === 1) throw undefined
  }
  const changes = (): boolean => {
    record.changed++
    return true
  }
  const handler: ProxyHandler<object> = {
    get: (_, key) => {
      says(key)
      return mood === 2 ? record.ran : Reflect.get(target, key)
    },
    getOwnPropertyDescriptor: (_, key) => {
      if (key !== 'length') says(key)
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
    ownKeys: () => (mood === 3 ? ['x', 'x'] : Reflect.ownKeys(target)),
    getPrototypeOf: () => (mood === 4 ? Array.prototype : Reflect.getPrototypeOf(target)),
    set: changes,
    defineProperty: changes,
    deleteProperty: changes,
    setPrototypeOf: changes,
    preventExtensions: changes,
  }
  return new Proxy(target, handler)
}

const CONTAINERS: readonly Container[] = [
  plainObject,
  plainObject,
  list,
  withGetter,
  callable,
  cyclic,
  deep,
  wide,
  shared,
  proxied,
  proxied,
]

type Exotic = (random: Random, record: Record) => unknown

class Instance {
  path = '/data/x'
}
class Listing extends Array<number> {}
class Bytes extends Uint8Array {}

const revoked = (target: object): unknown => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const holed = (): unknown => {
  const holes: number[] = [1]
  holes.length = 4
  return holes
}

const EXOTIC: readonly Exotic[] = [
  () => new Instance(),
  () => Listing.from([1, 2]),
  () => new Bytes(4),
  () => new Uint8Array([1, 2, 3]),
  () => new Float64Array(2),
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => new DataView(new ArrayBuffer(4)),
  () => Symbol('x'),
  () => ({ [Symbol('hidden')]: 1, path: '/data/x' }),
  () => Object.defineProperty({ path: '/data/x' }, 'limit', { value: 5, enumerable: false }),
  () => new Date(0),
  () => new Map([['path', '/data/x']]),
  () => new Set(['a']),
  () => new WeakMap(),
  () => /a/,
  () => new Error('x'),
  () => Promise.resolve('/data/x'),
  () => () => '/data/x',
  () => Instance,
  () => async () => 1,
  () => (function* generate() {})(),
  () => new String('/data/x'),
  () => new Number(5),
  () => new Boolean(true),
  () => Object(1n),
  () => revoked({}),
  () => revoked([]),
  () => new Proxy(() => 1, {}),
  holed,
  () => Object.assign([1, 2], { path: '/data/x' }),
  () => Object.setPrototypeOf([1], null),
  () => Object.setPrototypeOf({ path: '/data/x' }, { limit: 5 }),
  () => Object.create({ path: '/data/x' }),
  () => runInNewContext('({ path: "/data/x", limit: [5] })'),
  () => runInNewContext('Object.create(Array.prototype)'),
  () => globalThis,
  () => JSON,
  () => Object.prototype,
  (random) => Object.freeze(Array.from({ length: random.below(5) }, (_, i) => i)),
  (_, record) => ({
    __proto__: null,
    get path() {
      record.ran++
      return '/data/x'
    },
  }),
]
