/** Folders on the login host and on a node: there, the same on both, writable. Read with `stat` only. */
import type { FolderSight, LoginHostSight } from '../observations.ts'
import type { SiteCheckProfile } from '../../shared/model/site-check-profile.ts'
import { asText } from '../../shared/texts/index.ts'
import type { CheckLogin, ScriptOutput } from './cluster.ts'
import { readSockets, socketScript } from './machines.ts'

/** A look at a file system whose server is gone never ends: so long each may take. */
const look = 'timeout -k 1 3'

/**
 * Shell lines that print one folder, not a link to it: free space, inode, permission bits, owner, options of its mount; its file
 * system: type, block size, blocks, id; and the start of the machine, which no other machine shares. Where the folder does not
 * answer they set `silent_NAME`.
 */
export const folderScript = (name: string, path: string): string => `
silent_${name}=
found=$(${look} stat -L -c "%F|%i %a %U" "${path}" 2>/dev/null)
ended=$?
if [ $ended -eq 124 ] || [ $ended -eq 137 ]; then
  silent_${name}=yes
  echo "@@folder ${name} silent"
else case "$found" in
  directory*)
    row=$(${look} df -P -k "${path}" 2>/dev/null | sed -n 2p)
    mount=\${row##* }
    echo "@@free ${name} $(echo "$row" | awk "NF > 2 { print \\$(NF - 2) }")"
    options=$(awk -v at="$mount" "\\$2 == at { o = \\$4 } END { print o }" /proc/mounts 2>/dev/null)
    echo "@@folder ${name} \${found#*|} \${options:-unknown} $(${look} stat -L -f -c "%S %b %i %T" "${path}" 2>/dev/null)"
    echo "@@machine $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)" ;;
  *) echo "@@folder ${name} missing" ;;
esac; fi`

const anybodyMayWrite = 0o222

/** Types, in `stat`'s words, that live on disks or in memory of one machine. */
const ofOneMachine = /^(ext2\/ext3|ext[234]|xfs|btrfs|zfs|tmpfs|ramfs|overlayfs|f2fs|jfs|reiserfs)$/

function readFileSystem(words: string[], machine: string): FolderSight['fileSystem'] {
  const [blockSize = '', blocks = '', id = '', type = ''] = words
  if (type === '') return null
  const local = ofOneMachine.test(type)
  if (local && machine === '') return null
  return { machine: local ? machine : null, bytes: Number(blockSize) * Number(blocks), id }
}

function readFree(lines: ScriptOutput['lines'], name: string): number | null {
  const line = lines.find((entry) => entry.name === 'free' && entry.text.startsWith(`${name} `))
  const [, kilobytes] = /^\S+ (\d+)$/.exec(line?.text.trim() ?? '') ?? []
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

/** Reads what `folderScript` printed. */
export function readFolder({ lines }: Pick<ScriptOutput, 'lines'>, name: string, path: string): FolderSight {
  const line = lines.find((entry) => entry.name === 'folder' && entry.text.startsWith(`${name} `))
  const [, inode = '', mode = '0', owner = '', options = '', ...fileSystem] = line?.text.split(' ') ?? []
  if (line === undefined) throw new Error(`${path} could not be looked at`)
  const silent = inode === 'silent'
  const there = inode !== 'missing' && !silent
  const machine = lines.find((entry) => entry.name === 'machine')?.text ?? ''
  const readOnly = options.split(',').includes('ro')
  return {
    path,
    there,
    silent,
    inode: there ? inode : '',
    fileSystem: readFileSystem(fileSystem, machine),
    owner,
    freeBytes: readFree(lines, name),
    writable: there && !readOnly && (parseInt(mode, 8) & anybodyMayWrite) !== 0,
  }
}

/** Shell lines that print the size of each image in a folder, or of the one that is named. */
export const imageScript = (folder: string, image = '*.sif'): string => `
for image in "${folder}"/${image}; do
  [ -f "$image" ] && echo "@@image $(stat -L -c %s "$image") \${image##*/}"
done`

/** Reads what `imageScript` printed: bytes by file name. */
export const readImages = ({ lines }: Pick<ScriptOutput, 'lines'>): ReadonlyMap<string, number> =>
  new Map(
    lines.flatMap(({ name, text }) => {
      const [, bytes, file] = (name === 'image' && /^(\d+) (.+)$/.exec(text)) || []
      return bytes === undefined || file === undefined ? [] : [[file, Number(bytes)] as const]
    }),
  )

/** What entries of logrotate for the portal's or the sessions' logs mention. */
const portalLogs =
  'moonlight|sunshine|auth_portal|backend_5010|dashboard|hpc-portal|websocket_5011|vnc_service|gunicorn'

const rotationScript = (folder: string): string => `
if [ -r "${folder}" ] && [ -d "${folder}" ]; then
  echo "@@rotation $(grep -lEi "${portalLogs}" "${folder}"/* 2>/dev/null | head -n 3 | tr "\\n" " ")"
fi`

const deadlineMs = 20_000

export async function lookAtLoginHost(
  login: CheckLogin,
  paths: SiteCheckProfile['paths'],
): Promise<LoginHostSight> {
  const script =
    folderScript('home', paths.home) +
    folderScript('scratch', paths.scratch) +
    imageScript(paths.images) +
    rotationScript(paths.logRotation) +
    socketScript
  const output = await login.run(null, { script }, deadlineMs)
  const rotation = output.lines.find(({ name }) => name === 'rotation')
  const files = rotation?.text.trim() ?? ''
  return {
    home: readFolder(output, 'home', paths.home),
    scratch: readFolder(output, 'scratch', paths.scratch),
    images: readImages(output),
    ...readSockets(output),
    logRotation: {
      state: rotation === undefined ? 'unseen' : files === '' ? 'missing' : 'found',
      seen: files || asText('site-check-seen.noRotation', { folder: paths.logRotation }),
    },
  }
}
