/** A Redis that is broken or not one: the session records' client fails with a name, in time, in bounds. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SessionRecords } from '../../../src-main/protocols/redis/session-records.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'

const ends: (() => Promise<void>)[] = []
afterAll(() => Promise.all(ends.map((end) => end())))

/** A server that answers each command as given. @returns its socket */
async function speaking(talk: (socket: Socket, command: string) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-redis-'))
  const path = join(folder, 's')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => talk(socket, bytes.toString('latin1').toUpperCase()))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  })
  return path
}

/** Opens and reads. @returns what was read, or the failure's kind; its message where a command failed */
async function look(path: string): Promise<unknown> {
  try {
    const records = await SessionRecords.open(
      { path, user: null, password: null, tls: null },
      'ann',
      () => undefined,
      () => undefined,
    )
    try {
      return await records.read()
    } finally {
      records.close()
    }
  } catch (error) {
    return toFailure(error).kind === 'internal' ? (error as Error).message : toFailure(error).kind
  }
}

const noKeys = '*2\r\n$1\r\n0\r\n*0\r\n'
const aKey = '*2\r\n$1\r\n0\r\n*1\r\n$26\r\nmoonlight:session:ml-ann-1\r\n'
/** Answers that open, then `then` for what comes. */
const afterOpening =
  (then: (socket: Socket, command: string) => void) =>
  (socket: Socket, command: string): void => {
    if (command.includes('PSUBSCRIBE')) socket.write('-NOPERM no\r\n')
    else if (command.includes('SCAN') && !command.includes('MATCH')) socket.write(noKeys)
    else if (command.includes('-PROBE-')) socket.write('*0\r\n'.repeat(command.match(/HGETALL/g)!.length))
    else then(socket, command)
  }

function endless(socket: Socket): { written: () => number } {
  let written = 0
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk)) written += chunk.length
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
  return { written: () => written }
}

test.concurrent('a text without end is left', async () => {
  let sent: { written: () => number } | null = null
  const path = await speaking(
    afterOpening((socket) => {
      socket.write('*2\r\n$1\r\n0\r\n*1\r\n$9000000000\r\n')
      sent ??= endless(socket)
    }),
  )
  expect(await look(path)).toMatch(/Connection is closed/)
  expect(sent!.written()).toBeLessThan(32 * 1024 * 1024)
})

test.concurrent('a greeting without end is left', async () => {
  let sent: { written: () => number } | null = null
  const path = await speaking((socket) => void (sent ??= endless(socket)))
  expect(await look(path)).toBe('portal-unreachable')
  expect(sent!.written()).toBeLessThan(32 * 1024 * 1024)
})

test.concurrent('silence is left at the deadline', async () => {
  expect(await look(await speaking(() => undefined))).toBe('portal-unreachable')
})

test.concurrent('an answer that drips is left at the deadline', async () => {
  const path = await speaking(
    afterOpening((socket) => {
      socket.write('*2\r\n$1\r\n0\r\n*1\r\n$1000\r\n')
      const timer = setInterval(() => socket.write('x'), 50)
      socket.once('close', () => clearInterval(timer))
    }),
  )
  expect(await look(path)).toMatch(/timed out/)
})

test.concurrent.each<[string, string, unknown]>([
  ['is no Redis', 'HTTP/1.1 400 Bad Request\r\n\r\n', expect.any(String)],
  ['a number', ':7\r\n', expect.any(String)],
  ['nothing', '$-1\r\n', expect.any(String)],
  ['an error', '-ERR unknown command\r\n', 'ERR unknown command'],
  ['keys that are lists', '*2\r\n$1\r\n0\r\n*2\r\n*1\r\n:1\r\n:7\r\n', expect.anything()],
])('%s', async (_what, said, expected) => {
  expect(await look(await speaking(afterOpening((socket) => socket.write(said))))).toEqual(expected)
})

test.concurrent.each<[string, string]>([
  ['no fields', '*0\r\n'],
  ['an odd number of fields', '*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n'],
  ['a list in the place of a text', '*2\r\n$10\r\nsession_id\r\n*1\r\n:1\r\n'],
])('a record of %s is none', async (_what, said) => {
  const path = await speaking(
    afterOpening((socket, command) =>
      socket.write(command.includes('SCAN') ? (command.includes('MOONLIGHT') ? aKey : noKeys) : said),
    ),
  )
  expect(await look(path)).toEqual([])
})
