/** Attacks on what a user has in the file system. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { attempt, type Attack } from './attack-kit.ts'

const itself = (path: string): string => path

/** Public by what they are: a public key, and an X server's lock, which says its process id. */
const isPublic = (path: string): boolean => /^\/tmp\/\.X\d+-lock$|\.pub$/.test(path)

function opens(path: string, flags: number): boolean {
  closeSync(openSync(path, flags | constants.O_NONBLOCK | constants.O_NOCTTY))
  return true
}

/** Reads a byte at least of each file whose path fits. */
const reading =
  (fits: RegExp): Attack =>
  ({ files }) =>
    attempt(
      files.filter((path) => fits.test(path) && !isPublic(path)),
      itself,
      (path) => {
        const descriptor = openSync(path, 'r')
        readSync(descriptor, Buffer.alloc(64))
        closeSync(descriptor)
        return true
      },
    )

const writing =
  (fits: RegExp): Attack =>
  ({ files }) =>
    attempt(
      files.filter((path) => fits.test(path)),
      itself,
      (path) => opens(path, constants.O_WRONLY | constants.O_APPEND),
    )

export const fileAttacks: Record<string, Attack> = {
  'files.read-any': reading(/./),
  'files.write-any': writing(/./),
  'files.read-secrets': reading(/\/secrets\/|\/id_\w+$|\.key$/),
  'files.read-log': reading(/\.(log|out)$/),
  'files.read-profile': reading(/site.*\.json$|profile.*\.json$/),
  'files.read-sign-in-file': ({ folders }) =>
    attempt(
      folders.filter((path) => basename(path).includes('sign-in')),
      itself,
      (path) => readFileSync(join(path, 'vizlink.html'), 'utf8'),
    ),
  'files.read-browser-profile': reading(/(chromium|browser)[^/]*\//),
  'files.replace-relay': async ({ files }) => {
    const relays = files.filter((path) => /\/relay-\w+$/.test(path))
    return attempt(relays, itself, (path) => {
      writeFileSync(`${path}.part`, 'x')
      renameSync(`${path}.part`, path)
      return true
    })
  },
  'files.rename': ({ files, folders }) =>
    attempt([...files, ...folders], itself, (path) => {
      const other = `${path}.${randomBytes(4).toString('hex')}`
      renameSync(path, other)
      renameSync(other, path)
      return true
    }),
  'files.list-folders': ({ folders, homes }) =>
    attempt(
      folders.filter((path) => !homes.includes(path)),
      itself,
      (path) => `${readdirSync(path).length} entries`,
    ),
  'files.plant': ({ folders }) =>
    attempt(folders, itself, (path) => {
      const name = join(path, `planted-${randomBytes(4).toString('hex')}`)
      symlinkSync('/etc/hostname', name)
      rmSync(name)
      return true
    }),
  'files.change-mode': ({ files, folders }) =>
    attempt([...files, ...folders], itself, (path) => {
      chmodSync(path, 0o777)
      return true
    }),
  'files.change-times': ({ files }) =>
    attempt(files, itself, (path) => {
      utimesSync(path, 1, 1)
      return true
    }),
  'files.watch': ({ folders, homes }) =>
    attempt(
      folders.filter((path) => !homes.includes(path)),
      itself,
      (path) => {
        watch(path).close()
        return true
      },
    ),
  'x11.read-cookie': reading(/xauth/i),
  'x11.read-picture': reading(/Xvfb_screen\d/),
  'terminals.open': ({ terminals }) => attempt(terminals, itself, (path) => opens(path, constants.O_RDWR)),
  'files.unlink': ({ files }) =>
    attempt(
      files.filter((path) => !path.startsWith('/mnt/olive')),
      itself,
      (path) => (unlinkSync(path), true),
    ),
}
