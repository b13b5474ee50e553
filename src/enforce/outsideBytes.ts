/** Bytes from outside: told from look-alikes, whatever realm they come from, and copied before they are judged. */

import { own } from './options.js'

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object // %TypedArray%.prototype

/** A getter of the language, which reads what no subclass, Proxy or own property can imitate. */
const getter = <T>(prototype: object, name: PropertyKey): ((input: unknown) => T) => {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor // the language has it
  return Function.prototype.call.bind(get as () => T)
}

const nameOf = getter<string | undefined>(typedArray, Symbol.toStringTag)
const lengthOf = getter<number>(typedArray, 'byteLength')
const memoryOf = getter<object>(typedArray, 'buffer')
const ownLengthOf = getter<number>(ArrayBuffer.prototype, 'byteLength')

/** Whether these are bytes: a Uint8Array or a subclass such as Buffer, of any realm (attacks JS-11). Never throws. */
export const isBytes = (input: unknown): input is Uint8Array => nameOf(input) === 'Uint8Array'

/** How many bytes there are, whatever they say. */
export const sizeOf = (bytes: Uint8Array): number => lengthOf(bytes)

/** Whether another thread may write to these bytes. Their memory is then no ArrayBuffer, whose getter refuses it. */
export const isShared = (bytes: Uint8Array): boolean => {
  try {
    ownLengthOf(memoryOf(bytes))
    return false
  } catch {
    return true
  }
}

/** The bytes that an object from outside has as its own `bytes`; undefined where it has none, or will not say. */
export const ownBytes = (holder: unknown): Uint8Array | undefined => {
  try {
    const bytes = own(holder as { bytes?: unknown }, 'bytes') // whatever it is: judged next
    return isBytes(bytes) ? bytes : undefined
  } catch {
    return undefined
  }
}
