/** The tree that is evaluated: what is left of CEL once all that is not certain is refused. */

export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'

/** A macro that binds a variable to each item of a list, or each key of a map, in turn. */
export interface Fold {
  readonly kind: 'fold'
  /** What the results make: a conjunction, a disjunction, whether exactly one is true, a list. */
  readonly fold: 'all' | 'exists' | 'existsOne' | 'map'
  readonly variable: string
  readonly range: CelNode
  /** For `map`: which items take part, where that is asked. */
  readonly filter: CelNode | undefined
  readonly body: CelNode
}

export type CelNode =
  | { readonly kind: 'literal'; readonly value: null | boolean | bigint | number | string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'select' | 'has'; readonly operand: CelNode; readonly field: string }
  | { readonly kind: 'list'; readonly items: readonly CelNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: CelNode, value: CelNode])[] }
  | { readonly kind: 'not' | 'negate'; readonly operand: CelNode }
  | { readonly kind: 'and' | 'or'; readonly left: CelNode; readonly right: CelNode }
  | { readonly kind: 'index'; readonly left: CelNode; readonly right: CelNode }
  | { readonly kind: 'choice'; readonly condition: CelNode; readonly yes: CelNode; readonly no: CelNode }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: CelNode
      readonly right: CelNode
    }
  /** A function, or a method with its target as first argument; `name` has the form of the signatures. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly CelNode[] }
  | Fold
