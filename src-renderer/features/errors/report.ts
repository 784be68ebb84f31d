/** A failure as plain text: for a ticket, and as a file. It holds no secrets, since neither facts nor evidence do. */
import { contractVersion, type CallOutput } from '../../../src-main/shared/contract.ts'
import type { Failure } from '../../../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { saveFile } from '../../ui/save-file.ts'
import { inWords, labelOf, t } from '../../ui/texts.ts'

/** Kind, sentences and evidence. */
export function failureAsText(failure: Failure): string {
  const { message, nextStep } = inWords(failure)
  const evidence = failure.evidence.map((item) => `${labelOf(item)}:\n${item.value}`)
  return [`${t('failure-card.kind')}: ${failure.kind}`, message, nextStep, ...evidence].join('\n\n')
}

/**
 * The same with what is known around it, as JSON: reason, facts, session, steps and versions.
 * @param at Unix ms
 */
export function failureReport(
  failure: Failure,
  info: Pick<CallOutput<'app.info'>, 'version' | 'shell'> | null,
  desktop: DesktopSnapshot | null,
  at: number,
): string {
  const { reason, facts, retryable, circumstance } = failure
  const { siteId, kind, session, steps } = desktop ?? {}
  const known = {
    ...{ vizlink: info?.version, shell: info?.shell, contract: contractVersion },
    ...{ browser: navigator.userAgent, time: new Date(at).toISOString() },
    ...{ reason, facts, retryable, circumstance },
    ...{ site: siteId, desktop: kind, session: session?.id, job: session?.jobId, node: session?.node },
    steps: steps?.filter(({ startedAt }) => startedAt !== null),
  }
  return `${failureAsText(failure)}\n\n${JSON.stringify(known, null, 2)}\n`
}

export function saveFailureReport(
  failure: Failure,
  info: CallOutput<'app.info'> | null,
  desktop: DesktopSnapshot | null,
): void {
  const at = Date.now()
  saveFile(`vizlink-${failure.kind}`, at, 'txt', failureReport(failure, info, desktop, at))
}
