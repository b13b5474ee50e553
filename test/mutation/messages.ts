/**
 * What is not counted: the words of messages. A message is for people; no decision depends on it, and tests assert codes.
 * Codes, places (`where`) and rules are decisions and are mutated as all else.
 */

/** The parts of a syntax node that are looked at here. */
interface Path {
  readonly node: { readonly type: string; readonly [field: string]: unknown }
  readonly key: string | number | null
  readonly listKey?: string | null
  readonly parentPath: Path | null
}

const CODED = /^(?:Format|Trust|Escalation|Denial|Warrant)Error$/
const PLAIN = /^(?:Type|Range|Syntax)?Error$/

/** Functions of the sources that put this argument into the message of an error, and do nothing else with it. */
const MESSAGE_ARGUMENT: Readonly<Record<string, number>> = {
  assert: 1,
  optionsOf: 1,
  readFlag: 1,
  otherForm: 1,
  invalid: 0,
}

const nameOf = (node: unknown): string => {
  const { name } = (node ?? {}) as { readonly name?: unknown } // an identifier, or something without a name
  return typeof name === 'string' ? name : ''
}

/** Whether it is the message of an error that is made: the second argument of coded ones, the first of all others. */
const isMessage = ({ key, listKey, parentPath }: Path): boolean => {
  if (listKey !== 'arguments' || parentPath === null) return false
  const called = nameOf(parentPath.node['callee'])
  if (parentPath.node.type !== 'NewExpression') return MESSAGE_ARGUMENT[called] === key
  return (CODED.test(called) && key === 1) || (PLAIN.test(called) && key === 0)
}

const PROSE = /^(?:describe|hint|message$)/

/** Whether it is in a function or field whose name says that it is for people. */
const isProse = (path: Path): boolean => {
  for (let at: Path | null = path; at !== null; at = at.parentPath)
    if (PROSE.test(nameOf(at.node['key'])) || PROSE.test(nameOf(at.node['id']))) return true
  return false
}

const isText = ({ node: { type } }: Path): boolean => type === 'StringLiteral' || type === 'TemplateLiteral'

/** In the form that Stryker asks for. */
export const messages = {
  shouldIgnore(found: unknown): string | undefined {
    const path = found as Path // a node of the tree that is walked
    if (!isText(path)) return undefined
    if (isMessage(path)) return 'the words of a message'
    return isProse(path) ? 'words that describe something to people' : undefined
  },
}
