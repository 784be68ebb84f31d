/**
 * Brings the sources of moonlight-common-c (with its ENet and nanors) and of libuv into .cache/. Neither is in npm, and Debian has
 * no libuv that can be linked into an addon; Python packages carry them whole. pip checks the archives against the hashes
 * in native/third-party.json.
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

const readThirdParties = () => JSON.parse(readFileSync(join(root, 'native', 'third-party.json'), 'utf8'))

/**
 * pip insists on asking the package's build backend for its metadata before it hands the archive over. This stand-in
 * answers, so that neither the real backend nor any code of the package runs, and nothing unhashed is downloaded.
 */
const backendStandIn = ({ package: name, version }) => `import os

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "${name.replace('-', '_')}-${version}.dist-info"
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\n")
    return name
`

/** Writes the stand-in where Python looks first; `backend` is a dotted module name. */
function writeStandIn(folder, archive) {
  const parts = archive.backend.split('.')
  const name = parts.pop()
  const target = join(folder, ...parts)
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, '__init__.py'), '')
  writeFileSync(join(target, `${name}.py`), backendStandIn(archive))
}

async function run(program, args, log, environment = {}) {
  const { status, output } = await runNoted(program, args, log, { env: { ...process.env, ...environment } })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed:\n${output.slice(-2000)}`)
}

/** Unpacks the source archive of a Python package into `target`. */
async function fetchSource(archive, target, log) {
  const work = mkdtempSync(join(tmpdir(), 'vizlink-fetch-'))
  try {
    const { package: name, version, sha256, folder } = archive
    const requirements = join(work, 'requirements.txt')
    writeFileSync(requirements, `${name}==${version} --hash=sha256:${sha256}\n`)
    writeStandIn(join(work, 'stand-in'), archive)
    log(`fetching ${name}`)
    const how = ['--quiet', '--require-hashes', '--no-deps', '--no-binary', name, '--no-build-isolation']
    const args = ['-m', 'pip', 'download', ...how, '--dest', work, '-r', requirements]
    await run('python3', args, log, { PYTHONPATH: join(work, 'stand-in') })
    const file = readdirSync(work).find((entry) => entry.endsWith('.tar.gz'))
    if (!file) throw new Error(`pip brought no source archive of ${name}`)
    await run('tar', ['-xzf', join(work, file), '-C', work], log)
    mkdirSync(join(root, '.cache'), { recursive: true })
    await run('cp', ['-r', join(work, file.replace(/\.tar\.gz$/, ''), folder), `${target}.part`], log)
    renameSync(`${target}.part`, target)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * @param {'moonlight-common-c' | 'libuv'} name
 * @returns {Promise<string>} its folder; `MOONLIGHT_COMMON_C_DIR` or `LIBUV_DIR` names one's own checkout instead
 */
export async function sourceFolder(name, log = () => undefined) {
  const { archive } = readThirdParties().find((entry) => entry.name === name)
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_DIR`
  const own = process.env[variable]
  if (own) {
    if (!existsSync(join(own, archive.proof))) throw new Error(`${variable}: no ${archive.proof} in ${own}`)
    return own
  }
  const target = join(root, '.cache', `${name}-${archive.sha256.slice(0, 16)}`)
  if (!existsSync(join(target, archive.proof))) await fetchSource(archive, target, log)
  return target
}
