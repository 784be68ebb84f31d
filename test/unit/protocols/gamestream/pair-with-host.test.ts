/** Pairing from its first stage to its last with the site's half of it, and with hosts that are wrong in one way each. */
import { describe, expect, test } from 'vitest'
import { pair } from '../../../../src-main/protocols/gamestream/pairing.ts'
import {
  createHostCertificate,
  hostKeys,
  type HostCertificate,
  type HostKey,
} from '../../../site/host/http/certificate.ts'
import { createPairing } from '../../../site/host/http/pairing.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { recordedPairing } from '../../../support/recordings.ts'

const recorded = recordedPairing()
const pin = '4711'
const client = {
  uniqueId: recorded.uniqueid,
  certificatePem: recorded.client_cert_pem,
  keyPem: recorded.client_key_pem,
}
const recordedHost = {
  certificatePem: recorded.host_cert_pem,
  keyPem: recorded.host_key_pem,
  fingerprint: '',
}

interface Wrong {
  /** What the host shows; default: a recorded one. */
  shown?: HostCertificate
  /** What the host signs with. */
  keyPem?: string
  /** What somebody types at the host. */
  typed?: string
  /** Changes an answer by the field of the query that it answers. */
  answer?: (field: string, body: string) => string
}

/** Pairs; gives what came of it and the fields of the queries that the host got. */
async function pairWith(
  { shown = recordedHost, keyPem, typed = pin, answer = (_field, body) => body }: Wrong,
  expected?: string,
) {
  const paired: string[] = []
  const sent: string[] = []
  const host = createPairing({ ...shown, keyPem: keyPem ?? shown.keyPem }, (id) => paired.push(id))
  const ask = async (query: URLSearchParams): Promise<string> => {
    const field = query.get('phrase') ?? [...query.keys()].at(-1) ?? ''
    sent.push(field)
    return answer(field, await host.request(query))
  }
  const submitPin = async (): Promise<void> => void host.submitPin(typed)
  const pinnedTo: string[] = []
  const outcome = pair(
    client,
    pin,
    { plain: ask, secure: (query, certificatePem) => (pinnedTo.push(certificatePem), ask(query)) },
    submitPin,
    () => expected ?? null,
  )
  return { outcome, paired, sent, pinnedTo }
}
const stages = [
  'getservercert',
  'clientchallenge',
  'serverchallengeresp',
  'clientpairingsecret',
  'pairchallenge',
]

test('a host that knows the PIN and its own key is paired, and the last stage is asked under its certificate', async () => {
  const { outcome, paired, sent, pinnedTo } = await pairWith({}, recorded.host_cert_pem)
  const pinned = await outcome
  expect(pinned.trim()).toBe(recorded.host_cert_pem.trim())
  expect({ paired, sent, pinnedTo }).toEqual({ paired: [client.uniqueId], sent: stages, pinnedTo: [pinned] })
})

describe('B45: a host with a certificate of the site’s own', () => {
  const signing = hostKeys.filter((key) => key !== 'ed25519')
  const kinds: [HostKey, HostKey | null][] = [
    ...signing.map((key): [HostKey, null] => [key, null]),
    ['rsa-2048', 'rsa-4096'],
    ['rsa-4096', 'ecdsa-p384'],
    ['ecdsa-p256', 'rsa-3072'],
    ['rsa-2048', 'ed25519'],
  ]
  test.each(kinds)('%s, signed by %s (null: by itself): paired', async (key, signedBy) => {
    const shown = await createHostCertificate({ key, signedBy })
    // The length of an ECDSA signature varies.
    for (let count = 0; count < (key.startsWith('ecdsa') ? 20 : 1); count++) {
      const { outcome, paired } = await pairWith({ shown })
      expect((await outcome).trim()).toBe(shown.certificatePem.trim())
      expect(paired).toEqual([client.uniqueId])
    }
  })

  test.each(['rsa-3072', 'ecdsa-p256'] as const)(
    '%s: another PIN, and another key, are found out',
    async (key) => {
      const [shown, other] = await Promise.all([
        createHostCertificate({ key }),
        createHostCertificate({ key }),
      ])
      const pinned = await pairWith({ shown, typed: '1147' })
      expect(await failureOf(pinned.outcome)).toMatchObject({ evidence: [{ value: 'the PIN is wrong' }] })
      const signed = await pairWith({ shown, keyPem: other.keyPem })
      expect(await failureOf(signed.outcome)).toMatchObject({
        evidence: [{ value: 'the host’s signature is wrong' }],
      })
    },
  )

  test('ed25519, with which no host can sign: the reason says so, not that the PIN is wrong', async () => {
    const { outcome, sent } = await pairWith({ shown: await createHostCertificate({ key: 'ed25519' }) })
    expect(await failureOf(outcome)).toMatchObject({
      kind: 'pairing-refused',
      evidence: [{ value: 'the host cannot sign with its key (ed25519)' }],
    })
    expect(sent).toEqual(stages.slice(0, 3))
  })
})

describe('refused, without the client’s proof', () => {
  test('a host that knows the PIN and shows the certificate, but has not its key', async () => {
    const { outcome, sent } = await pairWith({ keyPem: recorded.client_key_pem })
    const failure = await failureOf(outcome)
    expect(failure).toMatchObject({
      kind: 'pairing-refused',
      evidence: [{ value: 'the host’s signature is wrong' }],
    })
    expect(sent).toEqual(stages.slice(0, 3))
  })

  test('a host that was given another PIN', async () => {
    const { outcome, sent } = await pairWith({ typed: '1147' })
    expect(await failureOf(outcome)).toMatchObject({
      kind: 'pairing-refused',
      evidence: [{ value: 'the PIN is wrong' }],
    })
    expect(sent).toEqual(stages.slice(0, 3))
  })

  test('a host with another certificate than the one expected, at once', async () => {
    const { outcome, sent } = await pairWith({}, recorded.client_cert_pem)
    expect(await failureOf(outcome)).toMatchObject({ kind: 'certificate-mismatch' })
    expect(sent).toEqual(stages.slice(0, 1))
  })
})

test.each(stages)('a host that says no to %s is not paired', async (stage) => {
  const { outcome } = await pairWith({
    answer: (field, body) => (field === stage ? body.replace('<paired>1', '<paired>0') : body),
  })
  expect(await failureOf(outcome)).toMatchObject({ kind: 'pairing-refused' })
})
