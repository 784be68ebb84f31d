/** What an answer says of the way to a service, where the web server answers every path with an error of its own. */
import { expect, test } from 'vitest'
import { serviceProbes } from '../../../../src-main/protocols/portal/route-answers.ts'
import { findService } from '../../../../src-main/site-check/gather/service-sight.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const base = 'https://portal.example/cae/automation'
const badGateway = portalAnswer({ status: 502, text: '<html><title>502 Bad Gateway</title></html>' })
const flaskNotFound = portalAnswer({
  status: 404,
  text: '<!doctype html>\n<html lang=en>\n<title>404</title>',
})
const ownNotFound = portalAnswer({ status: 404, text: '<html><center>nginx</center></html>' })
const toSlash = portalAnswer({ status: 301, location: `${base}/` })
const elsewhere = portalAnswer({ status: 302, location: 'https://portal.example/dashboard/' })

test.each([
  [
    'a gateway’s error of its own',
    portalAnswer({ status: 504, text: '504' }),
    badGateway,
    badGateway,
    'down',
  ],
  ['every path’s error, and a location of that name', badGateway, toSlash, badGateway, 'down'],
  ['every path’s error, and nothing more', badGateway, badGateway, badGateway, 'unclear'],
  ['every path’s error, and a way to another page', badGateway, elsewhere, badGateway, 'unclear'],
  ['a gateway’s error where other paths are not found', badGateway, ownNotFound, ownNotFound, 'down'],
  ['the service’s own 404', flaskNotFound, toSlash, badGateway, 'answers'],
  ['another service’s 404', flaskNotFound, flaskNotFound, badGateway, 'not-routed'],
  ['the web server’s 404', ownNotFound, ownNotFound, ownNotFound, 'not-routed'],
])('%s', async (_what, health, atBase, unknown, expected) => {
  const http = { send: (url: string) => Promise.resolve(url === base ? atBase : health) }
  const { sight } = await findService(http, [base], serviceProbes.caeAutomation, unknown)
  expect(sight.state).toBe(expected)
})

test('the 404 of a service whose health is known to be there is no answer of it', async () => {
  const http = { send: (url: string) => Promise.resolve(url === base ? toSlash : flaskNotFound) }
  const { sight } = await findService(http, [base], serviceProbes.moonlight, badGateway)
  expect(sight.state).toBe('not-routed')
})
