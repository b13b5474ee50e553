#!/usr/bin/env node
// A tool of an agent waits for `hook HOST`, so its bundle alone is loaded then.
const [word, ...rest] = process.argv.slice(2)
const isEvent = word === 'hook' && !rest.some((arg) => /^(install|uninstall|status|--help|-h)$/.test(arg))
if (isEvent) require('./hook.js')
else import('../dist/cli/bin.js')
