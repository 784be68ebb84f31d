/** What everybody sees of a desktop: its parts report here, and page, command line and tests read one snapshot. */
import { isDeepStrictEqual } from 'node:util'
import { advanceSteps, describeStep, pendingSteps } from '../../domain/steps.ts'
import type { DesktopKind, DesktopSnapshot, DesktopState, StepName } from '../../shared/model/desktop.ts'
import type { Text } from '../../shared/texts/index.ts'

export class DesktopReport {
  private value: DesktopSnapshot
  private readonly onChange: (snapshot: DesktopSnapshot) => void

  constructor(
    of: { desktopId: string; siteId: string; kind: DesktopKind },
    onChange: (snapshot: DesktopSnapshot) => void,
  ) {
    this.onChange = onChange
    this.value = {
      ...of,
      state: 'idle',
      epoch: 0,
      steps: pendingSteps(of.kind),
      user: null,
      session: null,
      question: null,
      link: null,
      stream: null,
      failure: null,
      endedBecause: null,
      warnings: [],
    }
  }

  get snapshot(): DesktopSnapshot {
    return this.value
  }

  update(change: Partial<DesktopSnapshot>): void {
    this.value = { ...this.value, ...change }
    this.onChange(this.value)
  }

  /** @param now Unix ms */
  enter(
    state: DesktopState,
    now: number,
    { failure, endedBecause }: Pick<DesktopSnapshot, 'failure' | 'endedBecause'>,
  ): void {
    const steps = advanceSteps(this.value.steps, this.value.state, state, now)
    const epoch = this.value.epoch + (state === 'open' ? 1 : 0)
    this.update({ state, steps, epoch, failure, endedBecause })
  }

  describe(step: StepName, text: Text | null, blocked = false): void {
    this.update({ steps: describeStep(this.value.steps, step, text, blocked) })
  }

  /** Once: a reconnection says the same again. */
  warn(text: Text): void {
    const { warnings } = this.value
    if (!warnings.some((one) => isDeepStrictEqual(one, text))) this.update({ warnings: [...warnings, text] })
  }
}
