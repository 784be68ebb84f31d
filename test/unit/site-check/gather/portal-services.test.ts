/** What is seen of services that answer, and have no health check. */
import { expect, test } from 'vitest'
import { PortalHttp } from '../../../../src-main/protocols/portal/http.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import { lookAtAuthPortal, lookAtCae } from '../../../../src-main/site-check/gather/portal-services.ts'
import type { PortalLook } from '../../../../src-main/site-check/gather/portal-look.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const origin = 'https://portal.example'
const { portal } = siteProfileSchema.parse({
  ...{ version: 1, id: 'x', name: 'x', portal: { origin } },
  ssh: { loginHost: { address: 'login.example' }, nodes: {} },
})
const notFound = portalAnswer({ status: 404, text: '<html><title>404</title></html>' })

/** @param answers JSON by path; any other path is not there */
const lookOf = (answers: Record<string, object>): PortalLook => {
  const send = (url: string): Promise<typeof notFound> => {
    const json = answers[url.slice(origin.length)]
    return Promise.resolve(json ? portalAnswer({ json }) : notFound)
  }
  return {
    // It opens nothing before it is asked.
    http: Object.assign(new PortalHttp(null), { send }),
    portal: portal!,
    origin: new URL(origin),
    isStranger: false,
  }
}

const info = { '/auth/info': { sso_enabled: true, sso_type: 'mock' } }
const cae = { '/cae/api/app/health': { status: 'healthy', service: 'app' } }

test('a missing health check of the auth portal (4430) and of CAE (5000) is mentioned, and no fault', async () => {
  expect(await lookAtAuthPortal(lookOf(info))).toMatchObject({
    state: 'answers',
    seen: { key: 'site-check-seen.noHealth', values: { path: '/auth/health' } },
  })
  expect(await lookAtCae(lookOf(cae))).toMatchObject({
    state: 'answers',
    seen: { key: 'site-check-seen.noHealth', values: { path: '/cae/api/health' } },
  })
})

test('one that is there is not mentioned', async () => {
  const { seen } = await lookAtAuthPortal(lookOf({ ...info, '/auth/health': { status: 'healthy' } }))
  expect(JSON.stringify(seen)).not.toContain('noHealth')
})
