/** Pairs with a session's host in the way that the site profile names, once it is known to be the session's. */
import { randomUUID, X509Certificate } from 'node:crypto'
import { judgeHost, whyUnproved, type HostFacts } from '../../domain/host-proof.ts'
import type { Ownership } from '../../domain/port-owner.ts'
import { excerpt } from '../../shared/bounds.ts'
import { type EvidenceItem, fail, knownFacts, toFailure } from '../../shared/errors.ts'
import type { HostProof } from '../../shared/model/host-proof.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import { newPin, type HostClient } from '../../protocols/gamestream/host-client.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { JobOwner } from '../../protocols/slurm/job.ts'
import { shellWord } from '../../protocols/ssh/script.ts'
import type { ClusterLogin, Tunnel } from '../cluster/index.ts'
import type { Pairings } from './pairings.ts'
import type { QuestionBoard } from '../questions/index.ts'
import { asText, translate, type Text } from '../../shared/texts/index.ts'

export interface PairHostOptions {
  client: HostClient
  profile: SiteProfile
  pairings: Pairings
  session: Pick<PortalSession, 'id' | 'jobId' | 'port'>
  tunnel: Tunnel
  owner: JobOwner | null
  node: string
  /** Whether another session's record names the same port on the node. */
  isShared: () => Promise<boolean>
  /** This client has asked for the session, and its job started afterwards. */
  startedForUs: boolean
  cluster: Pick<ClusterLogin, 'onNode' | 'portOwner' | 'areJobsSockets'>
  questions: Pick<QuestionBoard, 'ask'>
  warn: (text: Text) => void
  signal: AbortSignal
}

const maximumPinAttempts = 3
const maximumCertificate = 16 * 1024

/**
 * @returns what proves that the host is the session's
 * @throws VizlinkError pairing-refused, certificate-mismatch, host-not-ready, needs-answer, cancelled
 */
export async function pairHost(options: PairHostOptions): Promise<HostProof> {
  const { client, pairings, session, profile } = options
  const seen = await checkOwner(options)
  // Its certificate is read over SSH, and compared before anything is sent to it.
  const proof = profile.pairing === 'preregistered' ? 'certificate' : await prove(options, seen)
  await modes[profile.pairing](options)
  const certificate = client.pinnedCertificate
  if (certificate) await pairings.remember(session.id, certificate, proof)
  return proof
}

type Owned = Extract<Ownership, { verdict: 'owned' }>

/** Looked up before anything is posted to the host: a program that answers there first would be believed. */
async function prove(options: PairHostOptions, seen: Owned | null): Promise<HostProof> {
  const { client, pairings, session, profile, cluster, tunnel, questions, node, signal } = options
  // It has shown the certificate of an earlier pairing, over TLS.
  if (client.pinnedCertificate !== null) return (await pairings.proof(session.id)) ?? 'certificate'
  const shared = await options.isShared()
  const ofJob = shared && seen !== null && (await cluster.areJobsSockets(tunnel, seen.inodes, session.jobId))
  const facts: HostFacts = {
    ...{ ports: seen?.by ?? ('unseen' as const), shared, ofJob, startedForUs: options.startedForUs },
    unclaimed: false,
  }
  const first = judgeHost(facts)
  if (first !== null) return first
  // A person claims the host of a site with PINs: there the host's own word says nothing.
  const unclaimed = profile.pairing === 'pin' || (await client.isUnclaimed())
  const second = judgeHost({ ...facts, unclaimed })
  if (second !== null) return second
  const why = whyUnproved({ ...facts, unclaimed })
  const { id, port } = session
  const answer = await questions.ask(
    { type: 'unproved-host', id: randomUUID(), session: id, node, port, why },
    signal,
  )
  if (answer !== null) return 'user'
  throw fail('needs-answer', 'host-not-confirmed', {
    evidence: [
      { label: 'host', value: `${node}, port ${port}` },
      { label: 'why', value: translate(why, 'en') },
    ],
  })
}

/**
 * What answers at the host's ports must be a program of the user's or of the account that the job runs as: anyone on a node may
 * listen there first.
 * @returns null: it could not be looked at
 */
async function checkOwner({ cluster, tunnel, session, owner, warn }: PairHostOptions): Promise<Owned | null> {
  const seen = await cluster.portOwner(tunnel, session.port, owner).catch((error: unknown) => {
    if (toFailure(error).kind === 'link-lost') throw error
    return null
  })
  if (seen === null) {
    warn(asText('desktop.warning.hostOwner'))
    return null
  }
  if (seen.verdict === 'owned') return seen
  const port = { label: 'port', value: String(seen.port) }
  if (seen.verdict === 'missing') {
    throw fail('host-not-ready', 'not-listening', { evidence: [port] })
  }
  throw fail('certificate-mismatch', 'foreign-host', {
    evidence: [
      port,
      { label: 'port-owner', value: String(seen.uid) },
      { label: 'job-runs-as', value: owner ? `${owner.name} (${owner.uid})` : 'unknown' },
    ],
    retryable: false,
  })
}

