/** Approvals at run time: what an approved call takes, and everything that does not open the gate. */

import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../src/encoding/bytes.js'
import { REQUEST_EXTENSION } from '../../src/hook/approvalRequest.js'
import { approve, formatApproval, generateKey, type SecretKey, secretKeyToPem } from '../../src/index.js'
import { approvalDesk, codeIn, type Desk, requestIn } from '../support/approvalDesk.js'
import { runHost } from '../support/hookHome.js'
import { HOST_NAMES, SHAPES } from '../support/hostEvents.js'

/** Puts an approval where the operator would, without asking whether it is one. */
const drop = (desk: Desk, text: string, name = 'a'): void => {
  const file = desk.home.path('approvals', 'granted', name)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, text)
}

interface Forged {
  readonly key?: SecretKey
  readonly hash?: string
  readonly id?: string | undefined
  readonly after?: number
  readonly ttlSeconds?: number
}

/** An approval of the request that waits, but for what is told. */
const forged = (desk: Desk, told: Forged = {}): string => {
  const { requestHash, id } = requestIn(desk.pending()[0] as string) as { requestHash: string; id: string }
  const named = 'id' in told ? told.id : id
  return formatApproval(
    approve(
      { requestHash: told.hash ?? requestHash },
      {
        externalId: 'somebody',
        now: desk.start + (told.after ?? 0),
        ttlSeconds: told.ttlSeconds ?? 900,
        ...(named !== undefined && { extensions: new Map([[REQUEST_EXTENSION, fromHex(named)]]) }),
      },
      told.key ?? (desk.people[0] as SecretKey),
    ),
  )
}

describe('a gated call', () => {
  test.each(HOST_NAMES)('of %s is denied, approved elsewhere, and allowed once', async (host) => {
    const desk = approvalDesk({ host })
    expect(await desk.pay({ amount: 999 })).toBe('allowed')
    expect(() => desk.pending()).toThrow('ENOENT')
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
    expect(desk.words()).toMatch(
      /^warrant: APPROVAL_REQUIRED: pay: .* \(needs 1 of 1 approvers, has 0; request [0-9a-f]{12} waits for approval: make the same call again once it is given\)\n$/,
    )
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
    expect(desk.pending()).toHaveLength(1)
    expect(await desk.answer()).toBe('added')
    expect(await desk.pay({ to: 'other' })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay({ session: 's2' })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay({ amount: 2_001 })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay()).toBe('allowed')
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
    expect(readdirSync(desk.home.path('approvals', 'granted'))).toEqual([])
  })

  test('is refused by the installed program in the form of the host, with what to do', async () => {
    const desk = approvalDesk({ host: 'hermes' })
    const { exit, stdout } = await runHost('hermes', desk.home.folder, desk.event())
    const reason = SHAPES.hermes.reason(JSON.parse(stdout) as Record<string, unknown>)
    expect([exit, reason]).toEqual([2, expect.stringContaining('waits for approval')])
    expect(JSON.parse(stdout)).toMatchObject({ action: 'block' })
  })

  test('leaves a request that its owner alone can read, and no key in it', async () => {
    const desk = approvalDesk()
    await desk.pay()
    const [file = ''] = desk.pending()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const folder of ['', 'pending', 'granted', 'used'])
      expect(statSync(desk.home.path('approvals', folder)).mode & 0o777).toBe(0o700)
    const text = readFileSync(file, 'utf8')
    const session = JSON.parse(
      readFileSync(desk.home.path('sessions', readdirSync(desk.home.path('sessions'))[0] as string), 'utf8'),
    ) as { holderKey: string }
    const secret = session.holderKey.split('\n')[1] as string
    expect(secret.length).toBeGreaterThan(40)
    expect(text).not.toContain(secret)
    expect(text).not.toMatch(/PRIVATE|holderKey/)
    expect(Object.keys(requestIn(file)).sort()).toEqual(
      [
        'version',
        'id',
        'requestHash',
        'warrant',
        'tool',
        'args',
        'host',
        'session',
        'createdAt',
        'expiresAt',
      ].sort(),
    )
  })

  test('that two approvers must agree on is allowed when both have, whatever else lies there', async () => {
    const desk = approvalDesk({ approvers: 3, needed: 2 })
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
    drop(desk, forged(desk, { key: generateKey() }), 'stranger')
    expect(await desk.answer(0)).toBe('added')
    expect(await desk.pay()).toBe('APPROVAL_INSUFFICIENT')
    expect(desk.words()).toContain('needs 2 of 3 approvers, has 1; request')
    expect(await desk.answer(0)).toBe('APPROVAL_INVALID')
    drop(desk, forged(desk), 'again') // the same approver once more, past the operator's command
    expect(await desk.pay()).toBe('APPROVAL_INSUFFICIENT')
    expect(await desk.answer(2)).toBe('added')
    expect(await desk.pay()).toBe('allowed')
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
  })

  test('may be repeated where the operator says so, until its request expires', async () => {
    const desk = approvalDesk({ fields: { approvals: { uses: 'any', waitSeconds: 100 } } })
    await desk.pay()
    expect(await desk.answer()).toBe('added')
    expect([await desk.pay(), await desk.pay({ after: 99 })]).toEqual(['allowed', 'allowed'])
    expect(await desk.pay({ after: 100 })).toBe('APPROVAL_REQUIRED')
  })

  test('asks nobody where it is only watched, and uses nothing up', async () => {
    const desk = approvalDesk()
    await desk.pay()
    expect(await desk.answer()).toBe('added')
    desk.home.configure({ modes: { default: 'warn' } })
    expect(await desk.pay({ to: 'nobody' })).toBe('allowed')
    expect(desk.pending()).toHaveLength(1)
    expect([await desk.pay(), await desk.pay()]).toEqual(['allowed', 'allowed'])
    expect(desk.home.records().map(({ verdict, code }) => code ?? verdict)).toEqual([
      ...['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED', 'allow', 'allow'],
    ])
    desk.home.configure()
    expect([await desk.pay(), await desk.pay()]).toEqual(['allowed', 'APPROVAL_REQUIRED'])
  })
})

