/** A login whose server has gone without a word is lost within a quarter of a minute; one that answers is kept. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'ssh2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectHop } from '../../../../src-main/protocols/ssh/connect.ts'
import { startFakeClock, type FakeClock } from '../../../support/fake-clock.ts'
import { startScriptedSshServer, type ScriptedSshServer } from '../../../support/scripted-ssh-server.ts'

let clock: FakeClock
let folder: string
let server: ScriptedSshServer
/** In between client and server: it can stop passing anything on. */
let silent: boolean
let port: number
let closeWay: () => void
/** Takes what the server sends in the client's place, where it is set. */
let slow: ((chunk: Buffer, client: Socket) => void) | null
/** Called with the next bytes that the server sends. */
let onAnswer: () => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-keep-alive-'))
  server = await startScriptedSshServer(join(folder, 'key'), (context) => context.accept())
  silent = false
  slow = null
  onAnswer = () => undefined
  const sockets = new Set<Socket>()
  const way = createServer((client) => {
    const far = connectTcp(server.port, '127.0.0.1')
    for (const [one, other] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('data', (chunk: Buffer) => {
        if (silent) return
        if (one === far && slow) slow(chunk, client)
        else other.write(chunk)
        if (one === far) onAnswer()
      })
    }
  })
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
  port = (way.address() as AddressInfo).port
  closeWay = () => {
    for (const socket of sockets) socket.destroy()
    way.close()
  }
  clock = startFakeClock()
})
afterEach(() => {
  clock.restore()
  closeWay()
  server.close()
  rmSync(folder, { recursive: true })
})

async function login(): Promise<{ client: Client; isLost: () => boolean }> {
  const hop = { label: 'host', address: '127.0.0.1', port, user: 'ada', hostKeys: server.hostKeys }
  const client = await connectHop(
    hop,
    null,
    { publicKeys: [], unusable: [] },
    {
      verifyHostKey: async () => false,
      sign: async () => null,
      answerPrompts: async () => null,
      notice: () => undefined,
    },
    { race: (_what, work) => work, hold: () => undefined },
  )
  let lost = false
  client.on('close', () => (lost = true))
  return { client, isLost: () => lost }
}

/** The next bytes have come to the client, and it has read them. */
const read = (client: Client): Promise<void> =>
  new Promise((resolve) => (client as Client & { _sock: Socket })._sock.once('data', () => resolve()))

test('a server that answers is asked every three seconds and kept', async () => {
  const { client, isLost } = await login()
  for (let question = 0; question < 10; question++) {
    const answered = read(client)
    await clock.pass(3000)
    await answered
  }
  expect(isLost()).toBe(false)
  client.destroy()
})

test('a server that has gone without a word is lost', async () => {
  const { isLost } = await login()
  silent = true
  await clock.pass(8900)
  expect(isLost()).toBe(false)
  await clock.pass(6200)
  await expect.poll(isLost).toBe(true)
})

test('a server whose answers wait behind what else is under way is kept as long as bytes arrive', async () => {
  const { client, isLost } = await login()
  let waiting = Buffer.alloc(0)
  let way: Socket | null = null
  slow = (chunk, to) => {
    waiting = Buffer.concat([waiting, chunk])
    way = to
  }
  for (let second = 0; second < 10; second++) {
    const answered = new Promise<void>((resolve) => (onAnswer = resolve))
    await clock.pass(3000)
    await answered
    // One byte of the first answer, which is far longer.
    const arrived = read(client)
    ;(way as Socket | null)?.write(waiting.subarray(0, 1))
    waiting = waiting.subarray(1)
    await arrived
  }
  expect(isLost()).toBe(false)
  client.destroy()
})
