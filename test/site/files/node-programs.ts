/**
 * Stand-ins for programs of a visualisation node, on the PATH of the nodes alone. `nvidia-smi` prints figures that change
 * with the time in the real program's CSV; `apptainer` prints an image's labels and Sunshine's version. What they say about
 * the hardware is described in two small files, which faults rewrite.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedFolders } from './folders.ts'

export type GraphicsCard = 'nvenc' | 'no-nvenc' | 'no-driver'

/** A Sunshine that is kept up to date, and the one that the portal's images hold. */
export const sunshineVersions = { current: '2026.516.143833', vulnerable: '0.23.1' }

const nvidiaSmi = (settings: string, sessions: string): string => `#!/bin/sh
# Stand-in for nvidia-smi: what monitoring asks, in the real program's words.
card=$(cat '${settings}/card')
if [ "$card" = no-driver ]; then
  echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
  echo
  exit 9
fi
if [ "$card" = no-nvenc ]; then name='NVIDIA A100-PCIE-40GB'; total=40960; else name='NVIDIA A40'; total=46068; fi
streams=0
for file in '${sessions}'/*/host.pid; do
  [ -f "$file" ] && kill -0 "$(cat "$file")" 2>/dev/null && streams=$((streams + 1))
done
query='' header=1 units=1
for word in "$@"; do
  case $word in
    -L | --list-gpus) echo "GPU 0: $name (UUID: GPU-3f1b2c4d-0000-4000-8000-00000000a040)"; exit 0 ;;
    --query-gpu=*) query=\${word#--query-gpu=} ;;
    --query-compute-apps=*) [ -z "\${*##*noheader*}" ] || echo "\${word#*=}"; exit 0 ;;
    --format=*)
      case $word in *noheader*) header=0 ;; esac
      case $word in *nounits*) units=0 ;; esac ;;
  esac
done
if [ -z "$query" ]; then
  date '+%a %b %e %H:%M:%S %Y'
  echo '| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |'
  echo "|   0  $name"
  exit 0
fi
exec awk -v query="$query" -v header=$header -v units=$units -v card="$card" -v name="$name" -v total=$total \\
  -v streams=$streams -v now="$(date +%s)" -v stamp="$(date '+%Y/%m/%d %H:%M:%S.000')" '
function wave(low, high, seconds) { return int(low + (high - low) * (1 + sin(6.2832 * now / seconds)) / 2 + 0.5) }
function put(key, value, unit) { values[key] = value; unitOf[key] = unit }
BEGIN {
  busy = wave(18, 42, 40) + (streams > 0 ? 20 : 0); used = 1024 + streams * 900 + wave(0, 256, 30)
  encoder = streams > 0 ? wave(8, 24, 20) : 0
  put("timestamp", stamp); put("index", 0); put("count", 1); put("name", name); put("gpu_name", name)
  put("uuid", "GPU-3f1b2c4d-0000-4000-8000-00000000a040"); put("driver_version", "550.90.07")
  put("pci.bus_id", "00000000:3B:00.0"); put("pstate", "P0"); put("compute_mode", "Default")
  put("utilization.gpu", busy, "%"); put("utilization.memory", int(busy / 2), "%")
  put("utilization.encoder", encoder, "%"); put("utilization.decoder", 0, "%")
  put("memory.total", total, "MiB"); put("memory.used", used, "MiB"); put("memory.free", total - used, "MiB")
  put("temperature.gpu", wave(44, 61, 60)); put("power.draw", sprintf("%.2f", 70 + busy), "W")
  put("power.limit", "300.00", "W"); put("fan.speed", "[N/A]"); put("clocks.sm", 1740, "MHz")
  put("encoder.stats.sessionCount", streams); put("encoder.stats.averageFps", streams > 0 ? wave(55, 60, 15) : 0)
  put("encoder.stats.averageLatency", streams > 0 ? wave(900, 2100, 15) : 0)
  if (card == "no-nvenc") {
    put("utilization.encoder", "[N/A]"); put("encoder.stats.sessionCount", "[N/A]")
    put("encoder.stats.averageFps", "[N/A]"); put("encoder.stats.averageLatency", "[N/A]")
  }
  count = split(query, fields, / *, */)
  for (i = 1; i <= count; i++) if (!(fields[i] in values)) {
    printf "Field \\"%s\\" is not a valid field to query.\\n\\n", fields[i]
    exit 2
  }
  if (header) for (i = 1; i <= count; i++) {
    unit = unitOf[fields[i]]
    printf "%s%s%s", (i > 1 ? ", " : ""), fields[i], (unit == "" ? "" : " [" unit "]")
  }
  if (header) print ""
  for (i = 1; i <= count; i++) {
    value = values[fields[i]]; unit = unitOf[fields[i]]
    printf "%s%s%s", (i > 1 ? ", " : ""), value, (units && unit != "" && value !~ /N.A/) ? " " unit : ""
  }
  print ""
}'
`

