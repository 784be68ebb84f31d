/** A GameStream host through local ports: what it is, pairing, launching, resuming, ending. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fail } from '../../shared/errors.ts'
import type { ClientIdentity } from './identity.ts'
import { pair } from './pairing.ts'
import { askHost, lookAtCertificate, type HostAnswer, type PinnedTls } from './transport.ts'
import { parseNvhttp, type NvhttpAnswer } from './xml.ts'

export interface LocalHostPorts {
  http: number
  https: number
  web: number
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

/** A user that nobody can guess. */
export function newOwner(): HostOwner {
  return {
    user: `vizlink-${randomBytes(6).toString('hex')}`,
    password: randomBytes(24).toString('base64url'),
  }
}

const launchDeadlineMs = 60_000
const pinDeadlineMs = 120_000
/** How long a person may take to type a PIN. */
const personDeadlineMs = 600_000
/** How long a host may take to give up a stream whose client is gone (it notices after 5 s). */
const busyDeadlineMs = 15_000
const retryEveryMs = 500

export class HostClient {
  private readonly ports: LocalHostPorts
  private readonly identity: ClientIdentity
  /** Pinned certificate of the host, PEM; null before pairing. */
  private certificate: string | null

  constructor(ports: LocalHostPorts, identity: ClientIdentity, certificate: string | null) {
    this.ports = ports
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

  /** Over plain HTTP (never says whether we are paired), or over HTTPS once the host is known. */
  async serverInfo(signal?: AbortSignal): Promise<ServerInfo> {
    const secure = this.certificate !== null
    const answer = await this.nvhttp('/serverinfo', {}, secure, signal ? { signal } : {})
    const state = answer.text('state') ?? ''
    const codec = Number(answer.text('ServerCodecModeSupport') ?? '0')
    return {
      name: answer.text('hostname') ?? 'unknown',
      appVersion: answer.text('appversion') ?? '',
      gfeVersion: answer.text('GfeVersion') ?? '',
      codecModeSupport: Number.isInteger(codec) && codec > 0 ? codec : 1,
      paired: answer.code === 200 && answer.text('PairStatus') === '1',
      runningApp: state.endsWith('_SERVER_BUSY') ? Number(answer.text('currentgame') ?? '0') : 0,
    }
  }

  /**
   * Whether nobody has claimed the host: one without a web user sends all visitors to its welcome page (Sunshine
   * src/confighttp.cpp, authenticate). Only looks.
   */
  async isUnclaimed(): Promise<boolean> {
    const certificatePem = await lookAtCertificate(this.ports.web)
    const { status, location } = await askHost(this.ports.web, { path: '/' }, { certificatePem })
    return status === 307 && location !== null && /^(https:\/\/[^/]+)?\/welcome$/.test(location)
  }

  /**
   * Pairs with a host that has no web user yet, or `owner`: makes `owner` its user and types its own PIN. Whoever comes
   * first owns such a host, so the caller marks this as unsafe.
   */
  async claimAndPair({ user, password } = newOwner()): Promise<void> {
    const webCertificate = await lookAtCertificate(this.ports.web)
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    // A host without a user looks at the new name and password alone; the rest is for one that was claimed before.
    const claimed = await this.web('/api/password', webCertificate, authorization, {
      currentUsername: user,
      currentPassword: password,
      newUsername: user,
      newPassword: password,
      confirmNewPassword: password,
    })
    if (statusOf(claimed) !== 'true') {
      throw fail('pairing-refused', {
        message: 'Somebody else already owns the desktop’s host.',
        nextStep: 'End the session and start a new one. Tell your administrator if it happens again.',
        evidence: [
          { label: 'answer', value: `${claimed.status} ${claimed.body.replace(/\s+/g, ' ').slice(0, 200)}` },
        ],
      })
    }
    const pin = String(randomInt(0, 10_000)).padStart(4, '0')
    await this.pairWith(pin, webCertificate, async (stage1Over) => {
      const end = Date.now() + pinDeadlineMs
      // The host refuses a PIN while nobody waits for one: our own stage 1 may still be on its way.
      while (
        statusOf(await this.web('/api/pin', webCertificate, authorization, { pin, name: 'Vizlink' })) !==
        'true'
      ) {
        // Stage 1 says itself what was wrong.
        if (stage1Over.aborted) return
        if (Date.now() > end)
          throw fail('pairing-refused', { message: 'The host did not take the PIN.', nextStep: 'Try again.' })
        await delay(100)
      }
    })
  }

  /** Pairs by a PIN that a person types at the host's web page, as long as `signal` lets them. */
  pairByPin(pin: string, signal?: AbortSignal): Promise<void> {
    return this.pairWith(pin, null, async () => undefined, {
      deadlineMs: personDeadlineMs,
      ...(signal ? { signal } : {}),
    })
  }

  /** The first app of the host's list called Desktop, else the first. */
  async desktopApp(): Promise<number> {
    const answer = succeeded(await this.nvhttp('/applist', {}, true))
    const titles = answer.list('App', 'AppTitle')
    const ids = answer.list('App', 'ID').map(Number)
    const id = ids[Math.max(0, titles.indexOf('Desktop'))]
    if (!id)
      throw fail('launch-refused', {
        message: 'The host offers no desktop.',
        nextStep: 'Tell your administrator.',
      })
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
      const encoder = answer.code === 503 && /capture|encod/i.test(answer.message)
      if (answer.code !== 503 || encoder || Date.now() > end) throw launchFailure(answer, encoder)
      await delay(retryEveryMs)
    }
  }

