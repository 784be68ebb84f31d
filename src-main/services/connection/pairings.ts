/**
 * What hosts know us by and what we know them by: our identity and their certificates, by session. In the platform's secret
 * store, so that another run of the client can resume a session of this one.
 */
import { z } from 'zod'
import type { SecretStore } from '../../ports/platform.ts'
import { createIdentity, type ClientIdentity } from '../../protocols/gamestream/identity.ts'

const identityShape = z.object({
  uniqueId: z.string().regex(/^[0-9a-f]{16}$/),
  keyPem: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  certificatePem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
})
const identityName = 'gamestream-identity'
const certificateName = (siteId: string, sessionId: string): string =>
  `host-certificate/${siteId}/${sessionId}`

function parsed(text: string | null): ClientIdentity | null {
  try {
    return text === null ? null : identityShape.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Pairings of one site's sessions. */
export interface Pairings {
  /** Certificate (PEM) that the session's host was paired with, or null. */
  hostCertificate(sessionId: string): Promise<string | null>
  remember(sessionId: string, certificatePem: string): Promise<void>
  forget(sessionId: string): Promise<void>
}

/** The stored identity; made and stored the first time. */
export async function loadIdentity(secrets: SecretStore): Promise<ClientIdentity> {
  const stored = parsed(await secrets.get(identityName))
  if (stored) return stored
  const identity = await createIdentity()
  await secrets.set(identityName, JSON.stringify(identity))
  return identity
}

export function pairingsOf(secrets: SecretStore, siteId: string): Pairings {
  return {
    hostCertificate: (sessionId) => secrets.get(certificateName(siteId, sessionId)),
    remember: (sessionId, certificatePem) => secrets.set(certificateName(siteId, sessionId), certificatePem),
    forget: (sessionId) => secrets.delete(certificateName(siteId, sessionId)),
  }
}
