/**
 * Checkpoints: a signature over how far the log had come and over what its last entry said. One that is kept elsewhere
 * shows that the log was cut or written anew, which a chain of hashes by itself cannot show (attack AUD-2).
 */

import { join } from 'node:path'
import { defaultBackend } from '../../crypto/backend.js'
import { signedMessage } from '../../crypto/contexts.js'
import { type PublicKey, parsePublicKey, type Signature, signatureFromBytes } from '../../crypto/keys.js'
import { generateKey, type LocalSigner, parseSecretKey, type SecretKey } from '../../crypto/signer.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import { CborWriter } from '../../encoding/cbor.js'
import { FormatError, TrustError } from '../../errors.js'
import { writeSecretKeyFile } from '../keyFile.js'
import { readStateFile } from '../stateFile.js'
import { appendLine } from './files.js'

/** What is signed. */
export interface Checkpoint {
  /** Of the last entry. */
  readonly seq: number
  /** Hexadecimal SHA-256 of its line. */
  readonly head: string
  /** Whole Unix seconds. */
  readonly time: number
}

/** A checkpoint with its signature; a claim until {@link verifyCheckpoint} has seen it. */
export interface SignedCheckpoint extends Checkpoint {
  readonly key: PublicKey
  readonly signature: Signature
}

const KEY = 'log.key'
const CHECKPOINTS = 'checkpoints.jsonl'

/** Where the checkpoints of a log stand. */
export const checkpointFile = (directory: string): string => join(directory, CHECKPOINTS)

/** The key that signs the checkpoints of a log; undefined where it has none. @throws FormatError as `readStateFile` */
export const readLogKey = (directory: string): SecretKey | undefined => {
  try {
    return parseSecretKey(readStateFile(join(directory, KEY)))
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}

/** Gives a log its key, mode 0600, unless it has one. The folder must be there. @throws FormatError FILE_… */
export const ensureLogKey = (directory: string): SecretKey => {
  const there = readLogKey(directory)
  if (there !== undefined) return there
  const made = generateKey()
  writeSecretKeyFile(join(directory, KEY), made)
  return made
}

/** Signs how far a log has come. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: LocalSigner): SignedCheckpoint => ({
  ...checkpoint,
  key: signer.publicKey,
  signature: signatureFromBytes(signer.sign(messageOf(checkpoint))),
})

/** What a checkpoint says, once its signature is verified. @throws TrustError LOG_CHECKPOINT */
export const verifyCheckpoint = (checkpoint: SignedCheckpoint, key: PublicKey): Checkpoint => {
  const { seq, head, time, signature } = checkpoint
  if (!defaultBackend.verify(key, messageOf(checkpoint), signature))
    throw new TrustError('LOG_CHECKPOINT', undefined, { where: `entry ${seq}` })
  return { seq, head, time }
}

/** A checkpoint as one line of JSON, without its newline. */
export const formatCheckpoint = ({ seq, head, time, key, signature }: SignedCheckpoint): string =>
  JSON.stringify({ v: 1, seq, head, time, key, signature: toHex(signature) })

/** The checkpoint of a line. Nothing is verified. @throws FormatError LOG_MALFORMED */
export const parseCheckpoint = (line: string): SignedCheckpoint => {
  try {
    const { v, seq, head, time, key, signature } = JSON.parse(line) as Record<string, unknown> // looked at below
    if (v === 1 && isCount(seq) && isCount(time) && typeof head === 'string' && /^[0-9a-f]{64}$/.test(head))
      return {
        seq,
        head,
        time,
        key: parsePublicKey(String(key)),
        signature: signatureFromBytes(fromHex(String(signature))),
      }
  } catch {
    // Said below: whatever it is, it is no checkpoint.
  }
  throw new FormatError('LOG_MALFORMED', 'no checkpoint')
}

/** Adds a checkpoint to those of its log; it is on the disk when this returns. @throws FormatError LOG_NOT_WRITTEN, … */
export const appendCheckpoint = (directory: string, checkpoint: SignedCheckpoint): void =>
  appendLine(checkpointFile(directory), formatCheckpoint(checkpoint), true)

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const messageOf = ({ seq, head, time }: Checkpoint): Uint8Array => {
  const writer = new CborWriter()
  writer.array(3)
  writer.uint(seq)
  writer.bytes(fromHex(head))
  writer.uint(time)
  return signedMessage('logCheckpoint', writer.finish())
}
