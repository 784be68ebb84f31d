import { expect, test } from 'vitest'
import { sshUser } from '../../../../src-main/services/sites/ssh-user.ts'
import type { SiteProfile } from '../../../../src-main/shared/model/site-profile.ts'

const profile = (ssh?: string, portal?: string): Pick<SiteProfile, 'ssh' | 'portal'> =>
  ({ ssh: { user: ssh }, portal: { user: portal } }) as Pick<SiteProfile, 'ssh' | 'portal'>

test.each([
  ['the profile’s SSH user', 'unix', 'portal', 'typed', { USER: 'laptop' }, 'unix'],
  ['the portal’s user', undefined, 'portal', 'typed', { USER: 'laptop' }, 'portal'],
  ['the portal user that was typed', undefined, undefined, 'typed', { USER: 'laptop' }, 'typed'],
  ['this computer’s user', undefined, undefined, null, { USER: 'laptop' }, 'laptop'],
  ['its login name', undefined, undefined, null, { LOGNAME: 'login' }, 'login'],
])('%s', (_who, ssh, portal, typed, environment, expected) => {
  expect(sshUser(profile(ssh, portal), typed, environment)).toBe(expected)
})

test('no user at all', () => {
  expect(() => sshUser(profile(), null, {})).toThrow('bad-profile/no-ssh-user')
})

test('B14 a portal’s name that SSH does not take', () => {
  expect(() => sshUser(profile(undefined, 'Ada Lovelace (HPC)'), null, { USER: 'laptop' })).toThrow(
    'bad-profile/no-ssh-user',
  )
})
