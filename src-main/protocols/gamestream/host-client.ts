/** A GameStream host by what leads to its ports: what it is, pairing, launching, resuming, ending. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { pause } from '../../domain/retry.ts'
import { excerpt } from '../../shared/bounds.ts'
import { fail, type EvidenceItem } from '../../shared/errors.ts'
import type { ClientIdentity } from './identity.ts'
import { pair } from './pairing.ts'
import { askHost, lookAtCertificate, type HostAnswer, type PinnedTls, type HostSocket } from './transport.ts'
import { parseNvhttp, type NvhttpAnswer } from './xml.ts'

/** What leads to a host's ports from here. */
export interface HostSockets {
  http: HostSocket
  https: HostSocket
  web: HostSocket
  /** A TCP port of 127.0.0.1: the library that speaks RTSP knows nothing else. */
  rtsp: number
}

export interface ServerInfo {
  name: string
  appVersion: string
  gfeVersion: string
  codecModeSupport: number
  paired: boolean
  /** Id of the running app, 0 for none. */
  runningApp: number
}

export interface LaunchResult {
  sessionUrl: string
  /** AES-128, 32 hex digits; made for this launch alone. */
  key: string
  keyId: number
}

/** User of a host's web API. */
export interface HostOwner {
  user: string
  password: string
}

/** A user name that cannot be guessed. */
export function newOwner(): HostOwner {
  return {
    user: `vizlink-${randomBytes(6).toString('hex')}`,
    password: randomBytes(24).toString('base64url'),
  }
}

/** A PIN as hosts take it: four digits. */
export const newPin = (): string => String(randomInt(0, 10_000)).padStart(4, '0')

/** How the host's web page names this client. */
const deviceName = 'Vizlink'
const launchDeadlineMs = 60_000
const pinEveryMs = 100
const unauthorized = 401
const elsewhere = 307
/** Another client has the stream, or a start of one is not over. */
const busy = 503
const pinDeadlineMs = 120_000
/** How long a person may take to type a PIN. */
const personDeadlineMs = 600_000
/** How long a host may take to give up a stream whose client is gone (it notices after 5 s). */
const busyDeadlineMs = 15_000
const retryEveryMs = 500
/** The stream runs meanwhile, and the line is slow. */
const bitrateDeadlineMs = 3000

export class HostClient {
  private readonly ways: HostSockets
  private readonly identity: ClientIdentity
  /** Pinned certificate of the host, PEM; null before pairing. */
  private certificate: string | null
  /** Certificate of the web API at which a PIN was typed, PEM. */
  private typedAt: string | null = null

  constructor(ways: HostSockets, identity: ClientIdentity, certificate: string | null) {
    this.ways = ways
    this.identity = identity
    this.certificate = certificate
  }

  get pinnedCertificate(): string | null {
    return this.certificate
  }

  /** Pins a certificate that was read where only the host could have put it. */
  trust(certificatePem: string): void {
    this.certificate = certificatePem
  }

  /**
   * Over HTTPS once the host is known, else over plain HTTP, which never says whether we are paired.
   * @throws VizlinkError host-not-ready, certificate-mismatch
   */
  async serverInfo(signal?: AbortSignal): Promise<ServerInfo> {
    const ask = (secure: boolean): Promise<NvhttpAnswer> =>
      this.nvhttp('/serverinfo', {}, secure, signal ? { signal } : {})
    const known = this.certificate !== null
    const first = await ask(known)
    // To a client that it does not know any more a host says over plain HTTP alone what it is.
    const answer = known && first.code === unauthorized ? await ask(false) : first
    if (answer.code !== 200) throw fail('host-not-ready', 'error-answer', { evidence: answerOf(answer) })
    const state = answer.text('state') ?? ''
    const codec = Number(answer.text('ServerCodecModeSupport') ?? '0')
    return {
      name: answer.text('hostname') ?? 'unknown',
      appVersion: answer.text('appversion') ?? '',
      gfeVersion: answer.text('GfeVersion') ?? '',
      codecModeSupport: Number.isInteger(codec) && codec > 0 ? codec : 1,
      paired: answer.text('PairStatus') === '1',
      runningApp: state.endsWith('_SERVER_BUSY') ? Number(answer.text('currentgame') ?? '0') : 0,
    }
  }

  /**
   * Whether the host is unclaimed: one without a web user sends all visitors to its welcome page (Sunshine
   * src/confighttp.cpp, authenticate). Only looks.
   */
  async isUnclaimed(): Promise<boolean> {
    const certificatePem = await lookAtCertificate(this.ways.web)
    const { status, location } = await askHost(this.ways.web, { path: '/' }, { certificatePem })
    return status === 307 && location !== null && /^(https:\/\/[^/]+)?\/welcome$/.test(location)
  }

