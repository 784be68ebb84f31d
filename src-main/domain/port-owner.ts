/** Who owns the ports at which a session's host should listen: asked before anything that is met there is trusted. */

export interface Listener {
  port: number
  uid: number
  /** Of the socket. */
  inode: number
}

/** Prints the number of the user who asks, then the lines of listening sockets in /proc/net/tcp and tcp6. */
export const ownersCommand = "id -u; exec grep -hs ' 0A ' /proc/net/tcp /proc/net/tcp6"

/** Local addresses at which a connection to 127.0.0.1 arrives, as the kernel writes them. */
const reachable = /^(00000000|0100007F|0{32}|0{16}(0000FFFF|FFFF0000)0100007F)$/i

/** Sockets that a connection to 127.0.0.1 would meet. */
export function parseListeners(text: string): Listener[] {
  return text
    .slice(0, 256 * 1024)
    .split('\n')
    .flatMap((line) => {
      const match =
        /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A \S+ \S+ \S+\s+(\d{1,10})\s+\d+\s+(\d{1,12})(?:\s|$)/i.exec(
          line,
        )
      const [, address = '', port = '', uid = '', inode = ''] = match ?? []
      return match && reachable.test(address)
        ? [{ port: parseInt(port, 16), uid: Number(uid), inode: Number(inode) }]
        : []
    })
}

/** @returns what `ownersCommand` has printed; null: nothing could be seen */
export function parseOwners(text: string): { user: number; listeners: Listener[] } | null {
  const user = /^(\d{1,10})$/m.exec(text)?.[1]
  const listeners = parseListeners(text)
  // Every node listens somewhere: nothing at all means that nothing could be seen.
  return user === undefined || listeners.length === 0 ? null : { user: Number(user), listeners }
}

/** @param owners Unix users whose programs may be there: the one who logs in, and the one that the job runs as */
export const foreignAt = (
  port: number,
  listeners: readonly Listener[],
  owners: { user: number; job: number },
): Listener | undefined =>
  listeners.find((one) => one.port === port && one.uid !== owners.user && one.uid !== owners.job)

export type Ownership =
  /** By the user alone, or at least one by the user that the job runs as. */
  | { verdict: 'owned'; by: 'user' | 'job'; inodes: number[] }
  /** Somebody else sits there. */
  | { verdict: 'foreign'; port: number; uid: number }
  /** No program listens there (any more). */
  | { verdict: 'missing'; port: number }

/** @param owners as of `foreignAt` */
export function judgeOwnership(
  ports: { http: number; https: number; web: number; rtsp: number },
  listeners: readonly Listener[],
  owners: { user: number; job: number },
): Ownership {
  const all = [ports.https, ports.http, ports.web, ports.rtsp]
  const there = listeners.filter(({ port }) => all.includes(port))
  for (const port of all) {
    const foreign = foreignAt(port, there, owners)
    if (foreign) return { verdict: 'foreign', port, uid: foreign.uid }
  }
  const missing = [ports.https, ports.http].find((port) => there.every((one) => one.port !== port))
  if (missing !== undefined) return { verdict: 'missing', port: missing }
  const by = there.every(({ uid }) => uid === owners.user) ? 'user' : 'job'
  return { verdict: 'owned', by, inodes: there.map(({ inode }) => inode) }
}

/**
 * Script that prints one line for each socket that a process of the job holds. Only processes of the user's own can be looked
 * at so; Slurm names each one's job in its environment and control group.
 */
export function jobSocketsScript(inodes: readonly number[], jobId: string): string {
  if (!/^\d{1,12}$/.test(jobId)) throw new Error('not a job id')
  return inodes
    .map(
      (inode) => `find /proc/[0-9]*/fd -lname 'socket:\\[${inode}\\]' 2>/dev/null | while read -r held; do
  process=\${held%%/fd/*}
  if tr '\\0' '\\n' < "$process/environ" | grep -qx 'SLURM_JOB_ID=${jobId}' ||
     grep -q '/job_${jobId}\\(/\\|$\\)' "$process/cgroup"; then echo "socket ${inode} is the job's"; fi
done 2>/dev/null`,
    )
    .join('\n')
}

/** Whether `jobSocketsScript` has found a process of the job for every socket. */
export const areJobs = (output: string, inodes: readonly number[]): boolean =>
  inodes.length > 0 && inodes.every((inode) => output.split('\n').includes(`socket ${inode} is the job's`))
