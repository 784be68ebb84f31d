/** The page's whole stream path in real Chromium: a recorded stream in, pictures shown, input out. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, startBrowserShell, type BrowserShell } from '../../src-main/shells/browser/index.ts'
import { decodeInput, type InputRecord } from '../../src-main/shared/stream-input.ts'
import { encodeMessage, flagKeyFrame, messageType } from '../../src-main/shared/stream-port.ts'
import { FramePort } from '../../src-main/stream-process/frame-port.ts'
import { acceptWebSocket } from '../../src-main/stream-process/web-socket-transport.ts'
import type { ViewFacts } from '../../src-renderer/stream/facts.ts'
import { createFakeApp } from '../support/fake-app.ts'
import { readRecordedStream } from '../support/recorded-stream.ts'
import { collectingLogger } from '../support/silent-logger.ts'

const frames = readRecordedStream()
const configuration = { codec: 'H.264', width: 1280, height: 720, fps: 30 }
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

/** A stream process in little: sends the recording in a loop at 30 fps, starts over where a key frame is asked for. */
class RecordedStream {
  readonly records: InputRecord[] = []
  keyFrameRequests = 0
  port: FramePort | null = null
  corruptNext = false
  private next = 0
  private number = 0
  private timer: NodeJS.Timeout | null = null

  attach(transport: ConstructorParameters<typeof FramePort>[0]): FramePort {
    this.stop()
    const port = new FramePort(transport, {
      onInput: (payload) => this.records.push(...(decodeInput(payload) ?? [])),
      requestKeyFrame: () => {
        this.keyFrameRequests++
        this.next = 0
      },
    })
    this.port = port
    this.next = 0
    port.send(encodeMessage(messageType.configuration, text(configuration)))
    this.timer = setInterval(() => this.sendOne(port), 33)
    return port
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }

  private sendOne(port: FramePort): void {
    const frame = frames[this.next++ % frames.length]
    if (!frame) return
    const data = this.corruptNext ? frame.data.map((byte, at) => (at < 8 ? byte : 0xff)) : frame.data
    this.corruptNext = false
    const flags = frame.keyFrame ? flagKeyFrame : 0
    const now = Date.now()
    port.send(
      encodeMessage(messageType.video, data, {
        flags,
        frameNumber: ++this.number,
        receivedAt: now,
        queuedAt: now,
      }),
    )
  }
}

let folder: string
let shell: BrowserShell
let browser: Browser
const stream = new RecordedStream()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-stream-path-'))
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'stream-page'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    worker: { format: 'es' },
  })
  const app = createFakeApp({
    answers: { 'desktop.openPort': () => ({ portId: 'port-1', path: '/stream/port-1' }) },
    attach: (portId, upgrade, socket) => {
      if (portId !== 'port-1') return false
      acceptWebSocket(upgrade, socket, (transport) => {
        const port = stream.attach(transport)
        return {
          receive: (message) => port.receive(message),
          gone: () => {
            if (stream.port === port) stream.stop()
          },
        }
      })
      return true
    },
  })
  shell = await startBrowserShell({ app, rendererFolder: folder, logger: collectingLogger() })
  const executablePath = findBrowser()
  if (executablePath === null) throw new Error('no Chromium or Chrome was found')
  browser = await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-quic', '--autoplay-policy=no-user-gesture-required'],
  })
})

afterAll(async () => {
  stream.stop()
  await browser?.close()
  await shell?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const problems: string[] = []

async function openPage(query = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } })
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto(`file://${await shell.openUrlFile()}`)
  await page.waitForURL(`${shell.origin}/`)
  if (query !== '') await page.goto(`${shell.origin}/${query}`)
  return page
}

async function factsOf(page: Page): Promise<ViewFacts | null> {
  const value = await page.locator('#view').getAttribute('data-facts')
  return value === null ? null : (JSON.parse(value) as ViewFacts)
}

/** Waits until the page's facts satisfy `enough`. */
async function factsWhen(page: Page, enough: (facts: ViewFacts) => boolean): Promise<ViewFacts> {
  let seen: ViewFacts | null = null
  await expect
    .poll(
      async () => {
        seen = await factsOf(page)
        return seen !== null && enough(seen)
      },
      { timeout: 60_000 },
    )
    .toBe(true)
  return seen!
}