  /**
   * Pairs with a host that has no web user yet, or `owner`: makes `owner` its user and types its own PIN. The first client
   * to come owns such a host, so the caller marks this as unsafe.
   */
  async claimAndPair(owner = newOwner()): Promise<void> {
    // One that has lost its state still has to show the certificate that is known, before it gets a password.
    const webCertificate = this.certificate ?? (await lookAtCertificate(this.ways.web))
    await this.claim(owner, webCertificate)
    const pin = newPin()
    await this.pairWith(
      pin,
      () => webCertificate,
      async (stage1Over) => {
        if (!(await this.postPin(pin, owner, webCertificate, stage1Over))) throw ownedBySomebodyElse('401')
      },
    )
  }

  /**
   * Waits until the host has got a PIN, as long as `signal` lets it, and pairs: by `typePin`, or by a person at the host's own
   * web page.
   */
  pairByPin(pin: string, signal?: AbortSignal): Promise<void> {
    return this.pairWith(
      pin,
      () => this.typedAt,
      async () => undefined,
      { deadlineMs: personDeadlineMs, ...(signal ? { signal } : {}) },
    )
  }

  /**
   * Types the PIN that `pairByPin` waits with at the host's web API, as the user of its web page. A host that has no user yet gets
   * this one.
   * @returns false: the host does not know this user and password
   * @throws VizlinkError host-not-ready, certificate-mismatch, pairing-refused
   */
  async typePin(pin: string, owner: HostOwner, waiting: AbortSignal): Promise<boolean> {
    // Pairing continues with the host that got the password, or not at all.
    this.typedAt ??= await lookAtCertificate(this.ways.web)
    return this.postPin(pin, owner, this.typedAt, waiting)
  }

  /** The first app of the host's list called Desktop, else the first; one without an id cannot be started. */
  async desktopApp(): Promise<number> {
    const answer = await this.nvhttp('/applist', {}, true)
    if (answer.code !== 200) throw launchFailure(answer, false)
    const titles = answer.list('App', 'AppTitle')
    const ids = answer.list('App', 'ID').map(Number)
    const id =
      ids.find((one, index) => one > 0 && titles[index]?.toLowerCase() === 'desktop') ??
      ids.find((one) => one > 0)
    if (id === undefined) throw fail('launch-refused', 'no-desktop')
    return id
  }

  /** Starts the desktop app, or resumes it when it runs; waits while the host still holds a client that is gone. */
  async launch(video: { width: number; height: number; fps: number }): Promise<LaunchResult> {
    const end = Date.now() + busyDeadlineMs
    for (;;) {
      const info = await this.serverInfo()
      const key = randomBytes(16).toString('hex')
      const keyId = randomInt(-(2 ** 31), 2 ** 31 - 1)
      const parameters = {
        mode: `${video.width}x${video.height}x${video.fps}`,
        additionalStates: '1',
        sops: '0',
        rikey: key,
        rikeyid: String(keyId),
        localAudioPlayMode: '0',
        surroundAudioInfo: '196610',
        remoteControllersBitmap: '0',
        gcmap: '0',
        gcpersist: '0',
        corever: '1',
      }
      const answer =
        info.runningApp === 0
          ? await this.nvhttp('/launch', { appid: String(await this.desktopApp()), ...parameters }, true, {
              deadlineMs: launchDeadlineMs,
            })
          : await this.nvhttp('/resume', parameters, true, { deadlineMs: launchDeadlineMs })
      const sessionUrl = answer.text('sessionUrl0')
      if (answer.code === 200 && sessionUrl !== null) return { sessionUrl, key, keyId }
      const encoder = answer.code === busy && /capture|encod/i.test(answer.message)
      if (answer.code !== busy || encoder || Date.now() > end) throw launchFailure(answer, encoder)
      await pause(retryEveryMs)
    }
  }

  /**
   * Asks for another bitrate of the stream that runs: a request of Foundation Sunshine (src/nvhttp/dynamic_params.cpp,
   * change_bitrate) and Vibepollo (src/nvhttp.cpp, setBitrate); Sunshine itself does not know it.
   * @returns false: the host cannot, and its stream has to be resumed
   * @throws VizlinkError host-not-ready: it does not answer
   */
  async changeBitrate(kbps: number): Promise<boolean> {
    const answer = await this.nvhttp('/bitrate', { bitrate: String(kbps), clientname: deviceName }, true, {
      deadlineMs: bitrateDeadlineMs,
    })
    return answer.code === 200 && Number(answer.text('bitrate')) > 0
  }

