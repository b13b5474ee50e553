/** The walk-throughs of docs/how-to/guard-a-gateway.md and guard-a-cron-job.md, run as they stand there. */

import { describe, expect, test } from 'vitest'
import { blocksOf, guideShell } from '../support/guidePage.js'

type Shell = ReturnType<typeof guideShell>

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)

/** A shell in whose folder the file of the page lies. */
const shellWith = (page: string, file: string): Shell => {
  const sh = guideShell()
  const [text = ''] = blocksOf(page, 'yaml')
  expect(sh(`cat > ${file} <<'EOF'\n${text}EOF`).status).toBe(0)
  return sh
}

/** How many commands a page has its reader give. */
const commandsIn = (page: string): number =>
  blocksOf(page, 'sh')
    .join('\n')
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : line.split(' && '))).length

/** Each command of a block by itself, after the definitions that the reader has made by then. */
const outcomes = (sh: Shell, definitions: string, block: string): readonly unknown[][] =>
  block
    .trim()
    .split('\n')
    .map((line) => {
      const { status, stdout, stderr } = sh(`${definitions}\n${line}`)
      return [status, stdout, stderr]
    })

const NOTHING_AGAINST_IT = [0, '{}', '']

describe('a gateway', () => {
  const PAGE = 'guard-a-gateway.md'

  test('ends in the denial of what a guest may not do, and in a green doctor', () => {
    const sh = shellWith(PAGE, 'roles.yaml')
    const [setup = '', hermes = '', allowed = '', denied = '', doctor = '', ...more] = blocksOf(PAGE, 'sh')
    const [canary = '', denial] = blocksOf(PAGE, 'text')
    expect(more).toEqual([])
    expect(commandsIn(PAGE)).toBeLessThan(10)

    const installed = sh(setup)
    expect([installed.status, installed.stdout]).toEqual([0, expect.stringContaining(canary.trim())])
    expect(outcomes(sh, hermes, allowed)).toEqual([NOTHING_AGAINST_IT, NOTHING_AGAINST_IT])
    expect(outcomes(sh, hermes, denied)).toEqual([[2, expect.stringContaining('"block"'), denial]])
    const seen = sh(doctor)
    expect([seen.status, lastLine(seen.stdout)]).toEqual([0, 'green'])
  })

  test('is guarded by what it shows: the owner may, and a stranger may not', () => {
    const sh = shellWith(PAGE, 'roles.yaml')
    const [setup = '', hermes = '', allowed = '', denied = ''] = blocksOf(PAGE, 'sh')
    expect(sh(setup).status).toBe(0)
    const [turn = ''] = allowed.split('\n')
    expect(outcomes(sh, hermes, turn.replace('1002', '1001'))).toEqual([NOTHING_AGAINST_IT])
    expect(outcomes(sh, hermes, denied)).toEqual([NOTHING_AGAINST_IT])
    expect(outcomes(sh, hermes, turn.replace('1002', '1003'))).toEqual([
      [2, expect.anything(), expect.stringContaining('ROLE_UNKNOWN')],
    ])
    expect(outcomes(sh, hermes, denied)).toEqual([
      [2, expect.stringContaining('"block"'), expect.stringContaining('SESSION_UNKNOWN')],
    ])
  })
})

describe('a cron job', () => {
  const PAGE = 'guard-a-cron-job.md'

  test('ends in the denial of what the job may not do, and in a green doctor', () => {
    const sh = shellWith(PAGE, 'report.yaml')
    const [setup = '', hermes = '', allowed = '', denied = '', doctor = '', ...more] = blocksOf(PAGE, 'sh')
    const [added = '', denial] = blocksOf(PAGE, 'text')
    expect(more).toEqual([])
    expect(commandsIn(PAGE)).toBeLessThan(10)

    const installed = sh(setup)
    expect([installed.status, installed.stdout]).toEqual([0, expect.stringContaining(added.trim())])
    const [define = '', name = ''] = hermes.trim().split('\n')
    const definitions = `${define}\nrun=${sh(`${name}\necho "$run"`).stdout.trim()}`
    expect(outcomes(sh, definitions, allowed)).toEqual([NOTHING_AGAINST_IT, NOTHING_AGAINST_IT])
    expect(outcomes(sh, definitions, denied)).toEqual([[2, expect.stringContaining('"block"'), denial]])
    const seen = sh(doctor)
    expect([seen.status, lastLine(seen.stdout)]).toEqual([0, 'green'])
  })
})