describe('the stream path in Chromium', () => {
  test('shows the recorded pictures through <video> and counts them', async () => {
    const page = await openPage()
    const facts = await factsWhen(page, ({ framesShown }) => framesShown >= 40)
    expect(facts).toMatchObject({
      presenter: 'track-generator',
      codec: 'avc1.64001F',
      width: 1280,
      height: 720,
      hardware: false,
    })
    // The two sides count in two threads: a picture or two may lie between them.
    expect(facts.framesShown).toBeLessThanOrEqual(facts.framesDecoded + 3)
    expect(facts.decodeP50Ms).toBeGreaterThan(0)
    expect(facts.firstFrameAt).toBeGreaterThan(0)
    const video = await page.locator('video#stream').evaluate((element) => {
      const { videoWidth, videoHeight } = element as HTMLVideoElement
      return { videoWidth, videoHeight }
    })
    expect(video).toEqual({ videoWidth: 1280, videoHeight: 720 })
    expect(stream.port?.counters.acknowledged).toBeGreaterThan(30)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('input arrives decoded, in stream pixels, and nothing stays pressed', async () => {
    const page = await openPage()
    await factsWhen(page, ({ framesShown }) => framesShown > 0)
    stream.records.length = 0
    // The picture of 1280x720 lies in a box of 960x640: scale 0.75, 50 pixels of border above and below.
    await page.mouse.move(480, 320)
    await page.mouse.down()
    await page.mouse.up()
    await page.keyboard.press('a')
    await page.keyboard.press('Shift+Digit1')
    await page.mouse.wheel(0, 100)
    await page.mouse.move(0, 0)
    await page.mouse.down({ button: 'right' })
    await page.keyboard.down('ControlLeft')
    await page.evaluate('document.activeElement.blur()')
    await expect
      .poll(() => stream.records.filter(({ kind }) => kind === 'key').length, { timeout: 20_000 })
      .toBe(8)
    expect(stream.records).toContainEqual({ kind: 'position', x: 640, y: 360, width: 1280, height: 720 })
    expect(stream.records).toContainEqual({ kind: 'position', x: 0, y: 0, width: 1280, height: 720 })
    expect(stream.records.filter(({ kind }) => kind !== 'position')).toEqual([
      { kind: 'button', down: true, button: 1 },
      { kind: 'button', down: false, button: 1 },
      { kind: 'key', down: true, code: 0x41, modifiers: 0 },
      { kind: 'key', down: false, code: 0x41, modifiers: 0 },
      { kind: 'key', down: true, code: 0xa0, modifiers: 1 },
      { kind: 'key', down: true, code: 0x31, modifiers: 1 },
      { kind: 'key', down: false, code: 0x31, modifiers: 1 },
      { kind: 'key', down: false, code: 0xa0, modifiers: 0 },
      { kind: 'scroll', vertical: -120, horizontal: 0 },
      { kind: 'button', down: true, button: 3 },
      { kind: 'key', down: true, code: 0xa2, modifiers: 2 },
      { kind: 'key', down: false, code: 0xa2, modifiers: 0 },
      { kind: 'button', down: false, button: 3 },
    ])
    await page.context().close()
  })

  test('B47 and B49: keys of Korean keyboards, characters without a key, and notches of the wheel', async () => {
    const page = await openPage()
    await factsWhen(page, ({ framesShown }) => framesShown > 0)
    stream.records.length = 0
    await page.mouse.move(480, 320)
    await page.mouse.down()
    await page.mouse.up()
    const chromium = await page.context().newCDPSession(page)
    const press = async (named: { code: string; key: string }): Promise<void> => {
      await chromium.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...named })
      await chromium.send('Input.dispatchKeyEvent', { type: 'keyUp', ...named })
    }
    await press({ code: 'Lang1', key: 'HangulMode' })
    await press({ code: 'Lang2', key: 'HanjaMode' })
    await press({ code: '', key: '?' })
    await press({ code: '', key: 'é' })
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, 144)
    const scrolled = (): number =>
      stream.records.reduce((sum, record) => sum + (record.kind === 'scroll' ? record.vertical : 0), 0)
    await expect.poll(scrolled, { timeout: 20_000 }).toBe(-600)
    expect(
      stream.records.flatMap((record) => (record.kind === 'key' ? [[record.code, record.down]] : [])),
    ).toEqual([
      ...[0x16, 0x17].flatMap((code) => [
        [code, true],
        [code, false],
      ]),
      ...[
        [0xa0, true],
        [0xbf, true],
        [0xbf, false],
        [0xa0, false],
      ],
    ])
    await page.context().close()
  })

  test('the canvas presenter shows pictures too', async () => {
    const page = await openPage('?presenter=canvas')
    const facts = await factsWhen(page, ({ framesShown }) => framesShown >= 10)
    expect(facts.presenter).toBe('canvas')
    expect(facts.firstFrameAt).toBeGreaterThan(0)
    expect(await page.locator('canvas#stream').count()).toBe(1)
    await page.context().close()
  })

  test('a damaged picture leads to a key frame and the stream continues', async () => {
    const page = await openPage()
    const before = await factsWhen(page, ({ framesShown }) => framesShown > 5)
    stream.keyFrameRequests = 0
    stream.corruptNext = true
    await factsWhen(page, ({ framesShown }) => framesShown > before.framesShown + 60)
    expect(await page.locator('#ended').textContent()).toBe('')
    await page.context().close()
  })

  test('the end of the stream is reported with its code', async () => {
    const page = await openPage()
    await factsWhen(page, ({ framesShown }) => framesShown > 0)
    stream.port?.send(encodeMessage(messageType.event, text({ type: 'terminated', code: 0 })))
    await expect.poll(() => page.locator('#ended').textContent(), { timeout: 20_000 }).toContain('terminated')
    await page.context().close()
  })

  test('a lost port is reported as such', async () => {
    const page = await openPage()
    await factsWhen(page, ({ framesShown }) => framesShown > 0)
    stream.port?.dispose('ended')
    await expect
      .poll(() => page.locator('#ended').textContent(), { timeout: 20_000 })
      .toBe(JSON.stringify({ kind: 'port-closed', reason: 'ended' }))
    await page.context().close()
  })
})
