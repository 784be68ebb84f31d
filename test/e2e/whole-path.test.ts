/** The product as a user has it: real Chromium, the whole demo site, from the click to a desktop that is used. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readProbe } from '../../scripts/demo/headless.ts'
import type { ErrorKind } from '../../src-main/shared/errors.ts'
import type { FaultName } from '../site/faults.ts'
import { siteMark } from '../site/support/processes.ts'
import { evidenceLabel } from '../../src-main/shared/failure-text.ts'
import { english } from '../support/english.ts'
import { descendantsOf, processTable, readProcessFile } from '../support/process-table.ts'
import { secretLines, watchWireSecrets, type WireSecrets } from '../support/wire-secrets.ts'
import { clickTerminal } from './support/desktop-click.ts'
import { typeAsPerson } from './support/typing.ts'
import { startWholeClient, type WholeClient } from './support/whole-client.ts'
import { text } from '../support/texts.ts'

let here: WholeClient
let secrets: WireSecrets
beforeAll(async () => {
  secrets = watchWireSecrets()
  here = await startWholeClient({ images: ['desktop', 'gnome'] })
})
afterAll(async () => {
  secrets.stop()
  await here.dispose()
})

const connectButton = () => here.page.getByRole('button', { name: text('connect.connect'), exact: true })
const stream = () => here.page.locator('[data-stream]')

/** Shown counters; a stream that begins again counts from the start. */
const counters = async (): Promise<number[]> => (await readProbe(here.page)).counters

/** Waits for pictures after those that were there. */
async function newPictures(count = 1): Promise<number[]> {
  const before = (await counters()).length
  return vi.waitUntil(
    async () => {
      const now = await counters()
      return now.length >= before + count ? now.slice(before) : null
    },
    { timeout: 60_000, message: 'new pictures' },
  )
}

async function endSession(): Promise<void> {
  await here.page.getByRole('button', { name: text('stream.end') }).click()
  await here.page
    .getByRole('dialog')
    .getByRole('button', { name: text('stream.end') })
    .click()
  await here.client.waitFor(({ state }) => state === 'ended', 30_000)
  await vi.waitUntil(async () => (await here.site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'the job is gone',
  })
  await here.page.getByText(text('desktop.ended.ended')).waitFor()
}

async function connect(): Promise<void> {
  await connectButton().click()
  await here.client.waitFor(({ state }) => state === 'open' || state === 'failed', 60_000)
  expect(here.client.snapshot()?.failure).toBeNull()
  await newPictures()
}

/** Clicks into the terminal on the desktop and types a line. @returns how many keys were pressed */
async function typeLine(line: string): Promise<number> {
  const readyFile = join(here.site.ready.folders.sessions, session().id ?? '', 'ready.json')
  await clickTerminal(here.page, stream(), readyFile)
  return typeAsPerson(here.page, line)
}

const session = () => {
  const { id, jobId } = here.client.snapshot()?.session ?? {}
  return { id, jobId }
}

test('one click shows the desktop', connect)

test('a click and typed text arrive on the desktop and come back in the picture', async () => {
  const before = await readProbe(here.page)
  const file = join(here.site.directory, 'typed.txt')
  const line = `kept=Brown-Fox_42; echo "The quick: $kept" > ${file}`
  const pressed = await typeLine(line)
  // The strip in the picture counts what the X server took, modulo 256.
  const keys = (before.keys + pressed) % 256
  await vi.waitUntil(
    async () => {
      const now = await readProbe(here.page)
      return now.clicks === (before.clicks + 1) % 256 && now.keys === keys
    },
    { timeout: 30_000, message: 'the picture counts click and keys' },
  )
  const text = await vi.waitUntil(() => (existsSync(file) ? readFileSync(file, 'utf8') : null), {
    timeout: 30_000,
    message: 'the shell ran the line',
  })
  expect(text).toBe('The quick: Brown-Fox_42\n')
})

test('no secret is in logs, in arguments or environments of processes, or in the page', async () => {
  const identity = secretLines(readFileSync(here.site.ready.identityFile, 'utf8'))
  const cookies = (await here.page.context().cookies()).map(({ value }) => value)
  const groups: Record<string, string[]> = {
    ...Object.fromEntries(Object.entries(secrets.seen).map(([name, values]) => [name, [...values]])),
    'private key': identity,
    cookie: cookies,
  }
  for (const [name, values] of Object.entries(groups)) {
    expect(values, name).not.toEqual([])
    for (const value of values) expect(value.length, name).toBeGreaterThan(15)
  }
  const mark = `${siteMark}=${here.site.directory}\0`
  const table = processTable()
  const pids = new Set([
    ...descendantsOf(process.pid, table).map(({ pid }) => pid),
    ...table.map(({ pid }) => pid).filter((pid) => readProcessFile(pid, 'environ').includes(mark)),
  ])
  const commandLines = [...pids].map((pid) => readProcessFile(pid, 'cmdline')).join('\n')
  for (const part of ['link-process', 'stream-process', 'relay-', 'chrom'])
    expect(commandLines).toContain(part)
  const storage = await here.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  const places: Record<string, string> = {
    'command lines': commandLines,
    environments: [...pids].map((pid) => readProcessFile(pid, 'environ')).join('\n'),
    log: here.log(),
    address: here.page.url(),
    document: await here.page.content(),
    storage,
    'traffic of the page': here.pageTraffic(),
  }
  expect(places.log).toContain('desktop.state')
  expect(places['traffic of the page']).toContain('desktop.changed')
  const found = Object.entries(groups).flatMap(([secret, values]) =>
    Object.entries(places)
      .filter(([, text]) => values.some((value) => text.toLowerCase().includes(value.toLowerCase())))
      .map(([place]) => `${secret} in ${place}`),
  )
  expect(found).toEqual([])
})

