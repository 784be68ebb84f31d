/** What the command line prints: people read standard error, programs read standard output. */
import { fail, toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import { evidenceLabel, failureText } from '../shared/failure-text.ts'
import {
  evenPixels,
  stepName,
  type DesktopSnapshot,
  type DesktopState,
  type Pace,
  type StepName,
  type StreamFacts,
  type VideoRequest,
} from '../shared/model/desktop.ts'
import type { HostProof } from '../shared/model/host-proof.ts'
import type { RunReport } from '../shared/model/run-report.ts'
import { inWords, language, t } from './texts.ts'

export interface VideoOptions {
  size: { width: number; height: number }
  fps: number
  bitrate: number
}

export const say = (line: string): void => void process.stderr.write(`${line}\n`)

const isStep = (state: DesktopState): state is StepName => stepName.safeParse(state).success

/** What becomes of a desktop, in words; null before it has begun. */
export function stateText(state: DesktopState): string | null {
  if (state === 'idle') return null
  return isStep(state) ? t(`progress.steps.${state}.now`) : t(`views.states.${state}`)
}

/** What the options ask for, with an even size; that another one was wanted is said. */
export function videoOf({ size, fps, bitrate }: VideoOptions): VideoRequest {
  const width = evenPixels(size.width)
  const height = evenPixels(size.height)
  if (width !== size.width || height !== size.height) say(t('cli.connect.evenSize', { width, height }))
  return { width, height, fps, bitrateKbps: bitrate }
}

/** Where the app keeps its pairings in a store that no other program opens (docs/decisions/0004), that is said once. */
export function sayOwnIdentity(system: NodeJS.Platform = process.platform): void {
  if (system === 'win32' || system === 'darwin') say(t('cli.connect.ownIdentity'))
}

/** Sentence, next step, evidence. */
export function printFailure(error: unknown): void {
  const failure = toFailure(error)
  const { message, nextStep } = inWords(failure)
  say(`${message} ${nextStep}`)
  for (const item of failure.evidence)
    say(`  ${evidenceLabel(item, language)}: ${item.value.replaceAll('\n', '\n    ')}`)
}

/** A failure in JSON: with its English words. */
export const forPrograms = (failure: Failure): Failure & { message: string; nextStep: string } => ({
  ...failure,
  ...failureText(failure, 'en'),
})

/** The result of a run that a signal ended before there was a picture. */
export const interrupted = (): VizlinkError => fail('cancelled', 'interrupted')

/** The report of a run without a browser: nothing is presented, so `ok` says that whole frames arrived. */
export function reportOf(input: {
  video: VideoRequest
  steps: { name: string; ms: number }[]
  facts: StreamFacts | null
  /** By the relay, because the link was behind. */
  droppedByRelay: number
  firstFrameMs: number | null
  link: RunReport['link']
  hostProof?: HostProof | null
  line?: RunReport['line'] | null
  failure: Failure | null
}): RunReport {
  const received = input.facts?.framesReceived ?? 0
  return {
    ok: input.failure === null && received > 0,
    steps: input.steps,
    clickToFirstFrameMs: input.firstFrameMs,
    requested: { width: input.video.width, height: input.video.height, fps: input.video.fps },
    framesReceived: received,
    framesShown: null,
    framesDropped: (input.facts?.framesDropped ?? 0) + input.droppedByRelay,
    fpsShown: null,
    codec: input.facts?.codec ?? null,
    bitrateKbps: Math.round(input.facts?.bitrateKbps ?? 0),
    decode: { implementation: null, hardware: false, p50Ms: null, p99Ms: null },
    inputRoundTripMs: { p50: null, p99: null },
    link: input.link,
    ...(input.line ? { line: input.line } : {}),
    site: {},
    hostProof: input.hostProof ?? null,
    ...(input.failure ? { error: forPrograms(input.failure) } : {}),
  }
}

/** What became of the picture by the line, for the run report. @param started Unix ms */
export const lineOf = (
  { lineKbps, bitrateKbps, changes }: Pace,
  started: number,
): NonNullable<RunReport['line']> => ({
  carriesKbps: lineKbps,
  bitrateKbps,
  changes: changes.map(({ at, ...change }) => ({ ...change, afterMs: Math.round(at - started) })),
})

/** What is sent because of the line, in words; null as long as that is what was asked for from the beginning. */
export function lineText({ why, weak, lineKbps, changes, ...sent }: Pace): string | null {
  const { width, height, fps, bitrateKbps: rate } = sent
  const values = { width, height, fps, rate }
  if (why === 'asked') {
    if (weak) return t('cli.connect.lineWeak')
    return changes.length === 0 ? null : t('cli.connect.lineAll', values)
  }
  return lineKbps === null
    ? t('cli.connect.lineSlow', values)
    : t('cli.connect.line', { ...values, line: Math.round(lineKbps) })
}

/** Steps of a snapshot that are over, with whole milliseconds. */
export function finishedSteps(snapshot: DesktopSnapshot | null): { name: string; ms: number }[] {
  return (snapshot?.steps ?? []).flatMap((step) =>
    step.ms === null ? [] : [{ name: step.name, ms: Math.round(step.ms) }],
  )
}

/** Ends a run: prints the report or a sentence; gives the exit status. */
export function finish(report: RunReport, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
  if (report.error) printFailure(new VizlinkError(report.error))
  else if (report.ok)
    say(
      t('cli.connect.arrived', {
        count: report.framesReceived,
        codec: report.codec ?? '',
        rate: report.bitrateKbps,
      }),
    )
  else say(t('cli.connect.nothing'))
  return report.ok ? 0 : 1
}
