/** A site without a portal, and what a check of it takes from the app. */
import type { ClusterAccess } from '../../../src-main/services/cluster/access.ts'
import type { LoadedProfile } from '../../../src-main/services/sites/index.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import type { SiteCheckOptions } from '../../../src-main/site-check/check.ts'

export const loaded: LoadedProfile = {
  profile: siteProfileSchema.parse({
    version: 1,
    id: 'site',
    name: 'Site',
    ssh: {
      user: 'ada',
      loginHost: { address: 'login.example' },
      nodes: { byName: { viz01: { address: 'viz01' } } },
    },
  }),
  jobTemplate: '#!/bin/sh',
  portalCa: null,
  identityFile: null,
  redisPasswordFile: null,
  redisCaFile: null,
}

const notNeeded = (): never => {
  throw new Error('this check needs no such thing')
}

export const platformOf = (dataFolder: string): SiteCheckOptions['platform'] => ({
  clock: { now: () => Date.now() },
  systemProxy: null,
  dataFolder,
  processes: { start: notNeeded },
})

/** A login that is open at the site. */
export const standingLogin = (ways: Pick<ClusterAccess, 'onLogin' | 'openNode'>): ClusterAccess => ({
  login: 'ada@login.example:22',
  node: null,
  onNode: notNeeded,
  openForward: () => Promise.reject(new Error('no forward')),
  ...ways,
})
