/** Capabilities from tool schemas at run time; what must not compile is in `test/types`. */

import { expect, test } from 'vitest'
import { z } from 'zod'
import { capability } from '../../../src/capability/capability.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { capabilityFor, capabilityToJson, toolsFor, toolsToJson } from '../../../src/schema/index.js'

const readFile = z.object({ path: z.string(), mode: z.enum(['r', 'w']) })

test('a capability from a schema is the one that the builder makes', () => {
  const made = capabilityFor(readFile, { path: subpath('/data'), mode: 'r' }, { allowUnknown: true })
  const built = capability({ path: subpath('/data'), mode: 'r' }, { allowUnknown: true })
  expect(capabilityToJson(made)).toEqual(capabilityToJson(built))
})

test('the schema is looked at by the compiler alone: nothing of it is run', () => {
  const touchy = new Proxy(readFile, {
    get: () => {
      throw new Error('the schema was touched')
    },
  })
  expect(capabilityFor(touchy, { path: '/a' }).constraints.size).toBe(1)
})

test('several tools at once', () => {
  const tools = toolsFor({ read_file: readFile, now: z.object({}) }, { read_file: { path: '/a' }, now: {} })
  expect(toolsToJson(tools)).toEqual({
    read_file: { constraints: { path: { kind: 'exact', value: '/a' } } },
    now: { constraints: {} },
  })
})
