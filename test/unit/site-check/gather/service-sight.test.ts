/** A service through the web server, as the report shows it. */
import { expect, test } from 'vitest'
import { serviceProbes } from '../../../../src-main/protocols/portal/route-answers.ts'
import { findService } from '../../../../src-main/site-check/gather/service-sight.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const bases = ['https://portal.example/cae/automation', 'https://portal.example/cae-automation'] as const
const unknown = portalAnswer({ status: 502, text: '<html><title>502 Bad Gateway</title></html>' })
const notFound = portalAnswer({ status: 404, text: '<!doctype html>\n<html lang=en>\n<title>404</title>' })

test('of several bases the one counts that leads to the service, with its own 404, too', async () => {
  const toSlash = portalAnswer({ status: 301, location: `${bases[1]}/` })
  const http = {
    send: (url: string) =>
      Promise.resolve(url === bases[1] ? toSlash : url.startsWith(bases[1]) ? notFound : unknown),
  }
  const { sight, base } = await findService(http, bases, serviceProbes.caeAutomation, unknown)
  expect(base).toBe(bases[1])
  expect(sight).toMatchObject({ state: 'answers', seen: { key: 'site-check-seen.ownNotFound' } })
})
