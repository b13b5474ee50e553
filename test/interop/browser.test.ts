/** The core in a browser: bundled as an application would bundle it, without Node, and given the same work. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../src/encoding/bytes.js'
import type { Approval } from '../../src/index.js'
import { type EnforceRequest, formatJson, secretKeyToPem } from '../../src/index.js'
import { relatedPair } from '../../src/testing/index.js'
import { BothSides, CHROMIUM } from '../support/browser.js'
import { anyRequest, type Presented, pairRequest } from '../support/requests.js'
import { freshSeed, scaled } from '../support/scale.js'

/** The work: mint, delegate, prove, enforce, and one denial of each family; the result is plain JSON. */
const WORK = `
import { createEnforcer, generateKey, grant, mint, prove, range, secretKeyFromSeed, subpath } from 'warrant'

const seed = (byte) => secretKeyFromSeed(new Uint8Array(32).fill(byte))
const clock = () => 1_800_000_000
const [issuer, parent, child] = [seed(1), seed(2), seed(3)]
const root = mint({ holder: parent.publicKey, tools: { read: { path: subpath('/data'), limit: range({ max: 10 }) } }, now: clock() }, issuer)
const leaf = grant(root, { holder: child.publicKey, tools: { read: { path: subpath('/data/a'), limit: range({ max: 5 }) } }, now: clock() }, parent)
const enforcer = createEnforcer({ roots: [issuer.publicKey], clock })
const decide = (path, limit, proved = true) => {
  const call = { tool: 'read', args: { path, limit } }
  const proof = proved ? prove(leaf, call, child, { now: clock() }) : undefined
  const decision = enforcer.enforce({ chain: leaf, ...call, proof })
  return decision.kind === 'allow' ? 'allow' : decision.code
}
let widened = 'accepted'
try { grant(leaf, { holder: parent.publicKey, tools: { read: { path: subpath('/data'), limit: range({ max: 5 }) } }, now: clock() }, child) } catch (error) { widened = error.code }
globalThis.result = {
  allowed: decide('/data/a/x', 5),
  outside: decide('/data/b', 5),
  above: decide('/data/a/x', 6),
  stolen: decide('/data/a/y', 1, false),
  fresh: generateKey().publicKey !== generateKey().publicKey,
  widened,
  bytes: root.bytes.length,
}
`

const EXPECTED = {
  allowed: 'allow',
  outside: 'CONSTRAINT_VIOLATED',
  above: 'CONSTRAINT_VIOLATED',
  stolen: 'PROOF_MISSING',
  fresh: true,
  widened: 'ATTENUATE_CONSTRAINT',
}

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  const sides = new BothSides(WORK)
  beforeAll(() => sides.open())
  afterAll(() => sides.close())

  test('the bundle holds nothing of Node and no engine', () => {
    expect(sides.bundle).not.toMatch(/node:crypto|createPublicKey/)
    expect(sides.bundle).not.toMatch(/RE2JS|bufbuild/)
    expect(sides.bundle).not.toMatch(/fast-check|NOT SECRET/)
  })

  test('mints, delegates, proves and denies as on Node', async () => {
    const inBrowser = await sides.inBrowser()
    expect(inBrowser).toMatchObject(EXPECTED)
    expect(await sides.onNode()).toEqual(inBrowser)
  })
})

/** What each side says of each generated case: verdict, decision, every check, and the bytes that it writes itself. */
const GENERATED = `
import { createEnforcer, defaultBackend, encodeChainFile, formatChain, parseChain, parseJson, parseSecretKey, prove, verify } from 'warrant'
import { regexEngine } from 'warrant/regex'
import { celEngine } from 'warrant/cel'

const engines = { regex: regexEngine, cel: celEngine }
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const codeOf = (run) => { try { run() } catch (error) { return error.code ?? String(error) } return 'verified' }
const shown = (bytes) => hex(defaultBackend.sha256(bytes)).slice(0, 16)

const answered = ({ chain, roots, now, tool, args, holder, ...presented }) => {
  const call = { tool, args: parseJson(args) }
  const read = (() => { try { return parseChain(chain) } catch { return undefined } })()
  const enforcer = createEnforcer({ roots, clock: () => now, engines })
  const request = { chain, ...call, ...presented }
  const { decision, checks } = enforcer.explain(request)
  return {
    verdict: read === undefined ? 'unreadable' : codeOf(() => verify(read, { roots, now, engines })),
    decision: decision.kind === 'allow' ? 'allow' : decision.code,
    words: JSON.stringify([decision, decision.message]),
    enforced: JSON.stringify(enforcer.enforce(request)),
    checks: checks.map(({ check, outcome, code }) => check + outcome + code).join(),
    proof: read === undefined ? '' : hex(prove(read, call, parseSecretKey(holder), { now })),
    chain: read === undefined ? '' : shown(read.bytes),
    file: read === undefined ? '' : shown(encodeChainFile(read)),
    text: read === undefined ? '' : formatChain(read, 'pem'),
  }
}
globalThis.result = globalThis.input.map((each) => {
  const { verdict, decision, ...more } = answered(each)
  return [verdict, decision, shown(new TextEncoder().encode(JSON.stringify(more)))].join(' ')
})
`

/** A case as JSON carries it. */
const carried = ({ under, call, request }: Presented): object => {
  const { proof, approvals = [], session } = request as EnforceRequest & { readonly proof?: Uint8Array }
  return {
    chain: textOf(request.chain as Presented['under']['chain'] | Uint8Array),
    roots: under.roots,
    now: under.now,
    tool: call.tool,
    args: formatJson(call.args),
    holder: secretKeyToPem(under.holder),
    session,
    proof: proof === undefined ? undefined : toHex(proof),
    approvals: (approvals as readonly (Approval | Uint8Array)[]).map(textOf),
  }
}

const textOf = (given: { readonly bytes: Uint8Array } | Uint8Array): string =>
  btoa(String.fromCharCode(...('bytes' in given ? given.bytes : given)))

describe.skipIf(CHROMIUM === undefined)('in a browser, on generated cases', () => {
  const seed = freshSeed()
  const sides = new BothSides(GENERATED)
  beforeAll(() => sides.open())
  afterAll(() => sides.close())

  test('says what Node says', { timeout: 300_000 }, async () => {
    const count = scaled(300, 2_000)
    const requests = fc.sample(anyRequest, { numRuns: count, seed })
    const pairs = fc.sample(relatedPair(), { numRuns: count / 2, seed }).map(pairRequest)
    const input = [...requests, ...pairs].map(carried)

    const [inBrowser, onNode] = (await Promise.all([sides.inBrowser(input), sides.onNode(input)])) as [
      readonly string[],
      readonly string[],
    ]
    expect(onNode).toHaveLength(input.length)
    expect(inBrowser).toEqual(onNode)
    const verified = onNode.filter((line) => line.startsWith('verified')).length
    const allowed = onNode.filter((line) => line.split(' ')[1] === 'allow').length
    console.log(
      `browser and Node: ${input.length} cases, ${verified} verified, ${allowed} allowed, WARRANT_SEED=${seed}`,
    )
    expect(verified).toBeGreaterThan(input.length / 4)
    expect(allowed).toBeGreaterThan(count / 8)
  })
})
