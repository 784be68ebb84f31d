/** How the app in Electron ends, and what becomes of a page that crashed. `test/electron` shows both in a real one. */
import { EventEmitter } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { endInOrder } from '../../../../src-main/shells/electron/app-end.ts'
import { askWhereToSave } from '../../../../src-main/shells/electron/downloads.ts'
import { english } from '../../../support/english.ts'
import { text } from '../../../support/texts.ts'
import { showFailure } from '../../../../src-main/shells/electron/failure-dialog.ts'
import { reloadAfterCrash, startPage, stoppedPage } from '../../../../src-main/shells/electron/page-crash.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import { translator, type Language } from '../../../../src-main/shared/texts/index.ts'
import { startFakeClock } from '../../../support/fake-clock.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

function startEnd(dispose: () => Promise<void>) {
  const exits: number[] = []
  const events = new EventEmitter()
  const app = Object.assign(events, { exit: (code: number) => void exits.push(code) })
  const logger = collectingLogger()
  const end = endInOrder(app as never, dispose, logger)
  /** Electron quits by itself where no listener stops it. */
  const quit = (): boolean => {
    let stopped = false
    events.emit('before-quit', { preventDefault: () => (stopped = true) })
    return !stopped
  }
  return { end, exits, events, quit, logger }
}

test.each(['quit', 'window-all-closed'])('%s: the app is put away first, once', async (how) => {
  const work = Promise.withResolvers<void>()
  const dispose = vi.fn(() => work.promise)
  const { end, exits, events, quit } = startEnd(dispose)
  const again = (): unknown => (how === 'quit' ? expect(quit()).toBe(false) : events.emit(how))
  again()
  again()
  expect(end.begun).toBe(true)
  expect(quit()).toBe(false)
  expect([dispose.mock.calls.length, exits]).toEqual([1, []])
  work.resolve()
  await vi.waitFor(() => expect(exits).toEqual([0]))
})

test('what cannot be put away is logged, and the program ends', async () => {
  const { end, exits, logger } = startEnd(() => Promise.reject(new Error('stuck')))
  end.begin()
  await vi.waitFor(() => expect(exits).toEqual([1]))
  expect(logger.lines).toMatchObject([{ event: 'app.end-failed' }])
})

test('what never ends does not keep the program: 20 s', async () => {
  const clock = startFakeClock()
  onTestFinished(() => clock.restore())
  const { end, exits } = startEnd(() => new Promise(() => undefined))
  end.begin()
  await clock.pass(19_900)
  expect(exits).toEqual([])
  await clock.pass(200)
  expect(exits).toEqual([1])
})

function startPageOf(ending = false) {
  const contents = new EventEmitter()
  const loaded: string[] = []
  let time = 0
  reloadAfterCrash(
    Object.assign(contents, {
      loadURL: (url: string) => {
        loaded.push(url)
        return Promise.resolve()
      },
    }) as never,
    { ending: () => ending, now: () => time, logger: collectingLogger() },
  )
  return {
    loaded,
    crash: (at: number, reason = 'crashed'): void => {
      time = at
      contents.emit('render-process-gone', {}, { reason, exitCode: 1 })
    },
  }
}

test('a page that crashed is loaded again; one that crashes again within a minute gives way', () => {
  const { loaded, crash } = startPageOf()
  crash(0)
  crash(60_001)
  crash(61_000, 'oom')
  expect(loaded).toEqual([startPage, startPage, stoppedPage])
})

test('a page that ends with the app, or was asked to, stays away', () => {
  const ending = startPageOf(true)
  ending.crash(0, 'killed')
  const clean = startPageOf()
  clean.crash(0, 'clean-exit')
  expect([ending.loaded, clean.loaded]).toEqual([[], []])
})

test('the user chooses where a file of the page is saved, under a title of words; nothing else is saved', () => {
  const session = new EventEmitter()
  let language: Language = 'en'
  askWhereToSave(session as never, collectingLogger(), () => translator(language))
  const download = (url: string) => {
    const outcome = { prevented: false, options: null as unknown }
    session.emit(
      'will-download',
      { preventDefault: () => (outcome.prevented = true) },
      {
        getURL: () => url,
        getFilename: () => 'site-check.md',
        setSaveDialogOptions: (options: unknown) => (outcome.options = options),
      },
    )
    return outcome
  }
  expect(download('blob:app://client/7a')).toEqual({
    prevented: false,
    options: { title: 'Save site-check.md', defaultPath: 'site-check.md' },
  })
  language = 'ko'
  expect(download('blob:app://client/7b').options).toMatchObject({
    title: translator('ko')('shell.save', { name: 'site-check.md' }),
  })
  for (const url of ['https://evil.example/a', 'blob:app://client.evil/a', 'app://client/index.html'])
    expect(download(url), url).toEqual({ prevented: true, options: null })
})

test('a dialog has the sentence, the next step, the evidence and where the log lies', async () => {
  const shown: unknown[] = []
  const dialog = { showMessageBox: (...values: unknown[]) => Promise.resolve(shown.push(values) as never) }
  const failure = fail('bad-profile', 'profile-unusable', { evidence: [{ label: 'file', value: '/a.json' }] })
  const { message, nextStep } = english(failure.failure)
  const options = { title: text('shell.startFailed'), logFile: '~/vizlink.log', language: 'en' as const }
  await showFailure(dialog, failure, { ...options, window: null })
  await showFailure(dialog, failure, { ...options, window: 'window' as never })
  const [[box], [window, same]] = shown as [[Record<string, string>], [unknown, unknown]]
  expect(box).toMatchObject({ type: 'error', title: options.title })
  for (const text of [message, nextStep, 'file: /a.json', '~/vizlink.log'])
    expect(`${box.message} ${box.detail}`).toContain(text)
  expect([window, same]).toEqual(['window', box])
})
