/** As root, test files of this tier are alone in their network. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'

const possible =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' }).status === 0

describe.runIf(possible)('where namespaces can be had', () => {
  test.each(['net', 'mnt'])('this file has a %s namespace that vitest’s own process is not in', (kind) => {
    expect(readlinkSync(`/proc/self/ns/${kind}`)).not.toBe(readlinkSync(`/proc/${process.ppid}/ns/${kind}`))
  })

  test('loopback is up, with all of its addresses, and is all that there is', async () => {
    expect(Object.keys(networkInterfaces())).toEqual(['lo'])
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(47_989, '127.0.0.2', resolve)
    })
    await new Promise((resolve) => server.close(resolve))
  })

  test('no other user’s X servers are here', () => {
    expect(readdirSync('/tmp/.X11-unix')).toEqual([])
    if (existsSync('/var/lib/xkb')) expect(statSync('/var/lib/xkb').dev).not.toBe(statSync('/var/lib').dev)
  })
})
