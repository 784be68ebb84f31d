/** The app's side of one stream process. */
import type { Socket } from 'node:net'
import type { Upgrade } from '../../ports/app-surface.ts'
import { fail, VizlinkError, type EvidenceItem, type Failure } from '../../shared/errors.ts'
import type { StreamFacts } from '../../shared/model/desktop.ts'
import type { StreamConfiguration } from '../../shared/stream-port.ts'
import { messageEvidence, messageName } from '../../shared/schema-issues.ts'
import {
  fromStreamProcessSchema,
  type FromStreamProcess,
  type ToStreamProcess,
} from '../../stream-process/messages.ts'
import type { StreamStart } from '../../protocols/native.ts'
import type { ChildHandle } from '../../ports/process-host.ts'
import { endEvidence } from '../../domain/child-end.ts'

const readyDeadlineMs = 20_000
const startDeadlineMs = 45_000
const stopDeadlineMs = 4000
/** The library takes 2 s at most to end a connection. */
const pauseDeadlineMs = 6000

export interface StreamClientListeners {
  onFacts(facts: StreamFacts): void
  /** The stream is over without our asking: 0 = the host ended it, else the library's code; or the process died. */
  onEnded(end: { code: number } | { failure: Failure }): void
}

export class StreamClient {
  private readonly child: ChildHandle
  private readonly listeners: StreamClientListeners
  /** The start that is under way. */
  private starting: PromiseWithResolvers<StreamConfiguration> | null = null
  private pausing: PromiseWithResolvers<void> | null = null
  private readonly readiness = Promise.withResolvers<void>()
  /** Why a start failed, also one that was reported as made and whose caller does not know it yet. */
  private startFailure: VizlinkError | null = null
  private over = false
  /** Its end means nothing: it is our own. */
  private paused = false
  private distrusted = false

  constructor(child: ChildHandle, listeners: StreamClientListeners) {
    this.child = child
    this.listeners = listeners
    // Who does not wait for it hears of a failure elsewhere.
    this.readiness.promise.catch(() => undefined)
    child.onMessage((raw) => this.receive(raw))
    void child.exited.then((end) => this.loseAll(processDied(endEvidence(end))))
  }

  /** Settles when the process listens. Rejects with a `VizlinkError` (stream-timeout, stream-process-died). */
  async ready(): Promise<void> {
    const timer = setTimeout(() => this.readiness.reject(notInTime()), readyDeadlineMs)
    await this.readiness.promise.finally(() => clearTimeout(timer))
  }

  /** Connects. Rejects with a `VizlinkError` (launch-refused, stream-timeout, stream-process-died). */
  async start(start: StreamStart, turnHorizontalWheel = false): Promise<StreamConfiguration> {
    const starting = Promise.withResolvers<StreamConfiguration>()
    this.starting = starting
    this.paused = false
    const timer = setTimeout(() => this.failStart(notInTime()), startDeadlineMs)
    try {
      if (!this.send({ type: 'start', start, turnHorizontalWheel }))
        throw processDied([{ label: 'exit', value: 'before it was asked to connect' }])
      const configuration = await starting.promise
      if (this.startFailure) throw this.startFailure
      return configuration
    } finally {
      clearTimeout(timer)
      this.starting = null
    }
  }

  /**
   * Ends the connection; process and page stay for another `start`.
   * @throws VizlinkError stream-timeout, stream-process-died
   */
  async pause(): Promise<void> {
    const pausing = Promise.withResolvers<void>()
    this.pausing = pausing
    this.paused = true
    const timer = setTimeout(() => pausing.reject(notInTime()), pauseDeadlineMs)
    try {
      if (!this.send({ type: 'pause' })) throw processDied([])
      await pausing.promise
    } finally {
      clearTimeout(timer)
      this.pausing = null
    }
  }

  /** Hands an accepted WebSocket upgrade over. False when the process is gone. */
  attachSocket(upgrade: Upgrade, socket: Socket): boolean {
    const message = { type: 'attach-socket', headers: upgrade.headers, head: upgrade.head.toString('base64') }
    return !this.over && this.child.send(message, socket)
  }

  /** Electron: hands a MessagePortMain over. False when the process is gone, or this shell has no such ports. */
  attachPort(port: object): boolean {
    return !this.over && (this.child.sendPort?.({ type: 'attach-port' }, port) ?? false)
  }

  attachCounter(): void {
    this.send({ type: 'attach-counter' })
  }

  /** Frames were dropped on the way, and there is room for a key frame. */
  requestKeyFrame(): void {
    if (!this.over) this.send({ type: 'request-key-frame' })
  }

  /** Ends stream and process; settles when the process is gone. */
  async stop(): Promise<void> {
    this.over = true
    this.send({ type: 'stop' })
    const timer = setTimeout(() => void this.child.end(), stopDeadlineMs)
    await this.child.exited
    clearTimeout(timer)
  }

  /** False when the process is gone. */
  private send(message: ToStreamProcess): boolean {
    return this.child.send(message)
  }

  private failStart(failure: VizlinkError): void {
    if (!this.starting) return
    this.startFailure ??= failure
    this.starting.reject(failure)
  }

  private endWith(end: { code: number } | { failure: Failure }): void {
    if (this.over) return
    this.over = true
    this.listeners.onEnded(end)
  }

  private loseAll(failure: VizlinkError): void {
    this.readiness.reject(failure)
    this.pausing?.reject(failure)
    this.failStart(failure)
    this.endWith({ failure: failure.failure })
  }

  /** A message that does not fit its schema is the process's fault: it is ended, and the stream with it. */
  private receive(raw: unknown): void {
    if (this.distrusted) return
    const checked = fromStreamProcessSchema.safeParse(raw)
    if (checked.success) return this.onMessage(checked.data)
    this.distrusted = true
    const evidence = messageEvidence(messageName(raw, checked.error), checked.error)
    this.loseAll(badMessage(evidence))
    void this.child.end(evidence)
  }

  private onMessage(message: FromStreamProcess): void {
    switch (message.type) {
      case 'connected':
        this.starting?.resolve(message.configuration)
        return
      case 'facts':
        this.listeners.onFacts(message.facts)
        return
      case 'failed':
        this.failStart(new VizlinkError(message.failure))
        return
      case 'terminated':
        if (this.paused) return
        if (this.starting) this.failStart(endedAtStart(message.code))
        else this.endWith({ code: message.code })
        return
      case 'paused':
        this.pausing?.resolve()
        return
      case 'ready':
        this.readiness.resolve()
        return
      case 'stage':
    }
  }
}

const notInTime = (): VizlinkError => fail('stream-timeout', 'not-answered')

const endedAtStart = (code: number): VizlinkError =>
  fail('stream-lost', 'ended-at-start', { evidence: [{ label: 'code', value: String(code) }] })

const badMessage = (evidence: EvidenceItem[]): VizlinkError =>
  fail('stream-process-died', 'receiver-message', { evidence })

function processDied(evidence: Failure['evidence']): VizlinkError {
  return fail('stream-process-died', 'receiver-stopped', { evidence })
}
