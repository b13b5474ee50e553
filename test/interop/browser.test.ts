/** The core in a browser: bundled as an application would bundle it, without Node, and given the same work. */

import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const root = fileURLToPath(new URL('../..', import.meta.url))

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
  const folder = mkdtempSync(join(tmpdir(), 'warrant-browser-'))
  let server: Server
  let bundle = ''

  beforeAll(async () => {
    const entry = join(root, 'dist', `browser-entry-${process.pid}.mjs`)
    writeFileSync(entry, WORK)
    try {
      await build({
        root,
        logLevel: 'error',
        configFile: false,
        build: {
          outDir: folder,
          emptyOutDir: true,
          rollupOptions: { input: entry, output: { entryFileNames: 'bundle.js', format: 'es' } },
        },
      })
    } finally {
      rmSync(entry)
    }
    bundle = readFileSync(join(folder, 'bundle.js'), 'utf8')
    const page = `<pre id=out></pre><script type=module>
      const out = document.getElementById('out')
      try {
        await import('/bundle.js')
        out.textContent = 'RESULT' + JSON.stringify(globalThis.result) + 'END'
      } catch (error) {
        out.textContent = 'RESULT' + JSON.stringify({ error: String(error) }) + 'END'
      }
    </script>`
    server = createServer((request, response) => {
      const script = request.url === '/bundle.js'
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
      response.end(script ? bundle : page)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })

  afterAll(() => {
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the bundle holds nothing of Node and no engine', () => {
    expect(bundle).not.toMatch(/node:crypto|createPublicKey/)
    expect(bundle).not.toMatch(/RE2JS|bufbuild/)
  })

  test('mints, delegates, proves and denies as on Node', async () => {
    const { port } = server.address() as AddressInfo
    const { stdout } = await promisify(execFile)(
      CHROMIUM as string, // the suite is skipped without one
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--virtual-time-budget=20000',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--dump-dom',
        `http://127.0.0.1:${port}/`,
      ],
      { timeout: 60_000, maxBuffer: 8 << 20 },
    )
    const inBrowser = JSON.parse(/RESULT(.*)END/.exec(stdout)?.[1] ?? '{}') as Record<string, unknown>
    expect(inBrowser).toMatchObject(EXPECTED)

    const script = join(root, 'dist', `node-entry-${process.pid}.mjs`)
    writeFileSync(script, `${WORK}\nconsole.log(JSON.stringify(globalThis.result))`)
    try {
      expect(JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }))).toEqual(inBrowser)
    } finally {
      rmSync(script)
    }
  })
})
