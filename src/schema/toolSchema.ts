/**
 * Capabilities declared from the schema of a tool, so that naming an argument the tool lacks does not compile.
 *
 * The schema is any Standard Schema (zod, valibot, arktype and others): its type is looked at, it is never run, and no
 * schema library is imported for it.
 */

import { type Capability, type CapabilityOptions, capability } from '../capability/capability.js'
import type { Constraint } from '../capability/kinds.js'
import type { Value } from '../encoding/value.js'

/** What every Standard Schema has; https://standardschema.dev. */
export interface ToolSchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined
  }
}

/** The arguments that a tool takes, before its schema fills in defaults: these are what a call carries. */
export type ArgumentsOf<S extends ToolSchema> = NonNullable<S['~standard']['types']>['input']

/** A constraint, or a value that the argument can have, which stands for exactly that value. */
export type ConstraintOn<Argument> = Constraint | Extract<Argument, Value>

/** Constraints on arguments that the tool has, and `never` on every other name. */
export type ConstraintsFor<S extends ToolSchema, Named> = {
  readonly [Name in keyof Named]: Name extends keyof ArgumentsOf<S>
    ? ConstraintOn<Exclude<ArgumentsOf<S>[Name], undefined>>
    : never
}

/**
 * The capability to call a tool with these constraints on its arguments.
 *
 *     capabilityFor(z.object({ path: z.string() }), { path: subpath('/data') })
 *
 * @throws FormatError as `capability()`.
 */
export const capabilityFor = <S extends ToolSchema, const Named extends ConstraintsFor<S, Named>>(
  _schema: S,
  constraints: Named,
  options: CapabilityOptions = {},
): Capability => capability(constraints as Readonly<Record<string, Constraint | Value>>, options) // by ConstraintOn

/** Tools by name, each with its schema. */
export type ToolSchemas = Readonly<Record<string, ToolSchema>>

/**
 * The capabilities for several tools at once, by the names under which their schemas are given: a name without a schema
 * does not compile either.
 *
 *     toolsFor({ read_file: readFileSchema }, { read_file: { path: subpath('/data') } })
 *
 * @throws FormatError as `capability()`.
 */
export const toolsFor = <
  Schemas extends ToolSchemas,
  const Granted extends {
    readonly [Tool in keyof Granted]: Tool extends keyof Schemas
      ? ConstraintsFor<Schemas[Tool], Granted[Tool]>
      : never
  },
>(
  _schemas: Schemas,
  granted: Granted,
  options: CapabilityOptions = {},
): ReadonlyMap<string, Capability> =>
  new Map(
    Object.entries(granted).map(([tool, constraints]) => [
      tool,
      capability(constraints as Readonly<Record<string, Constraint | Value>>, options), // by ConstraintOn
    ]),
  )
