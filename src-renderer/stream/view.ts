/** The stream on the page: decoder worker, presenter, input, facts. The one entry for the user interface. */
import { toFailure, fail } from '../../src-main/shared/errors.ts'
import { encodeInput, maximumInputRecords, type InputRecord } from '../../src-main/shared/stream-input.ts'
import { openFramePort, type Client } from '../api/index.ts'
import { t } from '../ui/texts.ts'
import type { StreamEndReason, ViewFacts } from './facts.ts'
import { captureInput } from './input-capture.ts'
import { createPresenter } from './presenter.ts'
import { startDecodeWorker } from './start-worker.ts'
import type { FromDecodeWorker, PictureSink, WorkerFacts } from './worker-messages.ts'

export interface StreamViewOptions {
  /** Gets the picture as its only child; must have a size of its own. */
  container: HTMLElement
  client: Client
  desktopId: string
  /** Called once per second, and when the first picture is shown. */
  onFacts: (facts: ViewFacts) => void
  /** Called at most once, never after `dispose`. The view is over then; dispose of it. */
  onEnded: (reason: StreamEndReason) => void
  /** Called at most once: a key was pressed that cannot be sent (its character, or its name where it has none). */
  onUnsentKey?: (key: string) => void
  /** Another presenter than the best one of this browser. */
  presenter?: PictureSink['kind']
}

export interface StreamView {
  /** Gives the keyboard to the stream; Ctrl+Alt+Shift+Z takes it back. */
  focus(): void
  /** Releases every key, closes the port and empties the container. */
  dispose(): void
}

const checkEveryMs = 1000
/** The worker reports once per second; one that is silent for longer does not keep the page's own figures back. */
const measureWithoutWorkerMs = 1500
/** Reports out of turn (the first picture) are no reason to measure again. */
const measureAtMostEveryMs = 900

/** Before the worker's first report. */
const nothingDecoded: WorkerFacts = {
  framesDecoded: 0,
  framesDropped: 0,
  framesPresented: 0,
  decodeP50Ms: null,
  decodeP99Ms: null,
  hardware: null,
  codec: null,
  width: 0,
  height: 0,
  firstFrameAt: null,
}

/** Shows the stream of a connection whose state is `open`; the port is opened by the view. */
export function startStreamView(options: StreamViewOptions): StreamView {
  const { container, client, desktopId, onFacts, onEnded } = options
  const presenter = createPresenter(options.presenter)
  let workerFacts: WorkerFacts = nothingDecoded
  let size = { width: 0, height: 0 }
  let shownBefore = 0
  let measuredAt = performance.now()
  let fpsShown = 0
  let firstShownAt: number | null = null
  let over = false

  const surface = document.createElement('div')
  surface.tabIndex = 0
  surface.dataset.stream = desktopId
  surface.setAttribute('role', 'application')
  surface.setAttribute('aria-label', t('stream.stage'))
  Object.assign(surface.style, { width: '100%', height: '100%', outline: 'none', touchAction: 'none' })
  surface.append(presenter.element)
  container.replaceChildren(surface)

  const shown = (): number => presenter.shown() ?? workerFacts.framesPresented

  function publish(): void {
    const { framesPresented: _, firstFrameAt, ...decoded } = workerFacts
    onFacts({
      ...decoded,
      ...size,
      framesShown: shown(),
      fpsShown,
      presenter: presenter.kind,
      firstFrameAt: firstShownAt ?? (presenter.kind === 'canvas' ? firstFrameAt : null),
    })
  }

  function measure(): void {
    const now = performance.now()
    const count = shown()
    fpsShown = Math.round(((count - shownBefore) * 10_000) / (now - measuredAt)) / 10
    shownBefore = count
    measuredAt = now
    publish()
  }

  function stop(): void {
    if (over) return
    over = true
    clearInterval(timer)
    input.dispose()
    worker.end()
  }

  function end(reason: StreamEndReason): void {
    if (over) return
    stop()
    publish()
    onEnded(reason)
  }

  function onWorkerMessage(message: FromDecodeWorker): void {
    if (message.type === 'ended') return end(message.reason)
    if (message.type === 'configuration') {
      if (size.width === 0)
        size = { width: message.configuration.width, height: message.configuration.height }
      return
    }
    const first = !workerFacts.firstFrameAt && message.facts.firstFrameAt !== null
    workerFacts = message.facts
    if (message.facts.width > 0) size = { width: message.facts.width, height: message.facts.height }
    if (over) return
    // Both sides' counts are from the same moment then.
    if (performance.now() - measuredAt >= measureAtMostEveryMs) measure()
    else if (first && presenter.kind === 'canvas') publish()
  }

  function sendRecords(records: InputRecord[]): void {
    for (let at = 0; at < records.length; at += maximumInputRecords) {
      const payload = encodeInput(records.slice(at, at + maximumInputRecords))
      worker.send({ type: 'input', payload }, [payload.buffer])
    }
  }

  const worker = startDecodeWorker(onWorkerMessage, (reason) =>
    end({
      kind: 'failed',
      failure: fail('no-decoder', 'decoder-stopped', {
        evidence: [{ label: 'worker', value: reason }],
      }).failure,
    }),
  )
  const input = captureInput(surface, () => size, sendRecords, options.onUnsentKey)
  const timer = setInterval(() => {
    if (performance.now() - measuredAt >= measureWithoutWorkerMs) measure()
  }, checkEveryMs)
  presenter.onFirst(() => {
    firstShownAt = Date.now()
    if (!over) publish()
  })

  openFramePort(client, desktopId).then(
    (port) => {
      if (over) {
        if (port.kind === 'message-port') port.port.close()
        return
      }
      const transfer = port.kind === 'message-port' ? [port.port, ...presenter.transfer] : presenter.transfer
      worker.send({ type: 'start', port, sink: presenter.sink }, transfer)
    },
    (error: unknown) => end({ kind: 'failed', failure: toFailure(error) }),
  )

  return {
    focus: () => surface.focus({ preventScroll: true }),
    dispose() {
      stop()
      presenter.dispose()
      container.replaceChildren()
    },
  }
}
