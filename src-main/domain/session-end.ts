/** The end of a session, step by step: it is one when Slurm says so, and not before. */

/** What can be seen of a session's job. */
export type JobSight =
  | { kind: 'over' }
  /** It waits or runs, and is the desktop's. `own`: it runs as the user whose rights the client has. */
  | { kind: 'alive'; own: boolean }
  /** On its way out: it ends, or Slurm puts it back into the queue. */
  | { kind: 'completing'; own: boolean }
  /** Slurm, or the way to it, is silent. */
  | { kind: 'silent' }
  /** No source can be asked: the login host has no Slurm, the portal no table of jobs. */
  | { kind: 'blind' }

/** What was done so far. */
export interface EndProgress {
  /** What the source of the session (portal, sbatch) answered when it was asked to end it. */
  source: 'not-asked' | 'ended' | 'unknown' | 'failed'
  cancelled: boolean
  /** Looks at a job that runs on although everything was done. */
  looks: number
}

export const nothingDone: EndProgress = { source: 'not-asked', cancelled: false, looks: 0 }

export type EndStep =
  /** It is over; the source may still have a record of it. */
  | 'over'
  | 'ask-source'
  /** With the user's own rights. */
  | 'cancel'
  /** Looked at again in a moment. */
  | 'look'
  /** Not now: tried again later. */
  | 'later'

/** One that was cancelled and still runs is looked at so many times. */
export const mostLooks = 5

/**
 * The next step. While Slurm is silent the source gets no request: it would forget the session, whose job it could not
 * cancel, and with that the only way to cancel a job that is not the user's own.
 */
export function nextEndStep(sight: JobSight, { source, cancelled, looks }: EndProgress): EndStep {
  switch (sight.kind) {
    case 'over':
      return 'over'
    case 'silent':
      return 'later'
    case 'blind':
      // The source's word is all that there is.
      if (source === 'not-asked') return 'ask-source'
      return source === 'ended' ? 'over' : 'later'
    case 'completing':
      if (source === 'not-asked') return 'ask-source'
      if (source === 'ended' || cancelled) return 'over'
      if (sight.own) return 'cancel'
      return looks < mostLooks ? 'look' : 'later'
    case 'alive':
      if (source === 'not-asked') return 'ask-source'
      if (sight.own && !cancelled) return 'cancel'
      return looks < mostLooks ? 'look' : 'later'
  }
}
