import { expect, test } from 'vitest'
import { ClearanceTable } from '../../../src/enforce/clearances.js'

test('the exact name wins, then the strictest prefix, then the rest', () => {
  const table = new ClearanceTable({ 'db.read': 10, 'd*': 30, 'db.*': 40, '*': 5 })
  expect(['db.read', 'db.write', 'delete', 'list'].map((tool) => table.of(tool))).toEqual([10, 40, 30, 5])
})

test('an exact name may ask for less than its prefix, and nothing is asked of what is not listed', () => {
  const table = new ClearanceTable({ 'db.*': 40, 'db.ping': 0 })
  expect([table.of('db.ping'), table.of('list'), table.of('constructor')]).toEqual([0, 0, 0])
})

test.each([-1, 256, 1.5, Number.NaN, '10' as unknown as number])('refuses the level %s', (level) => {
  expect(() => new ClearanceTable({ tool: level })).toThrow(TypeError)
})
