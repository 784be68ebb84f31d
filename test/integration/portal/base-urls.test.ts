/** Where the dashboard was found is kept where that saves questions, and only as long as it holds. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { BaseUrls } from '../../../src-main/services/auth/base-urls.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

let folder: string
let http: PortalHttp
let server: StandIn
/** Where the dashboard is. */
let path: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-bases-'))
  http = new PortalHttp(null)
  server = await startStandIn((asked, response) => {
    if (asked.path === `${path}/health`) return void response.end('{"status":"healthy","mode":"production"}')
    response.writeHead(404).end('<html>')
  })
})
afterEach(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const bases = (more: object = {}): BaseUrls => {
  const { portal } = siteProfileSchema.parse({
    ...{ version: 1, id: 'x', name: 'x', portal: { origin: server.origin, ...more } },
    ssh: { loginHost: { address: 'login.example' }, nodes: {} },
  })
  return new BaseUrls(folder, portal!)
}
const found = async (more?: object): Promise<string | undefined> =>
  (await bases(more).dashboard(http))?.slice(server.origin.length)

test('another run asks nothing, until an answer shows that the place is wrong', async () => {
  path = '/dashboardapi'
  expect(await found()).toBe('/dashboardapi')
  const asked = server.asked.length
  expect(asked).toBeGreaterThan(0)
  expect(await found()).toBe('/dashboardapi')
  expect(server.asked.length).toBe(asked)
  path = '/api/api'
  await bases().forget()
  expect(await found()).toBe('/api/api')
})

test('the usual place needs no file', async () => {
  path = '/api'
  expect(await found()).toBe('/api')
  expect(readdirSync(folder)).toEqual([])
})

test('what the profile names wins over what was kept', async () => {
  path = '/dashboardapi'
  await found()
  expect(await found({ dashboardUrl: `${server.origin}/elsewhere` })).toBe('/elsewhere')
})

test.each([
  ['another origin', '{"version":1,"dashboard":"https://elsewhere.example/api"}'],
  ['no address', '{"version":1,"dashboard":"x"}'],
  ['damage', '{"version":1,'],
])('%s in the file is not believed', async (_name, text) => {
  path = '/dashboardapi'
  await found()
  writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), text)
  expect(await found()).toBe('/dashboardapi')
})
