/** JavaScript hazards at the door of a call: JS-1 to JS-6 and JS-11. Whole decisions are attacked in their own files. */

import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { callOf, isCall } from '../../src/capability/call.js'
import { copyArgs, copyValue } from '../../src/capability/inert.js'
import { float } from '../../src/encoding/value.js'
import { codeOf } from '../support/values.js'

describe('JS-1: arguments that change between check and use', () => {
  test('a getter is refused without being run, wherever it stands', () => {
    let runs = 0
    const trap = {
      get path() {
        runs++
        return '/data'
      },
    }
    const list: unknown[] = [1]
    Object.defineProperty(list, 0, { get: () => runs++, enumerable: true })
    const inherited = Object.create(null, { path: { get: () => runs++, enumerable: true } })
    for (const args of [
      trap,
      { a: trap },
      { a: [trap] },
      { list },
      inherited,
      { s: { set x(_: unknown) {} } },
    ]) {
      expect(codeOf(() => callOf('t', args))).toBe('CALL_MALFORMED')
    }
    expect(runs).toBe(0)
  })

  test('toJSON, valueOf and Symbol.toPrimitive are refused and never called', () => {
    const never = (): never => {
      throw new Error('called')
    }
    for (const args of [
      { toJSON: never },
      { a: { valueOf: never } },
      { a: { [Symbol.toPrimitive]: never } },
    ]) {
      expect(codeOf(() => callOf('t', args))).toBe('CALL_MALFORMED')
    }
  })

  test('a Proxy that answers differently each time is read once, and what was read is what is used', () => {
    let reads = 0
    const changing = new Proxy(
      { path: '' },
      {
        getOwnPropertyDescriptor: () => ({
          value: reads++ === 0 ? '/data/x' : '/etc/passwd',
          enumerable: true,
          configurable: true,
          writable: true,
        }),
        get: () => '/etc/passwd',
      },
    )
    const { args } = callOf('t', changing)
    expect(args).toEqual({ path: '/data/x' })
    expect(args['path']).toBe('/data/x')
    expect(reads).toBe(1)
  })

  test('a Proxy of an array that lies about its length gets no element past the copy', () => {
    const lengths: unknown[] = [{ valueOf: () => 0 }, '0', 5, -1, 0.5, Number.NaN, 1e9, null, undefined]
    for (const length of lengths) {
      const liar = new Proxy([1, 2], { get: (_, name) => (name === 'length' ? length : '/etc/passwd') })
      expect(
        codeOf(() => copyValue(liar)),
        String(typeof length),
      ).toMatch(/^VALUE_/)
    }
    const keys = new Proxy([1, 2], { ownKeys: () => ['0', '1', 'length'], get: () => 2 })
    expect(copyValue(keys)).toEqual([1, 2])
  })

  test('a trap that throws, throws hostile things, or was revoked is a refusal', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('looked at')
        },
        getPrototypeOf: () => {
          throw new Error('looked at')
        },
      },
    )
    const throwing = (thrown: unknown): object =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw thrown
          },
        },
      )
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const all = [
      throwing(new Error('x')),
      throwing(hostile),
      throwing(undefined),
      throwing({ code: 'X' }),
      hostile,
    ]
    for (const args of [...all, revoked.proxy, { a: revoked.proxy }, { a: [throwing(null)] }]) {
      expect(codeOf(() => callOf('t', args))).toBe('CALL_MALFORMED')
    }
  })

  test('a trap that throws our own refusal cannot choose its code', () => {
    let own: unknown
    try {
      copyValue(Number.NaN)
    } catch (thrown) {
      own = thrown
    }
    const args = new Proxy(
      {},
      {
        ownKeys: () => {
          throw own
        },
      },
    )
    expect(codeOf(() => copyArgs(args))).toBe('VALUE_UNSUPPORTED')
  })

  test('a trap that copies something else meanwhile does not disturb the copy', () => {
    const nested = new Proxy(
      { b: 2 },
      {
        ownKeys: (target) => {
          codeOf(() => copyArgs({ x: Number.NaN }))
          copyArgs({ y: 'z'.repeat(1000) })
          return Reflect.ownKeys(target)
        },
      },
    )
    expect(copyArgs({ a: 1, nested, c: [3] })).toEqual({ a: 1, nested: { b: 2 }, c: [3] })
  })

  test('a forged Float is made anew: what it says later counts for nothing', () => {
    let reads = 0
    const lying = Object.create(Object.getPrototypeOf(float(1)), {
      float: { get: () => reads++, enumerable: true },
    })
    expect(codeOf(() => copyValue(lying))).toBe('VALUE_UNSUPPORTED')
    const writable = Object.assign(Object.create(Object.getPrototypeOf(float(1))), { float: 7 })
    const copy = copyValue(writable)
    writable.float = 8
    expect(copy).toEqual(float(7))
    expect(reads).toBe(0)
    for (const wrong of [Number.NaN, '7', null, undefined]) {
      const forged = Object.assign(Object.create(Object.getPrototypeOf(float(1))), { float: wrong })
      expect(codeOf(() => copyValue(forged))).toBe('VALUE_NUMBER')
    }
  })
})

