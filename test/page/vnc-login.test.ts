/** Who is let in at a VNC server that ends the connection itself after a refused login: the app then makes a new way, too. */
import { afterEach, expect, test } from 'vitest'
import { text } from '../support/texts.ts'
import { withGallery } from './support/gallery-page.ts'

const gallery = withGallery('light')

/** noVNC writes to the console that the server refused, and nothing else. */
afterEach(() => {
  const problems = gallery().problems.splice(0)
  expect(problems.filter((one) => !/Security handshake failed|Authentication failure/.test(one))).toEqual([])
})

const dialog = () => gallery().page.getByRole('dialog')
const name = () => dialog().getByLabel(text('vnc.password.name'))
const password = () => dialog().getByLabel(text('vnc.password.label'), { exact: true })
const send = () =>
  dialog()
    .getByRole('button', { name: text('vnc.password.send') })
    .click()
const connections = (): Promise<number> => gallery().page.evaluate('gallery.rfbServer.connections')
const logins = (): Promise<unknown> => gallery().page.evaluate('gallery.rfbServer.logins')
const veil = () => gallery().page.getByRole('status')

/** The first login is refused, and the server closes the connection. */
async function refused(): Promise<void> {
  await gallery().load('vnc-login')
  await name().fill('ada')
  await password().fill('wrong')
  await send()
  await dialog().getByText(text('vnc.password.refusedLogin')).waitFor()
}
const both = [
  { name: 'ada', password: 'wrong' },
  { name: 'ada', password: 'right-words' },
]

test('B42: a refused login is asked for once more, by one dialog; what is typed stays over the new way', async () => {
  await refused()
  expect(await name().inputValue()).toBe('ada')
  await password().fill('right')
  await gallery().change('vnc-login-restoring')
  await gallery().change('vnc-login-restored')
  expect(await dialog().count()).toBe(1)
  expect(await password().inputValue()).toBe('right')
  // While the user is asked no connection waits at the server.
  expect(await connections()).toBe(1)
  await password().fill('right-words')
  await send()
  await expect.poll(logins).toEqual(both)
  await expect.poll(() => veil().count()).toBe(0)
  expect([await dialog().count(), await connections()]).toEqual([0, 2])
})

test('B42: an answer that comes while the way is made is used by it', async () => {
  await refused()
  await gallery().change('vnc-login-restoring')
  await password().fill('right-words')
  await send()
  await veil().getByText(text('vnc.restoring')).waitFor()
  await gallery().change('vnc-login-restored')
  await expect.poll(logins).toEqual(both)
  await expect.poll(() => veil().count()).toBe(0)
  expect([await dialog().count(), await connections()]).toEqual([0, 2])
})

test('B42: the page itself has ended the connection: the answer opens another one', async () => {
  await refused()
  await password().fill('right-words')
  await send()
  await expect.poll(logins).toEqual(both)
  await expect.poll(() => veil().count()).toBe(0)
})
