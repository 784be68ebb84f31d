/** By which way a host puts input in, as a shell on its node sees it: this process is the host. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostInputScript, turnsHorizontalWheel } from '../../../src-main/domain/host-input.ts'

const folder = mkdtempSync(join(tmpdir(), 'vizlink-input-'))
const device = join(folder, 'uinput')
const server = createServer()
const port = (): number => (server.address() as AddressInfo).port
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

const seen = (at = port()): string =>
  spawnSync('sh', ['-c', hostInputScript(at, device)], { encoding: 'utf8' }).stdout

test('without the device a host can only go through XTEST, which turns the horizontal wheel', () => {
  expect(seen()).toBe('input: xtest\n')
  expect(turnsHorizontalWheel(seen())).toBe(true)
})

test('a host that holds the device does not, one that could not open it does', () => {
  writeFileSync(device, '')
  expect(seen()).toBe('input: xtest\n')
  const held = openSync(device, 'r')
  expect(seen()).toBe('input: uinput\n')
  expect(turnsHorizontalWheel(seen())).toBe(false)
  closeSync(held)
})

test('nothing is said, and nothing turned, where no program can be looked at', () => {
  expect(seen(1)).toBe('')
  for (const output of ['', 'banner\n', 'my input: xtest', 'input: xtest?'])
    expect(turnsHorizontalWheel(output)).toBe(false)
})