const modes: Record<SiteProfile['pairing'], (options: PairHostOptions) => Promise<void>> = {
  async claim({ client, pairings, session, startedForUs, warn }) {
    await client.claimAndPair(await pairings.owner(session.id)).catch((error: unknown) => {
      // The session is the user's, and so is what listens: who came first to a session that runs already is the user, too.
      const owned = !startedForUs && knownFacts(error, 'pairing-refused', 'owned')
      throw owned ? onOtherComputer(toFailure(error).evidence) : error
    })
    warn(asText('desktop.warning.claimed'))
  },

  async preregistered(options) {
    const { client, tunnel } = options
    client.trust(await readCertificate(options))
    if ((await client.serverInfo()).paired) return
    throw fail('pairing-refused', 'unknown-to-host', {
      evidence: [{ label: 'route-tried', value: tunnel.route }],
    })
  },

  async pin({ client, questions, signal }) {
    for (let attempt = 1; ; attempt++) {
      const pin = newPin()
      const done = new AbortController()
      const typing = typePin(client, questions, pin, AbortSignal.any([signal, done.signal])).catch(
        (error: unknown) => done.abort(error),
      )
      try {
        return await client.pairByPin(pin, AbortSignal.any([signal, done.signal]))
      } catch (error) {
        if (done.signal.reason !== undefined && done.signal.aborted) throw done.signal.reason
        // A mistyped PIN shows only as a refusal; the next try has a new one.
        if (toFailure(error).kind !== 'pairing-refused' || attempt === maximumPinAttempts) throw error
      } finally {
        done.abort()
        await typing
      }
    }
  },
}

/**
 * Asks for the user of the host's web page until the host has taken the PIN from that one, or `over`.
 * @throws VizlinkError cancelled, and what keeps the host from taking it
 */
async function typePin(
  client: HostClient,
  questions: PairHostOptions['questions'],
  pin: string,
  over: AbortSignal,
): Promise<void> {
  for (let problem: Text | null = null; ; problem = asText('desktop.ask.wrongHostUser')) {
    const values = await questions.ask({ type: 'pairing-pin', id: randomUUID(), pin, problem }, over)
    if (over.aborted) return
    if (values === null) throw leftByUser()
    const [user = '', password = ''] = values
    if (await client.typePin(pin, { user, password }, over)) return
  }
}

const onOtherComputer = (evidence: EvidenceItem[]): Error =>
  fail('pairing-refused', 'other-computer', { evidence, retryable: false })

const leftByUser = (): Error => fail('cancelled', 'pairing-left')

/** The host's certificate from the file that the profile names; the file's owner is the session's user or our own. */
async function readCertificate({
  profile,
  session,
  owner,
  cluster,
  tunnel,
}: PairHostOptions): Promise<string> {
  const { hostCertificate } = profile
  if (hostCertificate === undefined) {
    throw fail('bad-profile', 'no-host-certificate', { retryable: false })
  }
  const values: Record<string, string> = {
    session: session.id,
    job: session.jobId,
    port: String(session.port),
    user: profile.portal?.user ?? owner?.name ?? '',
  }
  const path = hostCertificate.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  const word = shellWord(path)
  // The owner first: a file that somebody else put there says nothing.
  const script = `id -u; stat -L -c 'owner %u' ${word} && head -c ${maximumCertificate} ${word}`
  const { stdout } = await cluster.onNode(tunnel, { script: `{ ${script}; } 2>&1` }, 2 * maximumCertificate)
  const own = Number(/^(\d{1,10})$/m.exec(stdout)?.[1] ?? Number.NaN)
  const uid = Number(/^owner (\d{1,10})$/m.exec(stdout)?.[1] ?? Number.NaN)
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(stdout)?.[0]
  const seen = (value: string): EvidenceItem[] => [
    { label: 'file', value: path },
    { label: 'answer', value },
  ]
  if (!pem)
    throw fail('pairing-refused', 'certificate-unreadable', { evidence: seen(excerpt(stdout) || 'none') })
  if (uid !== own && uid !== owner?.uid)
    throw fail('certificate-mismatch', 'foreign-certificate-file', { evidence: seen(`owner ${uid}`) })
  try {
    return new X509Certificate(pem).toString()
  } catch {
    throw fail('pairing-refused', 'no-certificate', { evidence: seen(excerpt(pem)) })
  }
}
