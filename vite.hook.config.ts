/** The hook as one file: a process is started for every call of a tool, and modules that are looked for are time. */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  logLevel: 'warn',
  resolve: { alias: { '#ed25519': at('src/node/ed25519.ts') } },
  ssr: {
    noExternal: true,
    // Behind imports that only some warrants reach: loaded from where they are installed.
    external: ['re2js', '@bufbuild/cel', '@bufbuild/protobuf'],
  },
  build: {
    ssr: at('src/hook/entry.ts'),
    outDir: at('dist/hook/bundle'),
    target: 'node20',
    minify: true,
    rollupOptions: {
      output: {
        format: 'cjs',
        entryFileNames: 'hook.cjs',
        chunkFileNames: '[name].cjs',
        comments: { legal: true },
      },
    },
  },
})
