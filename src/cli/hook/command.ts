/** The command line that a host is told to run for every call. */

import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HOSTS } from '../../hook/hosts.js'
import { usage } from '../failure.js'

/** The program as it is installed; a host starts it from any folder, with any search path. */
const program = (): string =>
  join(realpathSync(fileURLToPath(new URL('../../..', import.meta.url))), 'bin', 'warrant.cjs')

/**
 * What the environment of a host must not say to the Node of the hook: variables by which it would run somebody's code
 * before ours, and certificates, which it would read at every start (half of a start and more) for a network it never asks.
 * A host may take them from a file of the project that it works in.
 */
const UNHEARD = ['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'OPENSSL_CONF', 'OPENSSL_MODULES']

/**
 * The command: this Node, this program, and a shell around them that refuses where neither can be run to its end: by 2, by
 * words on stderr, and by the host's own form on stdout, which is all that some builds of Hermes look at. It reads alike to
 * hosts that use a shell and to those that split words; it asks for no variable, for some fill those in themselves.
 */
export const hookCommandFor = (host: string, home: string): string =>
  `/bin/sh -c 'unset ${UNHEARD.join(' ')}; ${hookStartFor(host, home)}; case $? in 0) exit 0;; 2) exit 2;; esac; ${unstartedFor(host)}; exit 2'`

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
