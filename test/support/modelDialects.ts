/**
 * What agents and models say to each other over HTTP, as much of it as a scripted model needs: which tools an agent offers,
 * what they gave back, and how a model asks for one. Told apart by the path of the question.
 */

type Json = Readonly<Record<string, unknown>>

/** A tool that the model asks for; its arguments may depend on what tools have given back so far. */
export interface ScriptedCall {
  readonly tool: string
  readonly args: Json | ((results: readonly string[]) => Json)
  /** The group of tools that it is in, where the agent offers them in groups. */
  readonly namespace?: string
}

/** A call of the model, the `n`th of its conversation. */
export interface NumberedCall extends ScriptedCall {
  readonly args: Json
  readonly n: number
}

/** What an agent asked. */
export interface Question {
  /** The tools that it offers: none, where it wants a title or a summary. */
  readonly offered: readonly string[]
  /** What tools gave back, in order. */
  readonly results: readonly string[]
  readonly streams: boolean
}

/** An answer in one piece, and in pieces: names of events, where the dialect names them, and their data. */
export interface Spoken {
  readonly whole: Json
  readonly pieces: readonly (readonly [name: string | undefined, data: Json])[]
  /** What closes the stream. */
  readonly close?: string
}

export interface Dialect {
  readonly read: (body: Json, path: string) => Question
  /** Asks for the tool, or says `done` where there is none. */
  readonly say: (call: NumberedCall | undefined) => Spoken
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []) // as agents send it

const textOf = (content: unknown): string =>
  Array.isArray(content)
    ? content.map((part: { readonly text?: unknown }) => String(part.text ?? '')).join('')
    : String(content)

/** OpenAI's chat completions, which most agents speak to models of others. */
const chat: Dialect = {
  read: (body) => ({
    offered: listOf(body['tools']).flatMap(({ function: named }) => String((named as Json)['name'])),
    results: listOf(body['messages'])
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => textOf(content)),
    streams: body['stream'] === true,
  }),
  say: (call) => {
    const asked = call && {
      index: 0,
      id: `call_${call.n}`,
      type: 'function',
      function: { name: call.tool, arguments: JSON.stringify(call.args) },
    }
    const delta = asked === undefined ? { content: 'done' } : { tool_calls: [asked] }
    const finish = asked === undefined ? 'stop' : 'tool_calls'
    const common = { id: 'chatcmpl-1', created: 1, model: 'scripted' }
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    const message = { role: 'assistant', content: null, ...delta }
    const piece = (fields: Json): readonly [undefined, Json] => [
      undefined,
      { ...common, object: 'chat.completion.chunk', ...fields },
    ]
    return {
      whole: {
        ...{ ...common, object: 'chat.completion', usage },
        choices: [{ index: 0, message, finish_reason: finish }],
      },
      pieces: [
        piece({ choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] }),
        piece({ choices: [{ index: 0, delta: {}, finish_reason: finish }], usage }),
      ],
      close: '[DONE]',
    }
  },
}

/** Anthropic's messages. */
const messages: Dialect = {
  read: (body) => ({
    offered: listOf(body['tools']).map(({ name }) => String(name)),
    results: listOf(body['messages'])
      .flatMap(({ content }) => listOf(content))
      .filter(({ type }) => type === 'tool_result')
      .map(({ content }) => textOf(content)),
    streams: body['stream'] === true,
  }),
  say: (call) => {
    const reason = { stop_reason: call === undefined ? 'end_turn' : 'tool_use', stop_sequence: null }
    const common = { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted' }
    const usage = { input_tokens: 1, output_tokens: 1 }
    const asked = call && { type: 'tool_use', id: `toolu_${call.n}`, name: call.tool }
    const begun = asked === undefined ? { type: 'text', text: '' } : { ...asked, input: {} }
    const delta =
      call === undefined
        ? { type: 'text_delta', text: 'done' }
        : { type: 'input_json_delta', partial_json: JSON.stringify(call.args) }
    const block = asked === undefined ? { type: 'text', text: 'done' } : { ...asked, input: call?.args }
    const piece = (type: string, fields: Json): readonly [string, Json] => [type, { type, ...fields }]
    return {
      whole: { ...common, content: [block], ...reason, usage },
      pieces: [
        piece('message_start', { message: { ...common, content: [], stop_reason: null, usage } }),
        piece('content_block_start', { index: 0, content_block: begun }),
        piece('content_block_delta', { index: 0, delta }),
        piece('content_block_stop', { index: 0 }),
        piece('message_delta', { delta: reason, usage: { output_tokens: 1 } }),
        piece('message_stop', {}),
      ],
    }
  },
}

/** OpenAI's responses. */
const responses: Dialect = {
  read: (body) => ({
    offered: listOf(body['tools']).map(({ name, type }) => String(name ?? type)),
    results: listOf(body['input'])
      .filter(({ type }) => String(type).endsWith('_call_output'))
      .map(({ output }) => textOf(output)),
    streams: true,
  }),
  say: (call) => {
    const item =
      call === undefined
        ? {
            ...{ type: 'message', id: 'msg_1', role: 'assistant' },
            content: [{ type: 'output_text', text: 'done', annotations: [] }],
          }
        : {
            ...{ type: 'function_call', id: `fc_${call.n}`, call_id: `call_${call.n}` },
            ...{ name: call.tool, arguments: JSON.stringify(call.args) },
            ...(call.namespace !== undefined && { namespace: call.namespace }),
          }
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
    const whole = { id: 'resp_1', object: 'response', status: 'completed', output: [item], usage }
    const piece = (type: string, fields: Json): readonly [string, Json] => [type, { type, ...fields }]
    return {
      whole,
      pieces: [
        piece('response.created', { response: { ...whole, status: 'in_progress', output: [] } }),
        piece('response.output_item.added', { output_index: 0, item }),
        piece('response.output_item.done', { output_index: 0, item }),
        piece('response.completed', { response: whole }),
      ],
    }
  },
}

/** Gemini's generateContent. */
const gemini: Dialect = {
  read: (body, path) => ({
    offered: listOf(body['tools']).flatMap((tool) =>
      listOf(tool['functionDeclarations']).map(({ name }) => String(name)),
    ),
    results: listOf(body['contents'])
      .flatMap(({ parts }) => listOf(parts))
      .filter((part) => 'functionResponse' in part)
      .map(({ functionResponse }) => {
        const { response } = functionResponse as Json // of a part that has one
        const { output, error } = response as Json // which tool results are
        return String(output ?? error ?? JSON.stringify(response))
      }),
    streams: path.endsWith(':streamGenerateContent'),
  }),
  say: (call) => {
    const part =
      call === undefined
        ? { text: 'done' }
        : { functionCall: { id: `call_${call.n}`, name: call.tool, args: call.args } }
    const whole = {
      candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
      modelVersion: 'scripted',
    }
    return { whole, pieces: [[undefined, whole]] }
  },
}

/** The dialect that is spoken at a path; undefined where nothing is said there that a model answers. */
export const dialectAt = (path: string): Dialect | undefined => {
  if (path.endsWith('/chat/completions')) return chat
  if (path.endsWith('/messages')) return messages
  if (path.endsWith('/responses')) return responses
  return /:(?:streamG|g)enerateContent$/.test(path) ? gemini : undefined
}
