/**
 * One visualisation node over SSH: its file systems and image, its GPU, what the portal's job calls there, and what its latest
 * sessions left in their logs.
 */
import type { GpuSight, HostSight, NodeSight } from '../observations.ts'
import type { SiteCheckProfile } from '../../shared/model/site-check-profile.ts'
import type { NodeLogin } from '../../services/cluster/index.ts'
import { asText } from '../../shared/texts/index.ts'
import type { CheckLogin, ScriptOutput } from './cluster.ts'
import { folderScript, imageScript, readFolder, readImages } from './folders.ts'

export type NodePaths = Omit<SiteCheckProfile['paths'], 'logRotation' | 'redisConfiguration'> &
  Pick<SiteCheckProfile['nodePaths'], 'xConfiguration' | 'inputDevice'>

/** What the job script of the portal's desktop service calls on the node. */
const jobPrograms = ['apptainer', 'Xorg', 'xauth', 'xxd'] as const
/** Where a job finds programs that a login may not. */
const jobFolders = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const deadlineMs = 40_000
const oldDays = 7
/** So many of the latest logs are tried until one can be read. */
const latestLogs = 20

const gpuScript = `
if command -v nvidia-smi >/dev/null 2>&1; then
  answer=$(timeout 15 nvidia-smi --query-gpu=name,driver_version,encoder.stats.sessionCount --format=csv,noheader 2>&1)
  echo "@@gpu-status $?"
  echo "$answer" | head -n 16 | sed "s/^/@@gpu /"
fi
cat /sys/class/drm/renderD*/device/vendor 2>/dev/null | sed "s/^/@@render /"`

/** Needs the variables of `folderScript`. Hosts that run now, then the latest readable job log and log of a host. */
const hostScript = ({ jobLogs, sessions }: NodePaths): string => `
ps -eo args 2>/dev/null | grep -E "(^|/)sunshine( |$)" | head -n 5 | cut -c 1-300 | sed "s/^/@@running /"
[ -z "$silent_jobLogs" ] && for log in $(ls -t "${jobLogs}"/*.log 2>/dev/null | head -n ${latestLogs}); do
  [ -r "$log" ] || continue
  grep -hE "Starting Sunshine|Sunshine failed to start|Unknown command|sunshine +--config" "$log" |
    tail -n 5 | cut -c 1-300 | sed "s/^/@@job-log /"
  break
done
[ -z "$silent_sessions" ] && for log in $(ls -t "${sessions}"/*/logs/sunshine.log 2>/dev/null | head -n ${latestLogs}); do
  [ -r "$log" ] || continue
  grep -hE "Sunshine version|Unknown command" "$log" | head -n 5 | cut -c 1-300 | sed "s/^/@@host-log /"
  break
done`

const jobScript = ({ xConfiguration, inputDevice }: NodePaths): string => `
for program in ${jobPrograms.join(' ')}; do
  PATH="$PATH:${jobFolders}" command -v $program >/dev/null 2>&1 || echo "@@lacks $program"
done
[ -e "${xConfiguration}" ] && echo "@@has x-configuration"
[ -e "${inputDevice}" ] && echo "@@has input-device"
:`

/** @param image file name of the image */
const nodeScript = (paths: NodePaths, image: string): string =>
  (['home', 'scratch', 'jobLogs', 'sessions'] as const)
    .map((name) => folderScript(name, paths[name]))
    .join('') +
  folderScript('temporary', '/tmp') +
  imageScript(paths.images, image) +
  `
[ -z "$silent_sessions" ] && [ -r "${paths.sessions}" ] && echo "@@old $(find "${paths.sessions}" -mindepth 1 -maxdepth 1 -type d -mtime +${oldDays} 2>/dev/null | head -n 10000 | wc -l)"` +
  gpuScript +
  jobScript(paths) +
  hostScript(paths)

