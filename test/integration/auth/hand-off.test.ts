/** The address at which a browser ends: what anybody on this computer may push there, and what is let in. */
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHandOff, type HandOff } from '../../../src-main/protocols/portal/hand-off.ts'
import { HandOffs } from '../../../src-main/services/auth/hand-offs.ts'
import { translator } from '../../../src-main/shared/texts/index.ts'
import { besiege, noSecondUser, secondUser } from '../../support/second-user.ts'
import { text } from '../../support/texts.ts'

const good = 'a-token-of-the-right-form'
let handOff: HandOff

beforeEach(async () => {
  handOff = await openHandOff({
    port: 0,
    accepts: (query) => /^[\w-]{10,}$/.test(query.get('token') ?? ''),
  })
})
afterEach(() => handOff.close())

/** Sends bytes and reads all that comes back; a connection that is cut answers with what came before. */
const raw = (text: string, host = '127.0.0.1'): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port: handOff.port }, () => socket.end(text))
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (part) => (answer += part.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? reject(error) : resolve(answer),
    )
  })

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ host: `localhost:${handOff.port}`, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    'connection: close',
    '',
    '',
  ].join('\r\n')
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

/** Whether a query has arrived by now. */
const hasArrived = (): Promise<boolean> =>
  Promise.race([handOff.arrived.then(() => true), Promise.resolve().then(() => false)])

const refused: [string, () => string, number][] = [
  ['another path', () => get(`/auth/callback/?token=${good}`), 404],
  ['the first page', () => get('/'), 404],
  ['another path that looks alike', () => get(`//auth/callback?token=${good}`), 400],
  ['an absolute address', () => get(`http://localhost/auth/callback?token=${good}`), 400],
  ['no token', () => get('/auth/callback'), 400],
  ['an empty token', () => get('/auth/callback?token='), 400],
  ['a token with a line break', () => get(`/auth/callback?token=${good}%0d%0ax`), 400],
  ['POST', () => get(`/auth/callback?token=${good}`, {}, 'POST'), 405],
  [
    'a name that was bent to this computer',
    () => get(`/auth/callback?token=${good}`, { host: 'evil.example' }),
    421,
  ],
  ['another port’s name', () => get(`/auth/callback?token=${good}`, { host: 'localhost:1' }), 421],
  ['a page’s picture', () => get(`/auth/callback?token=${good}`, { 'sec-fetch-dest': 'image' }), 403],
  ['a page’s request', () => get(`/auth/callback?token=${good}`, { 'sec-fetch-dest': 'empty' }), 403],
  ['a huge address', () => get(`/auth/callback?token=${'a'.repeat(100_000)}`), 431],
  ['huge headers', () => get(`/auth/callback?token=${good}`, { 'x-junk': 'a'.repeat(100_000) }), 431],
  ['no HTTP', () => 'hello\r\n\r\n', 400],
  ['the last page before its time', () => get('/signed-in'), 404],
]

test.each(refused)('%s is refused, and does not count', async (_what, request, status) => {
  const answer = await raw(request())
  // A server that cuts off what is too large may do so before the answer is read.
  if (!(status === 431 && answer === '')) expect(statusOf(answer)).toBe(status)
  expect(await hasArrived()).toBe(false)
  expect(statusOf(await raw(get(`/auth/callback?token=${good}`)))).toBe(303)
  expect((await handOff.arrived).get('token')).toBe(good)
})

test.each(['127.0.0.1', '::1'])('exactly one request is let in, at %s', async (host) => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => raw(get(`/auth/callback?token=${good}-${index}`), host)),
  )
  expect(answers.map(statusOf).sort()).toEqual([303, ...Array<number>(9).fill(410)])
  const winner = answers.find((answer) => statusOf(answer) === 303) ?? ''
  expect(winner).toContain('location: /signed-in\r\n')
  for (const answer of answers) expect(answer).not.toContain(good)
  expect((await handOff.arrived).get('token')).toMatch(/^a-token-of-the-right-form-\d$/)

  const page = await raw(get('/signed-in'), host)
  expect(statusOf(page)).toBe(200)
  expect(page).toMatch(/cache-control: no-store[\s\S]*referrer-policy: no-referrer[\s\S]*Go back to Vizlink/)
  await handOff.close()
  await expect(raw(get('/signed-in'), host)).rejects.toThrow('ECONNREFUSED')
})

test('connections that say nothing keep no other out and do not outlive the end', async () => {
  const silent = Array.from({ length: 8 }, () => connect({ host: '127.0.0.1', port: handOff.port }))
  const ends = silent.map(
    (socket) => new Promise((resolve) => socket.on('error', () => {}).once('close', resolve)),
  )
  expect(statusOf(await raw(get(`/auth/callback?token=${good}`)))).toBe(303)
  await raw(get('/signed-in'))
  await handOff.close()
  await Promise.all(ends)
})

test('the last page speaks the language that the browser asks for', async () => {
  await raw(get(`/auth/callback?token=${good}`))
  const answer = await raw(get('/signed-in', { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' }))
  const page = Buffer.from(answer, 'latin1').toString()
  expect(page).toContain('<html lang="ko">')
  expect(page).toContain(translator('ko')('questions.handedOver'))
})

test('closed before anything came: no answer comes, and the port can be had again', async () => {
  const { port } = handOff
  await handOff.close()
  await expect(raw(get(`/auth/callback?token=${good}`))).rejects.toThrow('ECONNREFUSED')
  const again = await openHandOff({ port, accepts: () => true })
  expect(again.port).toBe(port)
  await again.close()
})

test('a sign-in right behind another waits until that one has ended', async () => {
  const handOffs = new HandOffs()
  await handOff.close()
  const options = { port: handOff.port, accepts: () => true }
  const first = await handOffs.open(options)
  expect(statusOf(await raw(get(`/auth/callback?token=${good}`)))).toBe(303)
  // The portal has not yet said what the token is worth.
  const second = handOffs.open(options)
  await first.arrived
  const closing = first.close()
  expect(await raw(get('/signed-in'))).toContain(text('questions.handedOver'))
  await closing
  expect((await second).port).toBe(handOff.port)
  await (await second).close()
  await handOffs.settled()
})

test('B40: a port that is taken', async () => {
  await expect(openHandOff({ port: handOff.port, accepts: () => true })).rejects.toMatchObject({
    failure: { reason: 'port-taken', facts: { port: handOff.port } },
  })
})

test.skipIf(noSecondUser)('a second user hands nothing over and keeps no other out', async () => {
  await using eve = besiege(
    ['127.0.0.1', '::1'].map((host) => ({ host, port: handOff.port })),
    [],
    200,
  )
  await using pusher = secondUser(
    ({ port, request }, say) => {
      const socket = process.getBuiltinModule('node:net').connect(port, '127.0.0.1')
      let answer = ''
      socket.on('data', (data) => (answer += data.toString()))
      socket.on('error', () => undefined)
      socket.on('close', () => say(answer))
      socket.write(request)
    },
    { port: handOff.port, request: get(`/auth/callback?token=${good}-of-eve`) },
  )
  expect(await pusher.next()).toBe('')
  await expect
    .poll(async () => {
      const { opened, ended, got } = await eve.next()
      return got === '' && opened > 0 && ended >= opened
    })
    .toBe(true)
  expect(await hasArrived()).toBe(false)
  expect(statusOf(await raw(get(`/auth/callback?token=${good}`)))).toBe(303)
  expect((await handOff.arrived).get('token')).toBe(good)
})