const apptainer = (settings: string): string => `#!/bin/sh
# Stand-in for apptainer: an image's labels, and the version of the Sunshine inside.
version=$(cat '${settings}/sunshine-version')
case $1 in
  --version) echo 'apptainer version 1.3.4'; exit 0 ;;
  version) echo '1.3.4'; exit 0 ;;
esac
command=$1
shift
for word in "$@"; do case $word in *.sif) image=$word ;; esac; done
if [ ! -f "$image" ]; then
  echo "FATAL:   could not open image $image: no such file or directory" >&2
  exit 255
fi
case $command in
  inspect)
    echo 'org.label-schema.usage.apptainer.version: 1.3.4'
    echo "sunshine.version: $version" ;;
  exec)
    case "$*" in
      *' sunshine --version') echo "Sunshine version: v$version" ;;
      *) echo 'FATAL:   this stand-in runs nothing' >&2; exit 255 ;;
    esac ;;
  *) exit 1 ;;
esac
`

/** Rows of the real program, with another amount of free space where a fault says so. */
const df = (settings: string): string => `#!/bin/sh
free=$(cat '${settings}/free' 2>/dev/null)
PATH=/usr/bin:/bin df "$@" | awk -v free="$free" 'NR > 1 && free != "" { $4 = free } { print }'
`

/** The machine's own program, which need not be there for the demo site. */
const passedOn = (name: string): string => `#!/bin/sh\nPATH=/usr/bin:/bin exec ${name} "$@"\n`

/** Only there to be found: the portal's job here starts a display server of its own kind. */
const displayServer = '#!/bin/sh\nexit 1\n'

/** Writes the programs with a healthy node's settings. */
export async function makeNodePrograms(folders: SharedFolders, nodes: number): Promise<void> {
  const { nodePrograms, nodeSettings, sessions } = folders
  const program = (name: string, text: string): Promise<void> =>
    writeFile(join(nodePrograms, name), text, { mode: 0o755 })
  await Promise.all([
    program('nvidia-smi', nvidiaSmi(nodeSettings, sessions)),
    program('apptainer', apptainer(nodeSettings)),
    program('df', df(nodeSettings)),
    ...['xauth', 'xxd'].map((name) => program(name, passedOn(name))),
    ...Array.from({ length: nodes }, (_, index) => setDisplayServer(folders, index, true)),
    setNodeFile(folders.xConfiguration, true),
    setNodeFile(folders.inputDevice, true),
    setGraphicsCard(folders, 'nvenc'),
    setSunshineVersion(folders, sunshineVersions.current),
  ])
}

export const setGraphicsCard = (folders: SharedFolders, card: GraphicsCard): Promise<void> =>
  writeFile(join(folders.nodeSettings, 'card'), `${card}\n`)

export const setSunshineVersion = (folders: SharedFolders, version: string): Promise<void> =>
  writeFile(join(folders.nodeSettings, 'sunshine-version'), `${version}\n`)

/** Folder of the programs that a node has for itself. @param index of the node, from 0 */
export const ownProgramsOf = (folders: SharedFolders, index: number): string =>
  join(folders.ownPrograms, `node${index + 1}`)

/** Whether one node has a display server. */
export async function setDisplayServer(
  folders: SharedFolders,
  index: number,
  present: boolean,
): Promise<void> {
  const folder = ownProgramsOf(folders, index)
  const file = join(folder, 'Xorg')
  if (!present) return rm(file, { force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(file, displayServer, { mode: 0o755 })
}

export const setNodeFile = (file: string, present: boolean): Promise<void> =>
  present ? writeFile(file, '') : rm(file, { force: true })

export const setDiskFull = (folders: SharedFolders, full: boolean): Promise<void> =>
  full
    ? writeFile(join(folders.nodeSettings, 'free'), '0\n')
    : rm(join(folders.nodeSettings, 'free'), { force: true })
