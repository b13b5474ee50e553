/** The sources as the library that is fuzzed, for the ordinary suite. */

import * as capability from '../../src/capability/capability.js'
import * as constraint from '../../src/capability/constraint.js'
import * as cel from '../../src/cel/index.js'
import * as cliCodes from '../../src/cli/failure.js'
import * as cli from '../../src/cli/main.js'
import * as extensions from '../../src/encoding/appValue.js'
import * as base64 from '../../src/encoding/base64url.js'
import * as cbor from '../../src/encoding/cbor.js'
import * as hook from '../../src/hook/main.js'
import * as warrant from '../../src/index.js'
import * as sessions from '../../src/node/sessionStore.js'
import * as regex from '../../src/regex/index.js'
import * as schema from '../../src/schema/index.js'
import * as gates from '../../src/warrant/gates.js'
import * as payload from '../../src/warrant/payload.js'
import type { Library } from './library.js'

export const sources: Library = {
  warrant,
  extensions,
  schema,
  regex,
  cel,
  base64,
  capability,
  cbor,
  constraint,
  gates,
  payload,
  cli,
  cliCodes,
  hook,
  sessions,
}
