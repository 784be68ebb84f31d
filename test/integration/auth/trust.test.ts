/** A portal whose certificate no authority vouches for: shown once, pinned, and any change stops everything. Proxies. */
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createPlain } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { CertificatePins } from '../../../src-main/services/confirmed/certificates.ts'
import { loadProfile, type LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { english } from '../../support/english.ts'
import { issuedBy, selfSigned } from '../../support/certificates.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { failureOf } from '../../support/failure-of.ts'
import { signInClient, type Person, type SignInClient } from '../../support/sign-in-client.ts'
import { said } from '../../support/texts.ts'

interface Portal extends AsyncDisposable {
  origin: string
  /** Paths that were asked for, with their tokens. */
  asked: string[]
  /** Restarts with another certificate on the same port. */
  show(certificate: { key: string; cert: string }): Promise<void>
}

const claims = Buffer.from(JSON.stringify({ sub: 'alice', exp: 4e9 })).toString('base64url')

/** A portal with a login without a password, as short as it can be. */
async function startPortal(certificate: { key: string; cert: string }): Promise<Portal> {
  const asked: string[] = []
  let stop = async (): Promise<void> => undefined
  let port = 0
  const show = async (shown: { key: string; cert: string }): Promise<void> => {
    await stop()
    const server = createServer(shown, (request, response) => {
      asked.push(request.url ?? '')
      const answers: Record<string, object> = {
        '/auth/info': { sso_enabled: false, sso_type: 'mock', login_url: '/auth/test/login' },
        '/auth/test/login': { token: `h.${claims}.mark`, user: { username: 'alice', groups: [] } },
        '/auth/verify': { valid: true, user: { sub: 'alice', exp: 4e9 } },
      }
      response.end(JSON.stringify(answers[request.url ?? ''] ?? {}))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
    stop = async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  await show(certificate)
  return { origin: `https://127.0.0.1:${port}`, asked, show, [Symbol.asyncDispose]: () => stop() }
}

let folder: string
let portal: Portal
let mine: { key: string; cert: string }
let clients: SignInClient[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-trust-test-'))
  clients = []
  mine = await selfSigned()
  portal = await startPortal(mine)
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.dispose()))
  await portal[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function profile(part: object = {}): Promise<LoadedProfile> {
  const path = join(folder, 'site.json')
  const json = {
    version: 1,
    id: 'site',
    name: 'Site',
    portal: { origin: portal.origin, user: 'alice', ...part },
  }
  writeFileSync(
    path,
    JSON.stringify({ ...json, ssh: { loginHost: { address: 'login.example' }, nodes: {} } }),
  )
  return loadProfile(path)
}

async function clientWith(person: Person, part: object = {}): Promise<SignInClient> {
  const client = signInClient({ loaded: await profile(part), dataFolder: folder, handOffPort: 0, person })
  clients.push(client)
  return client
}
const accept: Person = (question) => (question.type === 'certificate' ? ['yes'] : null)
const refuse: Person = () => null
const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256

describe('a self-signed portal', () => {
  test('is shown with all that identifies it, before anything is sent', async () => {
    const client = await clientWith(refuse)
    const failure = await failureOf(client.signIn())
    expect(failure.kind).toBe('untrusted-certificate')
    const certificate = new X509Certificate(mine.cert)
    expect(client.asked).toMatchObject([
      {
        type: 'certificate',
        origin: portal.origin,
        subject: 'CN=portal.example',
        issuer: 'CN=portal.example',
        fingerprint: certificate.fingerprint256,
        validTo: Date.parse(certificate.validTo),
      },
    ])
    expect(portal.asked).toEqual([])
    expect(readdirSync(folder)).not.toContain('certificates')
  })

  test('is not trusted where no user can be asked', async () => {
    const client = await clientWith(accept)
    expect(english(await failureOf(client.signIn({ unattended: true }))).nextStep).toMatch(/fingerprint/)
    expect(await client.auth.outlook()).toEqual({ kind: 'unknown', user: null })
    expect(client.asked).toEqual([])
  })

  test('once confirmed it is known, also to the next start', async () => {
    const first = await clientWith(accept)
    expect((await first.signIn()).user).toBe('alice')
    const file = join(folder, 'certificates', readdirSync(join(folder, 'certificates'))[0]!)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const second = await clientWith(refuse)
    expect((await second.signIn()).user).toBe('alice')
    expect(second.asked).toEqual([])
  })

  test('a certificate for which the confirmed one vouches is another', async () => {
    const client = await clientWith(accept)
    await client.signIn()
    await portal.show(await issuedBy(mine))
    portal.asked.length = 0
    const failure = await failureOf((await clientWith(accept)).signIn())
    expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false })
    expect(portal.asked).toEqual([])
  })

  test('another certificate later stops everything, and both fingerprints are shown', async () => {
    const client = await clientWith(accept)
    await client.signIn()
    const next = await selfSigned()
    await portal.show(next)
    portal.asked.length = 0
    for (const each of [client, await clientWith(accept)]) {
      const failure = await failureOf(each.signIn())
      expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false })
      const evidence = Object.fromEntries(failure.evidence.map(({ label, value }) => [label, value]))
      expect(evidence).toMatchObject({
        'confirmed-sha256': fingerprintOf(mine.cert),
        'shown-sha256': fingerprintOf(next.cert),
      })
    }
    expect(client.asked.length).toBe(1)
    expect(portal.asked).toEqual([])
    expect(await new CertificatePins(folder).forget(portal.origin)).toBe(true)
    expect((await (await clientWith(accept)).signIn()).user).toBe('alice')
  })

  test('a pin holds for its origin only, and damage is not taken for "never seen"', async () => {
    const client = await clientWith(accept)
    await client.signIn()
    await using other = await startPortal(mine)
    const pinned = await new CertificatePins(folder).get(portal.origin)
    const http = new PortalHttp(null, { pinned })
    try {
      expect((await http.send(`${portal.origin}/auth/info`)).status).toBe(200)
      expect((await failureOf(http.send(`${other.origin}/auth/info`))).kind).toBe('untrusted-certificate')
      expect(other.asked).toEqual([])
    } finally {
      await http.close()
    }
    const file = join(folder, 'certificates', readdirSync(join(folder, 'certificates'))[0]!)
    writeFileSync(file, '{')
    const damaged = await clientWith(accept)
    expect(await failureOf(damaged.signIn())).toMatchObject({
      kind: 'untrusted-certificate',
      retryable: false,
    })
    expect(damaged.asked).toEqual([])
  })

  test('is not offered where the profile names an authority, nor where its time is over', async () => {
    writeFileSync(join(folder, 'ca.pem'), (await selfSigned()).cert)
    const strict = await clientWith(accept, { caFile: 'ca.pem' })
    expect((await failureOf(strict.signIn())).kind).toBe('untrusted-certificate')
    await portal.show(await selfSigned({ validFrom: -9, validTo: -1 }))
    const expired = await clientWith(accept)
    expect((await failureOf(expired.signIn())).kind).toBe('untrusted-certificate')
    expect([...strict.asked, ...expired.asked]).toEqual([])
    expect(portal.asked).toEqual([])
  })
})