export async function lookAtNode(
  login: Pick<CheckLogin, 'run'>,
  shell: NodeLogin,
  node: { name: string; paths: NodePaths; image: string },
): Promise<NodeSight> {
  if (!/^[\w.-]{1,80}$/.test(node.image)) throw new Error(`"${node.image}" cannot be the name of an image`)
  const command = { script: nodeScript(node.paths, node.image), wants: ['nvidia-smi'] }
  const output = await login.run(shell, command, deadlineMs)
  const has = (what: string): boolean => texts(output, 'has').includes(what)
  const old = output.lines.find(({ name }) => name === 'old')
  return {
    name: node.name,
    home: readFolder(output, 'home', node.paths.home),
    scratch: readFolder(output, 'scratch', node.paths.scratch),
    temporary: readFolder(output, 'temporary', '/tmp'),
    jobLogs: readFolder(output, 'jobLogs', node.paths.jobLogs),
    sessions: readFolder(output, 'sessions', node.paths.sessions),
    image: {
      name: node.image,
      path: `${node.paths.images}/${node.image}`,
      bytes: readImages(output).get(node.image) ?? null,
    },
    oldSessions: old === undefined ? null : Number(old.text.trim()),
    gpu: readGpu(output),
    missingPrograms: jobPrograms.filter((program) => texts(output, 'lacks').includes(program)),
    xConfiguration: { path: node.paths.xConfiguration, there: has('x-configuration') },
    inputDevice: { path: node.paths.inputDevice, there: has('input-device') },
    host: readHost(output),
  }
}

const texts = ({ lines }: Pick<ScriptOutput, 'lines'>, name: string): string[] =>
  lines.filter((line) => line.name === name).map(({ text }) => text.trim())

/** GPUs for computing that NVIDIA makes without encoder. */
const withoutEncoder = /\b(A100|A30|A800|H100|H200|H20|H800|GH200|B100|B200|GB200|GB300|B300)\b/i
const amdOrIntel: Readonly<Record<string, string>> = { '0x1002': 'AMD GPU', '0x8086': 'Intel GPU' }

/** Reads driver and encoder from what nvidia-smi and the kernel say. */
export function readGpu(output: Pick<ScriptOutput, 'lines'>): GpuSight {
  const status = texts(output, 'gpu-status')[0]
  const rows = texts(output, 'gpu')
  if (status === '0' && rows.length > 0) {
    const [name = '', driver = '', encoder = ''] = (rows[0] ?? '').split(',').map((text) => text.trim())
    const none = withoutEncoder.test(name) || /N\/A|not supported/i.test(encoder)
    const seen = `${name}, driver ${driver}${rows.length > 1 ? `, ${rows.length} GPUs` : ''}`
    return {
      kind: 'nvidia',
      driverWorks: true,
      encoder: none ? false : /^\d+$/.test(encoder) ? true : null,
      seen,
    }
  }
  const other = texts(output, 'render').flatMap((vendor) => amdOrIntel[vendor] ?? [])[0]
  if (other !== undefined) return { kind: 'other', driverWorks: true, encoder: null, seen: other }
  const seen =
    status === undefined ? asText('site-check-seen.noGpu') : `nvidia-smi: ${rows.join(' ').slice(0, 200)}`
  return { kind: status === undefined ? 'none' : 'nvidia', driverWorks: false, encoder: null, seen }
}

/** Reads how hosts were started and which version they said they are. */
export function readHost(output: Pick<ScriptOutput, 'lines'>): HostSight {
  const running = texts(output, 'running')
  const jobLog = texts(output, 'job-log')
  const hostLog = texts(output, 'host-log')
  const bad = [...running, ...jobLog, ...hostLog].find((text) =>
    /unknown command: *config|sunshine +--config/i.test(text),
  )
  const version =
    hostLog.map((text) => /Sunshine version: *v?(\d[\w.-]*)/.exec(text)?.[1]).find(Boolean) ?? null
  const started = running[0] ?? hostLog[0] ?? jobLog.find((text) => /Starting Sunshine/.test(text)) ?? null
  return { badCommandLine: bad ?? null, started, version }
}
