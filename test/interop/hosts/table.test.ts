/** The table of hosts that were run: made by a run, and held to its form by every other. */

import { expect, test } from 'vitest'
import { HOSTS, PLUGIN_HOSTS } from '../../../src/hook/hosts.js'
import { HOST_PACKAGES } from './packages.js'
import { ANSWERS, COLUMNS, hostRows, NOT_ASKED } from './seen.js'

const rows = hostRows()

test('it has a row for every host, and no other', () => {
  expect([...rows.keys()].sort()).toEqual([...HOSTS.keys(), ...PLUGIN_HOSTS].sort())
})

test.each(Object.entries(HOST_PACKAGES))(
  '%s was run in the version that is installed by the tests',
  (host, { version }) => {
    expect(rows.get(host)?.version).toBe(version)
  },
)

test.each(Object.keys(HOST_PACKAGES))('%s has an answer in every column that it was asked for', (host) => {
  const row = rows.get(host)
  for (const column of COLUMNS) expect(ANSWERS[column]).toContain(row?.[column])
})

test('a host that was not run says so, and nothing else', () => {
  const others = [...rows].filter(([host]) => !Object.hasOwn(HOST_PACKAGES, host))
  expect(others.map(([host]) => host)).toEqual(['cursor'])
  for (const [, row] of others) {
    expect(row.version).toContain('by its contract alone')
    for (const column of COLUMNS) expect(row[column]).toBe(NOT_ASKED)
  }
})
