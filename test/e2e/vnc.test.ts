/** VNC desktops as a user has them: real Chromium, the whole demo site, a real VNC server behind it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clickTerminal } from './support/desktop-click.ts'
import { typeAsPerson } from './support/typing.ts'
import { vncCanvas, vncPictureShown } from './support/vnc-picture.ts'
import { startWholeClient, type WholeClient } from './support/whole-client.ts'
import { text } from '../support/texts.ts'

let here: WholeClient
beforeAll(async () => {
  here = await startWholeClient({ faults: ['no-encoder'] })
})
afterAll(() => here.dispose())

const waitMs = 90_000
const pictureShown = () => vncPictureShown(here.page, waitMs)

/** As on a real site the first picture may come before the terminal does; the desktop's job knows when it has, and says so in a file. */
const terminalReady = () => {
  const { vncSandboxes } = here.site.ready.folders
  const desktops = () => readdirSync(vncSandboxes).map((name) => join(vncSandboxes, name, 'ready.json'))
  return vi.waitUntil(() => desktops().find(existsSync), { timeout: waitMs, message: 'the terminal' })
}

const jobs = (count: number) =>
  vi.waitUntil(async () => (await here.site.activeJobs()).length === count, {
    timeout: waitMs,
    message: `${count} jobs`,
  })

test('B46: a node without an encoder: a VNC desktop instead, seen and used; it runs on when it is left, and ends when asked to', async () => {
  const { page } = here
  await page.getByRole('button', { name: text('connect.connect'), exact: true }).click()
  await page.locator('[data-error-kind="no-encoder"]').waitFor({ timeout: waitMs })
  await page.getByRole('button', { name: text('vnc.instead') }).click()
  await pictureShown()
  await page.getByText(text('vnc.noPassword')).waitFor({ timeout: waitMs })
  const file = join(here.site.directory, 'typed-vnc.txt')
  const readyFile = await terminalReady()
  // The keyboard comes back from the desktop, which holds none of these keys down for what is typed next.
  await vncCanvas(page).focus()
  const held = ['Control', 'Alt', 'Shift']
  for (const key of held) await page.keyboard.down(key)
  await page.keyboard.press('KeyZ')
  await vi.waitUntil(
    async () => (await page.evaluate('document.activeElement?.innerText')) === 'Disconnect',
    { timeout: waitMs, message: 'the bar has the keyboard' },
  )
  // The desktop sees none of them go up.
  for (const key of held) await page.keyboard.up(key)
  await clickTerminal(page, vncCanvas(page), readyFile)
  await typeAsPerson(page, `echo "Brown Fox_42" > ${file}`)
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') === 'Brown Fox_42\n', {
    timeout: waitMs,
    message: 'the shell ran the line',
  })
  await page.screenshot({ path: join(import.meta.dirname, '../../test-results/vnc-desktop.png') })

  await page.getByRole('button', { name: text('stream.disconnect') }).click()
  await jobs(1)
  await page.getByRole('button', { name: /^Open VNC desktop vnc-/ }).click()
  await pictureShown()
  // A page that is loaded again finds it; its first words, sent at once, must not get lost on their way.
  for (let time = 0; time < 5; time++) {
    await page.reload()
    await pictureShown()
  }
  await page.getByRole('button', { name: text('stream.end') }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await page.getByRole('button', { name: text('vnc.openNew') }).waitFor({ timeout: waitMs })
  await jobs(0)
})

test('a desktop with a password: asked for, asked again when it is wrong, kept nowhere', async () => {
  const { page } = here
  await here.site.setFault('vnc-password', true)
  await page.getByRole('button', { name: text('vnc.openNew') }).click()
  const field = page.locator('dialog input[type="password"]')
  await field.waitFor({ timeout: waitMs })
  // Not answered, the desktop stays, and can be shown later.
  await page
    .getByRole('dialog')
    .getByRole('button', { name: text('vnc.password.cancel') })
    .click()
  await page.getByText(text('vnc.password.unanswered')).waitFor({ timeout: waitMs })
  await jobs(1)
  await page.getByRole('button', { name: text('stream.showAgain') }).click()
  await field.waitFor({ timeout: waitMs })
  await field.fill('wrong-words')
  await page.getByRole('button', { name: text('vnc.password.send') }).click()
  await page.getByText('The desktop refused the password').waitFor({ timeout: waitMs })
  await field.fill('password')
  // The app may make a new way meanwhile: what is typed stays.
  await page.locator('[data-screen="vnc"][data-state="open"]').waitFor({ timeout: waitMs })
  expect(await field.inputValue()).toBe('password')
  await page.getByRole('button', { name: text('vnc.password.send') }).click()
  await pictureShown()
  expect(await page.getByText(text('vnc.noPassword')).count()).toBe(0)
  for (const text of [here.log(), here.pageTraffic(), page.url()]) expect(text).not.toContain('wrong-words')
  await here.site.setFault('vnc-password', false)
  await page.getByRole('button', { name: text('stream.end') }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await jobs(0)
})

const endDesktop = async (): Promise<void> => {
  const { page } = here
  await page.getByRole('button', { name: text('stream.end') }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await jobs(0)
}

test('B42: a desktop that wants a user name and a password is asked for both', async () => {
  const { page } = here
  await here.site.setFault('vnc-account', true)
  await page.getByRole('button', { name: text('vnc.openNew') }).click()
  const login = async (name: string, password: string): Promise<void> => {
    await page.getByRole('dialog').getByLabel(text('vnc.password.name')).fill(name)
    await page.getByRole('dialog').getByLabel(text('vnc.password.label')).fill(password)
    await page.getByRole('button', { name: text('vnc.password.send') }).click()
  }
  await page.getByText(text('vnc.password.titleWithName')).waitFor({ timeout: waitMs })
  await login('ada', 'wrong-words')
  await page.getByText(text('vnc.password.refusedLogin')).waitFor({ timeout: waitMs })
  await login('ada', 'password')
  await pictureShown()
  for (const text of [here.log(), here.pageTraffic(), page.url()]) expect(text).not.toContain('wrong-words')
  await here.site.setFault('vnc-account', false)
  await endDesktop()
})

test('B42: a server of TLS alone is named with what to change, and nothing is tried in vain', async () => {
  const { page } = here
  await here.site.setFault('vnc-tls', true)
  await page.getByRole('button', { name: text('vnc.openNew') }).click()
  await page.getByText(text('vnc.unusable', { types: 'TLSNone' })).waitFor({ timeout: waitMs })
  expect(await page.getByRole('button', { name: text('stream.showAgain') }).count()).toBe(0)
  await here.site.setFault('vnc-tls', false)
  await endDesktop()
})