describe('one approval', () => {
  test('lets exactly one of many processes through', async () => {
    const desk = approvalDesk({ fields: { deadlineMilliseconds: 60_000 } }) // however busy the machine is
    await desk.pay()
    expect(await desk.answer()).toBe('added')
    const ended = await Promise.all(
      Array.from({ length: 5 }, () => runHost('claude', desk.home.folder, desk.event())),
    )
    expect(ended.filter(({ exit }) => exit === 0)).toHaveLength(1)
    const codes = ended.filter(({ exit }) => exit === 2).map(({ stderr }) => codeIn(stderr))
    expect(codes).toHaveLength(4)
    for (const code of codes) expect(['APPROVAL_USED', 'APPROVAL_REQUIRED']).toContain(code)
    expect(readdirSync(desk.home.path('approvals', 'used'))).toHaveLength(1)
  })

  test('is spent for good, also when everything but the mark is put back', async () => {
    const desk = approvalDesk()
    await desk.pay()
    await desk.answer()
    const [pending, granted] = [
      desk.home.path('approvals', 'pending'),
      desk.home.path('approvals', 'granted'),
    ]
    for (const folder of [pending, granted]) cpSync(folder, `${folder}.kept`, { recursive: true })
    const restore = (): void => {
      for (const folder of [pending, granted]) {
        rmSync(folder, { recursive: true })
        cpSync(`${folder}.kept`, folder, { recursive: true })
      }
    }
    expect(await desk.pay()).toBe('allowed')
    restore()
    expect(await desk.pay()).toBe('APPROVAL_REQUIRED')
    const { id } = requestIn(desk.pending()[0] as string)
    expect(readdirSync(desk.home.path('approvals', 'used'))).not.toContain(`${id}.json`)
  })

  test('comes too late once its request has expired: another is asked for, which it does not answer', async () => {
    const desk = approvalDesk({ fields: { approvals: { waitSeconds: 60 } } })
    await desk.pay()
    const late = forged(desk)
    const [file = ''] = desk.pending()
    const first = requestIn(file)
    drop(desk, late)
    expect(await desk.pay({ after: 60 })).toBe('APPROVAL_REQUIRED')
    expect(requestIn(file)['id']).not.toBe(first['id'])
    expect(await desk.pay({ after: 61 })).toBe('APPROVAL_REQUIRED')
    expect(await desk.answer(0, 62)).toBe('added')
    expect(await desk.pay({ after: 63 })).toBe('allowed')
  })
})

