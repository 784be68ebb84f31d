/**
 * A deb that is built, installed and removed on this machine's own system, which keeps nothing of it: over the root lies an overlay
 * that only this test's namespace has.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appImageRuntime, electron22Folder } from '../../../scripts/electron22/fetch.mjs'

const root = join(import.meta.dirname, '..', '..', '..')

export interface BuiltPackages {
  /** A package's file. @param ending of its name: `deb`, `rpm`, `tar.gz`, `AppImage` */
  file(ending: string): string
  dispose(): void
}

/** Builds every kind of package of the bundled app by the project's own command, fast and large. @param app the bundled app's folder */
export function buildPackages(app: string): BuiltPackages {
  const project = mkdtempSync(join(tmpdir(), 'vizlink-project-'))
  const dispose = (): void => rmSync(project, { recursive: true, force: true })
  try {
    cpSync(app, project, { recursive: true })
    for (const name of ['LICENSE', join('native', 'third-party.json')])
      cpSync(join(root, name), join(project, name))
    const settings = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
    // A fuse that Electron 22 has not.
    writeFileSync(
      join(project, 'electron-builder.yml'),
      settings.replace(/^ {2}grantFileProtocolExtraPrivileges:.*\n/m, ''),
    )
    const built = spawnSync(
      process.execPath,
      [join(root, 'scripts', 'dist.mjs'), '--project', project, '-c.compression=store'],
      {
        cwd: root,
        env: {
          ...process.env,
          VIZLINK_ELECTRON_DIST: electron22Folder,
          VIZLINK_DIST_FAST: '1',
          APPIMAGE_RUNTIME: appImageRuntime,
        },
        encoding: 'utf8',
      },
    )
    if (built.status !== 0) throw new Error(`no package was built:\n${built.stdout}\n${built.stderr}`)
    const files = readdirSync(join(project, 'dist'))
    return {
      file: (ending) =>
        join(project, 'dist', files.find((name) => name.endsWith(`.${ending}`)) ?? `no ${ending}`),
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  }
}

export interface Machine extends AsyncDisposable {
  /** Words before a command that has its root for its own. In a mere chroot the kernel lets no program make a sandbox. */
  readonly enter: readonly string[]
  /** Runs a command as root on it. @returns what it printed; throws with that where it failed */
  run(command: string, ...args: string[]): string
  /** Files that came or went since it was made, but for the package system's own notes; its caches are written again each time. */
  changed(): string[]
}

/** What dpkg, its triggers and rpm note of every package. */
const notes =
  /^\/(var\/(lib\/(dpkg|apt|ucf|rpm)|log|cache|backups)|etc\/ld\.so\.cache|root\/\.rpmdb|run|tmp|proc|sys|dev)(\/|$)/

/** Makes the overlay; root only. The test's own mount namespace has it. */
export function overlayMachine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-machine-'))
  const must = (program: string, args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`)
    return stdout + stderr
  }
  // The layer of changes must not lie below the root that it covers.
  must('mount', ['-t', 'tmpfs', 'none', folder])
  const [upper, work, merged] = ['upper', 'work', 'root'].map((name) => {
    const path = join(folder, name)
    mkdirSync(path)
    return path
  }) as [string, string, string]
  must('mount', ['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'none', merged])
  const shared = ['/proc', '/sys', '/dev', '/tmp', '/run']
  for (const path of shared) must('mount', ['--rbind', path, join(merged, path)])
  const tree = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const own = join(path, entry.name)
      if (entry.isDirectory()) return tree(own)
      // A device in the place of a file says that the file is gone.
      const wasThere = lstatSync(own.slice(upper.length), { throwIfNoEntry: false }) !== undefined
      return entry.isCharacterDevice() === wasThere ? [own] : []
    })
  return {
    enter: [
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c'],
      ...['cd "$1" && shift && /usr/sbin/pivot_root . . && umount --lazy . && exec "$@"', 'sh', merged],
    ],
    run: (command, ...args) => must('chroot', [merged, command, ...args]),
    changed: () =>
      tree(upper)
        .map((path) => path.slice(upper.length))
        .filter((path) => !notes.test(path))
        .sort(),
    [Symbol.asyncDispose]: () => {
      must('umount', ['--recursive', '--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}
