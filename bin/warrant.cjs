#!/usr/bin/env node
// A tool of an agent waits for `hook HOST`, so its bundle alone is loaded then, with the code that V8 made of it before,
// where the home of the guard holds it: of all that a start costs, compiling would be half. It is done here, and in one
// piece, since one file more costs as much as a signature, and a function that runs once costs its compilation. What
// cannot be loaded cannot allow anything.
const [word, ...argv] = process.argv.slice(2)

/** Hexadecimal SHA-256, as characters: in front of kept code, and, written by the build, at the end of the bundle. */
const DIGEST_BYTES = 64
/** Behind the digest, and of it: 1 where a call had been allowed when the code was kept. V8 wants what follows aligned. */
const MARK_BYTES = 8

/** More than V8 makes of anything that could be called the bundle. */
const MAX_CODE_BYTES = 16 * 1_048_576

/** What is asked of the command line. */
const ORDERS = ['install', 'uninstall', 'status', '--help', '-h']

if (word === 'hook' && !ORDERS.some((order) => argv.includes(order))) {
  const fs = require('node:fs')
  try {
    const { hash } = require('node:crypto')
    const { dirname, join } = require('node:path')
    const { Script } = require('node:vm')
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, S_IFMT, S_IFREG } = fs.constants

    const bundleFile = join(__dirname, '..', 'dist', 'hook', 'bundle', 'hook.cjs')
    const { ctimeMs } = fs.statSync(bundleFile)
    const source = fs.readFileSync(bundleFile, 'utf8')

    // Kept by what it was made of: the digest that the build has put at its end, and when the file was last written, for
    // somebody may have mended it by hand. V8 itself compares no more than a length.
    const home = argv.includes('--home') && process.platform !== 'win32' && argv[argv.indexOf('--home') + 1]
    const file = home
      ? join(home, 'code', `${process.version}-${process.arch}-${source.slice(-DIGEST_BYTES)}-${ctimeMs}.bin`)
      : undefined

    // Read from a file of this user's that nobody else could have written, judged by what was opened; from anywhere else it
    // would be somebody's program. Its digest stands in front, for V8 would run into what a crash left of it.
    let kept
    if (file !== undefined) {
      let opened
      try {
        opened = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        const { mode, uid, size } = fs.fstatSync(opened)
        const isOurs = (mode & 0o077) === 0 && (uid === 0 || uid === process.getuid())
        if ((mode & S_IFMT) === S_IFREG && isOurs && size <= MAX_CODE_BYTES) {
          const bytes = new Uint8Array(new ArrayBuffer(size, { maxByteLength: size }))
          for (let length = 0, count = -1; length < size && count !== 0; length += count)
            count = fs.readSync(opened, bytes, length, size - length, null)
          const digest = String.fromCharCode(...bytes.subarray(0, DIGEST_BYTES))
          if (hash('sha256', bytes.subarray(DIGEST_BYTES)) === digest) kept = bytes
        }
      } catch {
        // None was kept, or it cannot be read: compiled again.
      } finally {
        if (opened !== undefined) fs.closeSync(opened)
      }
    }

    const cachedData = kept?.subarray(DIGEST_BYTES + MARK_BYTES)
    const script = new Script(source, { filename: bundleFile, ...(cachedData && { cachedData }) })
    const isThere = kept !== undefined && script.cachedDataRejected === false
    const isKept = file === undefined || (isThere && kept[DIGEST_BYTES] === 1)
    kept?.buffer.resize(0) // gives the memory back, which nobody else would before the end

    /** The code of what has run by now, as the file that keeps it. */
    const make = (isComplete) => {
      const marked = Buffer.concat([Buffer.alloc(MARK_BYTES, isComplete ? 1 : 0), script.createCachedData()])
      return Buffer.concat([Buffer.from(hash('sha256', marked)), marked])
    }

    /** What the bundle asks for. Parts beside it, which few calls need, ask for the bundle in turn: it is there once. */
    let beside
    const requireFor = (id) => {
      if (id.startsWith('node:')) return require(id)
      if (beside === undefined) {
        const Module = require('node:module')
        beside = Module.createRequire(bundleFile)
        const exports = bundle.parts()
        beside.cache[bundleFile] = Object.assign(new Module(bundleFile), { exports, loaded: true })
      }
      return beside(id)
    }

    const bundle = { exports: {} }
    script.runInThisContext()(bundle.exports, requireFor, bundle)
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
    for (const [descriptor, text] of [
      [2, `${reason}\n`],
      [1, JSON.stringify(denial)],
    ])
      try {
        fs.writeSync(descriptor, text)
      } catch {
        // Nobody reads it: 2 is enough.
      }
    process.exit(2)
  }
} else import('../dist/cli/bin.js')
