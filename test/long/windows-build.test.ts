/** Core and addon compile for Windows and link, as far as can be done without Windows: what the result exports and needs. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { buildForWindows, windowsAddon } from '../../scripts/native/windows.mjs'

test('the addon for Windows exports the entry of Node-API alone, and needs the system, its host and libcrypto', async () => {
  await buildForWindows()
  const headers = spawnSync('x86_64-w64-mingw32-objdump', ['-p', windowsAddon], { encoding: 'utf8' }).stdout
  const exported = [...headers.matchAll(/^\s*\[\s*\d+\] ([a-z]\w+)$/gm)].map(([, name]) => name)
  expect(exported.toSorted()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1'])
  const needed = [...headers.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name?.toLowerCase())
  const system = [
    'advapi32',
    'dbghelp',
    'iphlpapi',
    'kernel32',
    'msvcrt',
    'ole32',
    'shell32',
    'user32',
    'userenv',
    'winmm',
    'ws2_32',
  ]
  const rest = needed.filter((name) => !system.includes(name?.replace(/\.dll$/, '') ?? ''))
  expect(rest.toSorted()).toEqual(['libcrypto-3-x64.dll', 'node.exe'])
}, 900_000)
