/** The WebSocket service as recorded: what it sends by itself, how it answers, what closes a connection; through nginx. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { recordedMessage, shapeOf } from './recorded.ts'
import { ask } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain' })
})
afterAll(() => site.dispose())

interface Message {
  type?: string
  data?: { data_storage?: { totalCapacityBytes: number }; scratch_storage?: { activeNodes: number } }
  [name: string]: unknown
}

/** Connects through nginx; `next` gives one message after the other, the closing code after the last. */
async function connect() {
  const socket = new WebSocket(`${site.ready.portal.replace('http', 'ws')}/ws`, {
    ca: readFileSync(site.ready.caFile),
  })
  const queue: (Message | number)[] = []
  let wake: (() => void) | null = null
  const push = (item: Message | number): void => {
    queue.push(item)
    wake?.()
  }
  socket.on('message', (data: Buffer) => push(JSON.parse(data.toString('utf8')) as Message))
  socket.on('close', (code) => push(code))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const next = async (): Promise<Message | number> => {
    while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return queue.shift()!
  }
  const send = async (text: string): Promise<Message | number> => {
    socket.send(text)
    return next()
  }
  return { socket, next, send }
}

const broadcast = (body: string) =>
  fetch(`http://${site.ready.services.webSocket}/broadcast`, { method: 'POST', body }).then((response) =>
    response.json(),
  )

test('figures at once, then an answer to each message', async () => {
  const { socket, next, send } = await connect()
  const first = (await next()) as Message
  expect(first.type).toBe('initial_data')
  expect(first.data?.data_storage?.totalCapacityBytes).toBeGreaterThan(0)
  expect(first.data?.scratch_storage).toMatchObject({ totalNodes: 2, activeNodes: 2 })
  const time = expect.any(String) as string
  const cases: [sent: string, answer: object][] = [
    ['{"type":"ping"}', { type: 'pong', timestamp: time }],
    ['{"type":"subscribe","channel":"jobs"}', { type: 'subscribed', channel: 'jobs', timestamp: time }],
    ['{"type":"unsubscribe","channel":"jobs"}', { type: 'unsubscribed', channel: 'jobs', timestamp: time }],
    ['{"type":"subscribe","channel":"nope"}', { type: 'error', message: 'Unknown channel: nope' }],
    ['{"type":"subscribe"}', { type: 'error', message: 'Unknown channel: None' }],
    ['{"type":"clear_cache"}', { type: 'cache_cleared', prefix: null, timestamp: time }],
    [
      '{"type":"request_update","storage_type":"x"}',
      { type: 'update', data: { status: 'success' }, timestamp: time },
    ],
    ['{"type":"dance"}', { type: 'error', message: 'Unknown message type: dance' }],
    ['{}', { type: 'error', message: 'Unknown message type: None' }],
    ['not json', { type: 'error', message: 'Invalid JSON' }],
  ]
  for (const [sent, answer] of cases) expect(await send(sent), sent).toEqual(answer)
  socket.close()
  expect(await next()).toBe(1005)
})

test.each(['[1]', '5', 'null', '"ping"'])('%s closes the connection', async (sent) => {
  const { next, send } = await connect()
  await next()
  expect(await send(sent)).toBe(1000)
})

test('a notification of the dashboard reaches who subscribed, and so does what anybody posts', async () => {
  const { socket, next, send } = await connect()
  await next()
  await send('{"type":"subscribe","channel":"notifications"}')
  await ask(site, 'POST', '/api/notifications', {
    headers: { 'content-type': 'application/json' },
    body: '{"type":"info","title":"hello","message":"there"}',
  })
  const pushed = await next()
  expect(shapeOf(pushed)).toEqual(shapeOf(recordedMessage('notification')))
  expect(pushed).toMatchObject({
    type: 'notification',
    data: { title: 'hello', message: 'there', read: 0, data: null },
  })
  expect(await broadcast('{"channel":"notifications","message":{"anything":["at",{"all":true}]}}')).toEqual({
    success: true,
    channel: 'notifications',
    recipients: 1,
  })
  expect(await next()).toMatchObject({ anything: ['at', { all: true }] })
  expect(await broadcast('{"channel":"x","message":{}}')).toMatchObject({ success: false })
  socket.close()
})

test('websocket-down and websocket-blind', async () => {
  const { next } = await connect()
  await next()
  await site.setFault('websocket-down', true)
  expect(await next()).toBe(1006)
  expect((await ask(site, 'GET', '/ws')).status).toBe(502)
  await site.setFault('websocket-down', false)
  await site.setFault('websocket-blind', true)
  const { next: nextOfOther, socket } = await connect()
  const first = (await nextOfOther()) as Message
  expect(first.data?.scratch_storage).toMatchObject({ totalNodes: 2, activeNodes: 0, nodeDetails: [] })
  // The recorded service could look at no node either.
  expect(shapeOf(first)).toEqual(shapeOf(recordedMessage('initial_data')))
  socket.close()
  await site.setFault('websocket-blind', false)
})