test('a portal of plain http: the user is warned', async () => {
  const client = await clientWith(accept)
  expect((await client.signIn()).warnings.map(said).join(' ')).not.toContain('unencrypted')
  const plain = createPlain((request, response) => {
    const answers: Record<string, object> = {
      '/auth/info': { sso_enabled: false, sso_type: 'mock', login_url: '/x' },
      '/auth/test/login': { token: `h.${claims}.mark`, user: { username: 'alice' } },
      '/auth/verify': { valid: true, user: { sub: 'alice', exp: 4e9 } },
    }
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}))
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`
  const there = await clientWith(refuse, { origin })
  expect((await there.signIn()).warnings.map(said).join(' ')).toContain('your token travel unencrypted')
  await there.dispose()
  plain.closeAllConnections()
  await new Promise((resolve) => plain.close(resolve))
})

describe('through a proxy', () => {
  const port = (): number => Number(new URL(portal.origin).port)

  test('of the profile: request and question both go through it', async () => {
    await using proxy = await startConnectProxy(port)
    const part = { origin: 'https://portal.example:8443', proxy: proxy.origin }
    const client = await clientWith(accept, part)
    expect((await client.signIn()).user).toBe('alice')
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set(['portal.example:8443']))
    expect(client.asked).toMatchObject([{ fingerprint: fingerprintOf(mine.cert) }])
    // The tunnel changes nothing about trust.
    await portal.show(await selfSigned())
    const later = await clientWith(accept, part)
    const failure = await failureOf(later.signIn())
    expect(failure.kind).toBe('untrusted-certificate')
    expect(failure.evidence.map(({ label }) => label)).toContain('shown-sha256')
  })

  test('of the environment, with credentials that stay between us and it', async () => {
    await using proxy = await startConnectProxy(port)
    const address = proxy.origin.replace('//', '//ada:s%20ecret@')
    const named = await selfSigned({ name: 'portal.example' })
    await portal.show(named)
    const http = new PortalHttp(named.cert, { environment: { HTTPS_PROXY: address } })
    const direct = new PortalHttp(named.cert, {
      environment: { HTTPS_PROXY: address, NO_PROXY: 'portal.example' },
    })
    try {
      expect((await http.send('https://portal.example/auth/info')).status).toBe(200)
      expect(proxy.asked).toEqual([
        {
          target: 'portal.example:443',
          credentials: `Basic ${Buffer.from('ada:s ecret').toString('base64')}`,
        },
      ])
      // Named as an exception: the name is looked up here, and no computer has it.
      expect((await failureOf(direct.send('https://portal.example/auth/info'))).kind).toBe(
        'portal-unreachable',
      )
      expect(proxy.asked.length).toBe(1)
      await portal[Symbol.asyncDispose]()
      const failure = await failureOf(http.send('https://portal.example/auth/info'))
      expect(failure.evidence).toContainEqual({ label: 'proxy', value: proxy.origin })
      expect(JSON.stringify(failure)).not.toMatch(/ecret|ada/)
    } finally {
      await Promise.all([http.close(), direct.close()])
    }
  })

  test.each([403, 502])('that answers %d', async (status) => {
    await using proxy = await startConnectProxy(() => status)
    const http = new PortalHttp(null, { proxy: proxy.origin })
    try {
      expect(await failureOf(http.send('https://portal.example/x'))).toMatchObject({
        kind: 'portal-unreachable',
        reason: 'proxy',
      })
    } finally {
      await http.close()
    }
  })

  test('that is not there', async () => {
    const http = new PortalHttp(null, { proxy: 'http://127.0.0.1:1' })
    const failure = await failureOf(http.send('https://portal.example/x'))
    expect(failure.kind).toBe('portal-unreachable')
    await http.close()
  })
})

test('the site’s authority is trusted beside those of the computer', async () => {
  // An authority of this computer, as Node.js takes one: only at a program's start.
  const site = await selfSigned({ name: 'other.example' })
  await using other = await startPortal(site)
  const module = join(import.meta.dirname, '../../../src-main/protocols/portal/http.ts')
  const script = `import { PortalHttp } from ${JSON.stringify(module)}
    const http = new PortalHttp(process.env.SITE_CA)
    for (const origin of process.argv.slice(1)) console.log((await http.send(origin + '/auth/info')).status)
    await http.close()`
  writeFileSync(join(folder, 'computer.pem'), mine.cert)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, portal.origin, other.origin],
    { env: { NODE_EXTRA_CA_CERTS: join(folder, 'computer.pem'), SITE_CA: site.cert } },
  )
  expect(stdout).toBe('200\n200\n')
})
