/** What the page does, in real Chromium: calm, usable by keyboard alone, helpful when something fails. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { stepNames } from '../../src-main/shared/model/desktop.ts'
import { pictures, withGallery, type GalleryPage } from './support/gallery-page.ts'
import { text } from '../support/texts.ts'

const gallery = withGallery()
let context: BrowserContext
let page: Page

async function openContext(...how: Parameters<GalleryPage['openContext']>): Promise<void> {
  await gallery().openContext(...how)
  page = gallery().page
  context = page.context()
}

async function cardBox() {
  const box = await page.locator('[data-part="card"]').boundingBox()
  expect(box).not.toBeNull()
  return box
}

const focusedText = (): Promise<string> =>
  page.evaluate(
    'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.innerText ?? ""',
  )

describe('calm', () => {
  beforeAll(() => openContext('light'))

  test('the card neither moves nor changes its size from the first screen through all steps', async () => {
    await gallery().load('idle')
    const first = await cardBox()
    await page.getByRole('button', { name: text('connect.connect') }).click()
    await page.locator('[data-screen="connecting"]').waitFor()
    expect(await cardBox()).toEqual(first)
    const rows = await page.locator('[data-step]').first().boundingBox()
    for (const step of stepNames) {
      await gallery().change(step)
      await page.locator(`[data-state="${step}"]`).waitFor()
      expect(await cardBox(), step).toEqual(first)
      expect(await page.locator('[data-step]').first().boundingBox(), step).toEqual(rows)
    }
    await gallery().change('failed-sign-in')
    await page.locator('[data-screen="failed"]').waitFor()
    expect(await cardBox()).toEqual(first)
  })

  test('sessions that are found later do not move the card', async () => {
    await gallery().load('idle')
    const first = await cardBox()
    await gallery().load('sessions')
    await page.locator('[data-session]').first().waitFor()
    expect(await cardBox()).toEqual(first)
  })

  test('a long reason for waiting does not move the steps', async () => {
    await gallery().load('queued')
    const short = await page.locator('[data-step]').first().boundingBox()
    await gallery().load('steps-long')
    expect(await page.locator('[data-step]').first().boundingBox()).toEqual(short)
  })
})

test('only a session that waits is said to have no node yet', async () => {
  await openContext('light')
  await gallery().load('sessions')
  const names = page.locator('[data-session] p:first-child')
  await expect
    .poll(() => names.allTextContents())
    .toEqual([
      expect.stringMatching(/ on viz/),
      text('sessions.noNode', { session: 'ml-ada-1793542800' }),
      'ml-ada-1793542900',
    ])
})

test('the window’s title shows the state, for users who work in another window meanwhile', async () => {
  await openContext('light')
  await gallery().load('idle')
  expect(await page.title()).toBe(text('app.name'))
  for (const [scenario, words] of [
    ['queued', text('views.states.queued')],
    ['question-host-key', text('views.asks')],
    ['streaming', 'Demo site'],
    ['failed-sign-in', text('views.states.failed')],
  ] as const) {
    await gallery().load(scenario)
    await expect.poll(() => page.title()).toBe(`${words} – Vizlink`)
  }
})

describe('the end of a stream', () => {
  beforeAll(() => openContext('light'))

  test('after Disconnect the page says that the session runs on, and offers it', async () => {
    await gallery().load('streaming')
    await page.getByRole('button', { name: text('stream.disconnect') }).click()
    await expect.poll(() => gallery().asked('desktop.disconnect')).toHaveLength(1)
    await gallery().change('ended')
    await page.getByText(text('desktop.ended.disconnected')).waitFor()
    await page
      .getByRole('button', { name: text('sessions.resumeNamed', { session: 'ml-ada-1793539200' }) })
      .waitFor()
    await page.screenshot({ path: join(pictures, 'light-ended-live.png'), fullPage: true })
    await expect.poll(focusedText).toBe(text('connect.title', { site: 'Demo site' }))
    // Ended in the list afterwards, it does not keep running.
    const session = 'ml-ada-1793539200'
    await page.getByRole('button', { name: text('sessions.endNamed', { session }) }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: text('sessions.endDialog.end') })
      .click()
    await page.getByText(text('desktop.ended.disconnected')).waitFor({ state: 'detached' })
  })

  test('a weak connection is said over the picture for as long as it is weak', async () => {
    await gallery().load('streaming')
    const mark = page.getByText(text('stream.weak'))
    await page.locator('[data-part="picture"] img').waitFor()
    await expect.poll(() => mark.count()).toBe(0)
    await gallery().change('streaming-weak')
    await mark.waitFor()
    await gallery().change('streaming')
    await mark.waitFor({ state: 'detached' })
  })

  test('a slow line is said over the picture with what was done, and that it is being done', async () => {
    await gallery().load('streaming')
    const said = page.locator('[data-part="weak"]')
    const picture = page.locator('[data-part="picture"] img')
    await picture.waitFor()
    const before = await picture.boundingBox()
    await gallery().change('streaming-fitted')
    await expect.poll(() => said.textContent()).toBe(text('stream.line.changing'))
    await gallery().change('streaming-slow-line')
    const sent = { line: '2.0 Mbit/s', rate: '1.6 Mbit/s', fps: '20' }
    await expect.poll(() => said.textContent()).toBe(text('stream.line.slow', sent))
    expect(await picture.boundingBox(), 'the picture stays in its place').toEqual(before)
    await page.getByText(text('status.link.title'), { exact: true }).click()
    for (const name of ['canCarry', 'path', 'queue'] as const)
      await page.getByText(text(`status.link.${name}`), { exact: true }).waitFor()
    await page.screenshot({ path: join(pictures, 'light-slow-line-live.png') })
    await gallery().change('streaming')
    await expect.poll(() => said.textContent()).toBe('')
  })

  test('a picture that stays away is said over the last one, with its cause, for as long as it does', async () => {
    await gallery().load('streaming')
    const mark = page.getByText(text('stream.noPictureFor', { seconds: 3 }))
    await page.locator('[data-part="picture"] img').waitFor()
    await expect.poll(() => mark.count()).toBe(0)
    await gallery().change('streaming-silent')
    await mark.waitFor()
    await page.getByText(text('desktop.silence.hostSilent')).waitFor()
    await page.screenshot({ path: join(pictures, 'light-silent-live.png') })
    await gallery().change('streaming')
    await mark.waitFor({ state: 'detached' })
  })

  test('while the connection is made again the last picture stays, and then a new view starts', async () => {
    await gallery().load('streaming')
    const picture = page.locator('[data-part="picture"] img')
    await picture.waitFor()
    await page.evaluate(`document.querySelector('[data-part="picture"] img').dataset.first = 'yes'`)
    await gallery().change('reconnecting')
    await page.getByText(text('stream.reconnecting')).waitFor()
    await expect.poll(() => page.locator('[data-first]').count()).toBe(1)
    await page.screenshot({ path: join(pictures, 'light-reconnecting-live.png') })
    await gallery().change('streaming-again')
    await page.getByText(text('stream.reconnecting')).waitFor({ state: 'detached' })
    await expect.poll(() => picture.count()).toBe(1)
    await expect.poll(() => page.locator('[data-first]').count()).toBe(0)
  })
})

describe('by keyboard alone', () => {
  beforeAll(() => openContext('light'))

  test('connect: the button is reached, pressed, and the steps are announced', async () => {
    await gallery().load('idle')
    const seen: string[] = []
    for (let presses = 0; presses < 6; presses++) {
      await page.keyboard.press('Tab')
      seen.push(await focusedText())
      if (seen.at(-1) === 'Connect') break
    }
    expect(seen).toContain(text('connect.connect'))
    await page.keyboard.press('Enter')
    await page.locator('[data-screen="connecting"]').waitFor()
    await expect.poll(focusedText).toBe(text('progress.steps.signing-in.now'))
    await page
      .getByRole('status')
      .getByText(
        text('progress.announce', { index: 1, steps: 8, now: text('progress.steps.signing-in.now') }),
      )
      .waitFor({ state: 'attached' })
    await page.keyboard.press('Tab')
    while ((await focusedText()) !== text('progress.cancel')) await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await expect.poll(() => gallery().asked('desktop.cancel')).toHaveLength(1)
  })

  test('the name is asked for before anything is sent', async () => {
    await gallery().load('idle-ask-user')
    await page.getByRole('button', { name: text('connect.connect') }).press('Enter')
    await page.getByText(text('connect.userMissing')).waitFor()
    await page.getByLabel(text('connect.user')).fill('ada')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => gallery().asked('desktop.start'))
      .toEqual([
        {
          siteId: 'demo',
          kind: 'stream',
          user: 'ada',
          video: { width: 1280, height: 720, fps: 30, bitrateKbps: 6000 },
        },
      ])
  })

  test('ending asks first: the focus stays in the question, Escape keeps the session', async () => {
    await gallery().load('streaming')
    await page.getByRole('button', { name: text('stream.end') }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: text('sessions.endDialog.title') })
    await dialog.waitFor()
    await page.screenshot({ path: join(pictures, 'light-end-dialog.png') })
    await expect.poll(focusedText).toBe(text('sessions.endDialog.keep'))
    for (let presses = 0; presses < 5; presses++) {
      await page.keyboard.press(presses === 3 ? 'Shift+Tab' : 'Tab')
      await expect.poll(() => page.evaluate('document.activeElement.closest("dialog") !== null')).toBe(true)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(focusedText).toBe(text('stream.end'))
    await expect.poll(() => gallery().asked('desktop.end')).toEqual([])

    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => gallery().asked('desktop.end')).toHaveLength(1)
  })

  test('the keyboard comes back from the desktop by Ctrl+Alt+Shift+Z', async () => {
    await gallery().load('streaming')
    await expect.poll(focusedText).toBe(text('stream.stage'))
    await page.getByRole('button', { name: text('stream.hideBar') }).click()
    await expect.poll(focusedText).toBe(text('stream.stage'))
    await page.keyboard.press('Control+Alt+Shift+KeyZ')
    await expect.poll(focusedText).toBe(text('stream.disconnect'))
  })

  test('a new computer’s key is refused by Escape and accepted only by its button', async () => {
    await gallery().load('question-host-key')
    await expect.poll(focusedText).toBe(text('questions.hostKey.refuse'))
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await gallery().load('question-host-key')
    await page.getByRole('button', { name: text('questions.hostKey.accept') }).press('Enter')
    await expect
      .poll(() => gallery().asked('desktop.answer'))
      .toEqual([{ desktopId: 'connection-1', questionId: 'question-1', values: ['yes'] }])
  })

  test('typed secrets are sent once and leave nothing on the page', async () => {
    await gallery().load('question-prompts')
    await page.locator('dialog input:focus').waitFor()
    await page.keyboard.type('a secret')
    await page.keyboard.press('Tab')
    await page.keyboard.type('123456')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect
      .poll(() => gallery().asked('desktop.answer'))
      .toMatchObject([{ values: ['a secret', '123456'] }])
    await expect.poll(() => page.content()).not.toContain('a secret')
  })

  test.each([
    ['question-prompts', ['password', 'text']],
    ['question-passphrase', ['password']],
    ['question-pin', ['text', 'password']],
    ['question-token', ['password']],
  ])('%s: what is secret is not on the screen while it is typed', async (scenario, types) => {
    await gallery().load(scenario)
    await page.locator('dialog input').first().waitFor()
    const shown = "[...document.querySelectorAll('dialog input')].map((one) => one.type)"
    expect(await page.evaluate(shown)).toEqual(types)
  })
})

describe('failures', () => {
  beforeAll(() => openContext('light'))

  test('the sentence gets the focus, the evidence can be opened and copied', async () => {
    await gallery().load('starting')
    await gallery().change('failed-long')
    await page.locator('[data-screen="failed"]').waitFor()
    await expect.poll(focusedText).toContain('There is no way to your node')
    await page.getByText(text('failure-card.details')).click()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: text('failure-card.copy') }).click()
    await page.getByText(text('failure-card.copied'), { exact: true }).waitFor()
    await page.screenshot({ path: join(pictures, 'light-failed-long-open.png'), fullPage: true })
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toContain('no-way-to-node')
    expect(copied).toContain('4711|FAILED|255:0|viz01')
  })

  test('where copying is refused the page says so', async () => {
    await gallery().load('failed-long')
    await page.getByText(text('failure-card.details')).click()
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    await page.getByRole('button', { name: text('failure-card.copy') }).click()
    await page.getByText(text('failure-card.copyFailed')).waitFor()
    expect(await page.getByText(text('failure-card.copied'), { exact: true }).count()).toBe(0)
    await page.evaluate('delete navigator.clipboard.writeText')
  })

  test('try again tries the same connection once more', async () => {
    await gallery().load('failed-sign-in')
    await page.getByRole('button', { name: text('failure-card.retry') }).click()
    await expect.poll(() => gallery().asked('desktop.retry')).toEqual([{ desktopId: 'connection-1' }])
  })
})

describe('what can be done about a failure', () => {
  beforeAll(() => openContext('light'))
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

  test('a session that still runs is ended after a question alone, then a new one is started', async () => {
    await gallery().load('failed-running')
    await press(text('failure-card.endAndNew'))
    await page.getByRole('dialog').getByText(text('sessions.endDialog.text')).waitFor()
    await press(text('sessions.endDialog.keep'))
    expect(await gallery().asked('sessions.end')).toEqual([])
    await press(text('failure-card.endAndNew'))
    await press(text('sessions.endDialog.end'))
    const of = { siteId: 'demo', kind: 'stream', user: 'ada' }
    await expect.poll(() => gallery().asked('desktop.start')).toMatchObject([{ ...of, newSession: true }])
    expect(await gallery().asked('sessions.end')).toEqual([{ ...of, sessionId: 'ml-ada-1793539200' }])
  })

  test('keys are forgotten before the same is tried again', async () => {
    await gallery().load('failed-host-key')
    await press(text('failure-card.forgetHostKey'))
    await expect.poll(() => gallery().asked('desktop.retry')).toEqual([{ desktopId: 'connection-1' }])
    expect(await gallery().asked('confirmed.forget')).toEqual([{ siteId: 'demo', what: 'host-keys' }])
  })

  test('the portal is opened by the app', async () => {
    await gallery().load('failed-portal')
    await press(text('failure-card.openPortal'))
    await expect.poll(() => gallery().asked('portal.open')).toEqual([{ siteId: 'demo', page: '/' }])
  })

  test('a report is saved as a file', async () => {
    await gallery().load('failed-encoder')
    const saved = page.waitForEvent('download')
    await press(text('failure-card.saveReport'))
    const file = await saved
    expect(file.suggestedFilename()).toMatch(/^vizlink-no-encoder-\d{4}-\d\d-\d\d\.txt$/)
    const report = await readFile(await file.path(), 'utf8')
    for (const part of [
      '"vizlink": "0.1.0"',
      '"reason": "node"',
      '503 Failed to initialize',
      'ml-ada-1793539200',
    ])
      expect(report).toContain(part)
  })
})

test('a session is said to end soon in its last minutes alone', async () => {
  await openContext('light')
  const left = page.getByRole('progressbar', { name: text('status.timeLeft') })
  const soon = page.getByText(text('status.endsSoon'))
  for (const [scenario, minutes] of [
    ['streaming-warnings', 4],
    ['streaming', 432],
  ] as const) {
    await gallery().load(scenario)
    expect(Number(await left.getAttribute('value')) / 60_000).toBeCloseTo(minutes, 0)
    await expect.poll(() => soon.count(), { message: scenario }).toBe(minutes < 10 ? 1 : 0)
  }
})

test.each([['light', undefined] as const, ['dark', { width: 360, height: 740 }] as const])(
  'the way to the node says what is missing on it (%s)',
  async (theme, viewport) => {
    await openContext(theme, viewport)
    await gallery().load('streaming-other-way')
    const block = page.locator('[data-block="access"]')
    if (!(await block.isVisible())) await page.getByRole('button', { name: text('stream.panel') }).click()
    await block.locator('summary').click()
    await block.getByText('no figures of the node’s GPU').waitFor()
    await block.getByText('SSH to the node: Access denied').waitFor()
    await block.getByText('Signed in by this computer’s ssh, because you have a certificate.').waitFor()
    await block.getByText('The relay lies in /dev/shm/vizlink-1000').waitFor()
    await block.getByText('Not in /home/ada/.cache/vizlink: no programs may run there').waitFor()
    await block.scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(pictures, `${theme}-access-block.png`) })
  },
)

test.each(['light', 'dark'] as const)(
  'a sign-in that is not checked is marked beside the name, before it and while it holds (%s)',
  async (theme) => {
    await openContext(theme)
    const card = page.locator('[data-part="sign-in"]')
    await gallery().load('idle')
    await card.getByText(text('connect.signInAs.test')).waitFor()
    await card.getByText(`(${text('status.unverified')})`).waitFor()
    await page.screenshot({ path: join(pictures, `${theme}-sign-in-unverified.png`) })
    await gallery().load('idle-signed-in-unverified')
    await card.getByText(text('connect.signedInAs')).waitFor()
    await card.getByText(`(${text('status.unverified')})`).waitFor()
    await gallery().load('idle-signed-in')
    await card.getByText(text('connect.signedInAs')).waitFor()
    await expect.poll(() => card.getByText(`(${text('status.unverified')})`).count()).toBe(0)
  },
)

test('a session that is being ended says so, and cannot be resumed; the one beside it can be resumed', async () => {
  await openContext('light')
  await gallery().load('sessions-ending')
  const ending = page.locator('[data-session="ml-ada-1793542800"]')
  await ending.getByText(/^being ended since .*Slurm does not answer at the moment$/).waitFor()
  const open = page.getByRole('button', { name: /^Resume session/ })
  expect(await open.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).toEqual([
    'Resume session ml-ada-1793539200',
  ])
  // It can be tried at once.
  await ending
    .getByRole('button', { name: text('sessions.endNamed', { session: 'ml-ada-1793542800' }) })
    .waitFor()
})

test('a host that nothing proves is asked about, and refusing is the first choice', async () => {
  await openContext('light')
  await gallery().load('question-unproved-host')
  const dialog = page.getByRole('dialog', { name: text('questions.unprovedHost.title') })
  await dialog.getByText('Nothing proves that what answers on viz01, port 47989,').waitFor()
  expect(await focusedText()).toBe(text('questions.hostKey.refuse'))
  await dialog.getByRole('button', { name: text('questions.unprovedHost.accept') }).click()
  await expect.poll(() => gallery().asked('desktop.answer')).toMatchObject([{ questionId: 'question-9' }])
})

test('a site without a portal asks for no name there, and its sessions are those of the login', async () => {
  await openContext('light')
  await gallery().load('idle-no-portal')
  await expect.poll(() => page.getByLabel(text('connect.user')).count()).toBe(0)
  await page.getByText(text('connect.signInAs.none')).waitFor()
  await expect
    .poll(() => gallery().asked('sessions.list'))
    .toContainEqual({ siteId: 'demo', kind: 'stream', user: 'alovelace' })
  await page.getByRole('button', { name: text('connect.connect') }).click()
  await expect.poll(() => gallery().asked('desktop.start')).toMatchObject([{ user: null }])
})

describe('the site check', () => {
  beforeAll(() => openContext('light'))

  test('by keyboard: opened, run, filtered, closed; the focus comes back', async () => {
    await gallery().load('idle')
    const open = page.getByRole('button', { name: text('site-check.open') })
    await open.press('Enter')
    const dialog = page.getByRole('dialog', { name: text('site-check.title', { site: 'Demo site' }) })
    await dialog.waitFor()
    await expect.poll(() => gallery().asked('siteCheck.run')).toEqual([])
    await page.getByRole('button', { name: text('site-check.run') }).press('Enter')
    await expect.poll(() => gallery().asked('siteCheck.run')).toHaveLength(1)
    await gallery().change('site-check-done')
    await page.getByText(/^The check is finished: 1 failure, 2 warnings/).waitFor({ state: 'attached' })
    await expect.poll(() => page.locator('[data-finding]').count()).toBe(8)
    await page.getByLabel(text('site-check.onlyProblems')).press('Space')
    const shown = "[...document.querySelectorAll('[data-finding]')].map((one) => one.dataset.result)"
    await expect.poll(() => page.evaluate(shown)).toEqual(['fail', 'warning', 'warning'])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(focusedText).toBe(text('site-check.open'))
  })

  test('what its login asks is shown over the report, and the answer goes to the check', async () => {
    await gallery().load('site-check-question')
    const question = page.getByRole('dialog', { name: text('questions.hostKey.title') })
    await question.waitFor()
    await page.getByRole('button', { name: text('questions.hostKey.accept') }).click()
    await question.waitFor({ state: 'detached' })
    await expect
      .poll(() => gallery().asked('siteCheck.answer'))
      .toEqual([{ siteId: 'demo', questionId: 'check-question', values: ['yes'] }])
    await expect
      .poll(() => page.getByRole('dialog', { name: text('site-check.title', { site: 'Demo site' }) }).count())
      .toBe(1)
  })

  test('a check under way cannot be started twice, and keeps the last report', async () => {
    await gallery().load('site-check-done')
    await gallery().change('site-check-running')
    const button = page.getByRole('button', { name: text('site-check.running') })
    await button.waitFor()
    await button.click({ force: true })
    await expect.poll(() => gallery().asked('siteCheck.run')).toEqual([])
    await expect.poll(() => page.getByRole('progressbar').getAttribute('value')).toBe('7')
  })

  test('the report is copied as Markdown and saved as HTML', async () => {
    await gallery().load('site-check-done')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: text('site-check.copy') }).click()
    await page.getByRole('button', { name: text('site-check.copied') }).waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toContain('`services.auth-portal`')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: text('site-check.save') }).click(),
    ])
    expect(download.suggestedFilename()).toBe('site-check-demo-2026-11-25.html')
  })

  test('beside a stream it opens over the desktop, which continues', async () => {
    await gallery().load('streaming')
    await page.getByRole('button', { name: text('site-check.open') }).click()
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => page.locator('[data-screen="stream"]').count()).toBe(1)
    await page.getByRole('button', { name: text('site-check.close') }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
