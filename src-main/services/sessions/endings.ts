/**
 * Sessions of one site that are being ended: kept in the site's memory from before the first attempt until Slurm says that the
 * job is over, so that another run of the client continues. Until then nothing that leads back to the session is forgotten.
 */
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { Clock } from '../../ports/platform.ts'
import type { Pairings } from '../host/index.ts'
import { endSession, type EndServices } from './end-session.ts'
import type { KeptEnding, SessionMemory } from './memory.ts'
import { sentenceOf } from '../../shared/failure-text.ts'
import type { Saying } from '../../shared/texts/index.ts'

export type EndingSession = Pick<KeptEnding, 'id' | 'jobId' | 'kind' | 'user'>

export class SiteEndings {
  private readonly memory: SessionMemory
  private readonly pairings: Pick<Pairings, 'forget'>
  private readonly clock: Clock
  private readonly onPending: () => void
  /** Attempts under way: who asks meanwhile gets the same answer. */
  private readonly running = new Map<string, Promise<Failure | null>>()

  /** @param onPending called when an attempt did not end its session: it is to be tried again */
  constructor(
    memory: SessionMemory,
    pairings: Pick<Pairings, 'forget'>,
    clock: Clock,
    onPending: () => void,
  ) {
    this.memory = memory
    this.pairings = pairings
    this.clock = clock
    this.onPending = onPending
  }

  all(): Promise<KeptEnding[]> {
    return this.memory.endings()
  }

  async find(sessionId: string): Promise<KeptEnding | null> {
    return (await this.all()).find(({ id }) => id === sessionId) ?? null
  }

  /**
   * Tries once.
   * @returns null: it is over; else why it is still being ended
   * @throws VizlinkError foreign-job: it is not being ended at all
   */
  attempt(session: EndingSession, way: EndServices): Promise<Failure | null> {
    const before = this.running.get(session.id)
    if (before) return before
    const attempt = this.tryOnce(session, way).finally(() => this.running.delete(session.id))
    this.running.set(session.id, attempt)
    return attempt
  }

  private async tryOnce(session: EndingSession, way: EndServices): Promise<Failure | null> {
    const { since, why: before } = (await this.find(session.id)) ?? { since: this.clock.now(), why: null }
    // A full disk must not keep a user from ending a session.
    const note = (why: Saying | null): Promise<void> =>
      this.memory.noteEnding({ ...session, since, why }).catch(() => undefined)
    await note(before)
    try {
      await endSession(session, way)
    } catch (error) {
      const failure = toFailure(error)
      if (failure.kind === 'foreign-job') {
        await this.memory.dropEnding(session.id).catch(() => undefined)
        throw error
      }
      await note(sentenceOf(failure))
      this.onPending()
      return failure
    }
    if (session.kind === 'stream') await this.pairings.forget(session.id)
    await this.memory.forget(session.id).catch(() => undefined)
    await this.memory.dropEnding(session.id).catch(() => undefined)
    return null
  }
}
