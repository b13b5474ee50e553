/** The walk-through of docs/how-to/delegate.md, run as it stands there. */

import { describe, expect, test } from 'vitest'
import { blocksOf, guideShell } from '../support/guidePage.js'

const PAGE = 'delegate.md'

describe('the walk-through', () => {
  test('ends in the denial that it shows, by the command that it installed, and in a green doctor', () => {
    const sh = guideShell()
    const [begin = '', delegates = '', starts = '', allowed = '', denied = '', doctor = '', ...more] =
      blocksOf(PAGE, 'sh')
    const [denial] = blocksOf(PAGE, 'text')
    expect(more).toEqual([])

    const installed = sh(begin)
    expect([installed.status, installed.stderr]).toEqual([0, expect.not.stringMatching(/^warrant: /m)])
    expect(installed.stdout).toContain('read_file')
    expect(installed.stdout).toContain('canary denied: ')
    for (const block of [delegates, starts, allowed])
      expect(sh(block)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\{\}\s*$/), stderr: '' })
    const { status, stdout, stderr } = sh(denied)
    expect([status, stderr]).toEqual([2, denial])
    expect(JSON.parse(stdout)).toMatchObject({ action: 'block', message: (denial as string).trim() })
    const seen = sh(doctor)
    expect([seen.status, seen.stdout.trim().split('\n').at(-1)]).toEqual([0, 'green'])
    expect(seen.stdout).toContain('hermes delegation: 2 rules')

    const listed = sh('warrant session list --home "$PWD/delegation/guard"').stdout.trim().split('\n')
    expect(listed).toEqual([
      expect.stringMatching(/^hermes child-1 .* delegate by main$/),
      expect.stringMatching(/^hermes main .* waits \S+.* for a child$/),
    ])
  })

  test('takes fewer than ten commands', () => {
    const lines = blocksOf(PAGE, 'sh')
      .join('')
      .replace(/<<'EOF'\n[\s\S]*?\nEOF\n/g, '\n')
      .replaceAll('|\n', '| ')
      .split('\n')
    const commands = lines.filter(
      (line) => line !== '' && line !== 'cd delegation' && !/^echo .* > /.test(line),
    )
    expect(commands.length).toBeLessThan(10)
    expect(commands.length).toBeGreaterThan(5)
  })

  test('shows a policy that is one', async () => {
    const { parseDocument } = await import('yaml')
    const { delegationFromJson } = await import('../../src/schema/index.js')
    const [yaml = ''] = blocksOf(PAGE, 'yaml')
    const { children, startSeconds } = delegationFromJson(parseDocument(yaml).toJS() as never) // checked there
    expect([startSeconds, children.map(({ depth, inherit }) => [depth, inherit])]).toEqual([
      600,
      [
        [[1, 1], 'all'],
        [undefined, ['search_files']],
      ],
    ])
  })
})
