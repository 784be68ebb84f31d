/** The sign-in service behind a web server that does not know it, or knows it and finds it away. */
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

let server: StandIn
let http: PortalHttp
afterEach(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})

const page = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><title>${text}</title></html>`)

/** @param auth answers for the service's paths; all others get the catch-all's 502 */
async function reasonOf(auth: (path: string, response: ServerResponse) => void): Promise<string> {
  http = new PortalHttp(null)
  server = await startStandIn(({ path }, response) =>
    path.startsWith('/auth') ? auth(path, response) : page(response, 502, 'Bad Gateway'),
  )
  const { kind, reason } = await failureOf(new AuthPortal(http, `${server.origin}/auth`).info())
  return `${kind}/${reason}`
}

test('F8: an error that comes for every path is not said to be the service’s', async () => {
  expect(await reasonOf((_path, response) => page(response, 502, 'Bad Gateway'))).toBe(
    'portal-error/fails-for-all',
  )
})

test('F3: no route: 404', async () => {
  expect(await reasonOf((_path, response) => page(response, 404, 'Not Found'))).toBe(
    'portal-not-routed/sign-in',
  )
})

test('F8: a route to a service that is away, beside a catch-all that fails alike', async () => {
  const reason = await reasonOf((path, response) => {
    if (path !== '/auth') return page(response, 502, 'Bad Gateway')
    response.writeHead(301, { location: `${server.origin}/auth/` }).end()
  })
  expect(reason).toBe('portal-error/service-down')
})

test('a page that comes for everything may be a network’s own', async () => {
  expect(await reasonOf((_path, response) => page(response, 200, 'Welcome to the hotel'))).toBe(
    'portal-error/web-page',
  )
})
