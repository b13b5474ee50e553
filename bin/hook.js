// Starts the bundle of the hook, with the code that V8 made of it before, where the home of the guard holds it. Of all
// that a start costs, compiling is half. What cannot be loaded cannot allow anything.
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const BUNDLE = join(__dirname, '..', 'dist', 'hook', 'bundle', 'hook.cjs')

const DIGEST_BYTES = 32

const digestOf = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** Kept by what it was made of: V8 itself compares no more than the length of the source. */
const fileFor = (source, argv) => {
  const home = argv[argv.indexOf('--home') + 1]
  if (!argv.includes('--home') || !home || process.platform === 'win32') return undefined
  return join(home, 'code', `${digestOf(`${process.version} ${process.arch} `, source).toString('hex')}.bin`)
}

/**
 * From a file of this user's that nobody else could have written; from anywhere else it would be somebody's program. Its
 * digest stands in front, for V8 would run into what a crash left of it.
 */
const read = (file) => {
  let opened
  try {
    opened = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
    const { mode, uid } = fs.fstatSync(opened)
    const isOurs = (mode & fs.constants.S_IFMT) === fs.constants.S_IFREG && (mode & 0o077) === 0
    if (!isOurs || (uid !== 0 && uid !== process.getuid())) return undefined
    const kept = fs.readFileSync(opened)
    const code = kept.subarray(DIGEST_BYTES)
    return digestOf(code).equals(kept.subarray(0, DIGEST_BYTES)) ? code : undefined
  } catch {
    return undefined
  } finally {
    if (opened !== undefined) fs.closeSync(opened)
  }
}

const withDigest = (code) => Buffer.concat([digestOf(code), code])

try {
  const argv = process.argv.slice(3)
  const source = fs.readFileSync(BUNDLE, 'utf8')
  const file = fileFor(source, argv)
  const cachedData = file === undefined ? undefined : read(file)
  const wrapped = `(function (exports, require, module) {${source}\n})`
  const script = new Script(wrapped, { filename: BUNDLE, ...(cachedData && { cachedData }) })
  const bundle = { exports: {} }
  script.runInThisContext()(bundle.exports, createRequire(BUNDLE), bundle)
  const isKept = file === undefined || (cachedData !== undefined && script.cachedDataRejected === false)
  bundle.exports.runProcess(
    argv,
    isKept ? undefined : { folder: dirname(file), file, make: () => withDigest(script.createCachedData()) },
  )
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