describe('JS-2: inherited names', () => {
  test('are ordinary names of arguments and pollute nothing', () => {
    const text =
      '{"__proto__":{"isAdmin":true},"constructor":1,"prototype":2,"hasOwnProperty":3,"toString":4}'
    const { args } = callOf('__proto__', JSON.parse(text))
    expect(Object.keys(args)).toEqual(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])
    expect(Object.getOwnPropertyDescriptor(args, '__proto__')?.value).toEqual({ isAdmin: true })
    expect('isAdmin' in {}).toBe(false)
    expect('isAdmin' in args).toBe(false)
  })

  test('an argument that only the prototype has is absent', () => {
    const args = copyArgs({})
    for (const name of ['__proto__', 'constructor', 'toString']) expect(args[name]).toBeUndefined()
  })
})

describe('JS-4: exotic objects', () => {
  function argumentsOf(..._: unknown[]): unknown {
    // biome-ignore lint/complexity/noArguments: the attack
    return arguments
  }
  class Point {
    x = 1
  }
  class List extends Array {}
  const holed = [1, 2, 3]
  delete holed[1]
  const balanced = Object.assign([1, 2], { x: 1 })
  delete balanced[0]
  const trailing = [1, 2]
  trailing.length = 3
  const exotics: [string, unknown][] = [
    ['a sparse array', holed],
    ['an array with a trailing hole', trailing],
    ['an array of holes', Array(3)],
    ['a hole made up for by an extra property', balanced],
    ['an array with an extra property', Object.assign([1], { x: 1 })],
    ['an array with a symbol', Object.assign([1], { [Symbol('x')]: 1 })],
    ['an array with a hidden element', Object.defineProperty([1], 0, { enumerable: false })],
    ['an array of a subclass', new List()],
    ['a symbol key', { [Symbol('x')]: 1 }],
    ['a hidden symbol key', Object.defineProperty({}, Symbol('x'), { value: 1 })],
    ['a well-known symbol key', { [Symbol.toStringTag]: 'x' }],
    ['a property that is not enumerable', Object.defineProperty({ a: 1 }, 'b', { value: 2 })],
    ['an instance of a class', new Point()],
    ['an object that inherits data', Object.create({ path: '/etc' })],
    ['an object that inherits from an empty one', Object.create(Object.create(null, { x: { value: 1 } }))],
    ['a Date', new Date(0)],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set([1])],
    ['a WeakMap', new WeakMap()],
    ['a typed array', new Uint8Array(2)],
    ['a Buffer', Buffer.from('x')],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a regular expression', /x/],
    ['an Error', new Error('x')],
    ['a Promise', Promise.resolve(1)],
    ['a function', () => 1],
    ['a class', Point],
    ['a symbol', Symbol('x')],
    ['a boxed string', Object('x')],
    ['a boxed number', Object(1)],
    ['a boxed boolean', Object(true)],
    ['a boxed bigint', Object(1n)],
    ['a boxed symbol', Object(Symbol('x'))],
    ['an arguments object', argumentsOf(1)],
    ['a generator', (function* () {})()],
    ['a proxy of a function', new Proxy(() => 1, {})],
    ['the global object', globalThis],
    ['a Date of another realm', runInNewContext('new Date(0)')],
    ['a function of another realm', runInNewContext('() => 1')],
    ['an instance of a class of another realm', runInNewContext('new (class { x = 1 })()')],
  ]

  test.each(exotics)('%s is refused', (_, exotic) => {
    expect(codeOf(() => callOf('t', { a: exotic }))).toBe('CALL_MALFORMED')
    expect(codeOf(() => callOf('t', { a: [{ b: exotic }] }))).toBe('CALL_MALFORMED')
    expect(codeOf(() => callOf('t', exotic))).toBe('CALL_MALFORMED')
  })

  test('an object whose type says undefined is not taken for an absent argument', () => {
    // What document.all is in browsers, where the engine lets us make one.
    const found = spawnSync(process.execPath, ['--allow-natives-syntax', '-p', 'typeof %GetUndetectable()'], {
      encoding: 'utf8',
    })
    expect(found.stdout.trim()).toBe('undefined')
    const script = `
      import { copyArgs } from '${pathToFileURL(new URL('../../dist/capability/inert.js', import.meta.url).pathname).href}'
      try { copyArgs({ a: %GetUndetectable() }); console.log('copied') } catch (thrown) { console.log(thrown.code) }`
    const { stdout } = spawnSync(
      process.execPath,
      ['--allow-natives-syntax', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    )
    expect(stdout.trim()).toBe('VALUE_UNSUPPORTED')
  })
})

