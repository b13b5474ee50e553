/**
 * Coverage: a loader that puts a probe at the head of every branch of the shipped modules while they are loaded, so that the
 * loop can tell an input that goes where none went before. Nothing on disk changes.
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'

const DIST = new URL('../../../dist/', import.meta.url).href

type Load = (url: string, context: object) => Promise<{ readonly format: string; readonly source: unknown }>

let probes = 0

/** A hook of the module loader: gives the modules of the build with probes, and leaves all others alone. */
export const load = async (url: string, context: object, next: Load): Promise<unknown> => {
  if (!url.startsWith(DIST)) return next(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  return { format: 'module', shortCircuit: true, source: instrumented(source) }
}

interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

interface Insertion {
  readonly at: number
  readonly text: string
}

const isSyntax = (thing: unknown): thing is Syntax =>
  typeof thing === 'object' && thing !== null && 'type' in thing && 'start' in thing

/** The same program with a probe wherever control can go one way or another. */
const instrumented = (source: string): string => {
  const insertions: Insertion[] = []
  visit(parseAst(source) as unknown as Syntax, insertions) // the root of the tree
  // In the order of their places; those at one place in the order in which they were made, outer before inner.
  insertions.sort((a, b) => a.at - b.at)
  let text = 'const __fuzz = globalThis.__fuzz;'
  let from = 0
  for (const { at, text: probe } of insertions) {
    text += source.slice(from, at) + probe
    from = at
  }
  return text + source.slice(from)
}

const hit = (): string => `__fuzz(${probes++})`

/** Where control goes one way: a block, an expression, or a statement that stands alone. */
const branch = (node: unknown, insertions: Insertion[]): void => {
  if (!isSyntax(node)) return
  if (node.type === 'BlockStatement') {
    insertions.push({ at: node.start + 1, text: `${hit()};` })
    visit(node, insertions)
  } else if (node.type.endsWith('Statement')) {
    insertions.push({ at: node.start, text: `{${hit()};` })
    visit(node, insertions)
    insertions.push({ at: node.end, text: '}' })
  } else {
    insertions.push({ at: node.start, text: `(${hit()},` })
    visit(node, insertions)
    insertions.push({ at: node.end, text: ')' })
  }
}

/** The fields of a node that are branches; the others are walked through. */
const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  ArrowFunctionExpression: ['body'],
  FunctionDeclaration: ['body'],
  FunctionExpression: ['body'],
  IfStatement: ['consequent', 'alternate'],
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['right'],
  ForStatement: ['body'],
  ForOfStatement: ['body'],
  ForInStatement: ['body'],
  WhileStatement: ['body'],
  CatchClause: ['body'],
}

const visit = (node: Syntax, insertions: Insertion[]): void => {
  const branches = BRANCHES[node.type] ?? []
  for (const [name, field] of Object.entries(node)) {
    if (branches.includes(name)) branch(field, insertions)
    else if (node.type === 'SwitchCase' && name === 'consequent') caseOf(node, insertions)
    else
      for (const part of Array.isArray(field) ? field : [field]) if (isSyntax(part)) visit(part, insertions)
  }
}

const caseOf = (node: Syntax, insertions: Insertion[]): void => {
  const statements = (node['consequent'] as readonly unknown[]).filter(isSyntax) // of a case, a list
  const [first] = statements
  if (first !== undefined) insertions.push({ at: first.start, text: `${hit()};` })
  for (const statement of statements) visit(statement, insertions)
}
