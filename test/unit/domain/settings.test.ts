/** Settings files of other versions, other programs and broken disks: what fits holds, and what does not takes nothing with it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedFile, isSettingsFile, settingsOf, usableSettings } from '../../../src-main/domain/settings.ts'
import {
  defaultSettings,
  mostSites,
  settingKeys,
  settingsSchema,
  settingsSnapshotSchema,
  type Settings,
} from '../../../src-main/shared/model/settings.ts'

const all: Settings = {
  language: 'ko',
  lastSite: 'gpu.example',
  picture: 'sharp',
  panel: 'hidden',
  userName: { 'gpu.example': 'ada' },
  image: { 'gpu.example': 'gnome' },
  vncImage: { 'gpu.example': 'xfce4' },
  vncHours: { 'gpu.example': 8 },
  vncSize: { 'gpu.example': '1920x1080' },
}

test('without a file and a policy the defaults hold', () => {
  const settings = settingsOf({}, {})
  for (const key of settingKeys)
    expect(settings[key]).toEqual({ value: defaultSettings[key], managed: false, source: 'default' })
})

test('the policy wins over the user, also where it says that there is nothing', () => {
  const settings = settingsOf(all, { language: 'en', lastSite: null })
  expect(settings.language).toEqual({ value: 'en', managed: true, source: 'policy' })
  expect(settings.lastSite).toEqual({ value: null, managed: true, source: 'policy' })
  expect(settings.picture).toEqual({ value: 'sharp', managed: false, source: 'user' })
})

test.each<[keyof Settings, unknown]>([
  ['language', 'ja'],
  ['lastSite', '../../etc/passwd'],
  ['picture', 4],
  ['panel', null],
  ['userName', 'ada'],
  ['image', { 'gpu.example': 'two\nlines' }],
  ['vncImage', { 'gpu.example': 'x'.repeat(65) }],
  ['vncHours', { 'gpu.example': 3 }],
  ['vncSize', { 'gpu.example': '1x1' }],
])('%s out of bounds falls back alone', (key, value) => {
  const { [key]: _left, ...others } = all
  expect(usableSettings({ ...all, [key]: value })).toEqual(others)
})

test('one site’s entry out of bounds takes no other with it', () => {
  const userName = { one: 'ada', two: 'x'.repeat(257), 'NO SITE': 'bob', three: 7, four: 'eve' }
  expect(usableSettings({ userName })).toEqual({ userName: { one: 'ada', four: 'eve' } })
})

describe('a change', () => {
  test('leaves everything else as it was read', () => {
    const file = { ...all, language: 'ja', theme: { dark: true }, userName: { one: 'ada', two: { new: 1 } } }
    expect(changedFile(file, { key: 'picture', value: 'large' })).toEqual({ ...file, picture: 'large' })
    expect(changedFile(file, { key: 'userName', siteId: 'three', value: 'eve' })).toEqual({
      ...file,
      userName: { one: 'ada', two: { new: 1 }, three: 'eve' },
    })
    expect(changedFile(file, { key: 'userName', siteId: 'one', value: null })).toEqual({
      ...file,
      userName: { two: { new: 1 } },
    })
  })

  test('keeps the sites that were changed last', () => {
    let file = {}
    for (let n = 0; n < mostSites + 5; n++)
      file = changedFile(file, { key: 'userName', siteId: `site${n}`, value: 'ada' })
    const sites = Object.keys((file as Settings).userName)
    expect(sites).toHaveLength(mostSites)
    expect([sites[0], sites.at(-1)]).toEqual(['site5', `site${mostSites + 4}`])
  })
})

test('whatever a file holds, what comes of it fits, and no prototype is touched', () => {
  const hostile = fc.oneof(
    fc.json().map((text) => JSON.parse(text) as unknown),
    fc.dictionary(fc.constantFrom(...settingKeys, '__proto__', 'constructor'), fc.anything()),
    fc.record(Object.fromEntries(settingKeys.map((key) => [key, fc.jsonValue()])), { requiredKeys: [] }),
    fc.constant(JSON.parse('{"__proto__":{"language":"ko"},"userName":{"__proto__":"ada"}}') as unknown),
  )
  fc.assert(
    fc.property(hostile, (value) => {
      if (!isSettingsFile(value)) return
      expect(settingsSchema.partial().safeParse(usableSettings(value)).error).toBeUndefined()
      expect(settingsSnapshotSchema.safeParse(settingsOf(value, {})).error).toBeUndefined()
      const after = changedFile(value, { key: 'userName', siteId: 'one', value: 'ada' })
      expect(usableSettings(after).userName?.one).toBe('ada')
      expect(settingsOf(after, {}).picture).toEqual(settingsOf(value, {}).picture)
    }),
    { numRuns: 1000 },
  )
  expect(({} as Record<string, unknown>).language).toBeUndefined()
})
