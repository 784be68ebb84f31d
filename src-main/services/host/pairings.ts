/**
 * What hosts know us by and what we know them by: our identity; for each session its host's owner and certificate. In the
 * platform's secret store, so that another run of the client can resume a session of this one.
 */
import { z } from 'zod'
import { InOrder } from '../../domain/in-order.ts'
import type { SecretStore } from '../../ports/platform.ts'
import { hostProofSchema, type HostProof } from '../../shared/model/host-proof.ts'
import { newOwner, type HostOwner } from '../../protocols/gamestream/host-client.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'

const identityName = 'gamestream-identity'
const identityShape = z.object({
  uniqueId: z.string().regex(/^[0-9a-f]{16}$/),
  keyPem: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  certificatePem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
})
const pairingsName = (siteId: string): string => `host-pairings/${siteId}`
const pairingsShape = z.array(
  z.object({
    sessionId: z.string(),
    owner: z.object({ user: z.string(), password: z.string() }),
    certificatePem: z.string().nullable(),
    /** What proved the host when it was paired with. */
    proof: hostProofSchema.optional(),
  }),
)
/** Sessions that ended without us leave theirs: the oldest go. */
const maximumPairings = 32

/** What was stored, or null where nothing usable was. */
function parsed<T>(shape: z.ZodType<T>, text: string | null): T | null {
  try {
    return text === null ? null : shape.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Pairings of one site's sessions. */
export interface Pairings {
  /** Certificate (PEM) that the session's host was paired with, or null. */
  hostCertificate(sessionId: string): Promise<string | null>
  /** Who claims the session's host: stored before it happens, so that a claim half done can be gone on with. */
  owner(sessionId: string): Promise<HostOwner>
  /** What proved the session's host when it was paired with; null: it was not, or it was not noted. */
  proof(sessionId: string): Promise<HostProof | null>
  remember(sessionId: string, certificatePem: string, proof: HostProof): Promise<void>
  /** Its host was set up again: it may show another certificate, and keeps the owner that we made where it has one. */
  forgetCertificate(sessionId: string): Promise<void>
  forget(sessionId: string): Promise<void>
}

/** The stored identity; made and stored the first time. */
export async function loadIdentity(secrets: SecretStore): Promise<ClientIdentity> {
  const stored = async () => parsed(identityShape, await secrets.get(identityName))
  return (
    (await stored()) ??
    // Another process may be at its first start, too.
    alone(secrets, identityName, async () => (await stored()) ?? makeIdentity(secrets))
  )
}

async function makeIdentity(secrets: SecretStore): Promise<ClientIdentity> {
  // What makes certificates is large, and needed once in a user's life.
  const { createIdentity } = await import('../../protocols/gamestream/identity.ts')
  const identity = await createIdentity()
  await secrets.set(identityName, JSON.stringify(identity))
  return identity
}

/** Work on a secret that no other process changes meanwhile. */
const alone = <T>(secrets: SecretStore, name: string, work: () => Promise<T>): Promise<T> =>
  secrets.exclusively ? secrets.exclusively(name, work) : work()

export function pairingsOf(secrets: SecretStore, siteId: string): Pairings {
  const name = pairingsName(siteId)
  const inOrder = new InOrder()
  /** Each change reads what the one before wrote. */
  const change = <T>(work: () => Promise<T>): Promise<T> => inOrder.run(() => alone(secrets, name, work))
  const read = async () => parsed(pairingsShape, await secrets.get(name)) ?? []
  const find = async (sessionId: string) => (await read()).find((one) => one.sessionId === sessionId)
  const others = async (sessionId: string) => (await read()).filter((one) => one.sessionId !== sessionId)
  const save = async (
    sessionId: string,
    owner: HostOwner,
    known: { certificatePem: string | null; proof?: HostProof },
  ): Promise<void> => {
    const all = [...(await others(sessionId)), { sessionId, owner, ...known }]
    await secrets.set(name, JSON.stringify(all.slice(-maximumPairings)))
  }
  const owner = async (sessionId: string): Promise<HostOwner> => {
    const known = await find(sessionId)
    if (known) return known.owner
    const made = newOwner()
    await save(sessionId, made, { certificatePem: null })
    return made
  }
  return {
    hostCertificate: async (sessionId) => (await find(sessionId))?.certificatePem ?? null,
    owner: (sessionId) => change(() => owner(sessionId)),
    proof: async (sessionId) => (await find(sessionId))?.proof ?? null,
    remember: (sessionId, certificatePem, proof) =>
      change(async () => save(sessionId, await owner(sessionId), { certificatePem, proof })),
    forgetCertificate: (sessionId) =>
      change(async () => {
        const known = await find(sessionId)
        if (known) await save(sessionId, known.owner, { certificatePem: null })
      }),
    forget: (sessionId) =>
      change(async () => {
        const rest = await others(sessionId)
        await (rest.length > 0 ? secrets.set(name, JSON.stringify(rest)) : secrets.delete(name))
      }),
  }
}
