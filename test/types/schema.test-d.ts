/** What must not compile: checked by `tsc -p tsconfig.json`, which fails where an expected error is missing. */

import { z } from 'zod'
import { range } from '../../src/capability/constraints/range.js'
import { subpath } from '../../src/capability/constraints/subpath.js'
import { capabilityFor, toolsFor } from '../../src/schema/index.js'

const readFile = z.object({ path: z.string(), limit: z.number().optional(), mode: z.enum(['r', 'w']) })

capabilityFor(readFile, { path: subpath('/data') })
capabilityFor(readFile, { path: subpath('/data'), limit: range({ min: 0, max: 10 }) }, { allowUnknown: true })
capabilityFor(readFile, { path: '/data/report.txt', mode: 'r' })
capabilityFor(readFile, {})

// @ts-expect-error the tool has no such argument
capabilityFor(readFile, { pth: subpath('/data') })

// @ts-expect-error one that it has does not excuse one that it lacks
capabilityFor(readFile, { path: subpath('/data'), encoding: 'utf8' })

const elsewhere = { path: subpath('/data'), owner: 'root' }
// @ts-expect-error neither does a detour through a variable
capabilityFor(readFile, elsewhere)

// @ts-expect-error a value that the argument cannot have
capabilityFor(readFile, { path: 5 })

// @ts-expect-error nor a member that the enumeration lacks
capabilityFor(readFile, { mode: 'x' })

// Any Standard Schema will do, by its shape alone.
const plain = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    types: undefined as { readonly input: { readonly query: string }; readonly output: unknown } | undefined,
  },
} as const
capabilityFor(plain, { query: 'x' })
// @ts-expect-error the tool has no such argument
capabilityFor(plain, { q: 'x' })

const schemas = { read_file: readFile, search: plain }
toolsFor(schemas, { read_file: { path: subpath('/data') }, search: {} })
// @ts-expect-error no such tool
toolsFor(schemas, { write_file: {} })
// @ts-expect-error no such argument of that tool
toolsFor(schemas, { search: { path: subpath('/data') } })
