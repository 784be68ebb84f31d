/** The whole path on a site of others: machines, accounts, start-up files, limits and refusals that the demo site has not. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { SiteProcess } from '../../../scripts/demo/site-process.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import { evidenceLines } from '../../support/english.ts'
import { vizlink } from '../../support/running-program.ts'
import { noStranger, onStranger, startStranger } from '../../support/strange-site.ts'
import { isOver, startTestClient } from '../../support/test-client.ts'
import { said } from '../../support/texts.ts'

let site: SiteProcess
const home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))

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
      await attempt.leave('END')
    } finally {
      await client.dispose()
    }
    const run = (...words: string[]) => vizlink([...words, '--site', site.ready.profile], home)
    expect((await run('sessions', '--json')).report).toEqual([])
    const connected = await run('connect', '--seconds', '2', '--json')
    expect(connected, connected.stderr).toMatchObject({ code: 0, report: { ok: true, link: 'ssh' } })
    expect((await run('sessions', '--json')).report).toEqual([])
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
