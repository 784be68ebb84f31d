/** The system's `ssh`: where it is, and whether it is one that a login can be made with. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fail } from '../../shared/errors.ts'

/** The first release that asks a program for host keys (KnownHostsCommand); that for answers is older. */
const oldest = [8, 5] as const
const versionMs = 10_000

/** The release in what `ssh -V` says, for instance `OpenSSH_9.2p1 Debian-2` or `OpenSSH_for_Windows_9.5p1`. */
export function releaseOf(text: string): [major: number, minor: number] | null {
  const match = /OpenSSH_(?:for_Windows_)?(\d{1,3})\.(\d{1,3})/.exec(text)
  return match ? [Number(match[1]), Number(match[2])] : null
}

export const isRecent = ([major, minor]: readonly [number, number]): boolean =>
  major > oldest[0] || (major === oldest[0] && minor >= oldest[1])

/**
 * Looks along PATH.
 * @param hop as failures name it
 * @throws VizlinkError bad-profile: there is none, or an old one
 */
export async function findOpenssh(
  hop: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const name = process.platform === 'win32' ? 'ssh.exe' : 'ssh'
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (folder === '' || !(await isProgram(file))) continue
    const said = await versionOf(file)
    const release = releaseOf(said)
    if (release !== null && isRecent(release)) return file
    throw fail('bad-profile', 'openssh-too-old', {
      facts: { hop, oldest: oldest.join('.') },
      evidence: [
        { label: 'file', value: file },
        { label: 'answer', value: said || 'none' },
      ],
      retryable: false,
    })
  }
  throw fail('bad-profile', 'openssh-missing', { facts: { hop, oldest: oldest.join('.') }, retryable: false })
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

const versionOf = (file: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(file, ['-V'], { timeout: versionMs, windowsHide: true }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.trim().slice(0, 200)),
    )
  })
