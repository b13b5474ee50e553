/** Lines of a stream of bytes, each bounded, in constant memory but for the line at hand. */

import { cliFailure } from './failure.js'

const LINE_FEED = 0x0a

/**
 * The lines of a stream without their ends; the last one may lack it.
 * @throws CliFailure INPUT_TOO_LARGE where a line is longer than `limit` bytes.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield joined([...held, chunk.subarray(start, end)], what, limit)
      held = []
      length = 0
      start = end + 1
    }
    length += chunk.length - start
    if (length > limit) throw cliFailure('INPUT_TOO_LARGE', what, `a line over ${limit} bytes`)
    if (start < chunk.length) held.push(chunk.slice(start))
  }
  if (held.length > 0) yield joined(held, what, limit)
}

const joined = (parts: readonly Uint8Array[], what: string, limit: number): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > limit) throw cliFailure('INPUT_TOO_LARGE', what, `a line over ${limit} bytes`)
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
