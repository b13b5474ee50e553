/** Tokens of a glob. */

/** First and last code point of a range; a reversed one holds nothing. */
export type ClassRange = readonly [first: number, last: number]

export interface ClassToken {
  readonly kind: 'class'
  readonly negated: boolean
  readonly ranges: readonly ClassRange[]
}

/** A token that stands for exactly one code point. */
export type PointToken =
  | { readonly kind: 'literal'; readonly point: number }
  | { readonly kind: 'any' }
  | ClassToken

/** `*` is any run of code points. `**`, with the slash behind it, is nothing, whole components, or at the end the rest. */
export type WildcardToken = { readonly kind: 'run' } | { readonly kind: 'components' }

export type GlobToken = PointToken | WildcardToken

/** Whether two tokens are the same token. */
export const sameToken = (a: GlobToken, b: GlobToken): boolean => {
  if (a.kind === 'literal') return b.kind === 'literal' && a.point === b.point
  if (a.kind !== 'class') return a.kind === b.kind
  return (
    b.kind === 'class' &&
    a.negated === b.negated &&
    a.ranges.length === b.ranges.length &&
    a.ranges.every(([first, last], i) => b.ranges[i]?.[0] === first && b.ranges[i]?.[1] === last)
  )
}
