/** The host of a desktop: wait until it answers, pair, launch, run the stream process. */
import { pause } from '../../domain/retry.ts'
import { fail, knownFacts, toFailure, type Failure } from '../../shared/errors.ts'
import { failureText } from '../../shared/failure-text.ts'
import type { StreamFacts, VideoRequest } from '../../shared/model/desktop.ts'
import type { ProcessHost } from '../../ports/process-host.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import { HostClient, type HostSockets, type ServerInfo } from '../../protocols/gamestream/host-client.ts'
import { StreamClient } from './stream-client.ts'

const pollEveryMs = 300
/** Fits every MTU there is; bigger ones only pad more (a real host pads the last shard of each frame). */
const packetSize = 1392
const h264 = 1
/**
 * How long a launch that no stream followed may be in the way: a host with more than one channel answers the next one 200 and
 * still waits for the first one's key, for 10 s (Sunshine's ping_timeout).
 */
const brokenStartMs = 15_000
const againEveryMs = 1000
/** Where the host offers it: SSH ends at this computer and at the node. The control stream is encrypted in any case. */
const encryptVideo = 2

export interface HostOptions {
  processes: ProcessHost
  identity: ClientIdentity
  ways: HostSockets
  /** Certificate pinned by an earlier connection to this session, PEM. */
  certificate: string | null
  onFacts(facts: StreamFacts): void
  onLost(failure: Failure): void
}

function notReady(seconds: number, lastAnswer: unknown): Error {
  const failure = toFailure(lastAnswer)
  return fail('host-not-ready', 'not-in-time', {
    evidence: [
      { label: 'waited', value: `${seconds} s` },
      { label: 'last-answer', value: failureText(failure, 'en').message },
      ...failure.evidence,
    ],
  })
}

export class Host {
  private readonly options: HostOptions
  readonly client: HostClient
  private running: StreamClient | null = null
  private info: ServerInfo | null = null
  private stopped = false

  constructor(options: HostOptions) {
    this.options = options
    this.client = new HostClient(options.ways, options.identity, options.certificate)
  }

  /** The stream's process; null while there is none. */
  get stream(): StreamClient | null {
    return this.running
  }

  /** Settles when the host answers. `stillAlive` is asked between attempts and throws when waiting is hopeless. */
  async waitUntilReady(limitMs: number, signal: AbortSignal, stillAlive: () => Promise<void>): Promise<void> {
    const end = performance.now() + limitMs
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      try {
        this.info = await this.client.serverInfo(signal)
        return
      } catch (error) {
        if (toFailure(error).kind === 'certificate-mismatch') throw error
        if (performance.now() > end) throw notReady(limitMs / 1000, error)
      }
      if (attempt % 4 === 3) await stillAlive()
      await pause(pollEveryMs)
    }
  }

  /** True when the host knows us and shows the certificate that we know. */
  async isPaired(): Promise<boolean> {
    return this.client.pinnedCertificate !== null && (await this.client.serverInfo()).paired
  }

  /**
   * Launches or resumes, and begins again with a fresh launch where an earlier one is in the way.
   * @param prepare gives the endpoint the key before anything is sent
   * @param turnHorizontalWheel the host takes right for left
   */
  async start(video: VideoRequest, prepare: Prepare, turnHorizontalWheel = false): Promise<void> {
    const end = performance.now() + brokenStartMs
    for (;;) {
      try {
        return await this.startOnce(video, prepare, turnHorizontalWheel)
      } catch (error) {
        if (!knownFacts(error, 'launch-refused', 'host-refused') || performance.now() > end) throw error
      }
      await pause(againEveryMs)
    }
  }

  private async startOnce(
    video: VideoRequest,
    prepare: Prepare,
    turnHorizontalWheel: boolean,
  ): Promise<void> {
    if (this.stopped) throw notWanted()
    const stream = new StreamClient(this.options.processes.start('stream'), {
      onFacts: (facts) => this.options.onFacts(facts),
      onEnded: (end) => {
        if (this.running === stream) this.running = null
        void stream.stop()
        this.options.onLost('failure' in end ? end.failure : streamLost(end.code))
      },
    })
    this.running = stream
    try {
      // A host forgets a launch that no stream follows: Sunshine after 10 s, and it refuses the next one until then. A process
      // takes that long to start on a computer that is very busy.
      await stream.ready()
      await this.connect(stream, video, prepare, turnHorizontalWheel)
    } catch (error) {
      if (this.running === stream) this.running = null
      await stream.stop()
      throw error
    }
  }

  /**
   * Resumes the stream that runs with other values: process and page stay.
   * @throws VizlinkError the stream is over, and its process with it
   */
  async resume(video: VideoRequest, prepare: Prepare, turnHorizontalWheel = false): Promise<void> {
    const stream = this.running
    if (!stream || this.stopped) throw notWanted()
    try {
      await stream.pause()
      await this.connect(stream, video, prepare, turnHorizontalWheel)
    } catch (error) {
      if (this.running === stream) this.running = null
      await stream.stop()
      throw error
    }
  }

  private async connect(
    stream: StreamClient,
    video: VideoRequest,
    prepare: Prepare,
    turnHorizontalWheel: boolean,
  ): Promise<void> {
    const info = this.info ?? (await this.client.serverInfo())
    const launch = await this.client.launch(video)
    const encrypted = launch.sessionUrl.startsWith('rtspenc://')
    await prepare(encrypted, launch.key)
    if (this.stopped) throw notWanted()
    await stream.start(
      {
        address: '127.0.0.1',
        appVersion: info.appVersion,
        gfeVersion: info.gfeVersion,
        // Only the scheme and the port matter to the library.
        rtspSessionUrl: `${encrypted ? 'rtspenc' : 'rtsp'}://127.0.0.1:${this.options.ways.rtsp}`,
        serverCodecModeSupport: info.codecModeSupport,
        ...video,
        packetSize,
        supportedVideoFormats: h264,
        encryptionFlags: encryptVideo,
        remoteInputKey: launch.key,
        remoteInputKeyId: launch.keyId,
      },
      turnHorizontalWheel,
    )
  }

  /** Ends the stream process, if any, also one that is starting; none is started afterwards. */
  async stop(): Promise<void> {
    this.stopped = true
    const stream = this.running
    this.running = null
    await stream?.stop()
  }
}

type Prepare = (encryptedRtsp: boolean, key: string) => Promise<void>

const notWanted = (): Error => fail('cancelled', 'stream-not-wanted')

/** The library's codes for a stream on which no video, or no whole picture, came in its first 10 s (Limelight.h). */
const withoutVideo = [-100, -101]

function streamLost(code: number): Failure {
  const reason = code === 0 ? 'host-ended' : withoutVideo.includes(code) ? 'no-video' : 'interrupted'
  return fail('stream-lost', reason, {
    evidence: [{ label: 'code', value: String(code) }],
  }).failure
}
