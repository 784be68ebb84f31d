/** The way to the node where SSH to it is refused: a step in the job, the cluster's network, or a failure with every reason. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Route } from '../../../src-main/shared/model/desktop.ts'
import type { FaultName } from '../../site/faults.ts'
import { evidenceLines } from '../../support/english.ts'
import { longRun } from '../../support/long-run.ts'
import { clientPeers } from './peers.ts'
import { isOver, startTestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { listSessions } from '../site/support.ts'
import { said as inEnglish } from '../../support/texts.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite()
})
afterAll(() => here.dispose())

const faults: FaultName[] = ['node-ssh-refused', 'srun-refused']
afterEach(async () => {
  for (const fault of faults) await here.site.setFault(fault, false)
})

const routes: [Route, FaultName[], RegExp][] = [
  [
    'srun',
    ['node-ssh-refused'],
    /SSH to the node: does not work \(.*did not accept your key.*\); a step in your job \(srun\): works/,
  ],
  ['login-host', faults, /Access\/permission denied\); .*from the login host: works/],
  ['node-ssh', [], /SSH to the node: works/],
]
// What streams elsewhere goes by node-ssh, and the test below goes by srun.
test.each(longRun ? routes : routes.slice(1, 2))('%s', async (route, on, detail) => {
  for (const fault of on) await here.site.setFault(fault, true)
  await here.leavesNothing(async () => {
    const attempt = await here.client.connect()
    const { access, steps, warnings } = await attempt.streaming()
    expect(access?.route).toBe(route)
    expect(access?.tried.map(({ outcome }) => outcome)).toEqual([...on.map(() => 'refused'), 'taken'])
    expect(inEnglish(steps.find(({ name }) => name === 'tunnelling')?.detail)).toMatch(detail)
    const said = warnings.map(inEnglish).join('\n')
    // What the last route cannot do is said, and only there.
    expect(/unencrypted/.test(said)).toBe(route === 'login-host')
    expect(/could not be checked/.test(said)).toBe(route === 'login-host')
    // Only the login host is spoken to: the node may be in a network that is not reached from outside.
    const [session] = await listSessions(here.site)
    const base = Number(session?.sunshine_port)
    const { own, children } = clientPeers()
    expect(children).toEqual([Number(here.site.ready.login.split(':')[1])])
    expect(own.filter((port) => port >= base - 5 && port <= base + 21)).toEqual([])
    await attempt.leave('END')
  })
})

test('a relay that dies inside the job comes back inside the job', async () => {
  await here.site.setFault('node-ssh-refused', true)
  await here.leavesNothing(async () => {
    const attempt = await here.client.connect()
    await attempt.streaming()
    await here.site.setFault('relay-killed', true)
    await attempt.until(({ state }) => state === 'reconnecting')
    expect((await attempt.streaming()).access?.tried.map(({ route }) => route)).toEqual(['srun'])
    await attempt.leave('END')
  })
})

test('no way at all: every route says why, in the profile’s order', async () => {
  for (const fault of faults) await here.site.setFault(fault, true)
  const narrow = await startTestClient(here.site.ready.profile, {
    dataFolder: join(here.home, 'narrow'),
    access: ['srun', 'node-ssh'],
  })
  try {
    const attempt = await narrow.connect()
    const { failure } = await attempt.until(isOver)
    expect(failure?.kind).toBe('no-way-to-node')
    const said = evidenceLines(failure)
    expect(said).toEqual([
      'node: viz-node001',
      expect.stringMatching(/^a step in your job \(srun\): does not work: .*permission denied/s),
      expect.stringMatching(/^SSH to the node: does not work: .*did not accept your key/s),
    ])
    expect(await here.site.activeJobs()).toEqual([])
  } finally {
    await narrow.dispose()
  }
})

test('a login host without Slurm’s programs: the portal’s job table names the node', async () => {
  const programs = ['squeue', 'scontrol', 'sacct'].map((name) =>
    join(here.site.directory, 'controller', 'bin', name),
  )
  for (const program of programs)
    writeFileSync(program, '#!/bin/sh\necho "sh: 1: not found"\nexit 127\n', { mode: 0o755 })
  try {
    const attempt = await here.client.connect()
    const { session, warnings } = await attempt.streaming()
    expect(session?.node).toBe('viz-node001')
    // The table does not say as whom the job runs.
    expect(warnings.map(inEnglish).join()).toMatch(/could not be checked/)
    await attempt.leave('END')
  } finally {
    for (const program of programs) rmSync(program)
  }
})
