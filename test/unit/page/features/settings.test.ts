/** The page's memory: taken up once, never against what was chosen since, and never against the administrator. */
import { expect, test, vi } from 'vitest'
import { settingsOf } from '../../../../src-main/domain/settings.ts'
import type { Settings } from '../../../../src-main/shared/model/settings.ts'
import { createConnectStore, userAt } from '../../../../src-renderer/features/connect/store.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import { createSettingsStore } from '../../../../src-renderer/features/settings/store.ts'
import { createStreamStore } from '../../../../src-renderer/features/stream/store.ts'
import { answeringClient } from '../../../support/answering-client.ts'
import { someFailure } from '../../../support/some-failure.ts'

const earlier: Partial<Settings> = {
  ...{ lastSite: 'two', picture: 'sharp', panel: 'hidden' },
  userName: { two: 'grace' },
}

function client(answer: () => Promise<unknown>) {
  const problems: unknown[] = []
  const made = answeringClient((name) => (name === 'settings.get' ? answer() : null))
  const store = createSettingsStore(made.client, (error) => problems.push(error))
  return { ...made, store, problems }
}

test('what was remembered is taken up; what was chosen meanwhile stays', () => {
  const remember = vi.fn()
  const connect = createConnectStore(remember)
  connect.choosePreset('light')
  connect.recall(settingsOf(earlier, {}))
  expect(connect.getState()).toMatchObject({ siteId: 'two', preset: 'light' })
  expect(userAt(connect.getState(), 'two')).toBe('grace')
  connect.chooseSite('one')
  connect.recall(settingsOf(earlier, {}))
  expect(connect.getState().siteId).toBe('one')
  expect(remember.mock.calls.flat()).toEqual([
    { key: 'picture', value: 'light' },
    { key: 'lastSite', value: 'one' },
  ])
})

test('the administrator’s picture wins over a choice', () => {
  const connect = createConnectStore(() => undefined)
  connect.choosePreset('light')
  connect.recall(settingsOf(earlier, { picture: 'large' }))
  expect(connect.getState()).toMatchObject({ preset: 'large', presetManaged: true })
})

test('a panel is as it was, unless it was toggled before that was known', () => {
  const stream = createStreamStore(true, () => undefined)
  stream.recall(settingsOf({}, {}))
  expect(stream.getState().panel).toBe(true)
  stream.recall(settingsOf(earlier, {}))
  expect(stream.getState().panel).toBe(false)
  stream.togglePanel()
  stream.recall(settingsOf(earlier, {}))
  expect(stream.getState().panel).toBe(true)
})

test('settings are read once and followed; files that could not be used are reported', async () => {
  const { failure } = fail('bad-settings', 'damaged', { facts: { file: 'settings.json.damaged' } })
  const { store, problems, emit } = client(async () => ({
    settings: settingsOf(earlier, {}),
    notices: [failure],
  }))
  const stop = store.begin()
  await vi.waitUntil(() => store.getState().asked)
  expect(problems).toMatchObject([{ failure }])
  expect(store.getState().settings?.picture.value).toBe('sharp')
  emit('settings.changed', settingsOf({ picture: 'large' }, {}))
  expect(store.getState().settings?.picture.value).toBe('large')
  stop()
  emit('settings.changed', settingsOf({}, {}))
  expect(store.getState().settings?.picture.value).toBe('large')
})

test('without an answer the page continues with the defaults, and says why', async () => {
  const error = someFailure('internal')
  const { store, problems } = client(() => Promise.reject(error))
  store.begin()
  await vi.waitUntil(() => store.getState().asked)
  expect(store.getState().settings).toBeNull()
  expect(problems).toEqual([error])
})

test('a setting of the administrator’s is not asked to be changed', async () => {
  const { store, calls } = client(async () => ({
    settings: settingsOf({}, { panel: 'hidden' }),
    notices: [],
  }))
  store.begin()
  await vi.waitUntil(() => store.getState().asked)
  await store.remember({ key: 'panel', value: 'shown' })
  await store.remember({ key: 'picture', value: 'light' })
  expect(calls).toEqual([
    { name: 'settings.get', input: null },
    { name: 'settings.set', input: { key: 'picture', value: 'light' } },
  ])
})
