import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadInstalledProfiles } from '../../../../src-main/services/sites/installed-profiles.ts'
import type { SiteProfileInput } from '../../../../src-main/shared/model/site-profile.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-profiles-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const profile = (id: string, name: string): SiteProfileInput => ({
  version: 1,
  id,
  name,
  portal: { origin: 'https://portal.example' },
  ssh: { loginHost: { address: 'login.example' }, nodes: {} },
})

test('the machine comes first, broken profiles are named and left out', async () => {
  const machine = join(folder, 'machine')
  const own = join(folder, 'data', 'sites')
  mkdirSync(machine, { recursive: true })
  mkdirSync(own, { recursive: true })
  writeFileSync(join(machine, 'a.json'), JSON.stringify(profile('one', 'of the machine')))
  writeFileSync(join(own, 'a.json'), JSON.stringify(profile('one', 'of the user')))
  writeFileSync(join(own, 'b.json'), JSON.stringify(profile('two', 'Two')))
  writeFileSync(join(own, 'broken.json'), '{')
  writeFileSync(join(own, 'notes.txt'), 'not a profile')
  const logger = collectingLogger()
  const loaded = await loadInstalledProfiles({ dataFolder: join(folder, 'data'), logger }, machine)
  expect(loaded.map(({ profile: { id, name } }) => [id, name])).toEqual([
    ['one', 'of the machine'],
    ['two', 'Two'],
  ])
  expect(logger.lines.map(({ event, fields }) => [event, fields.name])).toEqual([
    ['profile.unusable', 'broken.json'],
  ])
})

test('no folders, no profiles', async () => {
  const logger = collectingLogger()
  expect(await loadInstalledProfiles({ dataFolder: '/nowhere', logger }, '/nowhere')).toEqual([])
  expect(logger.lines).toEqual([])
})
