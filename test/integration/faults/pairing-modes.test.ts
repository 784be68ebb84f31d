/** Pairing by a PIN that a person types at the host, and with a host that knows the client before it starts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { text as textOf } from 'node:stream/consumers'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadIdentity } from '../../../src-main/services/host/pairings.ts'
import { createFileSecretStore } from '../../../src-main/shells/node/file-secrets.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { fewOf, longTest } from '../../support/long-run.ts'
import { eventually } from '../../support/eventually.ts'
import { linkSockets } from '../../support/link-sockets.ts'
import { isOver, startTestClient, type TestDesktop } from '../../support/test-client.ts'
import { asText, type Saying } from '../../../src-main/shared/texts/index.ts'
import { said } from '../../support/texts.ts'

let folder: string
let site: Site
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-pairing-'))
  const known = await loadIdentity(createFileSecretStore(join(folder, 'known', 'secrets')))
  site = await startSite({ desktop: 'plain', nodes: 1, knownClients: [known] })
})
afterAll(async () => {
  await site.dispose()
  rmSync(folder, { recursive: true, force: true })
})

type Options = Pick<Parameters<typeof startTestClient>[1], 'pairing' | 'hostCertificate'>

/** Connects with a client of its own data, and ends the session afterwards. */
async function connecting(
  data: string,
  options: Options,
  work: (attempt: TestDesktop) => Promise<void>,
): Promise<void> {
  const client = await startTestClient(site.ready.profile, { dataFolder: join(folder, data), ...options })
  try {
    const attempt = await client.connect()
    await work(attempt)
    if (!isOver(attempt.snapshot)) await attempt.leave('END')
    expect(await site.activeJobs()).toEqual([])
  } finally {
    await client.dispose()
  }
}

const owner = { name: 'operator', password: 'operator-password' }

/** What the host's page sends for the person in front of it. */
function post(path: string, body: object): Promise<string> {
  const [socketPath] = linkSockets('web')
  if (!socketPath) throw new Error('no way to the host’s web page')
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath,
        path,
        method: 'POST',
        rejectUnauthorized: false,
        auth: `${owner.name}:${owner.password}`,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        textOf(response).then((text) => resolve(`${response.statusCode} ${text}`), reject)
      },
    )
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
}

/** The question for the PIN, another one than `before`. */
async function pinQuestion(
  attempt: TestDesktop,
  before = '',
): Promise<{ id: string; pin: string; problem: Saying | null }> {
  const { question } = await attempt.until(
    (now) => isOver(now) || (now.question?.type === 'pairing-pin' && now.question.id !== before),
  )
  if (question?.type !== 'pairing-pin') throw new Error(JSON.stringify(attempt.snapshot.failure))
  return question
}

const becomeOwner = (): Promise<string> =>
  post('/api/password', {
    newUsername: owner.name,
    newPassword: owner.password,
    confirmNewPassword: owner.password,
  })

/** Until somebody waits for it: the question may be seen before the host has been asked. */
const typePin = (pin: string): Promise<unknown> =>
  eventually('the host takes the PIN', async () =>
    (await post('/api/pin', { pin, name: 'test' })).includes('"true"') ? true : null,
  )

test('pin: the user of the host’s web page is asked for until the host knows them; Vizlink types the PIN', async () => {
  await connecting('pin-typed', { pairing: 'pin' }, async (attempt) => {
    const first = await pinQuestion(attempt)
    expect(first.problem).toBeNull()
    expect(await becomeOwner()).toMatch(/"true"/)
    attempt.desktop.answer(first.id, [owner.name, 'not the password'])
    const second = await pinQuestion(attempt, first.id)
    expect(second).toMatchObject({
      pin: first.pin,
      problem: asText('desktop.ask.wrongHostUser'),
    })
    attempt.desktop.answer(second.id, [owner.name, owner.password])
    const { question, warnings } = await attempt.streaming()
    expect(question).toBeNull()
    expect(warnings.map(said).join()).not.toMatch(/claimed/)
  })
})

