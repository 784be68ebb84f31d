/** The four nginx files of portals: every recorded probe path is answered alike, and limits and errors are nginx's own. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { lookAtRoutes } from '../../../src-main/protocols/portal/routes.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { startSite } from '../../site/index.ts'
import { nginxForms, type NginxForm } from '../../site/nginx/forms.ts'
import type { FaultName } from '../../site/faults.ts'
import type { Site } from '../../site/types.ts'
import { ask } from './support.ts'
import type { Answer } from './support.ts'

type Probe = [form: string, path: string, status: number, kind: string, location?: string]
const probes = JSON.parse(
  readFileSync(new URL('../../fixtures/portal/nginx-probes.json', import.meta.url), 'utf8'),
) as Probe[]

/** What did not run, or was not mended, when the files were recorded. */
const asRecorded: FaultName[] = ['cae-automation-down', 'prometheus-down', 'open-proxy', 'start-page-down']

const pages = ['/dashboard', '/vnc', '/cae', '/app']
const routesOf: Readonly<Record<NginxForm, readonly string[]>> = {
  'NG-A': [...pages, '/socket.io', '/vncproxy'],
  'NG-B': [...pages, '/moonlight', '/socket.io', '/vncproxy'],
  'NG-C': [...pages, '/moonlight', '/socket.io', '/vncproxy'],
  // `/vncproxy/...` gives the page of `/vnc` here, and what has no location a gateway's error.
  'NG-D': ['/dashboard', '/vnc', '/app'],
}

function kindOf({ json, text, contentType }: Answer): string {
  const page = /placeholder (\w+)/.exec(text)?.[1]
  if (page) return `page ${page}`
  if (json !== null && contentType.includes('json')) return 'json'
  if (text.includes('<hr><center>nginx')) return 'nginx'
  if (text.startsWith('<!doctype html>')) return 'flask'
  return text.startsWith('0{') ? 'socket.io' : 'text'
}

describe.each(nginxForms)('%s', (form) => {
  let site: Site
  beforeAll(async () => {
    site = await startSite({ desktop: 'plain', nginx: form, faults: asRecorded, gatewayTimeoutSeconds: 1 })
  })
  afterAll(() => site.dispose())
  /** The recorded path with this site's ports in place of the real ones. */
  const here = (path: string): string => {
    const port = (address: string): string => address.split(':')[1]!
    const { auth, moonlight } = site.ready.services
    const ports: Record<string, string> = {
      '4430': port(auth),
      '8004': port(moonlight),
      '6379': port(site.ready.redis),
    }
    return path.replace(
      /^(\/vncproxy\/)(4430|8004|6379)/,
      (_, start: string, real: string) => start + ports[real]!,
    )
  }

  test.each(probes.filter((probe) => probe[0] === form).map((probe) => [probe[1], probe] as const))(
    '%s',
    async (path, [, , status, kind, location]) => {
      const answer = await ask(site, 'GET', here(path))
      expect([answer.status, kindOf(answer)]).toEqual([status, kind])
      if (location !== undefined) expect(new URL(answer.headers.location!).pathname).toBe(location)
    },
  )

  test('a backend that is stopped is 502, one that hangs 504, both nginx’s pages', async () => {
    const path =
      form === 'NG-B' ? '/api/moonlight/images' : form === 'NG-C' ? '/api/moonlight/health' : '/auth/info'
    const [stopped, hanging] =
      path === '/auth/info' ? (['auth-portal-down', null] as const) : (['portal-502', 'portal-504'] as const)
    await site.setFault(stopped, true)
    const down = await ask(site, 'GET', path)
    expect([down.status, kindOf(down)]).toEqual([502, 'nginx'])
    await site.setFault(stopped, false)
    expect((await ask(site, 'GET', path)).status).toBe(200)
    if (hanging === null) return
    await site.setFault(hanging, true)
    const late = await ask(site, 'GET', path)
    expect([late.status, kindOf(late)]).toEqual([504, 'nginx'])
    await site.setFault(hanging, false)
    expect((await ask(site, 'GET', path)).status).toBe(200)
  })

  test('the client sees exactly the routes that lead somewhere', async () => {
    const { portal: origin, caFile } = site.ready
    const http = new PortalHttp(readFileSync(caFile, 'utf8'))
    try {
      const profile = siteProfileSchema.shape.portal.unwrap().parse({ origin })
      const pathsOf = async (): Promise<Record<string, string[]>> => {
        const routes = await lookAtRoutes(http, profile)
        const of = (wanted: string): string[] =>
          routes.filter(({ state }) => state === wanted).map(({ path }) => path)
        return { there: of('there'), failing: of('failing') }
      }
      // On a slow machine nginx's patience here may end before a service's answer comes.
      await expect.poll(pathsOf, { timeout: 30_000 }).toEqual({ there: routesOf[form], failing: [] })
    } finally {
      await http.close()
    }
  })

  test('a body of 2 MB is refused, except by NG-D', async () => {
    const answer = await ask(site, 'POST', '/auth/test/login', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'large', email: 'x'.repeat(2 << 20) }),
    }).catch((error: Error) => error)
    // nginx may close before it has read the body: then the answer is lost with the connection.
    if (answer instanceof Error) expect(answer.message).toMatch(/EPIPE|ECONNRESET|socket hang up/)
    // Where it is passed on, a slow machine may take longer with it than this site's nginx waits.
    else expect(form === 'NG-D' ? [200, 504] : [413]).toContain(answer.status)
  })

  test('the forms with TLS redirect from their plain port, the others speak plain HTTP', async () => {
    const plain = form === 'NG-A' || form === 'NG-D'
    expect(new URL(site.ready.portal).protocol).toBe(plain ? 'http:' : 'https:')
    if (plain) return expect(site.ready.portalRedirect).toBeNull()
    const answer = await ask(site, 'GET', `${site.ready.portalRedirect!}/auth/info?x=1`)
    expect([answer.status, answer.headers.location]).toEqual([301, `${site.ready.portal}/auth/info?x=1`])
    const wrong = await ask(site, 'GET', `${site.ready.portal.replace('https:', 'http:')}/auth/info`)
    expect([wrong.status, wrong.text.includes('plain HTTP request was sent to HTTPS port')]).toEqual([
      400,
      true,
    ])
  })
})

test('NG-D refuses what comes too fast with 503, without Retry-After', async () => {
  const site = await startSite({ desktop: 'plain', nginx: 'NG-D' })
  try {
    for (const [path, passing, asked] of [
      ['/auth/info', 11, 20],
      ['/api/health', 31, 80],
    ] as const) {
      const answers = await Promise.all(Array.from({ length: asked }, () => ask(site, 'GET', path)))
      const refused = answers.filter(({ status }) => status === 503)
      const passed = answers.filter(({ status }) => status === 200)
      expect(passed.length + refused.length).toBe(asked)
      // A few more pass where the machine is slow: the limit lets some in every second.
      expect(passed.length).toBeGreaterThanOrEqual(passing)
      expect(refused.length).toBeGreaterThan(0)
      expect(refused.map(kindOf)).toEqual(refused.map(() => 'nginx'))
      expect(refused.every(({ headers }) => headers['retry-after'] === undefined)).toBe(true)
    }
  } finally {
    await site.dispose()
  }
})
