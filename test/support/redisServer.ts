/** A Redis server of a test's own, where the machine has one: on a free port of this machine, without a file on any disk. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'

/** Whether there is a Redis to test with; `describe.skipIf(!hasRedis)` says so where there is none. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

/** A port that nobody listened on just now. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

const portOf = (server: Server): number => (server.address() as { port: number }).port // it listens on a port

/** A server that runs. */
export interface RedisServer {
  readonly port: number
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>
  /** Stops it as it is, with its connections open, and lets it go on. */
  readonly pause: () => void
  readonly resume: () => void
  /** Starts it again on the same port, empty. */
  readonly start: () => Promise<void>
}

/** Starts a server, with settings besides its own. */
export const redisServer = async (...settings: readonly string[]): Promise<RedisServer> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'warrant-redis-'))
  let running: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...settings]
    const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    running = server
    await new Promise<void>((resolve, reject) => {
      let log = ''
      server.on('exit', () => reject(new Error(`no server: ${log}`)))
      server.stdout.on('data', (part) => {
        log += String(part)
        if (log.includes('Ready to accept connections')) resolve()
      })
    })
  }
  await start()
  return {
    port,
    start,
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
    kill: async () => {
      if (running === undefined || running.exitCode !== null) return
      const ended = once(running, 'exit')
      running.kill('SIGKILL')
      await ended
    },
  }
}

/** A client of the official package, set as the guide says. */
export const clientOf = async (port: number): Promise<TestClient> => {
  const client = createClient({
    url: `redis://127.0.0.1:${port}`,
    disableOfflineQueue: true,
    socket: { connectTimeout: 500, reconnectStrategy: () => 20 },
  })
  client.on('error', () => {}) // told of by the store's own answers
  const connected = client.connect()
  connected.catch(() => {}) // a server that is not there is what some tests are about
  await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, 600))])
  return {
    sendCommand: (args) => client.sendCommand([...args]),
    isReady: () => client.isReady,
    close: () => client.destroy(),
  }
}

export interface TestClient {
  readonly sendCommand: (args: readonly string[]) => Promise<unknown>
  readonly isReady: () => boolean
  readonly close: () => void
}

/** A server that is no Redis, and does what it is told with each connection. */
export const falseServer = async (
  act: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly close: () => void }> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    act(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
