/** The parts of the Electron shell that need no Electron. Electron itself does not run here. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { channels, createSurface } from '../../../../src-main/preload/surface.ts'
import { moveEarlierData } from '../../../../src-main/shells/electron/earlier-data.ts'
import { answerPageRequest, servePage } from '../../../../src-main/shells/electron/page-protocol.ts'
import { isProtected, moveSecrets, openSecretStore } from '../../../../src-main/shells/electron/secrets.ts'
import {
  isTrustedSender,
  limitContents,
  limitPermissions,
  sandboxIsOff,
} from '../../../../src-main/shells/electron/security.ts'
import { serveContract, windowOptions } from '../../../../src-main/shells/electron/window.ts'
import { createFileSecretStore } from '../../../../src-main/shells/node/file-secrets.ts'
import { contentSecurityPolicy } from '../../../../src-main/shells/page-headers.ts'
import { calls } from '../../../../src-main/shared/contract.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-electron-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the window has every protection stated', () => {
  expect(windowOptions('/preload.cjs', null).webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  })
})

test('a start without the sandbox is noticed, however it was asked for', () => {
  const commandLine = (...names: string[]) => ({ hasSwitch: (name: string) => names.includes(name) })
  expect(sandboxIsOff(commandLine('no-sandbox'), {})).toBe(true)
  expect(sandboxIsOff(commandLine(), { ELECTRON_DISABLE_SANDBOX: '1' })).toBe(true)
  expect(sandboxIsOff(commandLine('no-sandbox-and-elevated'), {})).toBe(false)
})

describe('the page’s files', () => {
  let served: (path: string) => Promise<unknown>
  let begins: Promise<void>
  beforeEach(async () => {
    for (const name of ['index.html', 'page.js', 'page.css']) await writeFile(join(folder, name), '')
    const protocol = {
      handle: (_scheme: string, answer: (request: Request) => Promise<unknown>) =>
        void (served = (path) => answer({ url: `app://client/${path}`, method: 'GET' } as Request)),
    }
    const webRequest = { onBeforeRequest: () => undefined }
    begins = servePage({ protocol, webRequest } as never, folder)
  })
  const begun = (): Promise<boolean> =>
    Promise.race([begins.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 60, false))])

  test('the page begins when it has its script', async () => {
    await served('index.html')
    expect(await begun()).toBe(false)
    await served('page.js')
    expect(await begun()).toBe(true)
  })

  test('it does not while another file is being read', async () => {
    await served('page.js')
    const styles = served('page.css')
    const seen: string[] = []
    void begins.then(() => seen.push('begins'))
    await styles.then(() => seen.push('styles'))
    await begins
    expect(seen).toEqual(['styles', 'begins'])
  })
})

test('only the main frame of a known window on our origin is trusted', () => {
  const windows = new Set([1])
  const frame = { parent: null, origin: 'app://client' }
  const event = (sender: number, senderFrame: unknown) =>
    ({ sender: { id: sender }, senderFrame }) as Parameters<typeof isTrustedSender>[0]
  expect(isTrustedSender(event(1, frame), windows)).toBe(true)
  expect(isTrustedSender(event(2, frame), windows)).toBe(false)
  expect(isTrustedSender(event(1, null), windows)).toBe(false)
  expect(isTrustedSender(event(1, { ...frame, parent: frame }), windows)).toBe(false)
  for (const origin of ['app://client.evil', 'app://evil', 'https://client', 'null', 'file://']) {
    expect(isTrustedSender(event(1, { ...frame, origin }), windows), origin).toBe(false)
  }
})

test.each([
  ['of a window that is there', true, true, 'handed over'],
  ['that the app no longer has', false, true, 'closed'],
  ['of a frame that is gone', true, false, 'closed'],
])('a frame port %s', async (_what, attached, hasFrame, outcome) => {
  const fates: string[] = []
  const frame = {
    parent: null,
    origin: 'app://client',
    postMessage: (_channel: string, _message: unknown, ports: unknown[]) =>
      void (ports[0] === ends[1] && fates.push('handed over')),
  }
  const ends = [1, 2].map((end) => ({ close: () => void fates.push(`closed ${end}`) }))
  let answer: (event: unknown, name: string, input: unknown) => Promise<unknown> = async () => null
  // A frame may go while the app answers.
  const event = { sender: { id: 7 }, senderFrame: frame as typeof frame | null }
  const contract = serveContract({
    app: Promise.resolve({
      call: async () => {
        if (!hasFrame) event.senderFrame = null
        return { ok: true, value: { portId: 'port-1' } }
      },
      attachStreamPort: () => attached,
      subscribe: () => () => undefined,
      senderGone: () => undefined,
    } as never),
    ipc: { handle: (_channel, handler) => void (answer = handler as never), removeHandler: () => undefined },
    createChannel: () => ({ port1: ends[0], port2: ends[1] }) as never,
    logger: collectingLogger(),
  })
  contract.add({ webContents: { id: 7, on: () => undefined }, once: () => undefined } as never)
  await answer(event, 'desktop.openPort', null)
  expect(fates).toEqual(outcome === 'closed' ? ['closed 1', 'closed 2'] : [outcome])
  contract.dispose()
})

describe('permissions', () => {
  type Session = Parameters<typeof limitPermissions>[0]
  type RequestHandler = Exclude<Parameters<Session['setPermissionRequestHandler']>[0], null>
  type CheckHandler = Exclude<Parameters<Session['setPermissionCheckHandler']>[0], null>

  test('are denied unless the table grants them, to our page only', () => {
    let onRequest: RequestHandler | null = null
    let onCheck: CheckHandler | null = null
    limitPermissions(
      {
        setPermissionRequestHandler: (handler) => void (onRequest = handler),
        setPermissionCheckHandler: (handler) => void (onCheck = handler),
        setDevicePermissionHandler: (handler) => expect(handler?.({} as never)).toBe(false),
      },
      collectingLogger(),
    )
    const granted = (permission: string, requestingUrl: string): boolean => {
      let answer: boolean | null = null
      const details = { requestingUrl } as never
      onRequest?.({} as never, permission as never, (value) => (answer = value), details)
      const checked = onCheck?.(null, permission as never, requestingUrl, {} as never)
      expect(checked).toBe(answer)
      return checked === true
    }
    expect(granted('pointerLock', 'app://client/index.html')).toBe(true)
    expect(granted('fullscreen', 'app://client/')).toBe(true)
    expect(granted('fullscreen', 'https://evil.example/')).toBe(false)
    expect(granted('fullscreen', 'app://client.evil/')).toBe(false)
    for (const permission of [
      'media',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'hid',
      'unknown',
      'constructor',
    ]) {
      expect(granted(permission, 'app://client/'), permission).toBe(false)
    }
  })
})

test('contents go nowhere, open nothing and attach nothing', () => {
  const handlers = new Map<string, (event: { preventDefault(): void; url: string }) => void>()
  let opened: unknown = null
  const contents = {
    on: (name: string, handler: never) => void handlers.set(name, handler),
    setWindowOpenHandler: (handler: () => unknown) => void (opened = handler()),
  }
  limitContents(
    {
      on: (_name: string, listener: (event: unknown, created: unknown) => void) => listener({}, contents),
    } as never,
    collectingLogger(),
  )
  const prevented = (name: string, url: string): boolean => {
    let called = false
    handlers.get(name)?.({ preventDefault: () => (called = true), url })
    return called
  }
  expect(opened).toEqual({ action: 'deny' })
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
    expect(prevented(name, 'https://evil.example/'), name).toBe(true)
    expect(prevented(name, 'file:///etc/passwd'), name).toBe(true)
    expect(prevented(name, 'app://client/index.html'), name).toBe(false)
  }
  expect(prevented('will-attach-webview', 'app://client/')).toBe(true)
})

test('app:// serves the page with the headers of the browser shell, and nothing else', async () => {
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  const ask = (url: string, method = 'GET') => answerPageRequest(folder, new Request(url, { method }))
  const page = await ask('app://client/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
  expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
  expect((await ask('app://client/missing.js')).status).toBe(404)
  expect((await ask('app://client/..%2f..%2fetc%2fpasswd')).status).toBe(404)
  expect((await ask('app://other/index.html')).status).toBe(403)
  expect((await ask('app://client/', 'POST')).status).toBe(403)
})

describe('secrets', () => {
  const cipherWith = (tag: string) => ({
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (text: string) => Buffer.from(tag + Buffer.from(text).toString('hex')),
    decryptStringAsync: async (bytes: Buffer) => ({
      result: Buffer.from(bytes.subarray(3).toString(), 'hex').toString(),
      shouldReEncrypt: false,
    }),
  })

  test('are kept encrypted in a private file, and found again', async () => {
    const file = join(folder, 'data', 'secrets.json')
    const store = await openSecretStore(cipherWith('v11'), file, collectingLogger())
    expect(store.persistent).toBe(true)
    await Promise.all([store.set('one', 'CaNaRy'), store.set('two', 'b')])
    await store.delete('two')
    expect(await readFile(file, 'utf8')).not.toContain('CaNaRy')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const again = await openSecretStore(cipherWith('v11'), file, collectingLogger())
    expect([await again.get('one'), await again.get('two')]).toEqual(['CaNaRy', null])
  })

  test.runIf(process.platform === 'linux')("under Chromium's built-in key nothing is written", async () => {
    const file = join(folder, 'secrets.json')
    const store = await openSecretStore(cipherWith('v10'), file, collectingLogger())
    expect(store.persistent).toBe(false)
    await store.set('one', 'a')
    expect(await store.get('one')).toBe('a')
    await expect(stat(file)).rejects.toThrow()
  })

  test('the tag decides on Linux only', () => {
    expect(isProtected(Buffer.from('v10x'), 'linux')).toBe(false)
    expect(isProtected(Buffer.from('v11x'), 'linux')).toBe(true)
    expect(isProtected(Buffer.from('v12x'), 'linux')).toBe(true)
    expect(isProtected(Buffer.from('v10x'), 'darwin')).toBe(true)
  })

  test('a broken file is no reason to fail', async () => {
    const file = join(folder, 'secrets.json')
    await writeFile(file, '{"one": 5')
    const store = await openSecretStore(cipherWith('v11'), file, collectingLogger())
    expect(await store.get('one')).toBeNull()
    await store.set('one', 'new')
    expect(await store.get('one')).toBe('new')
    // Somebody may still want what is in it.
    expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"one": 5')
  })

  test('one that cannot be read is not written over', async () => {
    const file = join(folder, 'secrets.json')
    await mkdir(file)
    const logger = collectingLogger()
    const store = await openSecretStore(cipherWith('v11'), file, logger)
    expect(store.persistent).toBe(false)
    await store.set('one', 'new')
    expect(await store.get('one')).toBe('new')
    expect(await readdir(folder)).toEqual(['secrets.json'])
    expect(logger.lines).toMatchObject([{ event: 'secrets.file-unreadable' }])
  })
})

test('what an earlier version remembered moves once, and replaces nothing', async () => {
  const [earlier, now] = [join(folder, 'Vizlink'), join(folder, 'vizlink')]
  await mkdir(join(earlier, 'host-keys', 'ab'), { recursive: true })
  await mkdir(now)
  await writeFile(join(earlier, 'host-keys', 'ab', 'key.json'), '1')
  await writeFile(join(earlier, 'sessions-00ff.json'), 'old')
  await writeFile(join(earlier, 'Preferences'), 'of Chromium')
  await writeFile(join(now, 'sessions-00ff.json'), 'new')
  moveEarlierData(earlier, now, collectingLogger())
  expect((await readdir(earlier)).sort()).toEqual(['Preferences', 'sessions-00ff.json'])
  expect(await readFile(join(now, 'host-keys', 'ab', 'key.json'), 'utf8')).toBe('1')
  expect(await readFile(join(now, 'sessions-00ff.json'), 'utf8')).toBe('new')
  moveEarlierData(join(folder, 'none'), now, collectingLogger())
})

describe('secrets of an earlier version', () => {
  const cipher = {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`v11${text}`)),
    decryptStringAsync: (bytes: Buffer) =>
      Promise.resolve({ result: bytes.subarray(3).toString(), shouldReEncrypt: false }),
  }
  const kept = async (file: string, values: Record<string, string>): Promise<void> => {
    const store = await openSecretStore(cipher, file, collectingLogger())
    for (const [name, value] of Object.entries(values)) await store.set(name, value)
  }

  test('move once, and take the place of none that is there', async () => {
    const file = join(folder, 'secrets.json')
    await kept(file, { identity: 'old', pairings: 'old' })
    const into = createFileSecretStore(join(folder, 'secrets'))
    await into.set('identity', 'new')
    await moveSecrets(cipher, file, into, collectingLogger())
    expect([await into.get('identity'), await into.get('pairings')]).toEqual(['new', 'old'])
    await expect(stat(file)).rejects.toThrow()
    await moveSecrets(cipher, file, into, collectingLogger())
  })

  test('stay where they are while the keyring is locked', async () => {
    const file = join(folder, 'secrets.json')
    await kept(file, { identity: 'old' })
    const into = createFileSecretStore(join(folder, 'secrets'))
    const locked = { ...cipher, decryptStringAsync: () => Promise.reject(new Error('locked')) }
    const logger = collectingLogger()
    await moveSecrets(locked, file, into, logger)
    expect(logger.lines).toMatchObject([{ event: 'secrets.not-moved' }])
    await moveSecrets(cipher, file, into, logger)
    expect(await into.get('identity')).toBe('old')
  })
})

describe('the preload surface', () => {
  test('passes calls on by their names, and no Electron event', async () => {
    const invoked: unknown[][] = []
    const listeners = new Map<string, (...values: unknown[]) => void>()
    const surface = createSurface({
      invoke: async (...values: unknown[]) => {
        invoked.push(values)
        return 'reply'
      },
      on: ((channel: string, listener: never) => void listeners.set(channel, listener)) as never,
      removeListener: ((channel: string) => void listeners.delete(channel)) as never,
    })
    expect(Object.keys(surface).sort()).toEqual(['call', 'onEvent'])
    for (const name of Object.keys(calls)) expect(await surface.call(name, null)).toBe('reply')
    expect(invoked).toHaveLength(Object.keys(calls).length)
    expect(invoked.every(([channel]) => channel === channels.call)).toBe(true)
    // Whether there is such a call the app says (ipc/router.ts).
    for (const name of [5, null, {}, ['app.info']])
      await expect(surface.call(name as never, null)).rejects.toThrow('unknown call')
    const seen: unknown[][] = []
    const stop = surface.onEvent((...values) => seen.push(values))
    const electronEvent = { sender: 'secret' }
    listeners.get(channels.event)?.(electronEvent, 'status.changed', { a: 1 })
    listeners.get(channels.event)?.(electronEvent, 5, {})
    expect(seen).toEqual([['status.changed', { a: 1 }]])
    stop()
    expect(listeners.size).toBe(0)
  })
})
