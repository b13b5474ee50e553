#!/usr/bin/env node
// A tool of an agent waits for `hook HOST`, so its bundle alone is loaded then, with the code that V8 made of it before,
// where the home of the guard holds it: of all that a start costs, compiling would be half. It is done here, since one
// file more costs as much as a signature. What cannot be loaded cannot allow anything.
const [word, ...argv] = process.argv.slice(2)

const DIGEST_BYTES = 32
/** Behind the digest, and of it: 1 where a call had been allowed when the code was kept. V8 wants what follows aligned. */
const MARK_BYTES = 8

if (word === 'hook' && !argv.some((arg) => /^(install|uninstall|status|--help|-h)$/.test(arg))) {
  const fs = require('node:fs')
  try {
    const { hash } = require('node:crypto')
    const { dirname, join } = require('node:path')
    const { Script } = require('node:vm')

    const bundleFile = join(__dirname, '..', 'dist', 'hook', 'bundle', 'hook.cjs')
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, S_IFMT, S_IFREG } = fs.constants

    const isOurs = ({ mode, uid }) =>
      (mode & S_IFMT) === S_IFREG && (mode & 0o077) === 0 && (uid === 0 || uid === process.getuid())

    /** A file of ours that is judged by what was opened; undefined where it is not fit, or changes meanwhile. */
    const read = (file) => {
      const opened = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      try {
        const found = fs.fstatSync(opened)
        if (!isOurs(found)) return undefined
        const bytes = Buffer.from(new ArrayBuffer(found.size, { maxByteLength: found.size }))
        for (let length = 0; length < bytes.length; ) {
          const count = fs.readSync(opened, bytes, length, bytes.length - length, null)
          if (count === 0) return undefined
          length += count
        }
        return bytes
      } finally {
        fs.closeSync(opened)
      }
    }

    const digestOf = (bytes) => hash('sha256', bytes, 'buffer')

    /** Kept by what it was made of: V8 itself compares no more than the length of the source. */
    const codeFileFor = (text) => {
      const home = argv[argv.indexOf('--home') + 1]
      if (!argv.includes('--home') || !home || process.platform === 'win32') return undefined
      return join(home, 'code', `${process.version}-${process.arch}-${hash('sha256', text)}.bin`)
    }

    /**
     * From a file of this user's that nobody else could have written; from anywhere else it would be somebody's program.
     * Its digest stands in front, for V8 would run into what a crash left of it.
     */
    const readCode = (file) => {
      try {
        const kept = read(file)
        const marked = kept?.subarray(DIGEST_BYTES)
        return marked && digestOf(marked).equals(kept.subarray(0, DIGEST_BYTES)) ? marked : undefined
      } catch {
        return undefined
      }
    }

    const writtenCode = (code, isComplete) => {
      const marked = Buffer.concat([Buffer.alloc(MARK_BYTES, isComplete ? 1 : 0), code])
      return Buffer.concat([digestOf(marked), marked])
    }

    /** What the bundle asks for. Parts beside it, which few calls need, ask for the bundle in turn: it is there once. */
    const requireFor = (bundle) => {
      let beside
      return (id) => {
        if (id.startsWith('node:')) return require(id)
        if (beside === undefined) {
          const Module = require('node:module')
          beside = Module.createRequire(bundleFile)
          beside.cache[bundleFile] = Object.assign(new Module(bundleFile), {
            exports: bundle.parts(),
            loaded: true,
          })
        }
        return beside(id)
      }
    }

    const source = fs.readFileSync(bundleFile, 'utf8')
    const file = codeFileFor(source)
    const marked = file === undefined ? undefined : readCode(file)
    const cachedData = marked?.subarray(MARK_BYTES)
    const isComplete = marked?.[0] === 1
    const script = new Script(source, { filename: bundleFile, ...(cachedData && { cachedData }) })
    marked?.buffer.resize(0) // gives the memory back, which nobody else would before the end
    const bundle = { exports: {} }
    script.runInThisContext()(bundle.exports, requireFor(bundle), bundle)
    const isThere = marked !== undefined && script.cachedDataRejected === false
    const make = (isCompleteNow) => writtenCode(script.createCachedData(), isCompleteNow)
    const isKept = file === undefined || (isThere && isComplete)
    bundle.exports.runProcess(argv, isKept ? undefined : { folder: dirname(file), file, isThere, make })
  } catch {
    // Whichever host it is reads its own of these.
    const reason = 'warrant: ENFORCE_INTERNAL: the hook could not be loaded'
    const permissionDecision = { permissionDecision: 'deny', permissionDecisionReason: reason }
    const denial = {
      ...{
        action: 'block',
        message: reason,
        decision: 'deny',
        reason,
        permission: 'deny',
        agent_message: reason,
      },
      ...permissionDecision,
      hookSpecificOutput: { hookEventName: 'PreToolUse', ...permissionDecision },
    }
    fs.writeSync(2, `${reason}\n`)
    fs.writeSync(1, JSON.stringify(denial))
    process.exit(2)
  }
} else import('../dist/cli/bin.js')
