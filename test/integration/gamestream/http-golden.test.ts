/**
 * Our host answers the recorded requests of a real session as Sunshine 0.23.1 did, byte for byte apart from what a host
 * chooses: names, ids, ports, random values, and these intended differences:
 * - one app instead of three, and one display mode instead of 55 (every entry has the recorded shape);
 * - HTTPS without a client certificate ends without a TLS alert (Node.js cannot send that one);
 * - the connection of pairing stage 1 is closed after the answer, which Sunshine leaves open;
 * - there is no app with a broken command, no HEVC and no way to lose the display, so three recordings have no counterpart.
 */
import { createHash, createSign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { decryptBlocks, encryptBlocks } from '../../../src-main/protocols/gamestream/pairing.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { pairByRecordedUser } from './recorded-user.ts'
import { exchange, type ClientCredentials, type RawAnswer } from './raw-http.ts'
import {
  recordedExchange,
  recordedExchanges,
  recordedPairing,
  type RecordedExchange,
} from '../../support/recordings.ts'

const pairing = recordedPairing()
const wrongPin = recordedPairing('pairing-wrong-pin')
const client = { certificatePem: pairing.client_cert_pem, keyPem: pairing.client_key_pem }
const recordedPorts: Record<number, 'https' | 'http' | 'web' | 'rtsp'> = {
  31084: 'https',
  31089: 'http',
  31090: 'web',
  31110: 'rtsp',
}
const abandonedMs = 20_000

let running: DesktopHost
let stranger: ClientCredentials

beforeAll(async () => {
  stranger = await createIdentity()
  running = await startDesktopHost({
    certificate: { keyPem: pairing.host_key_pem, certificatePem: pairing.host_cert_pem, fingerprint: '' },
  })
})
afterAll(() => running.dispose())

async function ask(recorded: RecordedExchange, request = recorded.request): Promise<RawAnswer> {
  const name = recordedPorts[recorded.port]
  if (!name) throw new Error(`no port ${recorded.port}`)
  const credentials: Record<string, ClientCredentials> = {
    client,
    stranger,
    wrongpin: { certificatePem: wrongPin.client_cert_pem, keyPem: wrongPin.client_key_pem },
  }
  const tls = recorded.scheme === 'https' ? { client: credentials[recorded.certificate ?? ''] ?? null } : null
  return exchange(running.host.ports[name], request, tls)
}

/** An answer without what a host chooses. */
function comparable(text: string): string {
  if (text === '' || text.startsWith('(no HTTP answer)')) return 'no answer'
  let result = text
  for (const [recorded, name] of Object.entries(recordedPorts)) {
    result = result.replaceAll(String(running.host.ports[name]), recorded)
  }
  return (
    result
      // Whether it is right shows in the body, which was cut or waited for by it.
      .replace(/Content-Length: [1-9]\d*/, 'Content-Length: N')
      .replace(/<(hostname|uniqueid)>[^<]+</g, '<$1>*<')
      .replace(
        /<(plaincert|challengeresponse|pairingsecret)>([0-9A-F]+)</g,
        (_all, name: string, hex: string) =>
          // The length of a PEM text depends on the names in it.
          name === 'plaincert' ? `<${name}>hex<` : `<${name}>${hex.length} hex<`,
      )
      .replace(/(<DisplayMode>.*?<\/DisplayMode>)+/s, (modes) =>
        (/<DisplayMode>.*?<\/DisplayMode>/.exec(modes)?.[0] ?? '').replace(/\d+/g, 'N'),
      )
      .replace(/(<App>.*?<\/App>)+/s, (apps) => /<App>.*?<\/App>/.exec(apps)?.[0] ?? '')
  )
}

async function expectSame(recorded: RecordedExchange, request?: string): Promise<string> {
  const answer = await ask(recorded, request)
  expect({ name: recorded.name, text: comparable(answer.text) }).toEqual({
    name: recorded.name,
    text: comparable(recorded.response),
  })
  if (recorded.response.startsWith('HTTP/')) expect(answer.hostClosed).toBe(recorded.hostCloses)
  return answer.text
}

const field = (text: string, name: string): Buffer =>
  Buffer.from(new RegExp(`<${name}>([0-9A-F]+)<`).exec(text)?.[1] ?? '', 'hex')
const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** Stage 1 answers only once the PIN was posted. */
async function expectStage1(folder: string, posts: string[]): Promise<void> {
  const stage1 = recordedExchange(`${folder}/stage1-getservercert`)
  const waiting = ask(stage1)
  let answered = false
  void waiting.then(() => (answered = true))
  // The host refuses every PIN until stage 1 has reached it: the first post is retried.
  const first = recordedExchange(`${folder}/${posts.at(-1)}`)
  for (const post of posts.slice(0, -1)) {
    await expectSame(recordedExchange(`${folder}/${post}`))
    expect(answered).toBe(false)
  }
  await expect
    .poll(async () => comparable((await ask(first)).text), { timeout: 10_000, interval: 50 })
    .toBe(comparable(first.response))
  expect(comparable((await waiting).text)).toBe(comparable(stage1.response))
}

describe('in the order of the recording', () => {
  test.each(recordedExchanges().filter(({ folder }) => folder === 'fresh'))(
    'fresh: $name',
    async (recorded) => {
      await expectSame(recorded)
    },
  )

  test('pairing with the wrong PIN', async () => {
    await expectStage1('pairing-wrong-pin', ['api-pin-refused-12345', 'api-pin-refused-12a4', 'api-pin'])
    for (const stage of [
      'stage2-clientchallenge',
      'stage3-serverchallengeresp',
      'stage4-clientpairingsecret',
      'stage5-pairchallenge',
    ]) {
      await expectSame(recordedExchange(`pairing-wrong-pin/${stage}`))
    }
  })

  test('pairing with the right PIN', async () => {
    await expectStage1('pairing', ['api-pin'])
    const stage2 = await expectSame(recordedExchange('pairing/stage2-clientchallenge'))
    const key = hex(pairing.key_K)
    const opened = decryptBlocks(key, field(stage2, 'challengeresponse'))
    // From here on the requests depend on what the host chose; everything else in them stays as recorded.
    const clientHash = sha256(opened.subarray(32), hex(pairing.client_cert_signature), hex(pairing.Sc))
    const recorded3 = recordedExchange('pairing/stage3-serverchallengeresp')
    const stage3 = await expectSame(
      recorded3,
      recorded3.request.replace(pairing.serverchallengeresp, encryptBlocks(key, clientHash).toString('hex')),
    )
    const hostSecret = field(stage3, 'pairingsecret').subarray(0, 16)
    expect(opened.subarray(0, 32)).toEqual(
      sha256(hex(pairing.Rc), hex(pairing.host_cert_signature), hostSecret),
    )
    const signature = createSign('sha256').update(hex(pairing.Sc)).sign(pairing.client_key_pem)
    expect(pairing.clientpairingsecret).toBe(pairing.Sc + signature.toString('hex'))
    await expectSame(recordedExchange('pairing/stage4-clientpairingsecret'))
    await expectSame(recordedExchange('pairing/stage5-pairchallenge'))
  })

  const withoutCounterpart = new Set(['19-launch-broken-command'])
  const calls = recordedExchanges().filter(
    ({ folder, name }) => folder === 'calls' && !withoutCounterpart.has(name),
  )
  test.each(calls)('calls: $name', async (recorded) => {
    // Both times a launch was abandoned before: the host forgets it after ten seconds.
    if (['28-launch-while-running', '31-resume-corever1', '32-cancel'].includes(recorded.name)) {
      await expect
        .poll(async () => comparable((await ask(recorded)).text), { timeout: abandonedMs, interval: 200 })
        .toBe(comparable(recorded.response))
      return
    }
    await expectSame(recorded)
  })
})

test('mandatory encryption', async () => {
  await running.dispose()
  running = await startDesktopHost({ encryptionMode: 2 })
  await pairByRecordedUser(running.host, { uniqueId: pairing.uniqueid, ...client })
  await expectSame(recordedExchange('mandatory-encryption/launch-no-corever'))
})
