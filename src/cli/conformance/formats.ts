/** The formats that the runner knows, each recognised by the shape of its data and never by the name of a file. */

import type { Engines } from '../../capability/constraint.js'
import { attackRow, stringRow } from './attackRows.js'
import { malformedRow, wellFormedRow } from './cborRows.js'
import { attenuateRow, matchRow, setRow } from './constraintRows.js'
import { constructRow } from './constructRows.js'
import { signingRows, smallOrderRow, verdictRows } from './ed25519Rows.js'
import { encodingRows, keyRows } from './encodingRows.js'
import {
  BadRow,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  listOf,
  rowsOf,
  textsOf,
} from './json.js'
import { proofRows } from './proofRows.js'
import type { Row } from './row.js'
import { approvalRows, receiptRows, revocationRows } from './statementRows.js'
import { urlRow } from './urlRows.js'
import { capabilityRows, chainRows, warrantRows } from './warrantRows.js'

export interface VectorSet {
  readonly data: Json
  readonly engines: Engines
  /** Another file of the same folder, for rows that name things kept there. */
  sibling(name: string): Json | undefined
}

export interface Format {
  readonly name: string
  recognises(data: Json): boolean
  rows(set: VectorSet): readonly Row[]
}

/** A row that cannot be read as its format promises has failed: it was asked and gave no answer. */
export const guarded = (id: string, run: () => Row | readonly Row[]): readonly Row[] => {
  try {
    const rows = run()
    return Array.isArray(rows) ? rows : [rows as Row] // one row or a list of them
  } catch (thrown) {
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'thrown'
    return [{ id, outcome: 'failed', expected: 'a verdict', ours: why }]
  }
}

const idOf = (row: JsonObject, index: number): string =>
  typeof row['id'] === 'string' ? row['id'] : `${index + 1}`

const firstRow = (data: Json): JsonObject | undefined => {
  const first = isJsonList(data) ? data[0] : undefined
  return isJsonObject(first) ? first : undefined
}

const cases = (data: Json): JsonObject | undefined => {
  if (!isJsonObject(data) || !isJsonList(data['cases'])) return undefined
  return firstRow(data['cases'])
}

const has = (row: JsonObject | undefined, ...names: readonly string[]): boolean =>
  row !== undefined && names.every((name) => Object.hasOwn(row, name))

/** A bare list of rows. */
const listFormat = (
  name: string,
  fields: readonly string[],
  row: (row: JsonObject, engines: Engines, index: number) => Row | readonly Row[],
): Format => ({
  name,
  recognises: (data) => has(firstRow(data), ...fields),
  rows: ({ data, engines }) =>
    rowsOf(data as readonly Json[]).flatMap((each, i) => guarded(idOf(each, i), () => row(each, engines, i))), // recognised as a list
})

/** An object whose `cases` are the rows. */
const casesFormat = (
  name: string,
  fields: readonly string[],
  row: (row: JsonObject, engines: Engines, index: number) => Row | readonly Row[],
): Format => ({
  name,
  recognises: (data) => has(cases(data), ...fields),
  rows: ({ data, engines }) =>
    rowsOf(listOf(data as JsonObject, 'cases')).flatMap(
      (
        each,
        i, // recognised as an object with cases
      ) => guarded(idOf(each, i), () => row(each, engines, i)),
    ),
})

/** A file that says its format. */
const tenuoFormat = (kind: string, rows: (data: JsonObject, set: VectorSet) => readonly Row[]): Format => ({
  name: `tenuo-v1/${kind}`,
  recognises: (data) => isJsonObject(data) && data['format'] === `tenuo-v1-vectors/${kind}`,
  rows: (set) => guarded(kind, () => rows(set.data as JsonObject, set)), // recognised as an object
})

/** Files that stand beside an index are read as themselves: its rows say only whether they are there. */
const indexRows = (data: JsonObject, set: VectorSet): readonly Row[] =>
  textsOf(data, 'files').map((file) => ({
    id: file,
    expected: 'present',
    ours: set.sibling(file) === undefined ? 'absent' : 'present',
    outcome: set.sibling(file) === undefined ? 'failed' : 'passed',
  }))

/** In the order in which they are tried; the first that recognises a file runs it. */
export const FORMATS: readonly Format[] = [
  tenuoFormat('index', indexRows),
  tenuoFormat('keys', (data) => keyRows(data)),
  tenuoFormat('warrants', (data) => warrantRows(data)),
  tenuoFormat('chains', (data) => chainRows(data)),
  tenuoFormat('constraints', (data, { engines }) => capabilityRows(data, engines)),
  tenuoFormat('pop', (data) => proofRows(data)),
  tenuoFormat('approvals', (data) => approvalRows(data)),
  tenuoFormat('revocation', (data) => revocationRows(data)),
  tenuoFormat('receipts', (data) => receiptRows(data)),
  tenuoFormat('encoding', (data) => encodingRows(data)),
  listFormat('constraints/match', ['constraint', 'value', 'expect'], matchRow),
  listFormat('constraints/attenuate', ['parent', 'child', 'pair', 'expect'], attenuateRow),
  listFormat('constraints/construct', ['stage', 'input', 'expect'], constructRow),
  listFormat('constraints/sets', ['kind', 'expect'], setRow),
  casesFormat('ed25519/verdicts', ['pk', 'msg', 'sig', 'expect', 'keyImport'], verdictRows),
  listFormat('ed25519/signing', ['secret', 'pk', 'msg', 'sig'], (row, _engines, index) =>
    signingRows(row, index),
  ),
  {
    name: 'ed25519/points',
    recognises: (data) => isJsonObject(data) && isJsonList(data['smallOrder14']),
    rows: ({ data }) =>
      textsOf(data as JsonObject, 'smallOrder14').flatMap((hex, i) =>
        guarded(hex, () => smallOrderRow(hex, i)),
      ), // recognised
  },
  {
    name: 'cbor/malformed',
    recognises: (data) => cases(data)?.['wellFormed'] === false,
    rows: ({ data }) =>
      rowsOf(listOf(data as JsonObject, 'cases')).flatMap((row, i) =>
        guarded(`${i}`, () => malformedRow(row, i)),
      ), // recognised
  },
  {
    name: 'cbor/wellformed',
    recognises: (data) => cases(data)?.['wellFormed'] === true,
    rows: ({ data }) =>
      rowsOf(listOf(data as JsonObject, 'cases')).flatMap((row, i) =>
        guarded(`${i}`, () => wellFormedRow(row, i)),
      ), // recognised
  },
  casesFormat('attacks', ['input', 'constraint', 'expect'], attackRow),
  casesFormat('urls', ['input', 'base'], (row, _engines, index) => urlRow(row, index)),
  casesFormat('strings', ['id', 'input', 'source'], stringRow),
]

/** The rows of data in a known format, or undefined. */
export const rowsOfVectors = (set: VectorSet): readonly Row[] | undefined => {
  const format = FORMATS.find(({ recognises }) => recognises(set.data))
  if (format === undefined) return undefined
  try {
    return format.rows(set)
  } catch (thrown) {
    if (!(thrown instanceof BadRow)) throw thrown
    return [{ id: format.name, outcome: 'failed', expected: 'rows of this format', ours: thrown.message }]
  }
}
