/** Pairs with a session's host in the way that the site profile names, after a look at who owns its ports. */
import { randomInt, randomUUID, X509Certificate } from 'node:crypto'
import { fail, toFailure } from '../../shared/errors.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { HostClient } from '../../protocols/gamestream/host-client.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { JobOwner } from '../../protocols/slurm/job.ts'
import { shellWord } from '../../protocols/slurm/step.ts'
import type { ClusterSide } from './cluster-side.ts'
import type { Tunnel } from './node-access.ts'
import type { Pairings } from './pairings.ts'
import type { QuestionBoard } from './questions.ts'

export interface PairHostOptions {
  client: HostClient
  profile: SiteProfile
  pairings: Pairings
  session: Pick<PortalSession, 'id' | 'jobId' | 'port'>
  tunnel: Tunnel
  owner: JobOwner | null
  cluster: Pick<ClusterSide, 'onNode' | 'portOwner'>
  questions: Pick<QuestionBoard, 'ask'>
  warn: (text: string) => void
  signal: AbortSignal
}

const maximumPinAttempts = 3
const maximumCertificate = 16 * 1024

/** @throws VizlinkError pairing-refused, certificate-mismatch, host-not-ready, cancelled */
export async function pairHost(options: PairHostOptions): Promise<void> {
  await checkOwner(options)
  await modes[options.profile.pairing](options)
  const certificate = options.client.pinnedCertificate
  if (certificate) await options.pairings.remember(options.session.id, certificate)
}

/** What answers at the host's ports must be a program of the session's job: anyone on a node may listen there first. */
async function checkOwner({ cluster, tunnel, session, owner, warn }: PairHostOptions): Promise<void> {
  const seen = await cluster.portOwner(tunnel, session.port, owner).catch((error: unknown) => {
    if (toFailure(error).kind === 'link-lost') throw error
    return null
  })
  if (seen === null) {
    warn(
      'Whose program answers as the desktop’s host could not be checked: trust it as far as you trust the users of its node.',
    )
    return
  }
  if (seen.verdict === 'owned') return
  const port = { label: 'port', value: String(seen.port) }
  if (seen.verdict === 'missing') {
    throw fail('host-not-ready', {
      message: 'The desktop’s host does not listen on its node.',
      nextStep: 'Wait a minute and try again; if it stays, end the session and start a new one.',
      evidence: [port],
    })
  }
  throw fail('certificate-mismatch', {
    message: 'Somebody else’s program answers in the place of your desktop’s host.',
    nextStep: 'Do not go on: end this session and start a new one, and tell your administrator.',
    evidence: [
      port,
      { label: 'owner of the port (uid)', value: String(seen.uid) },
      { label: 'the job runs as', value: owner ? `${owner.name} (${owner.uid})` : 'unknown' },
    ],
    retryable: false,
  })
}

const modes: Record<SiteProfile['pairing'], (options: PairHostOptions) => Promise<void>> = {
  async claim({ client, pairings, session, warn }) {
    await client.claimAndPair(await pairings.owner(session.id))
    warn('The desktop’s host was claimed by Vizlink: until then anyone on its node could have done so.')
  },

  async preregistered(options) {
    const { client, tunnel } = options
    client.trust(await readCertificate(options))
    if ((await client.serverInfo()).paired) return
    throw fail('pairing-refused', {
      message: 'The desktop’s host does not know this Vizlink.',
      nextStep: 'Tell your administrator: the job must put your certificate into the host’s state file.',
      evidence: [{ label: 'way to the node', value: tunnel.rung }],
    })
  },

  async pin({ client, tunnel, questions, signal }) {
    for (let attempt = 1; ; attempt++) {
      const pin = String(randomInt(0, 10_000)).padStart(4, '0')
      const done = new AbortController()
      const address = `https://127.0.0.1:${tunnel.local.web}/pin`
      const given = questions
        .ask({ type: 'pairing-pin', id: randomUUID(), pin, address }, AbortSignal.any([signal, done.signal]))
        .then((values) => values === null && !done.signal.aborted && done.abort(leftByUser()))
      try {
        return await client.pairByPin(pin, AbortSignal.any([signal, done.signal]))
      } catch (error) {
        if (done.signal.reason !== undefined && done.signal.aborted) throw done.signal.reason
        // A mistyped PIN shows only as a refusal; the next try has a new one.
        if (toFailure(error).kind !== 'pairing-refused' || attempt === maximumPinAttempts) throw error
      } finally {
        done.abort()
        await given
      }
    }
  },
}

const leftByUser = (): Error =>
  fail('cancelled', { message: 'The pairing was cancelled.', nextStep: 'Connect again to pair.' })

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
    throw fail('bad-profile', {
      message: 'The site profile does not say where the host’s certificate lies.',
      nextStep: 'Ask your administrator to add hostCertificate to the site profile.',
      retryable: false,
    })
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
  const { stdout } = await cluster.onNode(
    tunnel,
    `exec sh -c ${shellWord(script)} 2>&1`,
    2 * maximumCertificate,
  )
  const own = Number(/^(\d{1,10})$/m.exec(stdout)?.[1] ?? Number.NaN)
  const uid = Number(/^owner (\d{1,10})$/m.exec(stdout)?.[1] ?? Number.NaN)
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(stdout)?.[0]
  const refuse = (kind: 'pairing-refused' | 'certificate-mismatch', message: string, value: string): Error =>
    fail(kind, {
      message,
      nextStep: 'End the session and start a new one; if it happens again, tell your administrator.',
      evidence: [
        { label: 'file', value: path },
        { label: 'answer', value },
      ],
    })
  if (!pem)
    throw refuse(
      'pairing-refused',
      'The certificate of the desktop’s host cannot be read.',
      stdout.trim().slice(0, 500) || 'none',
    )
  if (uid !== own && uid !== owner?.uid)
    throw refuse(
      'certificate-mismatch',
      'The certificate of the desktop’s host was put there by somebody else.',
      `owner ${uid}`,
    )
  try {
    return new X509Certificate(pem).toString()
  } catch {
    throw refuse(
      'pairing-refused',
      'The certificate of the desktop’s host is no certificate.',
      pem.slice(0, 200),
    )
  }
}
