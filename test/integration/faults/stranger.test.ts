/** The whole path on a site of others: machines, accounts, start-up files, limits and refusals that the demo site has not. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SiteProcess } from '../../../scripts/demo/site-process.ts'
import { statusSnapshotSchema, type StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import { evidenceLines } from '../../support/english.ts'
import { vizlink } from '../../support/running-program.ts'
import { noStranger, onStranger, startStranger } from '../../support/strange-site.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { said } from '../../support/texts.ts'

let site: SiteProcess
const home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))

/** Names in the panel of nodes. */
async function nodesShown({ app }: TestClient): Promise<string[]> {
  let nodes: StatusSnapshot['nodes'] | null = null
  const stop = app.subscribe((event, data) => {
    if (event === 'status.changed') nodes = statusSnapshotSchema.parse(data).nodes
  })
  await app.call({ id: 'test', trusted: true }, 'status.watch', { siteId: 'demo', on: true })
  const shown = await vi.waitUntil(() => nodes?.value, { timeout: 30_000, message: 'nodes' })
  await app.call({ id: 'test', trusted: true }, 'status.watch', { siteId: 'demo', on: false })
  stop()
  return shown.map(({ name }) => name)
}

describe.skipIf(noStranger)(onStranger, () => {
  afterEach(async () => {
    const directory = dirname(site.ready.profile)
    await site.dispose()
    expect(markedProcesses(directory)).toEqual([])
    expect(existsSync(directory)).toBe(false)
    rmSync(home, { recursive: true, force: true })
  })

  test('a desktop by the way that is left, which stays; its end; the command line; nothing of it here', async () => {
    const here = networkInterfaces()
    site = await startStranger()
    // Its network is not this machine's.
    expect(Object.keys(networkInterfaces())).toEqual(Object.keys(here))
    const client = await startTestClient(site.ready.profile, { dataFolder: join(home, 'service') })
    try {
      const attempt = await client.connect()
      const { session, access, steps, warnings, hostProof } = await attempt.streaming()
      expect(access).toMatchObject({ route: 'login-host' })
      // Its login host allows one session: commands keep it.
      expect(access?.relay).not.toHaveProperty('whyNoSocket')
      expect(access?.tried.map(({ route, outcome }) => [route, outcome])).toEqual([
        ['node-ssh', 'refused'],
        // The job is another account's.
        ['srun', 'skipped'],
        ['login-host', 'taken'],
      ])
      expect(said(steps.find(({ name }) => name === 'tunnelling')?.detail)).toMatch(
        /SSH to the node: does not work \(.*viz-node001 did not accept your key.*; a step in your job/,
      )
      expect(warnings.map(said).join('\n')).toMatch(/unencrypted/)
      expect(hostProof).toBe('record')
      // The job is looked at every few seconds while the picture comes.
      await new Promise((resolve) => setTimeout(resolve, 6000))
      expect(attempt.snapshot).toMatchObject({ state: 'open', session: { id: session?.id } })
      // One of them is in two partitions.
      expect(await nodesShown(client)).toEqual(['viz-node001', 'viz-node002'])
      await attempt.leave('END')
    } finally {
      await client.dispose()
    }
    const run = (...words: string[]) => vizlink([...words, '--site', site.ready.profile], home)
    expect((await run('sessions', '--json')).report).toEqual([])
    const connected = await run('connect', '--seconds', '2', '--json')
    expect(connected, connected.stderr).toMatchObject({ code: 0, report: { ok: true, link: 'ssh' } })
    // What it says to everybody who logs in.
    expect(connected.stderr).toMatch(/says: .*Authorised users only\. Maintenance on Friday, 18:00\./)
    expect((await run('sessions', '--json')).report).toEqual([])
  })

  test('without a portal: a job of the user’s own, and the relay inside it', async () => {
    site = await startStranger()
    const client = await startTestClient(site.ready.batchProfile, { dataFolder: join(home, 'own') })
    try {
      const attempt = await client.connect()
      const { access, hostProof } = await attempt.streaming()
      expect(access?.tried.map(({ route, outcome }) => [route, outcome])).toEqual([
        ['node-ssh', 'refused'],
        ['srun', 'taken'],
      ])
      expect(access?.relay).not.toHaveProperty('whyNoSocket')
      expect(hostProof).toBe('certificate')
      await attempt.leave('END')
    } finally {
      await client.dispose()
    }
  })

  test('what only Sunshine’s own log says is in the failure', async () => {
    site = await startStranger('sunshine-command-line')
    const client = await startTestClient(site.ready.profile, { dataFolder: join(home, 'refused') })
    try {
      const attempt = await client.connect()
      const { failure } = await attempt.until(isOver)
      expect(evidenceLines(failure).join('\n')).toContain('Unknown command: config')
    } finally {
      await client.dispose()
    }
  })
})
