/** A login whose server has gone without a word is lost within a quarter of a minute; one that answers is kept. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, ClientChannel, Connection, ServerChannel } from 'ssh2'
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
/** What the server does for its client, beside letting it in. */
let serve: (client: Connection) => void
/** Called with the next bytes that the server sends. */
let onAnswer: () => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-keep-alive-'))
  serve = () => undefined
  server = await startScriptedSshServer(
    join(folder, 'key'),
    (context) => context.accept(),
    (client) => serve(client),
  )
  silent = false
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
      one.on('data', (chunk) => {
        if (silent) return
        other.write(chunk)
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

test('a server that answers is asked every three seconds and kept', async () => {
  const { client, isLost } = await login()
  for (let question = 0; question < 10; question++) {
    const answered = new Promise<void>((resolve) => (onAnswer = resolve))
    await clock.pass(3000)
    await answered
  }
  expect(isLost()).toBe(false)
  client.destroy()
})

test('a server whose answers wait behind other bytes is kept as long as these come', async () => {
  const shell = Promise.withResolvers<ServerChannel>()
  serve = (connection) => {
    // ssh2's server has no other way to leave a client's question open.
    const { _protocol: protocol } = connection as Connection & { _protocol: { requestFailure(): void } }
    protocol.requestFailure = () => undefined
    connection.on('session', (accept) => accept().on('shell', (open) => shell.resolve(open())))
  }
  const { client, isLost } = await login()
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell(false, (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  const writer = await shell.promise
  for (let part = 0; part < 10; part++) {
    const came = new Promise<void>((resolve) => channel.once('data', () => resolve()))
    await clock.pass(3000)
    writer.write('x')
    await came
  }
  expect(isLost()).toBe(false)
  await clock.pass(15_100)
  await expect.poll(isLost).toBe(true)
})

test('a server that has gone without a word is lost', async () => {
  const { isLost } = await login()
  silent = true
  await clock.pass(8900)
  expect(isLost()).toBe(false)
  await clock.pass(6200)
  await expect.poll(isLost).toBe(true)
})
