/**
 * The hook as one file, for a process is started for every call of a tool, and modules that are looked for are time. What
 * few calls need lies in parts beside it, which ask for the one file in turn.
 */

import { hash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const ENTRY = at('src/hook/entry.ts')
const ENTRY_FILE = 'hook.cjs'
const ENTRY_EXPORT = 'runProcess'

/** What every process loads. */
const always = new Set<string>()

const seeAlways: Plugin = {
  name: 'see-always',
  buildEnd() {
    const visit = (id: string): void => {
      if (always.has(id)) return
      always.add(id)
      for (const imported of this.getModuleInfo(id)?.importedIds ?? []) visit(imported)
    }
    visit(ENTRY)
  },
}

const CURVE = at('src/crypto/ed25519.ts')
const CURVE_FILE = 'curve.cjs'
const CURVE_WHEN_ASKED = '\0curve'

/**
 * The curve in JavaScript: asked whether a key is a point, where no signature has told yet. It is loaded when that is
 * asked, and at once: without it the question throws, and what throws denies.
 */
const curveWhenAsked: Plugin = {
  name: 'curve-when-asked',
  enforce: 'pre',
  buildStart() {
    this.emitFile({ type: 'chunk', id: CURVE, fileName: CURVE_FILE })
  },
  resolveId(source, importer) {
    if (importer === CURVE_WHEN_ASKED) return { id: source, external: true }
    return importer === at('src/node/ed25519.ts') && source.endsWith('/ed25519.js')
      ? CURVE_WHEN_ASKED
      : undefined
  },
  load: (id) =>
    id === CURVE_WHEN_ASKED
      ? `export const isPoint = (key) => require('./${CURVE_FILE}').isPoint(key)`
      : undefined,
}

/** Secret keys as the process of the hook imports them. */
const seedKeyOfHook: Plugin = {
  name: 'seed-key-of-hook',
  enforce: 'pre',
  resolveId: (source, importer) =>
    importer === at('src/node/ed25519.ts') && source.endsWith('/seedKey.js')
      ? at('src/hook/seedKey.ts')
      : undefined,
}

/**
 * One function. What it gives to parts beside it, a hundred things, is put together when one of them is loaded: most
 * calls load none. At its end, its digest, by which compiled code is kept.
 */
const asFunction = (code: string): string => {
  const given = /(?:exports\.[\w$]+ ?= ?[\w$]+[,;]\s*)+$/.exec(code)?.[0] ?? ''
  const names = [...given.matchAll(/exports\.([\w$]+) ?= ?([\w$]+)/g)].map(
    ([, name, local]) => `${name}:${local}`,
  )
  const entry = names.find((name) => name.startsWith(`${ENTRY_EXPORT}:`))
  if (entry === undefined) throw new Error(`${ENTRY_FILE} does not end in what it exports`)
  const rest = code.slice(0, -given.length)
  const text = `(function (exports, require, module) {${rest}module.exports={${entry}};module.parts=()=>({${names}})\n})\n//`
  return text + hash('sha256', text)
}

/**
 * Written as bin/warrant.cjs compiles it: as one function, so that nothing has to be put around it, and in ASCII, of which
 * V8 keeps a byte for each character and not two.
 */
const asCompiled: Plugin = {
  name: 'as-compiled',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type !== 'chunk') continue
      const ascii = output.code.replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      output.code = output.fileName === ENTRY_FILE ? asFunction(ascii) : ascii
    }
  },
}

export default defineConfig({
  logLevel: 'warn',
  plugins: [seeAlways, curveWhenAsked, seedKeyOfHook, asCompiled],
  resolve: { alias: { '#ed25519': at('src/node/ed25519.ts') } },
  ssr: {
    noExternal: true,
    // Behind imports that only some warrants reach: loaded from where they are installed.
    external: ['re2js', '@bufbuild/cel', '@bufbuild/protobuf'],
  },
  build: {
    ssr: ENTRY,
    outDir: at('dist/hook/bundle'),
    target: 'node20',
    minify: true,
    rolldownOptions: {
      transform: {
        // The same source, without all of Web Crypto around it.
        inject: { 'crypto.getRandomValues': ['node:crypto', 'randomFillSync'] },
      },
      output: {
        format: 'cjs',
        entryFileNames: ENTRY_FILE,
        chunkFileNames: '[name].cjs',
        codeSplitting: { groups: [{ name: 'hook', test: (id: string) => always.has(id) }] },
        comments: { legal: true },
      },
    },
  },
})
