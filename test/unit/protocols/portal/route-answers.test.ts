/** What an answer says of the way to a service, where the web server answers every path with an error of its own. */
import { expect, test } from 'vitest'
import { serviceProbes, serviceStateOf } from '../../../../src-main/protocols/portal/route-answers.ts'
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
const gatewayTimeout = portalAnswer({ status: 504, text: '504' })
const everybodysJson = portalAnswer({ status: 200, text: '{"a":1}', json: { a: 1 } })

test.each([
  ['a gateway’s error of its own', gatewayTimeout, badGateway, badGateway, 'down'],
  ['every path’s error, and a location of that name', badGateway, toSlash, badGateway, 'down'],
  ['every path’s error, and nothing more', badGateway, badGateway, badGateway, 'unclear'],
  ['every path’s error, and a way to another page', badGateway, elsewhere, badGateway, 'unclear'],
  ['every path’s error, and silence', badGateway, null, badGateway, 'unclear'],
  ['a gateway’s error where other paths are not found', badGateway, ownNotFound, ownNotFound, 'down'],
  ['the service’s own 404', flaskNotFound, toSlash, badGateway, 'own-not-found'],
  ['another service’s 404', flaskNotFound, flaskNotFound, badGateway, 'not-routed'],
  ['the web server’s 404', ownNotFound, ownNotFound, ownNotFound, 'not-routed'],
  ['what every path gets', everybodysJson, everybodysJson, everybodysJson, 'not-routed'],
])('%s', async (_what, answer, atBase, unknown, expected) => {
  const probe = serviceProbes.caeAutomation
  expect(await serviceStateOf(answer, { probe, base, unknown }, () => Promise.resolve(atBase))).toBe(expected)
})

test('the 404 of a service whose health is known to be there is no answer of it', async () => {
  const at = { probe: serviceProbes.moonlight, base, unknown: badGateway }
  expect(await serviceStateOf(flaskNotFound, at, () => Promise.resolve(toSlash))).toBe('not-routed')
})

test('an old backend without a list of images says itself that it is there', async () => {
  const at = { probe: serviceProbes.moonlight, base, unknown: ownNotFound }
  const itself = portalAnswer({
    status: 200,
    json: { service: 'Moonlight', endpoints: { sessions: '/sessions' } },
  })
  const asked: string[] = []
  const state = serviceStateOf(ownNotFound, at, async (url) => {
    asked.push(url)
    return itself
  })
  expect([await state, asked]).toEqual(['own-not-found', [`${base}/`]])
})
