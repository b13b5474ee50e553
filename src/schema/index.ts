/** `warrant/schema`: where people, models and frameworks speak. The one door through which zod is reached. */

export { type Allowed, parseAllow, parseAllowArguments, parseAllows } from './allow.js'
export type { AllowOptions } from './allowValue.js'
export { parseArgs, parseCall, type WrittenCall } from './callJson.js'
export {
  capabilityFromJson,
  capabilityToJson,
  constraintFromJson,
  constraintToJson,
  type FromJsonOptions,
  toolsFromJson,
  toolsToJson,
} from './constraintJson.js'
export { decisionToJson } from './decisionJson.js'
export { type ChildPolicy, type DelegationPolicy, delegationFromJson } from './delegation.js'
export { parseGates } from './gateSpec.js'
export type { InheritedPolicy } from './inherited.js'
export { type Policy, policyFromJson } from './policy.js'
export { type Roles, rolesFromJson } from './roles.js'
export {
  type ArgumentsOf,
  type ConstraintOn,
  type ConstraintsFor,
  capabilityFor,
  type ToolSchema,
  type ToolSchemas,
  toolsFor,
} from './toolSchema.js'
export { chainToJson, warrantToJson } from './warrantJson.js'
