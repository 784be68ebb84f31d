/** GSSAPI by the system's `ssh`: a ticket of a real Kerberos server (Debian's krb5-kdc) lets in, and nothing else does. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startSshServer, type SshServer } from '../../site/ssh/index.ts'
import { freePorts } from '../../site/support/ports.ts'
import { runCommand, startDaemon, waitUntil, type Daemon } from '../../site/support/processes.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import { hopTo } from '../../support/ssh-servers.ts'
import { opensshInput } from './openssh-input.ts'

const realm = 'VIZLINK.TEST'
const user = userInfo().username
let folder: string
let environment: Record<string, string>
let kdc: Daemon
let server: SshServer
let link: RunningLink
const file = (name: string): string => join(folder, name)

async function run(program: string, ...words: string[]): Promise<void> {
  const { code, stderr } = await runCommand(program, words, {
    environment: { ...process.env, ...environment },
  })
  if (code !== 0) throw new Error(`${program}: ${stderr}`)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-kerberos-'))
  mkdirSync(file('home'))
  const [port = 0] = await freePorts(1)
  environment = {
    KRB5_CONFIG: file('krb5.conf'),
    KRB5_KDC_PROFILE: file('kdc.conf'),
    KRB5_KTNAME: file('host.keytab'),
    KRB5CCNAME: `FILE:${file('tickets')}`,
  }
  writeFileSync(
    file('krb5.conf'),
    `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
${realm} = {
  kdc = 127.0.0.1:${port}
}
`,
  )
  writeFileSync(
    file('kdc.conf'),
    `[kdcdefaults]
kdc_listen = 127.0.0.1:${port}
kdc_tcp_listen = 127.0.0.1:${port}
[realms]
${realm} = {
  database_name = ${file('principal')}
  key_stash_file = ${file('stash')}
  acl_file = ${file('acl')}
}
`,
  )
  await run('/usr/sbin/kdb5_util', 'create', '-r', realm, '-s', '-P', 'of-the-test')
  for (const [name, keytab] of [
    ['host/127.0.0.1', 'host.keytab'],
    [user, 'user.keytab'],
  ] as const) {
    await run('/usr/sbin/kadmin.local', '-q', `addprinc -randkey ${name}`)
    await run('/usr/sbin/kadmin.local', '-q', `ktadd -k ${file(keytab)} ${name}`)
  }
  kdc = startDaemon('/usr/sbin/krb5kdc', ['-n', '-P', file('kdc.pid')], {
    environment: { ...process.env, ...environment },
    logFile: file('kdc.log'),
  })
  await waitUntil('the Kerberos server answers', async () => {
    const words = ['-k', '-t', file('user.keytab'), '-c', `FILE:${file('trial')}`, user]
    const options = { environment: { ...process.env, ...environment } }
    return (await runCommand('kinit', words, options)).code === 0
  })
  server = await startSshServer({
    directory: file('server'),
    authorizedKey: '# none',
    environment: { ...process.env, ...environment },
    loginEnvironment: { HOME: file('home') },
    settings: ['GSSAPIAuthentication yes', 'GSSAPIStrictAcceptorCheck no', 'PermitRootLogin yes'],
  })
})
afterAll(async () => {
  await server.dispose()
  await kdc.stop()
  rmSync(folder, { recursive: true })
})
afterEach(() => link.dispose())

async function login(): Promise<null> {
  link = await startLink({ identityFile: null })
  const openssh = opensshInput(folder, null, ['Host *', '  GSSAPIAuthentication yes'], environment)
  return link.client.request('login', { hops: [hopTo(server)], keys: [], openssh, deadlineMs: 30_000 })
}

test('without a ticket the server refuses, and that is named', async () => {
  const failure = await failureOf(login())
  expect(failure).toMatchObject({ kind: 'auth-refused', reason: 'no-ticket' })
  expect(failure.facts.said).toMatch(/^No Kerberos credentials available/)
  expect(link.notices).toEqual([])
})

test('a ticket lets in, without a key and without a question', async () => {
  await run('kinit', '-k', '-t', file('user.keytab'), user)
  await login()
  const command = { script: 'echo "$SSH_CONNECTION"' }
  const { stdout } = await link.client.request('exec', {
    ...{ hopId: null, command, deadlineMs: 30_000, maximumBytes: 1000 },
  })
  expect(stdout.trim().split(' ').at(-1)).toBe(String(server.port))
  expect(link.asked).toEqual([])
})
