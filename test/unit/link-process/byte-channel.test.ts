/** A channel and the page that it waits for: how long, which page, and whose end it was. */
import { Duplex, PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ByteChannel } from '../../../src-main/link-process/byte-channel.ts'
import type { ForwardingLogin } from '../../../src-main/protocols/ssh/connection.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startFakeClock, type FakeClock } from '../../support/fake-clock.ts'

let clock: FakeClock
beforeEach(() => {
  clock = startFakeClock()
})
afterEach(() => clock.restore())

const target = { address: '127.0.0.1', port: 5901 }
const patient = { race: <T>(_what: unknown, work: Promise<T>): Promise<T> => work }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A stream whose far half the test holds. */
function pair(): { near: Duplex; far: PassThrough; got: () => string } {
  const far = new PassThrough()
  let got = ''
  const near = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      got += chunk.toString()
      done()
    },
  })
  far.on('data', (chunk: Buffer) => near.push(chunk))
  far.on('end', () => near.push(null))
  return { near, far, got: () => got }
}

/** A connection whose channels open when the test says so. */
function connection() {
  const { near: channel, far, got } = pair()
  let answer: (error: Error | undefined, channel: Duplex) => void = () => undefined
  const client: ForwardingLogin = { forwardOut: (_a, _b, _c, _d, opened) => (answer = opened) }
  return {
    client,
    channel,
    far,
    got,
    open: () => answer(undefined, channel),
    refuse: (error: Error) => answer(error, channel),
  }
}

async function opened() {
  const link = connection()
  const ends: boolean[] = []
  const waiting = ByteChannel.open(link.client, target, patient, (byFarEnd) => ends.push(byFarEnd))
  link.open()
  return { ...link, ends, bytes: await waiting }
}

describe('a channel without a page', () => {
  test('is kept for half a minute and then closed, by us', async () => {
    const { channel, ends } = await opened()
    await clock.pass(29_900)
    expect({ closed: channel.destroyed, ends }).toEqual({ closed: false, ends: [] })
    await clock.pass(200)
    expect({ closed: channel.destroyed, ends }).toEqual({ closed: true, ends: [false] })
  })

  test('whose far end goes first is reported as that', async () => {
    const { far, channel, ends } = await opened()
    channel.resume()
    far.end()
    await turn()
    channel.destroy()
    await turn()
    expect(ends).toEqual([true])
  })

  test('sends a page away once it is closed', async () => {
    const { bytes, ends } = await opened()
    bytes.close()
    bytes.close()
    const late = pair().near
    bytes.attach(late)
    expect({ sentAway: late.destroyed, ends }).toEqual({ sentAway: true, ends: [false] })
  })
})

test('with a page it is kept as long as both live; a second page is sent away', async () => {
  const { bytes, channel, far, got, ends } = await opened()
  const [page, second] = [pair(), pair()]
  bytes.attach(page.near)
  bytes.attach(second.near)
  expect(second.near.destroyed).toBe(true)
  await clock.pass(3_600_000)
  far.write('from the server')
  page.far.write('from the page')
  await turn()
  expect([page.got(), got(), channel.destroyed, ends]).toEqual([
    'from the server',
    'from the page',
    false,
    [],
  ])
  page.near.destroy()
  await turn()
  expect({ closed: channel.destroyed, ends }).toEqual({ closed: true, ends: [false] })
})

test('one that opens after the deadline is closed', async () => {
  const { client, open, channel } = connection()
  const late = new Error('too late')
  const waiting = ByteChannel.open(client, target, { race: () => Promise.reject(late) }, () => undefined)
  await expect(waiting).rejects.toBe(late)
  open()
  await turn()
  expect(channel.destroyed).toBe(true)
})

test.each<[string, object, string]>([
  ['the server forwards nothing', { reason: 1 }, 'forward-refused'],
  ['no server answers', { reason: 2 }, 'host-not-ready'],
])('%s', async (_what, reason, kind) => {
  const { client, refuse } = connection()
  const waiting = ByteChannel.open(client, target, patient, () => undefined)
  refuse(Object.assign(new Error('(SSH) Channel open failure'), reason))
  expect(await failureOf(waiting)).toMatchObject({ kind })
})
