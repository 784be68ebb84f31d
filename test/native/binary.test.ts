/** What the built files are, whatever they do. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { addonFile, relayFile, root, runToEnd } from './support.ts'

const objdump = (...args: string[]): string => spawnSync('objdump', args, { encoding: 'utf8' }).stdout

const loadIt = `
  const { createRequire } = require('node:module')
  const addon = require(${JSON.stringify(addonFile)})
  const session = new addon.StreamSession({ onMessage() {}, onEvent() {} })
  console.log(JSON.stringify({ major: Number(process.versions.node.split('.')[0]), ...session.statistics() }))
`

test('the addon exports nothing but the entry of Node-API', () => {
  const defined = objdump('-T', addonFile)
    .split('\n')
    .filter((line) => /\s(\.text|\.data|\.rodata|\.bss)\s/.test(line))
    .map((line) => line.trim().split(/\s+/).at(-1))
  expect(defined.toSorted()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1'])
})

test('the addon needs libc alone, and nothing of OpenSSL from the program that loads it', () => {
  const needed = [...objdump('-p', addonFile).matchAll(/NEEDED\s+(\S+)/g)].map((match) => match[1])
  expect(needed.every((name) => /^(libc|libm|ld-linux[\w-]*)\.so/.test(name ?? ''))).toBe(true)
  const wanted = objdump('-T', addonFile)
    .split('\n')
    .filter((line) => line.includes('*UND*'))
  expect(wanted.filter((line) => /\b(EVP|SSL|RAND|CRYPTO|AES|enet)_/.test(line))).toEqual([])
})

test('the relay is static, so that any node can run it', () => {
  expect(objdump('-p', relayFile)).not.toContain('NEEDED')
})

test('the addon loads under the Node.js 24 that npm brings', async () => {
  const { code, result } = await runToEnd(process.execPath, ['-e', loadIt])
  expect({ code, major: result.major, framesReceived: result.framesReceived }).toEqual({
    code: 0,
    major: 24,
    framesReceived: 0,
  })
})

/** The system's Node.js: the first on PATH that is none of the project's own. */
function otherNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => folder !== '' && !folder.startsWith(root))
    .map((folder) => join(folder, 'node'))
    .find((file) => file !== process.execPath && existsSync(file))
}

test('the addon loads under the Node.js of the system, unchanged', async ({ skip }) => {
  const node = otherNode()
  if (node === undefined) return skip('this system has no Node.js besides the one from npm')
  const { code, result } = await runToEnd(node, ['-e', loadIt])
  expect(code).toBe(0)
  expect(result.major).toBeGreaterThanOrEqual(20)
})
