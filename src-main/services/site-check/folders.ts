/** Folders on the login host and on a node: there, the same on both, writable. Read with `stat` only. */
import type { FolderSight, LoginHostSight } from '../../domain/site-check/observations.ts'
import type { SiteCheckProfile } from '../../shared/model/site-check-profile.ts'
import type { CheckLogin, ScriptOutput } from './cluster.ts'

/** Shell lines that print one folder, not a link to it: inode, permission bits, owner, whether its file system is read-only. */
export const folderScript = (name: string, path: string): string => `
if [ -d "${path}" ]; then
  mount=$(df -P "${path}" 2>/dev/null | sed -n "2s/.* //p")
  options=$(awk -v at="$mount" "\\$2 == at { o = \\$4 } END { print o }" /proc/mounts 2>/dev/null)
  echo "@@folder ${name} $(stat -L -c "%i %a %U" "${path}") \${options:-unknown}"
else echo "@@folder ${name} missing"; fi`

const anybodyMayWrite = 0o222

/** Reads what `folderScript` printed. */
export function readFolder({ lines }: Pick<ScriptOutput, 'lines'>, name: string, path: string): FolderSight {
  const line = lines.find((entry) => entry.name === 'folder' && entry.text.startsWith(`${name} `))
  const [, inode = '', mode = '0', owner = '', options = ''] = line?.text.split(' ') ?? []
  if (line === undefined) throw new Error(`${path} could not be looked at`)
  const there = inode !== 'missing'
  const readOnly = options.split(',').includes('ro')
  return {
    path,
    there,
    inode: there ? inode : '',
    owner,
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
    rotationScript(paths.logRotation)
  const output = await login.run(null, script, deadlineMs)
  const rotation = output.lines.find(({ name }) => name === 'rotation')
  const files = rotation?.text.trim() ?? ''
  return {
    home: readFolder(output, 'home', paths.home),
    scratch: readFolder(output, 'scratch', paths.scratch),
    images: readImages(output),
    logRotation: {
      state: rotation === undefined ? 'unseen' : files === '' ? 'missing' : 'found',
      seen: files || `no entry for the portal’s logs in ${paths.logRotation}`,
    },
  }
}
