/**
 * Brings the source of moonlight-common-c (with its ENet and nanors) into .cache/. It is in neither npm nor Debian; the
 * Python package `moonlight-python` carries it whole. pip checks the archive against the hash written here.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../set-up/index.mjs'
import { runNoted } from '../set-up/progress.mjs'

const source = JSON.parse(readFileSync(join(root, 'native', 'third-party.json'), 'utf8')).find(
  (entry) => entry.name === 'moonlight-common-c',
)

/**
 * pip insists on asking the package's build backend for its metadata before it hands the archive over. This stand-in
 * answers, so that neither the real backend nor any code of the package runs, and nothing unhashed is downloaded.
 */
const backendStandIn = `import os

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "moonlight_python-${source.archive.version}.dist-info"
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: ${source.archive.package}\\nVersion: ${source.archive.version}\\n")
    return name
`

async function run(program, args, log, environment = {}) {
  const { status, output } = await runNoted(program, args, log, { env: { ...process.env, ...environment } })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed:\n${output.slice(-2000)}`)
}

/** @returns {Promise<string>} folder of moonlight-common-c; `MOONLIGHT_COMMON_C_DIR` names one's own checkout instead */
export async function moonlightFolder(log = () => undefined) {
  const own = process.env.MOONLIGHT_COMMON_C_DIR
  if (own) {
    if (!existsSync(join(own, 'src', 'Limelight.h')))
      throw new Error(`MOONLIGHT_COMMON_C_DIR: no src/Limelight.h in ${own}`)
    return own
  }
  const target = join(root, '.cache', `moonlight-common-c-${source.archive.sha256.slice(0, 16)}`)
  if (existsSync(join(target, 'src', 'Limelight.h'))) return target
  const work = mkdtempSync(join(tmpdir(), 'vizlink-fetch-'))
  try {
    const { package: name, version, sha256 } = source.archive
    writeFileSync(join(work, 'requirements.txt'), `${name}==${version} --hash=sha256:${sha256}\n`)
    mkdirSync(join(work, 'stand-in', 'scikit_build_core'), { recursive: true })
    writeFileSync(join(work, 'stand-in', 'scikit_build_core', '__init__.py'), '')
    writeFileSync(join(work, 'stand-in', 'scikit_build_core', 'build.py'), backendStandIn)
    log('fetching moonlight-common-c')
    await run(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--require-hashes',
        '--no-deps',
        '--no-binary',
        name,
        '--no-build-isolation',
        '--dest',
        work,
        '-r',
        join(work, 'requirements.txt'),
      ],
      log,
      {
        PYTHONPATH: join(work, 'stand-in'),
      },
    )
    const archive = readdirSync(work).find((file) => file.endsWith('.tar.gz'))
    if (!archive) throw new Error('pip brought no source archive of moonlight-python')
    await run('tar', ['-xzf', join(work, archive), '-C', work], log)
    const unpacked = join(work, archive.replace(/\.tar\.gz$/, ''), source.archive.folder)
    mkdirSync(join(root, '.cache'), { recursive: true })
    await run('cp', ['-r', unpacked, `${target}.part`], log)
    renameSync(`${target}.part`, target)
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
