/**
 * A model that needs no model: a server on loopback that speaks as agents expect of theirs, in whichever dialect it is asked.
 * It makes the calls that it was told to make, one after another, and answers whatever follows with the word `done`.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  dialectAt,
  type NumberedCall,
  type Question,
  type ScriptedCall,
  type Spoken,
} from './modelDialects.js'

export type { ScriptedCall } from './modelDialects.js'

export interface ModelServer {
  /** With `/v1`. */
  readonly url: string
  /** What tools gave back, in order, as the agent told it to the model. */
  readonly results: readonly string[]
  /** The same of conversations of its subagents, where they have calls of their own to make. */
  readonly childResults: readonly string[]
  /** The tools that the agent offered with its last question. */
  readonly offered: () => readonly string[]
  readonly close: () => Promise<void>
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer) // without an encoding, bytes
  return Buffer.concat(parts).toString('utf8')
}

const MODELS = { object: 'list', data: [{ id: 'scripted', object: 'model' }] }

const answer = (response: ServerResponse, { streams }: Question, spoken: Spoken): void => {
  if (!streams) {
    answerJson(response, spoken.whole)
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  for (const [name, data] of spoken.pieces)
    response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`)
  response.end(spoken.close === undefined ? '' : `data: ${spoken.close}\n\n`)
}

const answerJson = (response: ServerResponse, json: object): void => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(json))
}

/** What subagents are to do. */
export interface ChildScript {
  /** Words of the message at the top, which no conversation of a subagent has in it. */
  readonly top: string
  readonly calls: readonly ScriptedCall[]
}

/** Begins to listen. Each conversation is answered with `calls`, or with those of subagents if it is one of theirs. */
export const startModelServer = async (
  calls: readonly ScriptedCall[],
  child?: ChildScript,
): Promise<ModelServer> => {
  const results: string[] = []
  const childResults: string[] = []
  let offered: readonly string[] = []
  /** The next call of a conversation; a question without tools is for a title or a summary. */
  const nextFor = (question: Question, text: string): NumberedCall | undefined => {
    if (question.offered.length === 0) return undefined
    offered = question.offered
    const isChild = child !== undefined && !text.includes(child.top)
    const made = isChild ? childResults : results
    made.splice(0, made.length, ...question.results)
    const n = made.length
    const call = (isChild ? child.calls : calls)[n]
    if (call === undefined) return undefined
    return { ...call, args: typeof call.args === 'function' ? call.args(made) : call.args, n }
  }
  const server: Server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const dialect = dialectAt(pathname)
      if (request.method !== 'POST' || dialect === undefined) {
        answerJson(response, MODELS)
        return
      }
      const text = await textOf(request)
      const question = dialect.read(JSON.parse(text) as Readonly<Record<string, unknown>>, pathname)
      answer(response, question, dialect.say(nextFor(question, text)))
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on a port
  return {
    url: `http://127.0.0.1:${port}/v1`,
    results,
    childResults,
    offered: () => offered,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