test('Disconnect keeps session and job; connecting again continues where one was; End session ends the job', async () => {
  const before = session()
  await here.page.getByRole('button', { name: text('stream.disconnect') }).click()
  await here.client.waitFor(({ state }) => state === 'ended', 30_000)
  expect(await here.site.activeJobs()).toEqual([before.jobId])
  await here.page.getByText(text('desktop.ended.disconnected')).waitFor()
  await here.page.locator(`[data-session="${before.id}"]`).waitFor()

  await connect()
  expect(session()).toEqual(before)
  expect(await here.site.activeJobs()).toEqual([before.jobId])
  const file = join(here.site.directory, 'again.txt')
  // The shell still knows what was said before: it is the same desktop.
  await typeLine(`echo "$kept" > ${file}`)
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') === 'Brown-Fox_42\n', {
    timeout: 30_000,
    message: 'the shell ran the line',
  })

  await endSession()
})

test('the image that is chosen is that of the next session; the page has it again after it is loaded', async () => {
  const chooser = here.page.getByText(text('images.title'), { exact: true })
  const gnome = here.page.getByRole('radio', { name: 'GNOME Desktop (Sunshine)' })
  await chooser.click()
  await gnome.check()
  await here.page.reload()
  await chooser.click()
  expect(await gnome.isChecked()).toBe(true)
  expect(await here.page.getByRole('radio', { name: /LS-PrePost/ }).isDisabled()).toBe(true)
  await here.page.screenshot({ path: join(import.meta.dirname, '../../test-results/images.png') })
  await connect()
  expect(here.client.snapshot()?.session?.imageId).toBe('gnome')
  await endSession()
})

describe('faults are shown as a card with a sentence, the next step and evidence', () => {
  test.each<[FaultName, ErrorKind]>([
    ['sign-in-refused', 'sign-in-refused'],
    ['portal-502', 'portal-error'],
    ['job-ends-early', 'job-ended-early'],
    ['host-key-changed', 'host-key-changed'],
  ])('%s', async (fault, kind) => {
    await here.site.setFault(fault, true)
    try {
      await connectButton().click()
      const card = here.page.locator(`[data-error-kind="${kind}"]`)
      await card.waitFor({ timeout: 60_000 })
      const failure = here.client.snapshot()?.failure
      expect(failure?.kind).toBe(kind)
      expect(await card.getByRole('heading').textContent()).toBe(english(failure).message)
      expect(await here.page.getByText(english(failure).nextStep, { exact: true }).isVisible()).toBe(true)
      await here.page.getByText(text('failure-card.details')).click()
      expect(failure?.evidence.length).toBeGreaterThan(0)
      for (const item of failure?.evidence ?? []) {
        const name = evidenceLabel(item, 'en')
        expect(await here.page.getByRole('group', { name }).first().isVisible(), name).toBe(true)
      }
    } finally {
      await here.site.setFault(fault, false)
    }
    await here.page.getByRole('button', { name: text('failure-card.back') }).click()
    expect(await here.site.activeJobs()).toEqual([])
  })

  test('Try again after the cause is gone leads to the desktop; a lost link comes back by itself', async () => {
    await here.site.setFault('image-missing', true)
    await connectButton().click()
    await here.page.locator('[data-error-kind="image-missing"]').waitFor()
    await here.site.setFault('image-missing', false)
    await here.page.getByRole('button', { name: text('failure-card.retry') }).click()
    await here.client.waitFor(({ state }) => state === 'open', 60_000)
    await newPictures()

    await here.site.setFault('relay-killed', true)
    await here.page.getByText(text('stream.reconnecting')).waitFor()
    await here.client.waitFor(({ state }) => state === 'open', 60_000)
    await newPictures(10)
    expect(await here.page.getByText(text('stream.reconnecting')).count()).toBe(0)
    expect(await here.page.locator('#stream').evaluate(({ nodeName }) => nodeName)).toBe('VIDEO')
    await here.client.endSession()
  })
})
