/** The heavy engines, for tests that need every kind of constraint to work. */

import type { Engines } from '../../src/capability/constraint.js'
import { celEngine } from '../../src/cel/index.js'
import { regexEngine } from '../../src/regex/index.js'

export const engines: Engines = { regex: regexEngine, cel: celEngine }
