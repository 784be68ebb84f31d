import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  findInstalledProfiles,
  loadProfiles,
} from '../../../../src-main/services/sites/installed-profiles.ts'
import type { SiteProfileInput } from '../../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../../support/failure-of.ts'
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
  writeFileSync(join(own, 'broken.json'), '{\n  // the new portal\n}')
  const { ssh } = profile('three', 'Three')
  writeFileSync(
    join(own, 'wrong.json'),
    JSON.stringify({ ...profile('three', 'Three'), ssh: { ...ssh, user: '-x' } }),
  )
  writeFileSync(join(own, 'notes.txt'), 'not a profile')
  const logger = collectingLogger()
  const { profiles, unusable } = await findInstalledProfiles(
    { dataFolder: join(folder, 'data'), logger },
    machine,
  )
  expect(profiles.map(({ profile: { id, name } }) => [id, name])).toEqual([
    ['one', 'of the machine'],
    ['two', 'Two'],
  ])
  expect(logger.lines.map(({ event, fields }) => [event, fields.name])).toEqual([
    ['profile.unusable', 'broken.json'],
    ['profile.unusable', 'wrong.json'],
  ])
  expect(unusable).toEqual([
    { file: join(own, 'broken.json'), reason: expect.stringContaining('line 2') as string },
    { file: join(own, 'wrong.json'), reason: expect.stringContaining('ssh.user') as string },
  ])
})

test('no folders, no profiles', async () => {
  const logger = collectingLogger()
  expect(await loadProfiles(undefined, { dataFolder: '/nowhere', logger }, '/nowhere')).toEqual({
    profiles: [],
    unusable: [],
  })
  expect(logger.lines).toEqual([])
})

test('where no profile can be used, the first one says why: there is a site on this computer', async () => {
  const machine = join(folder, 'broken')
  mkdirSync(machine)
  const file = join(machine, 'a.json')
  writeFileSync(file, '{\n  // the new portal\n}')
  const failure = await failureOf(
    loadProfiles(undefined, { dataFolder: '/nowhere', logger: collectingLogger() }, machine),
  )
  expect(failure).toMatchObject({
    kind: 'bad-profile',
    evidence: [{ value: file }, { value: expect.stringMatching(/^it is no JSON/) as string }],
  })
})

test('a folder of profiles that cannot be read is no folder without profiles', async () => {
  const loop = join(folder, 'loop')
  symlinkSync(loop, loop)
  const logger = collectingLogger()
  const failure = await failureOf(loadProfiles(undefined, { dataFolder: '/nowhere', logger }, loop))
  expect(failure).toMatchObject({ kind: 'bad-profile', evidence: [{ value: loop }, { value: 'ELOOP' }] })
})
