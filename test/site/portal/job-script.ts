/** The batch script of a session, in the life of the portal's own: log file, image check, host, clean end. */

export interface JobScript {
  sessionId: string
  user: string
  imageId: string
  display: number
  basePort: number
  cpus: number
  memoryGigabytes: number
  /** Log file of the job, in the folder for the shared `/scratch`. */
  logFile: string
  /** Image as the node sees it; the job ends at once without it. */
  imageFile: string
  /** Command that runs the host until it is asked to end. */
  command: string[]
  /** File that receives the host's process id. */
  hostProcessFile: string
  /** `run` as it should be; the others are faults. */
  behaviour: 'run' | 'end-early' | 'never-ready' | 'refused-command-line' | 'unpack' | 'program-missing'
  /** File that receives what a Sunshine that refuses its command line says. */
  sunshineLog: string
}

/** Quotes a word for the shell. */
export const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
/** Slurm directives cannot be quoted: everything unusual becomes an underscore. */
export const plainWord = (word: string): string => word.replace(/[^\w.@-]/g, '_')

const unpackSeconds = 15
const unpacking = (user: string): string =>
  `echo "Creating Sunshine sandbox for "${quote(user)}"..."\nsleep ${unpackSeconds}\n`

/** Text of the script. */
export function jobScript(job: JobScript): string {
  const run = job.command.map(quote).join(' ')
  const command = {
    run,
    unpack: run,
    // As the shell says it of one that is not there.
    'program-missing': 'apptainer-of-another-node exec',
    'end-early': 'sh -c "echo Unknown command: config; exit 7"',
    'never-ready': 'sleep 28800',
    // The option itself is what v0.23.1 takes for a command.
    'refused-command-line': `sh -c 'echo "Unknown command: config" > "$1"; exit 7' sunshine ${quote(job.sunshineLog)} --config /session/config/sunshine.conf`,
  }[job.behaviour]
  return `#!/bin/bash
#SBATCH --job-name=moonlight-${plainWord(job.user)}
#SBATCH --partition=viz
#SBATCH --nodes=1
#SBATCH --cpus-per-task=${job.cpus}
#SBATCH --mem=${job.memoryGigabytes}G
#SBATCH --time=08:00:00
#SBATCH --output=${job.logFile}
echo "=========================================="
echo "Moonlight/Sunshine Session Starting"
echo "Session ID:" ${quote(job.sessionId)}
echo "User:" ${quote(job.user)}
echo "Image:" ${quote(job.imageId)}
echo "Display: :${job.display}"
echo "Sunshine Port: ${job.basePort}"
echo "Node: $SLURMD_NODENAME"
echo "=========================================="
if [ ! -f ${quote(job.imageFile)} ]; then
  echo "FATAL:   Unable to build from" ${quote(job.imageFile)}": no such file or directory"
  echo "ERROR: Failed to create sandbox"
  exit 1
fi
${job.behaviour === 'unpack' ? unpacking(job.user) : ''}echo "Starting Sunshine on port ${job.basePort}..."
ended=0
finish() {
  trap '' TERM
  # The job may be cancelled as soon as the host has begun.
  host=$!
  [ -n "$host" ] || return
  kill -TERM -- -$host 2>/dev/null
  for _ in $(seq 50); do kill -0 $host 2>/dev/null || break; sleep 0.1; done
  kill -KILL -- -$host 2>/dev/null
}
trap 'finish; exit 143' TERM
set -m
${command} &
host=$!
echo $host > ${quote(job.hostProcessFile)}
# It also returns when the host is only stopped for a moment.
while :; do
  ended=0
  wait $host || ended=$?
  kill -0 $host 2>/dev/null || break
  sleep 1
done
finish
if [ $ended -ne 0 ]; then echo "ERROR: Sunshine failed to start or was killed (exit status $ended)"; fi
echo "Session ended"
exit $ended
`
}
