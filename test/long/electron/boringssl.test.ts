/**
 * Electron's cryptography is BoringSSL, not OpenSSL: the product's own SSH and HTTPS in a real Electron, at real servers that offer one
 * algorithm each.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { bundlePrograms } from '../../../scripts/electron22/bundle.ts'
import type { BoringsslTask } from './boringssl-program.ts'
import { noElectron } from '../../electron/support/stage.ts'
import { makeKeyPair, startSshServer } from '../../site/ssh/index.ts'
import { listens, freePorts } from '../../site/support/ports.ts'
import { waitUntil } from '../../site/support/processes.ts'

let folder: string
let program: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-boringssl-'))
  if (noElectron) return
  program = join(folder, 'boringssl.js')
  await bundlePrograms({ boringssl: 'test/long/electron/boringssl-program.ts' }, folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What comes of each task in Electron. */
function inElectron(tasks: BoringsslTask[]): Promise<string[]> {
  const child = spawn(join(inject('electronFolder') ?? '', 'electron'), [program], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.end(JSON.stringify(tasks))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(JSON.parse(output) as string[]))
  })
}

const noKeyExchange = 'Vizlink and the SSH server server have no key exchange algorithm in common.'
const noCipher = 'Vizlink and the SSH server server have no cipher in common.'
const sshServers: readonly [setting: string, outcome: string][] = [
  ...[
    ...['curve25519-sha256', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'].map(
      (name) => `KexAlgorithms ${name}`,
    ),
    ...['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'].map(
      (name) => `Ciphers ${name}`,
    ),
    ...[
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ].map((name) => `Ciphers aes256-ctr\nMACs ${name}`),
  ].map((setting): [string, string] => [setting, 'works']),
  ...[
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group-exchange-sha256',
  ].map((name): [string, string] => [`KexAlgorithms ${name}`, noKeyExchange]),
  ['Ciphers chacha20-poly1305@openssh.com', noCipher],
]

describe.skipIf(noElectron)('SSH in a real Electron', () => {
  test.each(sshServers)('%s: %s', async (setting, outcome) => {
    const directory = mkdtempSync(join(folder, 'ssh-'))
    const identityFile = join(directory, 'id')
    const authorizedKey = await makeKeyPair(identityFile)
    const server = await startSshServer({
      ...{ directory, authorizedKey, settings: setting.split('\n') },
      ...{ environment: process.env, loginEnvironment: {} },
    })
    const { port, hostKeys } = server
    try {
      const user = userInfo().username
      expect(await inElectron([{ kind: 'ssh', port, user, hostKeys, identityFile }])).toEqual([outcome])
    } finally {
      await server.dispose()
    }
  })
})

const brokenOff = 'The portal broke off while the encrypted connection was being set up.'
const notTls = 'What answers at the portal’s address does not speak TLS as expected.'
const tlsServers: readonly [name: string, options: string[], outcome: string][] = [
  ['TLS 1.3 alone', ['-tls1_3'], 'works'],
  ['TLS 1.2 alone', ['-tls1_2'], 'works'],
  ['DHE alone', ['-tls1_2', '-cipher', 'DHE-RSA-AES256-GCM-SHA384'], brokenOff],
  ['P-521 alone', ['-groups', 'P-521'], brokenOff],
  ['groups of finite fields alone', ['-groups', 'ffdhe2048'], brokenOff],
  ['TLS 1.1', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], brokenOff],
]

describe.skipIf(noElectron)('HTTPS in a real Electron', () => {
  let pem: { key: string; cert: string }
  beforeAll(() => {
    mkdirSync(join(folder, 'tls'))
    pem = { key: join(folder, 'tls', 'key.pem'), cert: join(folder, 'tls', 'cert.pem') }
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3', '-subj', '/CN=portal']
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1']
    spawnSync('openssl', ['req', ...kind, ...names, '-keyout', pem.key, '-out', pem.cert], {
      stdio: 'ignore',
    })
  })
  const ask = async (port: number): Promise<string | undefined> => {
    const ca = readFileSync(pem.cert, 'utf8')
    return (await inElectron([{ kind: 'https', url: `https://127.0.0.1:${port}/`, ca }]))[0]
  }

  test.each(tlsServers)('%s', async (_name, options, outcome) => {
    const [port = 0] = await freePorts(1)
    const server = spawn(
      'openssl',
      [
        's_server',
        '-www',
        '-quiet',
        '-accept',
        `127.0.0.1:${port}`,
        '-key',
        pem.key,
        '-cert',
        pem.cert,
        ...options,
      ],
      { stdio: 'ignore' },
    )
    try {
      await waitUntil('it listens', () => listens(port))
      expect(await ask(port)).toBe(outcome)
    } finally {
      server.kill()
    }
  })

  test('HTTP where TLS is expected', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      expect(await ask((server.address() as AddressInfo).port)).toBe(notTls)
    } finally {
      server.close()
    }
  })
})
