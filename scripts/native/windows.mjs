/**
 * Compiles core and addon for Windows by mingw-w64 and links them as far as it goes here: `node scripts/native/windows.mjs`.
 * There is no OpenSSL for Windows in Debian: its functions come from an import library of our own making, so that the addon
 * links but has no cryptography beside it. Nothing of this is packed or can be run here.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root } from '../set-up/index.mjs'
import { runNoted } from '../set-up/progress.mjs'
import { answerHelp } from '../set-up/usage.mjs'
import { sourceFolder } from './fetch-sources.mjs'

const native = join(root, 'native')
export const windowsFolder = join(native, 'build-windows')
export const windowsAddon = join(windowsFolder, 'addon', 'win32-x64', 'vizlink_native.node')
const prefix = 'x86_64-w64-mingw32'

/** What moonlight-common-c takes of libcrypto (its PlatformCrypto.c). */
const cryptography = [
  ...['new', 'free', 'ctrl'].map((name) => `EVP_CIPHER_CTX_${name}`),
  ...['Encrypt', 'Decrypt'].flatMap((way) =>
    ['Init_ex', 'Update', 'Final_ex'].map((part) => `EVP_${way}${part}`),
  ),
  'EVP_aes_128_cbc',
  'EVP_aes_128_gcm',
  'RAND_bytes',
]

async function run(program, args, log) {
  const { status, output } = await runNoted(program, args, log)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output.slice(-6000)}`)
}

/** An import library: what `program` exports to those who link it. @returns its file */
async function importLibrary(program, names, log) {
  const base = join(windowsFolder, program.replace(/\.\w+$/, ''))
  writeFileSync(`${base}.def`, `NAME ${program}\nEXPORTS\n${names.join('\n')}\n`)
  await run(`${prefix}-dlltool`, ['-d', `${base}.def`, '-D', program, '-l', `${base}.a`], log)
  return `${base}.a`
}

const exportsOf = (file) =>
  readFileSync(join(root, 'node_modules', 'node-api-headers', 'def', file), 'utf8')
    .split(/\s+/)
    .filter((word) => /^(napi|node_api)_/.test(word))

/** Builds everything. @returns {Promise<void>} rejects with the compiler's or linker's words */
export async function buildForWindows(log = () => undefined) {
  const moonlight = await sourceFolder('moonlight-common-c', log)
  const libuv = await sourceFolder('libuv', log)
  // OpenSSL's headers alone, without those of this system's C library. What differs between systems is not in what is used.
  const headers = join(windowsFolder, 'include', 'openssl')
  mkdirSync(headers, { recursive: true })
  cpSync('/usr/include/openssl', headers, { recursive: true })
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch]
  cpSync(`/usr/include/${machine}-linux-gnu/openssl`, headers, { recursive: true })
  // Windows' file system does not mind capitals, by which the library's sources write some of its headers.
  for (const name of ['Ws2tcpip.h', 'Mswsock.h', 'VersionHelpers.h', 'Winsock2.h', 'Windows.h']) {
    writeFileSync(join(windowsFolder, 'include', name), `#include <${name.toLowerCase()}>\n`)
  }
  const nodeApi = await importLibrary(
    'node.exe',
    ['js_native_api.def', 'node_api.def'].flatMap(exportsOf),
    log,
  )
  const crypto = await importLibrary('libcrypto-3-x64.dll', cryptography, log)
  const options = [
    '-DCMAKE_SYSTEM_NAME=Windows',
    `-DCMAKE_C_COMPILER=${prefix}-gcc-posix`,
    `-DCMAKE_CXX_COMPILER=${prefix}-g++-posix`,
    `-DCMAKE_RC_COMPILER=${prefix}-windres`,
    '-DCMAKE_BUILD_TYPE=Release',
    '-DTARGET_SYSTEM=win32-x64',
    `-DMOONLIGHT_COMMON_C_DIR=${moonlight}`,
    `-DLIBUV_DIR=${libuv}`,
    `-DNODE_API_LIBRARY=${nodeApi}`,
    `-DCMAKE_C_FLAGS=-I${join(windowsFolder, 'include')}`,
    `-DOPENSSL_INCLUDE_DIR=${join(windowsFolder, 'include')}`,
    // CMake's own search for MinGW goes by these names.
    `-DLIB_EAY=${crypto}`,
    `-DSSL_EAY=${crypto}`,
  ]
  await run('cmake', ['-S', native, '-B', windowsFolder, ...options], log)
  await run('cmake', ['--build', windowsFolder, '--parallel', String(availableParallelism())], log)
}

if (import.meta.filename === process.argv[1]) {
  answerHelp(`node scripts/native/windows.mjs

Compiles core and addon for Windows by mingw-w64, and links them as far as it goes here.`)
  await buildForWindows((text) => process.stdout.write(text))
}
