/** A job as the controller describes it: `scontrol show job`. */

/** Its fields as they were written; null where one is missing or cannot be right. */
export interface JobRecord {
  /** For instance RUNNING, FAILED. */
  state: string
  reason: string | null
  /** First node that it has or had. */
  node: string | null
  start: string | null
  end: string | null
  /** How often Slurm has put it back into the queue. */
  restarts: number
  /** Exit status, and the signal that ended it or 0: as Slurm writes them, `7:0`. */
  exitCode: string | null
  /** File of its output. */
  output: string | null
  name: string | null
  partition: string | null
  /** Whom it runs as. */
  user: string | null
  uid: number | null
}

const over =
  /^(COMPLETED|COMPLETING|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE|PREEMPTED)/

/** States after which a job never runs again, or on its way there (job_state_names.html of Slurm; what else there is are flags). */
export const isOver = (state: string): boolean => over.test(state)

/** Another cluster of the federation has started the job: this cluster's word says nothing more of it. */
export const isElsewhere = (state: string): boolean => state.startsWith('REVOKED')

/** Of what is said of one job the part that counts: tasks of an array, parts, a federation's clusters. */
export const mostAlive = <T extends { state: string }>(seen: readonly T[]): T | undefined => {
  const here = seen.filter(({ state }) => !isElsewhere(state))
  return here.find(({ state }) => !isOver(state)) ?? here[0] ?? seen[0]
}

/** Null: there is no job in this text. */
export const readJobRecord = (text: string): JobRecord | null =>
  mostAlive(text.split(/^(?=JobId=)/m).flatMap((one) => readOne(one) ?? [])) ?? null

function readOne(text: string): JobRecord | null {
  const field = (name: string, value: RegExp): string | null =>
    new RegExp(`\\b${name}=(${value.source})(?=\\s|$)`).exec(text)?.[1] ?? null
  const state = field('JobState', /[A-Z_]{1,20}/)
  if (state === null) return null
  const [, user = null, uid = null] = /\bUserId=([^\s(]{1,64})\((\d{1,10})\)/.exec(text) ?? []
  return {
    state,
    reason: field('Reason', /\S{1,500}/),
    node: firstNode(field('NodeList', /\S{1,500}/) ?? ''),
    start: field('StartTime', /\S{1,40}/),
    end: field('EndTime', /\S{1,40}/),
    restarts: Number(field('Restarts', /\d{1,6}/) ?? 0),
    exitCode: field('ExitCode', /\d{1,5}:\d{1,5}/),
    output: field('StdOut', /\S{1,500}/),
    name: field('JobName', /\S{1,200}/),
    partition: field('Partition', /[\w.,-]{1,200}/),
    user,
    uid: uid === null ? null : Number(uid),
  }
}

/** First name of a node list such as `viz-node[001-003],x`; null: it names none. */
export function firstNode(list: string): string | null {
  const first = /^((?:[^,[\]]|\[[^\]]*\])*)(?:,|$)/.exec(list)?.[1] ?? ''
  const name = first.replace(/\[(\d+)[^\]]*\]/g, '$1')
  return /^\w[\w.-]{0,252}$/.test(name) ? name : null
}
