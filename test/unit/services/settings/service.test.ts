/** The settings service on real files: what a start finds again, what is kept for others, and what cannot be used. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SettingsService, wishedLanguage } from '../../../../src-main/services/settings/service.ts'
import type { SettingsSnapshot } from '../../../../src-main/shared/model/settings.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

function start(policyFile = join(folder, 'no-policy.json')) {
  const reported: SettingsSnapshot[] = []
  const logger = collectingLogger()
  const onChange = (settings: SettingsSnapshot): void => void reported.push(settings)
  const service = new SettingsService({ dataFolder: folder, logger }, { onChange, policyFile })
  return { service, reported, logger }
}

const saved = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>

test('a change is on the disk at once, for the user alone; a new start finds it', async () => {
  const { service, reported } = start()
  await service.set({ key: 'picture', value: 'sharp' })
  expect(saved()).toEqual({ picture: 'sharp' })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(reported.map(({ picture }) => picture)).toEqual([{ value: 'sharp', managed: false, source: 'user' }])
  const { settings, notices } = await start().service.get()
  expect(settings.picture.value).toBe('sharp')
  expect(notices).toEqual([])
})

test('changes at the same time are all kept; one that changes nothing is not reported', async () => {
  const { service, reported } = start()
  const names = ['one', 'two', 'three']
  await Promise.all(names.map((siteId) => service.set({ key: 'userName', siteId, value: `user-${siteId}` })))
  expect(saved().userName).toEqual({ one: 'user-one', two: 'user-two', three: 'user-three' })
  await service.set({ key: 'userName', siteId: 'one', value: 'user-one' })
  expect(reported).toHaveLength(3)
})

test('two programs of one user lose nothing of each other’s', async () => {
  const [one, other] = [start().service, start().service]
  await one.set({ key: 'lastSite', value: 'one' })
  await other.set({ key: 'panel', value: 'hidden' })
  await one.set({ key: 'language', value: 'ko' })
  expect(saved()).toEqual({ lastSite: 'one', panel: 'hidden', language: 'ko' })
})

test('what a newer version wrote stays in the file', async () => {
  writeFileSync(file, '{"language":"ja","theme":{"dark":true},"panel":"hidden"}')
  const { service } = start()
  const { settings } = await service.get()
  expect(settings.language).toMatchObject({ value: 'system', source: 'default' })
  expect(settings.panel.value).toBe('hidden')
  await service.set({ key: 'picture', value: 'large' })
  expect(saved()).toEqual({ language: 'ja', theme: { dark: true }, panel: 'hidden', picture: 'large' })
})

describe('a file that is none', () => {
  test.each(['', '{"panel":', '[]', 'null', '"text"', '\u0000\u0000'])(
    '%j is set aside and reported once; then settings are kept again',
    async (text) => {
      writeFileSync(file, text)
      const { service, logger } = start()
      const { settings, notices } = await service.get()
      expect(settings.picture.source).toBe('default')
      expect(notices).toMatchObject([{ kind: 'bad-settings' }])
      expect(logger.lines).toMatchObject([{ event: 'settings.file-damaged' }])
      expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text)
      expect(existsSync(file)).toBe(false)
      expect((await service.get()).notices).toEqual([])
      await service.set({ key: 'picture', value: 'light' })
      expect(saved()).toEqual({ picture: 'light' })
    },
  )

  test('one that cannot be read is not written over: what is chosen holds until the end', async () => {
    mkdirSync(file)
    const { service, reported } = start()
    expect((await service.get()).notices).toMatchObject([{ kind: 'bad-settings' }])
    await service.set({ key: 'picture', value: 'light' })
    expect((await service.get()).settings.picture.value).toBe('light')
    expect(reported).toHaveLength(1)
    expect(statSync(file).isDirectory()).toBe(true)
  })

  test('whatever bytes are in it, settings come of it, and a change is kept', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(file, content)
        const { service } = start()
        await service.get()
        await service.set({ key: 'userName', siteId: 'one', value: 'ada' })
        expect((await start().service.get()).settings.userName.value.one).toBe('ada')
      }),
      { numRuns: 100 },
    )
  })
})

test('a choice that cannot be saved is a failure that names the file, and is not reported as made', async () => {
  const reported: unknown[] = []
  const logger = collectingLogger()
  // Linux makes no file there, for root neither.
  const platform = { dataFolder: '/proc', logger }
  const options = {
    onChange: (settings: unknown) => reported.push(settings),
    policyFile: join(folder, 'none'),
  }
  const failure = await failureOf(
    new SettingsService(platform, options).set({ key: 'picture', value: 'light' }),
  )
  expect(failure.kind).toBe('bad-settings')
  expect(failure.evidence[0]).toEqual({ label: 'file', value: '/proc/settings.json' })
  expect(logger.lines).toMatchObject([{ event: 'settings.not-written' }])
  expect(reported).toEqual([])
})

test('the language is known without a page; a file that does not fit is left to the app, which reports it', async () => {
  const wish = () => wishedLanguage(folder, join(folder, 'no-policy.json'))
  expect(await wish()).toBe('system')
  for (const [text, language] of [
    ['{"language":"ko"}', 'ko'],
    ['{"language":"tlh"}', 'system'],
    ['{"language":', 'system'],
  ] as const) {
    writeFileSync(file, text)
    expect(await wish(), text).toBe(language)
    expect(readFileSync(file, 'utf8')).toBe(text)
  }
  expect((await start().service.get()).notices).toMatchObject([{ kind: 'bad-settings' }])
})

describe.skipIf(process.getuid?.() !== 0)('with a policy (only root can make one)', () => {
  const policy = (): string => join(folder, 'policy.json')
  const write = (value: unknown, mode = 0o644): void => {
    writeFileSync(policy(), JSON.stringify(value))
    chmodSync(policy(), mode)
  }

  test('what it sets holds, is marked, and cannot be changed; the rest can', async () => {
    write({ picture: 'light', panel: 'hidden' })
    writeFileSync(file, '{"picture":"large","language":"ko"}')
    const { service, reported } = start(policy())
    const { settings, notices } = await service.get()
    expect(notices).toEqual([])
    expect(settings.picture).toEqual({ value: 'light', managed: true, source: 'policy' })
    expect(settings.language).toEqual({ value: 'ko', managed: false, source: 'user' })
    const failure = await failureOf(service.set({ key: 'picture', value: 'sharp' }))
    expect(failure).toMatchObject({ kind: 'managed-setting', retryable: false })
    expect(saved()).toEqual({ picture: 'large', language: 'ko' })
    await service.set({ key: 'language', value: 'en' })
    expect(reported).toHaveLength(1)
    expect(reported[0]?.picture.value).toBe('light')
    write({ language: 'ko' })
    expect(await wishedLanguage(folder, policy())).toBe('ko')
  })

  test('one that is refused sets nothing, and is logged and reported once', async () => {
    write({ picture: 'light' }, 0o666)
    const { service, logger } = start(policy())
    const { settings, notices } = await service.get()
    expect(settings.picture.source).toBe('default')
    expect(notices).toMatchObject([{ kind: 'bad-settings' }])
    expect(logger.lines).toMatchObject([{ event: 'settings.policy-refused' }])
    expect((await service.get()).notices).toEqual([])
  })
})
