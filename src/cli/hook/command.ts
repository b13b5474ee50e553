/** The command line that a host is told to run for every call. */

import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HOSTS } from '../../hook/hosts.js'
import { usage } from '../failure.js'

/** The program as it is installed; a host starts it from any folder, with any search path. */
const program = (): string =>
  join(realpathSync(fileURLToPath(new URL('../../..', import.meta.url))), 'bin', 'warrant.cjs')

/** Variables that are removed before Node starts, for a host may take its environment from the project that it works in. */
const REMOVED = [
  // By these Node would load what others wrote.
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_COMPILE_CACHE', 'NODE_ICU_DATA'],
  ...['OPENSSL_CONF', 'OPENSSL_ENGINES', 'OPENSSL_MODULES'],
  // By these it would write to files, or say more.
  ...['NODE_V8_COVERAGE', 'NODE_REDIRECT_WARNINGS', 'NODE_PENDING_DEPRECATION'],
  ...['NODE_DEBUG', 'NODE_DEBUG_NATIVE'],
  // By these it would read certificates, half of a start and more, for a network that the hook never asks.
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA'],
]

/**
 * The command: this Node, this program, and a shell around them that refuses where neither can be run to its end: by 2, by
 * words on stderr, and by the host's own form on stdout, which is all that some builds of Hermes look at. It reads alike to
 * hosts that use a shell and to those that split words; it asks for no variable, for some fill those in themselves.
 */
export const hookCommandFor = (host: string, home: string): string =>
  `/bin/sh -c 'unset ${REMOVED.join(' ')}; ${hookStartFor(host, home)}; case $? in 0) exit 0;; 2) exit 2;; esac; ${unstartedFor(host)}; exit 2'`

/** What is run inside: the program by itself. */
export const hookStartFor = (host: string, home: string): string =>
  `${quoted(process.execPath)} ${quoted(program())} hook ${host} --home ${quoted(home)}`

const UNSTARTED = 'warrant: the hook did not run to its end'

const unstartedFor = (host: string): string => {
  const denial = JSON.stringify(HOSTS.get(host)?.deny(UNSTARTED, undefined) ?? {})
  return `echo "${UNSTARTED}" >&2; echo "${denial.replaceAll('"', '\\"')}"`
}

/** Inside single quotes already, so neither kind of quote, and nothing that a shell reads, can stand in a path. */
const quoted = (path: string): string => {
  if (/['"\\$`\n\r]/.test(path)) throw usage('a path that cannot stand in the configuration of a host')
  return /^[\w./:@+-]+$/.test(path) ? path : `"${path}"`
}
