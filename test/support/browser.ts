/** A browser without a window: code bundled as an application would bundle it, run on a page, and what it leaves behind. */

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'

/** Where it is installed; undefined where it is not, and then suites that need it are skipped. */
export const CHROMIUM: string | undefined = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync)

const root = fileURLToPath(new URL('../..', import.meta.url))

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--virtual-time-budget=20000'],
]

/** Shows what the script left in `globalThis.result`, between marks that a page has nowhere else. */
const PAGE = `<pre id=out></pre><script type=module>
  const out = document.getElementById('out')
  const show = (given) => { out.textContent = 'RESULT' + btoa(encodeURIComponent(JSON.stringify(given))) + 'END' }
  try {
    globalThis.input = await (await fetch('/input.json')).json()
    await import('/bundle.js')
    show(globalThis.result)
  } catch (error) {
    show({ error: String(error) })
  }
</script>`

/** One script, for both sides: it reads `globalThis.input` and leaves `globalThis.result`. */
export class BothSides {
  readonly #folder = mkdtempSync(join(tmpdir(), 'warrant-browser-'))
  readonly #work: string
  #input = 'null'
  #server: Server | undefined
  #port = 0
  bundle = ''

  /** @param work a module that imports `warrant` and its doors by name */
  constructor(work: string) {
    this.#work = work
  }

  /** Bundles the script without Node's conditions, and serves it. */
  async open(): Promise<void> {
    await this.#asModule(this.#work, async (entry) => {
      await build({
        root,
        logLevel: 'error',
        configFile: false,
        build: {
          outDir: this.#folder,
          emptyOutDir: true,
          rollupOptions: { input: entry, output: { entryFileNames: 'bundle.js', format: 'es' } },
        },
      })
    })
    this.bundle = readFileSync(join(this.#folder, 'bundle.js'), 'utf8')
    const server = createServer((request, response) => {
      const [type, body] = this.#served(request.url)
      response.setHeader('content-type', type)
      response.end(body)
    })
    this.#server = server
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    this.#port = (server.address() as AddressInfo).port // it listens on one
  }

  close(): void {
    this.#server?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #served(url: string | undefined): readonly [type: string, body: string] {
    if (url === '/bundle.js') return ['text/javascript', this.bundle]
    return url === '/input.json' ? ['application/json', this.#input] : ['text/html', PAGE]
  }

  /** What the script makes of its input in the browser. */
  async inBrowser(input: unknown = null): Promise<unknown> {
    this.#input = JSON.stringify(input)
    const profile = `--user-data-dir=${join(this.#folder, 'profile')}`
    const { stdout } = await promisify(execFile)(
      CHROMIUM as string, // suites without one are skipped
      [...FLAGS, profile, '--dump-dom', `http://127.0.0.1:${this.#port}/`],
      { timeout: 240_000, maxBuffer: 64 << 20 },
    )
    const shown = /RESULT([\w+/=]*)END/.exec(stdout)?.[1] ?? ''
    return JSON.parse(decodeURIComponent(atob(shown)))
  }

  /** What the built package makes of it on Node. */
  async onNode(input: unknown = null): Promise<unknown> {
    const given = join(this.#folder, 'input.json')
    writeFileSync(given, JSON.stringify(input))
    const read = `import { readFileSync } from 'node:fs'\nglobalThis.input = JSON.parse(readFileSync(${JSON.stringify(given)}, 'utf8'))\n`
    return this.#asModule(this.#work, async (entry) => {
      const script = `${read}await import(${JSON.stringify(entry)})\nconsole.log(JSON.stringify(globalThis.result))`
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', script],
        { maxBuffer: 64 << 20 },
      )
      return JSON.parse(stdout)
    })
  }

  /** The script as a file inside the package, so that `warrant` means this package by its exports. */
  async #asModule<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
    const path = join(root, 'dist', `both-sides-${process.pid}-${BothSides.#made++}.mjs`)
    writeFileSync(path, text)
    try {
      return await use(path)
    } finally {
      rmSync(path)
    }
  }

  static #made = 0
}
