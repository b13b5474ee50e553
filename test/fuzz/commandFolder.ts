/** The folder in which command lines are run: keys, warrants and statements as files, and what must never be shown of them. */

import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Warrant } from '../../src/warrant/chain.js'
import { damaged } from './byteEdits.js'
import type { FILES } from './commandWords.js'
import type { Library } from './library.js'
import { memoryFolder } from './memoryFolder.js'
import { Random } from './random.js'
import { chainsOf, NOW, ringOf, secretForms } from './seeds.js'
import { hexOf } from './target.js'

type FileName = (typeof FILES)[number]

/** Files by name, and arguments that stand for something. */
export class Folder {
  readonly path: string = memoryFolder()
  readonly contents: ReadonlyMap<string, Uint8Array>
  /** Every form of the secret keys that lie here. */
  readonly secrets: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly #words: ReadonlyMap<string, string>

  constructor(library: Library) {
    const { warrant: w } = library
    const ring = ringOf(library)
    this.contents = new Map(Object.entries(contentsOf(library)))
    this.#fill()
    this.secrets = [1, 2, 9].flatMap((number) => secretForms(number))
    this.env = { ISSUER: hexOf(new Uint8Array(32).fill(1)) }
    this.#words = new Map([
      ['HEX', ring.root.publicKey],
      ['PROOF', new TextDecoder().decode(this.contents.get('proof'))],
      ['SECRET-HEX', hexOf(new Uint8Array(32).fill(9))],
      ['SECRET-BASE64', Buffer.alloc(32, 9).toString('base64')],
      ['SECRET-PEM', w.secretKeyToPem(ring.thief)],
    ])
  }

  /** An argument as it is passed: files by their paths, words by what they stand for. */
  argument(word: string): string {
    const place = /\{([a-z.]+)\}$/.exec(word)
    if (place === null) return this.#words.get(word) ?? word
    return `${word.slice(0, place.index)}${join(this.path, place[1] as string)}` // the pattern has a group
  }

  /** Lays a changed file beside the others. */
  change(name: string, numbers: number): Uint8Array {
    const random = new Random(numbers)
    const [own, donor] = [this.contents.get(name), this.contents.get(random.pick([...this.contents.keys()]))]
    const bytes = damaged(own ?? new Uint8Array(), donor ?? new Uint8Array(), [], random.size(6), random)
    writeFileSync(join(this.path, 'changed'), bytes, { mode: 0o600 })
    return bytes
  }

  /** Puts everything back as it was: what runs have left behind goes, what they have replaced returns. */
  tidy(): void {
    for (const name of readdirSync(this.path))
      if (!this.contents.has(name)) rmSync(join(this.path, name), { recursive: true, force: true })
    this.#fill()
  }

  #fill(): void {
    for (const [name, bytes] of this.contents) {
      writeFileSync(join(this.path, name), bytes)
      chmodSync(join(this.path, name), 0o600)
    }
    mkdirSync(join(this.path, 'folder'))
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

const contentsOf = (library: Library): Readonly<Record<FileName, Uint8Array>> => {
  const { warrant: w } = library
  const ring = ringOf(library)
  const seeds = new Map(chainsOf(library).map(({ name, chain }) => [name, chain]))
  const chainOf = (name: string) => seeds.get(name) as ReturnType<typeof w.decodeChain> // seeds of these names exist
  const root = w.mint(
    {
      tools: { read: { path: w.subpath('/data') } },
      holder: ring.keyOf(2).publicKey,
      now: NOW,
      ttlSeconds: 3_600,
      id: w.parseWarrantId('02'.repeat(16)),
    },
    ring.root,
  )
  const call = { tool: 'read', args: { path: '/data/x' } }
  const approval = w.approve(
    { requestHash: new Uint8Array(32) },
    { externalId: 'a', now: NOW, nonce: new Uint8Array(16) },
    ring.approvers[0],
  )
  const { id } = (root.warrants[0] as Warrant).payload // a root stands alone
  return {
    'issuer.key': text(w.secretKeyToPem(ring.root)),
    'issuer.pub': text(w.publicKeyToPem(ring.root.publicKey)),
    'agent.key': text(w.secretKeyToPem(ring.keyOf(2))),
    'agent.pub': text(w.publicKeyToPem(ring.keyOf(2).publicKey)),
    'thief.key': text(w.secretKeyToPem(ring.thief)),
    'approver.pub': text(w.publicKeyToPem(ring.approvers[0].publicKey)),
    warrant: text(w.formatChain(root)),
    'warrant.pem': text(w.formatChain(root, 'pem')),
    chain: text(w.formatChain(chainOf('narrowing 4'))),
    mandate: text(w.formatChain(chainOf('issuer 1'))),
    gated: text(w.formatChain(chainOf('gated 2'))),
    binary: w.encodeChainFile(chainOf('plain 6')),
    proof: text(w.formatProof(w.prove(root, call, ring.keyOf(2), { now: NOW }))),
    approval: text(w.formatApproval(approval)),
    revocations: text(
      w.formatRevocationList(
        w.signRevocationList({ revokedIds: [id], version: 1, issuedAt: NOW }, ring.root),
      ),
    ),
    calls: text(`${JSON.stringify(call)}\n\n${JSON.stringify({ tool: 'x' })}\n{"tool":1}\n`),
    call: text(JSON.stringify(call)),
    args: text('{"path":"/data/x"}'),
    policy: text('tools:\n  read:\n    path: /data\nttl: 30m\n'),
    empty: new Uint8Array(),
    noise: new Random(5).bytes(200),
    'secret.hex': text(hexOf(new Uint8Array(32).fill(9))),
  }
}