  /**
   * Ends the running app; "all sessions must be disconnected" is retried for a while.
   * @throws VizlinkError launch-refused when the app goes on
   */
  async cancel(): Promise<void> {
    const end = Date.now() + busyDeadlineMs
    for (;;) {
      const answer = await this.nvhttp('/cancel', {}, true)
      if (answer.code === 200) return
      if (answer.code !== 503 || Date.now() > end) {
        throw fail('launch-refused', {
          message: 'The desktop’s host did not end the desktop.',
          nextStep: 'Try again; if it stays, end the session.',
          evidence: [{ label: 'answer', value: `${answer.code} ${answer.message}` }],
        })
      }
      await delay(retryEveryMs)
    }
  }

  private async pairWith(
    pin: string,
    expected: string | null,
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
          return (await askHost(this.ports.http, { path, ...limits }, null)).body
        },
        secure: async (query, certificatePem) =>
          (await askHost(this.ports.https, { path: `/pair?${query.toString()}` }, this.tls(certificatePem)))
            .body,
      },
      submitPin,
      expected,
    )
    if (!(await this.serverInfo()).paired) {
      throw fail('pairing-refused', { message: 'The host did not keep the pairing.', nextStep: 'Try again.' })
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
    if (!secure) return parseNvhttp((await askHost(this.ports.http, request, null)).body)
    if (this.certificate === null)
      throw fail('pairing-refused', { message: 'The host is not paired.', nextStep: 'Try again.' })
    return parseNvhttp((await askHost(this.ports.https, request, this.tls(this.certificate))).body)
  }

  private web(
    path: string,
    certificatePem: string,
    authorization: string | null,
    body: object,
  ): Promise<HostAnswer> {
    return askHost(
      this.ports.web,
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify(body),
      },
      { certificatePem },
    )
  }
}

function statusOf(answer: HostAnswer): string {
  try {
    const value = (JSON.parse(answer.body) as { status?: unknown }).status
    return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}

function succeeded(answer: NvhttpAnswer): NvhttpAnswer {
  if (answer.code !== 200) throw launchFailure(answer, false)
  return answer
}

function launchFailure(answer: NvhttpAnswer, encoder: boolean): Error {
  const evidence = [{ label: 'answer', value: `${answer.code} ${answer.message}` }]
  if (encoder) {
    return fail('no-encoder', {
      message: 'The node has no working display or video encoder.',
      nextStep: 'End the session and start a new one; tell your administrator if it happens again.',
      evidence,
    })
  }
  return fail('launch-refused', {
    message: 'The desktop’s host refused to start the stream.',
    nextStep: 'Try again; if it stays, end the session and start a new one.',
    evidence,
  })
}