describe('what does not open the gate', () => {
  const attempts: readonly (readonly [string, (desk: Desk) => Forged, string, string])[] = [
    [
      'of somebody who is no approver',
      () => ({ key: generateKey() }),
      'APPROVAL_INVALID',
      'APPROVAL_INVALID',
    ],
    ['of another call', () => ({ hash: 'ab'.repeat(32) }), 'APPROVAL_INVALID', 'APPROVAL_INVALID'],
    ['that has expired', () => ({ after: -100, ttlSeconds: 10 }), 'APPROVAL_INVALID', 'APPROVAL_INVALID'],
    ['from the future', () => ({ after: 60 }), 'APPROVAL_INVALID', 'APPROVAL_INVALID'],
    ['that names another request', () => ({ id: 'cd'.repeat(16) }), 'APPROVAL_REQUIRED', 'APPROVAL_INVALID'],
    ['that names no request', () => ({ id: undefined }), 'APPROVAL_REQUIRED', 'APPROVAL_INVALID'],
  ]
  test.each(attempts)('an approval %s', async (_, told, atTheHook, whenAdded) => {
    const desk = approvalDesk()
    await desk.pay()
    const text = forged(desk, told(desk))
    const added = await desk.warrant(['approvals', 'add', '-', '--home', desk.home.folder], 0, text)
    expect([added.exit, added.stderr]).toEqual([1, expect.stringContaining(`warrant: ${whenAdded}: `)])
    drop(desk, text)
    expect(await desk.pay()).toBe(atTheHook)
    // The gate is not stuck: a good one beside it counts.
    expect(await desk.answer()).toBe('added')
    expect(await desk.pay()).toBe('allowed')
  })

  test('an approval whose signature does not verify', async () => {
    const desk = approvalDesk()
    await desk.pay()
    const bytes = Buffer.from(forged(desk), 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
    const added = await desk.warrant(
      ['approvals', 'add', '-', '--home', desk.home.folder],
      0,
      bytes.toString('base64'),
    )
    expect([added.exit, added.stderr]).toEqual([1, expect.stringContaining('APPROVAL_SIGNATURE')])
    drop(desk, bytes.toString('base64'))
    expect(await desk.pay()).toBe('APPROVAL_INVALID')
  })

  test('an approval given for one session, in another under the same warrant', async () => {
    const desk = approvalDesk()
    await desk.pay()
    await desk.answer()
    expect(await desk.pay({ session: 's2' })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay({ session: 's2' })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay()).toBe('allowed')
    expect(await desk.pay({ session: 's2' })).toBe('APPROVAL_REQUIRED')
  })

  test('text that is no approval, a link to one, and more files than are read', async () => {
    const desk = approvalDesk()
    await desk.pay()
    const good = forged(desk)
    drop(desk, 'approved: yes')
    expect(await desk.pay()).toBe('APPROVAL_MALFORMED')
    drop(desk, '')
    expect(await desk.pay()).toBe('APPROVAL_MALFORMED')
    const file = desk.home.path('approvals', 'granted', 'a')
    rmSync(file)
    writeFileSync(desk.home.path('elsewhere'), good)
    symlinkSync(desk.home.path('elsewhere'), file)
    expect(await desk.pay()).toBe('FILE_NOT_PLAIN')
    rmSync(file)
    for (let i = 0; i < 3; i++) drop(desk, forged(desk), `copy${i}`)
    expect(await desk.pay()).toBe('APPROVAL_TOO_MANY')
    rmSync(desk.home.path('approvals', 'granted'), { recursive: true })
    for (let i = 0; i <= 1_024; i++) drop(desk, good, `flood${i}`)
    expect(await desk.pay()).toBe('APPROVAL_TOO_MANY')
  })

  test('a request that was changed in the home, or that others can read', async () => {
    const desk = approvalDesk()
    await desk.pay()
    await desk.answer()
    const [file = ''] = desk.pending()
    const request = requestIn(file)
    writeFileSync(file, JSON.stringify({ ...request, args: { amount: 9_000, to: 'mallory' } }))
    expect(await desk.pay()).toBe('REQUEST_MALFORMED')
    writeFileSync(file, JSON.stringify({ ...request, session: 's2' }))
    expect(await desk.pay()).toBe('STATE_MALFORMED')
    writeFileSync(file, JSON.stringify(request), { mode: 0o600 })
    expect(await desk.pay()).toBe('allowed')
  })

  test('an approver that the warrant does not name, also by the command itself', async () => {
    const desk = approvalDesk({ fields: { approvals: { waitSeconds: 30 } } })
    await desk.pay()
    writeFileSync(desk.home.path('mine.key'), secretKeyToPem(generateKey()), { mode: 0o600 })
    const { exit, stderr } = await desk.warrant([
      ...['approve', desk.pending()[0] as string, '--approver-key', desk.home.path('mine.key'), '--yes'],
    ])
    expect([exit, stderr]).toEqual([1, expect.stringContaining('APPROVAL_INVALID')])
  })
})

describe('the disk', () => {
  test('is not filled: of calls that are made up no more than 256 wait, and more are denied', async () => {
    const desk = approvalDesk({ fields: { approvals: { waitSeconds: 60 } } })
    for (let i = 0; i < 256; i++) expect(await desk.pay({ to: `${i}` })).toBe('APPROVAL_REQUIRED')
    expect(await desk.pay({ to: 'one more' })).toBe('STORE_FAILED')
    expect(desk.pending()).toHaveLength(256)
    expect(await desk.pay({ to: 'one more', after: 60 })).toBe('APPROVAL_REQUIRED')
    expect(desk.pending()).toHaveLength(1)
  }, 60_000)

  test('holds no request that could not be read back', async () => {
    const desk = approvalDesk()
    expect(await desk.pay({ to: 'x'.repeat(1_000_000) })).toBe('CALL_TOO_LARGE')
    expect(await desk.pay({ to: 'x'.repeat(900_000) })).toBe('APPROVAL_REQUIRED')
    expect(await desk.answer()).toBe('added')
    expect(await desk.pay({ to: 'x'.repeat(900_000) })).toBe('allowed')
  })
})
