/** What the command line needs of the world, passed in: streams, clock, environment. Files it opens by name. */

/** Where text goes. `write` waits until it is taken and rejects when the other side has gone. */
export interface Sink {
  readonly isTTY: boolean
  write(text: string): Promise<void>
}

export interface Source {
  readonly isTTY: boolean
  /** The bytes, from the first; asked for once. */
  bytes(): AsyncIterable<Uint8Array>
}

export interface Io {
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
  /** Unix seconds, fractions allowed. */
  readonly clock: () => number
  readonly env: Readonly<Record<string, string | undefined>>
}

const sink = (stream: NodeJS.WriteStream): Sink => {
  // A closed pipe is reported to each write; without a listener the same error would end the process on its own.
  stream.on('error', () => {})
  return {
    isTTY: stream.isTTY === true,
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(error) : resolve()))
      }),
  }
}

/** The world as this process has it. */
export const processIo = (): Io => ({
  stdin: {
    get isTTY() {
      return process.stdin.isTTY === true
    },
    bytes: () => process.stdin,
  },
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  clock: () => Date.now() / 1000,
  env: process.env,
})