longTest('pin: a host that has no user yet gets the one that is typed', async () => {
  await connecting('pin-first', { pairing: 'pin' }, async (attempt) => {
    attempt.desktop.answer((await pinQuestion(attempt)).id, [owner.name, owner.password])
    await attempt.streaming()
    expect(await post('/api/pin', { pin: '1234', name: 'test' })).toMatch(/^200 .*"false"/s)
  })
})

test('pin: a person may enter it at the host’s page: a mistyped one is asked for again, the right one pairs', async () => {
  await connecting('pin', { pairing: 'pin' }, async (attempt) => {
    const first = await pinQuestion(attempt)
    await becomeOwner()
    await typePin(first.pin === '0000' ? '1111' : '0000')
    const second = await pinQuestion(attempt, first.id)
    expect(second.pin).not.toBe('')
    await typePin(second.pin)
    const { question, warnings } = await attempt.streaming()
    expect(question).toBeNull()
    expect(warnings.map(said).join()).not.toMatch(/claimed/)
  })
})

longTest('pin: who does not want to is taken at their word', async () => {
  await connecting('pin', { pairing: 'pin' }, async (attempt) => {
    const { id } = await pinQuestion(attempt)
    attempt.desktop.answer(id, null)
    expect((await attempt.until(isOver)).failure?.kind).toBe('cancelled')
  })
})

const hostCertificate = (): string => join(site.ready.folders.sessions, '{session}', 'cacert.pem')

test('preregistered: no question, no claim, the certificate from its file', async () => {
  const options: Options = { pairing: 'preregistered', hostCertificate: hostCertificate() }
  await connecting('known', options, async (attempt) => {
    const { warnings } = await attempt.streaming()
    expect(warnings.map(said).join()).not.toMatch(/claimed/)
  })
})

const refusals: [string, string, Options, string, string][] = [
  [
    'a client that the host does not know',
    'stranger',
    { hostCertificate: '{file}' },
    'pairing-refused',
    'unknown-to-host',
  ],
  [
    'no file',
    'known',
    { hostCertificate: '/nowhere/{job}.pem' },
    'pairing-refused',
    'certificate-unreadable',
  ],
  ['a profile without the file’s name', 'known', {}, 'bad-profile', 'no-host-certificate'],
]
test.each(fewOf(refusals, 1))('preregistered, %s', async (_name, data, options, kind, reason) => {
  const given = options.hostCertificate === '{file}' ? { hostCertificate: hostCertificate() } : options
  await connecting(data, { ...given, pairing: 'preregistered' }, async (attempt) => {
    const { failure } = await attempt.until(isOver)
    expect(failure).toMatchObject({ kind, reason })
  })
})

test('preregistered: another certificate than the host shows is a mismatch', async () => {
  const other = await loadIdentity(createFileSecretStore(join(folder, 'other', 'secrets')))
  const file = join(folder, 'other.pem')
  await writeFile(file, other.certificatePem)
  await connecting('known', { pairing: 'preregistered', hostCertificate: file }, async (attempt) => {
    expect((await attempt.until(isOver)).failure?.kind).toBe('certificate-mismatch')
  })
})

// Only root may give files away.
test.runIf(process.getuid?.() === 0)(
  'preregistered: a certificate that somebody else put there is none',
  async () => {
    const file = join(folder, 'foreign.pem')
    await writeFile(
      file,
      (await loadIdentity(createFileSecretStore(join(folder, 'other', 'secrets')))).certificatePem,
    )
    await chown(file, 65_534, 65_534)
    await chmod(file, 0o644)
    await connecting('known', { pairing: 'preregistered', hostCertificate: file }, async (attempt) => {
      const { failure } = await attempt.until(isOver)
      expect(failure).toMatchObject({
        kind: 'certificate-mismatch',
        reason: 'foreign-certificate-file',
      })
    })
  },
)
