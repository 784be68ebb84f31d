/** What a page that was taken over can do in a real Electron: nothing beyond the contract. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../../src-main/shells/page-headers.ts'
import type { RunningApp } from '../../electron/support/running-app.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

/** What is tried in the page, and what comes of it. */
const attempts: readonly [name: string, code: string, outcome: unknown][] = [
  ['Node.js', `[typeof require, typeof process, typeof module]`, ['undefined', 'undefined', 'undefined']],
  ['the bridge', `Object.keys(window.vizlink).sort()`, ['call', 'onEvent']],
  ['isolation', `[crossOriginIsolated, isSecureContext, location.origin]`, [true, true, 'app://client']],
  [
    'an inline script',
    `(() => { const s = document.createElement('script'); try { s.textContent = 'window.ran = 1'; document.body.append(s) } catch {} return window.ran ?? 'refused' })()`,
    'refused',
  ],
  ['a file', `fetch('file:///etc/passwd').then(() => 'read', () => 'refused')`, 'refused'],
  ['a file above the page', `fetch('app://client/..%2f..%2fpackage.json').then(({ status }) => status)`, 404],
  [
    'another host of the scheme',
    `fetch('app://other/index.html').then(({ status }) => status, () => 'refused')`,
    'refused',
  ],
  ['a write', `fetch('/index.html', { method: 'POST', body: 'x' }).then(({ status }) => status)`, 403],
  ['a window', `String(window.open('https://example.invalid/'))`, 'null'],
  ['a window of its own', `String(window.open('/index.html'))`, 'null'],
  [
    'a service worker',
    `navigator.serviceWorker.register('/x.js').then(() => 'registered', () => 'refused')`,
    'refused',
  ],
  [
    'camera',
    `navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted', () => 'refused')`,
    'refused',
  ],
  [
    'the screen',
    `navigator.mediaDevices.getDisplayMedia().then(() => 'granted', () => 'refused')`,
    'refused',
  ],
  ['the clipboard', `navigator.clipboard.readText().then(() => 'granted', () => 'refused')`, 'refused'],
  [
    'a place',
    `new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('granted'), () => done('refused')))`,
    'refused',
  ],
  ['notifications', `Notification.requestPermission()`, 'denied'],
  ...['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi', 'idle-detection'].map(
    (name): [string, string, unknown] => [
      `the state of ${name}`,
      `navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`,
      'denied',
    ],
  ),
  ['an unknown call', `window.vizlink.call('shell.open', {}).then(({ ok }) => ok)`, false],
  [
    'a call with other input',
    `window.vizlink.call('desktop.get', { desktopId: 5 }).then(({ ok }) => ok)`,
    false,
  ],
  [
    'an address of its own',
    `window.vizlink.call('portal.open', { siteId: 'demo', page: 'file:///etc/passwd' }).then(({ ok }) => ok)`,
    false,
  ],
]

describe.skipIf(noElectron)('a page in a real Electron', () => {
  let stage: Stage
  let app: RunningApp
  beforeAll(async () => {
    stage = await startStage()
    app = await stage.start()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  for (const [name, code, outcome] of attempts)
    test(`${name}: ${JSON.stringify(outcome)}`, async () => {
      expect(await app.inPage(code)).toEqual(outcome)
    })

  test('nothing that it asks for reaches a server', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('access-control-allow-origin', '*').end('secret')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      await fetch(`${origin}/control`)
      for (const way of [
        `fetch('${origin}/fetch').catch(() => null)`,
        `fetch('${origin}/blind', { mode: 'no-cors' }).catch(() => null)`,
        `navigator.sendBeacon('${origin}/beacon', 'x')`,
        `new WebSocket('${origin.replace('http', 'ws')}/socket').readyState`,
        `(() => { new Image().src = '${origin}/image' })()`,
        `(() => { const one = document.createElement('iframe'); one.src = '${origin}/frame'; document.body.append(one) })()`,
        `(() => { const one = document.createElement('link'); one.rel = 'stylesheet'; one.href = '${origin}/style'; document.head.append(one) })()`,
        `(() => { const one = document.createElement('form'); one.action = '${origin}/form'; document.body.append(one); one.submit() })()`,
      ])
        await app.inPage(way).catch(() => null)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      expect(asked).toEqual(['/control'])
    } finally {
      server.close()
    }
  })

  test('every answer carries the policy', async () => {
    const policy = `fetch('/index.html').then(({ headers }) => headers.get('content-security-policy'))`
    expect(await app.inPage(policy)).toBe(contentSecurityPolicy)
  })

  for (const address of [
    'https://example.invalid/',
    'file:///etc/passwd',
    'app://other/',
    'data:text/html,<h1>x',
  ])
    test(`it does not leave for ${address}`, async () => {
      await app.inPage(`location.href = ${JSON.stringify(address)}, undefined`)
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(await app.inPage('location.href')).toMatch(/^app:\/\/client\/(index\.html)?$/)
      expect(await app.inPage<number>(`document.querySelector('#root').childElementCount`)).toBeGreaterThan(0)
    })

  test('a file that is dropped on the window opens nothing', async () => {
    const drop = `(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'x.html', { type: 'text/html' })); document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })) })()`
    await app.inPage(drop)
    expect(await app.inPage('location.href')).toMatch(/^app:\/\/client\//)
  })

  test('every window has the protections', async () => {
    const preferences = await app.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => {
        // Electron has it without describing it.
        const contents = webContents as typeof webContents & {
          getLastWebPreferences(): Record<string, unknown>
        }
        const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences()
        return { sandbox, contextIsolation, nodeIntegration, webviewTag }
      }),
    )
    expect(preferences).toEqual([
      { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    ])
  })
})
