/**
 * Editing a host's configuration: our items of its lists of hooks come and go, and everything else stays as it was, in
 * the order in which it stood; in YAML with its comments.
 */

import type { Document, YAMLSeq } from 'yaml'
import { cliFailure } from '../failure.js'
import type { HostPlan, Json, JsonObject, Role } from './plans.js'

/** The text of a configuration with the hook in it once; `undefined` is a file that is not there. */
export const withHook = (plan: HostPlan, text: string | undefined, command: string): Promise<string> =>
  edited(plan, text, command)

/** The text without it. */
export const withoutHook = (plan: HostPlan, text: string): Promise<string> => edited(plan, text, undefined)

/** Whether an item of a list, or part of one, is ours. */
const isOurs = (plan: HostPlan, item: Json): boolean =>
  new RegExp(`\\bhook ${plan.name} --home\\b`).test(JSON.stringify(item))

const edited = async (
  plan: HostPlan,
  text: string | undefined,
  command: string | undefined,
): Promise<string> =>
  plan.format === 'yaml' ? editedYaml(plan, text ?? '', command) : editedJson(plan, text, command)

const roleOf = (plan: HostPlan, event: string): Role | undefined =>
  Object.hasOwn(plan.events, event) ? plan.events[event] : undefined

/** The list of an event as it should be: what is ours already right stays in its place. */
const listFor = (
  plan: HostPlan,
  event: string,
  list: readonly Json[],
  command: string | undefined,
): readonly Json[] => {
  const role = roleOf(plan, event)
  const wanted = role === undefined || command === undefined ? undefined : plan.item(command, role)
  const same = (item: Json): boolean =>
    wanted !== undefined && JSON.stringify(item) === JSON.stringify(wanted)
  const ours = list.filter((item) => isOurs(plan, item))
  if (ours.length === 1 && ours.every(same)) return list
  const others = list.flatMap((item) => withoutOurs(plan, item))
  return wanted === undefined ? others : [...others, wanted]
}

/** An item of somebody else's; of a group that holds ours too, the rest. */
const withoutOurs = (plan: HostPlan, item: Json): readonly Json[] => {
  if (!isOurs(plan, item)) return [item]
  const group = isObject(item) && Array.isArray(item['hooks']) ? item : undefined
  const rest = ((group?.['hooks'] ?? []) as readonly Json[]).filter((hook) => !isOurs(plan, hook)) // a list, as asked
  return group === undefined || rest.length === 0 ? [] : [{ ...group, hooks: rest }]
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const malformed = (detail: string): Error => cliFailure('CONFIG_UNREADABLE', undefined, detail)

const editedJson = (plan: HostPlan, text: string | undefined, command: string | undefined): string => {
  const config = text === undefined || text.trim() === '' ? plan.top : parsed(text)
  if (!isObject(config)) throw malformed('not an object')
  const before = config['hooks'] ?? {}
  if (!isObject(before)) throw malformed('hooks is not an object')
  const hooks: Record<string, Json> = { ...before }
  for (const event of new Set([...Object.keys(before), ...Object.keys(plan.events)])) {
    const list = before[event] ?? []
    if (!Array.isArray(list)) throw malformed(`hooks.${event} is not a list`)
    const after = listFor(plan, event, list, command)
    if (after.length > 0) hooks[event] = after
    else if (list.length > 0) delete hooks[event] // only what was ours alone
  }
  const rest: Record<string, Json> = { ...config }
  if (Object.keys(hooks).length > 0 || 'hooks' in rest) rest['hooks'] = hooks
  if (Object.keys(hooks).length === 0 && Object.keys(before).length > 0) delete rest['hooks']
  // Nothing to change is nothing written, not even white space.
  if (text !== undefined && JSON.stringify(rest) === JSON.stringify(config)) return text
  return `${JSON.stringify(rest, undefined, indentOf(text ?? ''))}\n`
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json // what it gives
  } catch {
    throw malformed('not JSON')
  }
}

const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  '

const editedYaml = async (plan: HostPlan, text: string, command: string | undefined): Promise<string> => {
  const { isMap, isSeq, parseDocument } = await import('yaml')
  const document = parseDocument(text, { version: '1.2', strict: true, uniqueKeys: true })
  const [fault] = document.errors
  if (fault !== undefined) throw malformed(`not YAML, at offset ${fault.pos[0]}`)
  if (document.contents !== null && !isMap(document.contents)) throw malformed('not a mapping')
  const hooks = document.get('hooks')
  if (hooks !== undefined && hooks !== null && !isMap(hooks)) throw malformed('hooks is not a mapping')
  const present = isMap(hooks) ? hooks.items.map(({ key }) => String(key)) : []
  let changed = false
  for (const event of new Set([...present, ...Object.keys(plan.events)])) {
    const node = document.getIn(['hooks', event])
    if (node !== undefined && node !== null && !isSeq(node)) throw malformed(`hooks.${event} is not a list`)
    const before = (isSeq(node) ? node.toJSON() : []) as readonly Json[] // a list, as asked
    const after = listFor(plan, event, before, command)
    if (after === before || JSON.stringify(after) === JSON.stringify(before)) continue
    changed = true
    rewriteList(document, event, isSeq(node) ? node : undefined, before, after)
  }
  if (!changed) return text
  const left = document.get('hooks')
  if (isMap(left) && left.items.length === 0) document.delete('hooks')
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(text) })
}

/** Items that stay keep their nodes, and with them their comments. */
const rewriteList = (
  document: Document,
  event: string,
  list: YAMLSeq | undefined,
  before: readonly Json[],
  after: readonly Json[],
): void => {
  if (after.length === 0) document.deleteIn(['hooks', event])
  else if (list === undefined) document.setIn(['hooks', event], document.createNode(after))
  else {
    const kept = list.items
    list.items = after.map((item) => {
      const at = before.findIndex((was) => JSON.stringify(was) === JSON.stringify(item))
      return at < 0 ? document.createNode(item) : kept[at]
    })
  }
}