describe('JS-5: depth and cycles', () => {
  test('a cycle ends in a typed refusal, through objects, lists and a Proxy that never ends', () => {
    const object: Record<string, unknown> = {}
    object['a'] = [{ object }]
    const endless: object = new Proxy(
      { a: 1 },
      {
        getOwnPropertyDescriptor: () => ({ value: endless, enumerable: true, configurable: true }),
      },
    )
    expect(codeOf(() => callOf('t', object))).toBe('CALL_TOO_DEEP')
    expect(codeOf(() => callOf('t', endless))).toBe('CALL_TOO_DEEP')
    let deep: unknown = 1
    for (let i = 0; i < 1_000_000; i++) deep = [deep]
    expect(codeOf(() => callOf('t', { deep }))).toBe('CALL_TOO_DEEP')
  })
})

test('JS-6: two strings that would become the same bytes are both refused, wherever they stand', () => {
  for (const text of ['\uD800', '\uDFFF']) {
    for (const args of [{ text }, { [text]: 1 }, { list: [text] }, { object: { [text]: 1 } }])
      expect(codeOf(() => callOf('t', args))).toBe('CALL_TEXT')
    expect(codeOf(() => callOf(text, {}))).toBe('CALL_TEXT')
  }
})

describe('JS-11: another copy, another realm', () => {
  test('a call or a Float of another copy of the package is not taken for ours', async () => {
    const other = (await import(
      '../../dist/capability/call.js'
    )) as typeof import('../../src/capability/call.js')
    const values = (await import(
      '../../dist/encoding/value.js'
    )) as typeof import('../../src/encoding/value.js')
    expect(other.isCall(other.callOf('t', {}))).toBe(true)
    expect(isCall(other.callOf('t', {}))).toBe(false)
    expect(codeOf(() => callOf('t', { n: values.float(1) }))).toBe('CALL_MALFORMED')
    expect(callOf('t', other.callOf('t', { a: { b: [1] } }).args).args).toEqual({ a: { b: [1] } })
  })
})

describe('JS-3: built-ins that were polluted or replaced after loading', () => {
  /** Runs in a process of its own, where everything may be broken. */
  const inPolluted = (pollution: string): string => {
    const inert = new URL('../../dist/capability/inert.js', import.meta.url).href
    const script = `
      const { copyArgs } = await import('${inert}')
      const print = process.stdout.write.bind(process.stdout)
      const stringify = JSON.stringify
      const good = { path: '/data', list: [1, { b: 'x' }] }
      const bad = [{ get a() { return 1 } }, { a: '\\uD800' }, { a: NaN }, { a: [,1] }, { a: new Date(0) }, { [Symbol('s')]: 1 }]
      ${pollution}
      const copy = copyArgs(good)
      let out = copy.path + ' ' + copy.list[0] + ' ' + copy.list[1].b + ' ' + (copy.list !== good.list)
      for (let i = 0; i < bad.length; i++) {
        try { copyArgs(bad[i]); out += ' COPIED' } catch (thrown) { out += ' ' + thrown.code }
      }
      print(out)`
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout
  }

  const EXPECTED =
    '/data 1 x true VALUE_UNSUPPORTED TEXT_SURROGATE VALUE_NUMBER VALUE_UNSUPPORTED VALUE_UNSUPPORTED VALUE_UNSUPPORTED'

  test.each([
    ['nothing', ''],
    [
      'fields of descriptors on Object.prototype',
      `for (const n of ['value', 'get', 'set', 'writable', 'enumerable']) Object.prototype[n] = '/etc'`,
    ],
    [
      'names of arguments on Object.prototype',
      `Object.prototype.path = '/etc'; Object.prototype.a = 1; Object.prototype.list = []`,
    ],
    [
      'setters for elements',
      `for (let i = 0; i < 8; i++) Object.defineProperty(Array.prototype, i, { set() {}, get: () => '/etc', configurable: true })`,
    ],
    [
      'setters for elements on Object.prototype',
      `for (let i = 0; i < 8; i++) Object.defineProperty(Object.prototype, i, { set() {}, get: () => '/etc', configurable: true })`,
    ],
    ['another isArray', `Array.isArray = () => false`],
    [
      'another freeze and hasOwn',
      `Object.freeze = (x) => x; Object.hasOwn = () => true; Object.is = () => false`,
    ],
    [
      'another Reflect',
      `for (const n of Object.keys(Object.getOwnPropertyDescriptors(Reflect))) if (typeof Reflect[n] === 'function') Reflect[n] = () => []`,
    ],
    ['another Number', `Number.isInteger = Number.isSafeInteger = Number.isFinite = () => true`],
    [
      'another isWellFormed and test',
      `String.prototype.isWellFormed = () => true; RegExp.prototype.test = () => true`,
    ],
    ['another iterator', `Array.prototype[Symbol.iterator] = function* () { yield '/etc' }`],
    [
      'another call and bind',
      `Function.prototype.call = Function.prototype.bind = Function.prototype.apply = () => true`,
    ],
  ])('%s: the same copies and the same refusals', (_, pollution) => {
    expect(inPolluted(pollution)).toBe(EXPECTED)
  })
})
