/** Half-precision floats, which JavaScript has no type for. */

/** The power of two of each exponent as it is written, from 1 on: to compute one takes longer than all the rest here. */
const POWERS: readonly number[] = Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 15))

/** Bits of the half-precision float that equals `value` exactly, or undefined where there is none. */
export const halfBits = (value: number): number | undefined => {
  if (value === 0) return Object.is(value, -0) ? 0x8000 : 0
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  if (size > 65_504) return undefined
  if (size < 2 ** -14) {
    const units = size / 2 ** -24 // subnormal: multiples of 2^-24
    return Number.isInteger(units) ? sign | units : undefined
  }
  let exponent = 1 // 1 <= significand < 2; counted, since the engine may round log2
  while (size >= (POWERS[exponent + 1] as number)) exponent++ // below the last: the size was asked
  const fraction = (size / (POWERS[exponent] as number) - 1) * 1024
  return Number.isInteger(fraction) ? sign | (exponent << 10) | fraction : undefined
}

/** The number of half-precision bits, infinities and NaN included. */
export const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * (POWERS[exponent] as number)
}
