/** The web user of the recordings, on a host of ours: claims it, types PINs, closes the app. */
import { vi } from 'vitest'
import { HostClient } from '../../../src-main/protocols/gamestream/host-client.ts'
import type { ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import type { Host } from '../../site/host/index.ts'
import { exchange } from './raw-http.ts'
import { recordedExchange } from '../../support/recordings.ts'

/** Sends a recorded request to the host's web API; gives the whole answer. */
export async function askWebApi(host: Host, recording: string): Promise<string> {
  return (await exchange(host.ports.web, recordedExchange(recording).request, { client: null })).text
}

/** Pairs `identity` with a host without an owner: the recorded user claims it and types the recorded PIN. */
export async function pairByRecordedUser(host: Host, identity: ClientIdentity): Promise<HostClient> {
  await askWebApi(host, 'fresh/api-password-first')
  const client = new HostClient(host.ports, identity, null)
  const paired = client.pairByPin('4711')
  await vi.waitUntil(async () => (await askWebApi(host, 'pairing/api-pin')).includes('"true"'), {
    timeout: 30_000,
    message: 'the PIN is taken',
  })
  await paired
  return client
}