  /**
   * Ends the running app; "all sessions must be disconnected" is retried for a while.
   * @throws VizlinkError launch-refused when the app runs on
   */
  async cancel(): Promise<void> {
    const end = Date.now() + busyDeadlineMs
    for (;;) {
      const answer = await this.nvhttp('/cancel', {}, true)
      if (answer.code === 200) return
      if (answer.code !== busy || Date.now() > end) {
        throw fail('launch-refused', 'not-ended', { evidence: answerOf(answer) })
      }
      await pause(retryEveryMs)
    }
  }

  /** A host without a user looks at the new name and password alone; the rest is for one that was claimed before. */
  private async claim(owner: HostOwner, webCertificate: string): Promise<void> {
    const { user, password } = owner
    const answer = await this.web('/api/password', webCertificate, owner, {
      currentUsername: user,
      currentPassword: password,
      newUsername: user,
      newPassword: password,
      confirmNewPassword: password,
    })
    if (statusOf(answer) !== 'true') throw ownedBySomebodyElse(`${answer.status} ${excerpt(answer.body)}`)
  }

  /**
   * Until the host takes it: it refuses a PIN while no client waits for one, and our own stage 1 may still be on its way.
   * @returns false: the host has another user
   */
  private async postPin(
    pin: string,
    owner: HostOwner,
    webCertificate: string,
    over: AbortSignal,
  ): Promise<boolean> {
    const end = Date.now() + pinDeadlineMs
    for (;;) {
      const answer = await this.web('/api/pin', webCertificate, owner, { pin, name: deviceName })
      if (statusOf(answer) === 'true') return true
      if (answer.status === unauthorized) return false
      // To the page on which a host's first user is made.
      if (answer.status === elsewhere) await this.claim(owner, webCertificate)
      // Stage 1 says itself what was wrong.
      if (over.aborted) return true
      if (Date.now() > end) throw fail('pairing-refused', 'pin-not-taken')
      await pause(pinEveryMs)
    }
  }

  private async pairWith(
    pin: string,
    expected: () => string | null,
    submitPin: (stage1Over: AbortSignal) => Promise<void>,
    waiting: { deadlineMs: number; signal?: AbortSignal } = { deadlineMs: pinDeadlineMs },
  ): Promise<void> {
    this.certificate = await pair(
      this.identity,
      pin,
      {
        plain: async (query, slow) => {
          const path = `/pair?${query.toString()}`
          const limits = slow ? waiting : { deadlineMs: 10_000 }
          return (await askHost(this.ways.http, { path, ...limits }, null)).body
        },
        secure: async (query, certificatePem) =>
          (await askHost(this.ways.https, { path: `/pair?${query.toString()}` }, this.tls(certificatePem)))
            .body,
      },
      submitPin,
      expected,
    )
    if (!(await this.serverInfo()).paired) {
      throw fail('pairing-refused', 'not-kept')
    }
  }

  private tls(certificatePem: string): PinnedTls {
    return { certificatePem, client: this.identity }
  }

  private async nvhttp(
    path: string,
    parameters: Record<string, string>,
    secure: boolean,
    options: { deadlineMs?: number; signal?: AbortSignal } = {},
  ): Promise<NvhttpAnswer> {
    const query = new URLSearchParams({
      uniqueid: this.identity.uniqueId,
      uuid: randomUUID().replaceAll('-', ''),
      ...parameters,
    })
    const request = { path: `${path}?${query.toString()}`, ...options }
    const { certificate, ways } = this
    if (secure && certificate === null) throw fail('pairing-refused', 'not-paired')
    const tls = secure && certificate !== null ? this.tls(certificate) : null
    const { status, body } = await askHost(tls ? ways.https : ways.http, request, tls)
    return parseNvhttp(body, [
      { label: 'asked-for', value: path },
      { label: 'status', value: String(status) },
    ])
  }

  private web(
    path: string,
    certificatePem: string,
    { user, password }: HostOwner,
    body: object,
  ): Promise<HostAnswer> {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    return askHost(
      this.ways.web,
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify(body),
      },
      { certificatePem },
    )
  }
}

function ownedBySomebodyElse(answer: string): Error {
  return fail('pairing-refused', 'owned', { evidence: [{ label: 'answer', value: answer }] })
}

function statusOf(answer: HostAnswer): string {
  try {
    const value = (JSON.parse(answer.body) as { status?: unknown }).status
    return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}

const answerOf = ({ code, message }: NvhttpAnswer): EvidenceItem[] => [
  { label: 'answer', value: `${code} ${message}` },
]

function launchFailure(answer: NvhttpAnswer, encoder: boolean): Error {
  const evidence = answerOf(answer)
  if (encoder) {
    return fail('no-encoder', 'node', { evidence })
  }
  // A client that is gone would have been given up by now.
  if (answer.code === busy) return fail('launch-refused', 'shown-elsewhere', { evidence })
  return fail('launch-refused', 'refused', { evidence })
}
