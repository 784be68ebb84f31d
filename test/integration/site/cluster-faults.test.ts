/** Faults of Slurm, nodes, images and folders: each on and off again, at the portal, over SSH and in files. */
import { existsSync } from 'node:fs'
import { lstat, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startSite } from '../../site/index.ts'
import type { FaultName } from '../../site/faults.ts'
import type { Site } from '../../site/types.ts'
import { overSsh } from './ssh.ts'
import { ask, createSession, duringFault, endSessions, listSessions, sessionWithStatus } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['host-not-ready'] })
})
afterAll(() => site.dispose())
afterEach(() => endSessions(site))

const withFault = (name: FaultName, use: () => Promise<void>): Promise<void> => duringFault(site, name, use)
const onNode = (command: string): Promise<string> => overSsh(site, command, 'viz-node001')
const onLoginHost = (command: string): Promise<string> => overSsh(site, command)

test('slurmctld-down: a session cannot be made, and one that runs keeps running', async () => {
  const { session_id: id } = await createSession(site)
  await sessionWithStatus(site, id, ['running'])
  await withFault('slurmctld-down', async () => {
    await expect(createSession(site, 'late')).rejects.toThrow(/create: 500 .*Failed to submit Slurm job/)
    expect((await listSessions(site))[0]!.status).toMatch(/running|completed/)
  })
  await sessionWithStatus(site, id, ['running'])
})

test.each([
  ['partition-missing', 500],
  ['partition-down', 201],
] as const)('%s: a new session is %i', async (fault, status) => {
  await vi.waitUntil(async () => !(await onLoginHost('squeue -h -t all')).includes('COMPLETING'), {
    timeout: 30_000,
    message: 'no job is remembered',
  })
  await withFault(fault, async () => {
    const made = await createSession(site).catch((error: Error) => error.message)
    if (status === 500) return expect(made).toMatch(/create: 500 .*returned non-zero exit status 1/)
    const { session_id: id } = made as { session_id: string }
    await sessionWithStatus(site, id, ['pending'])
    await ask(site, 'DELETE', `/api/moonlight/sessions/${id}`)
  })
  const { session_id: id } = await createSession(site, 'alice')
  await sessionWithStatus(site, id, ['running'])
})

test('node-drained and node-not-responding: one node, with its reason', async () => {
  const states = async () => {
    const { json } = await ask(site, 'GET', '/api/nodes')
    return (json as { nodes: { name: string; state: string }[] }).nodes.map(({ state }) => state)
  }
  // The job of an earlier test may still be completing.
  await vi.waitUntil(async () => (await states()).join() === 'idle,idle', {
    timeout: 30_000,
    message: 'both are idle',
  })
  await withFault('node-drained', async () => {
    expect(await states()).toEqual(['idle', 'drained'])
    const { json } = await ask(site, 'GET', '/api/nodes/viz-node002')
    expect((json as { node: object }).node).toMatchObject({ State: 'IDLE+DRAIN', Reason: 'fan' })
    const short = await ask(site, 'GET', '/api/slurm/nodes/viz-node002')
    expect((short.json as { data: { state: string } }).data.state).toBe('idle')
  })
  expect(await states()).toEqual(['idle', 'idle'])
  await withFault('node-not-responding', async () => expect((await states())[1]).toMatch(/\*$/))
  expect(await states()).toEqual(['idle', 'idle'])
})

test('nvidia-smi on the nodes: figures that change, no encoder, no driver; none on the login host', async () => {
  const ask = (fields: string) => onNode(`nvidia-smi --query-gpu=${fields} --format=csv,noheader,nounits`)
  expect(await ask('name,driver_version,memory.total,encoder.stats.sessionCount')).toBe(
    'NVIDIA A40, 550.90.07, 46068, 0\n',
  )
  expect(await onNode('nvidia-smi --query-gpu=utilization.gpu,temperature.gpu --format=csv')).toMatch(
    /^utilization\.gpu \[%\], temperature\.gpu\n\d+ %, \d+\n$/,
  )
  const busy = new Set<string>()
  await vi.waitUntil(async () => busy.add(await ask('utilization.gpu')).size > 1, {
    timeout: 30_000,
    message: 'the figures change',
  })
  await expect(ask('nonsense')).rejects.toThrow()
  await withFault('no-nvenc', async () => {
    expect(await ask('name,encoder.stats.sessionCount,utilization.encoder')).toBe(
      'NVIDIA A100-PCIE-40GB, [N/A], [N/A]\n',
    )
  })
  await withFault('no-gpu-driver', async () => {
    await expect(onNode('nvidia-smi')).rejects.toThrow()
    expect(await onNode('nvidia-smi || true')).toContain("couldn't communicate with the NVIDIA driver")
  })
  await expect(onLoginHost('command -v nvidia-smi || exit 1')).rejects.toThrow()
  expect(await onLoginHost("srun --mem=100 sh -c 'nvidia-smi -L'")).toContain('NVIDIA A40')
})

test('sunshine-vulnerable: the image’s version', async () => {
  const version = () =>
    onNode(`apptainer exec --nv '${site.ready.folders.node.images}/sunshine_desktop.sif' sunshine --version`)
  expect(await version()).not.toContain('v0.')
  await withFault('sunshine-vulnerable', async () =>
    expect(await version()).toBe('Sunshine version: v0.23.1\n'),
  )
  await withFault('sif-missing', () => expect(version()).rejects.toThrow(/no such file/))
})

test('scratch-not-mounted, home-not-shared: gone on the nodes alone; without scratch a job ends before its first line', async () => {
  const { login, node } = site.ready.folders
  await withFault('home-not-shared', async () => {
    await expect(onNode(`test -d '${node.home}'`)).rejects.toThrow()
    await onLoginHost(`test -d '${login.home}'`)
  })
  await withFault('scratch-not-mounted', async () => {
    await expect(onNode(`test -d '${node.scratch}'`)).rejects.toThrow()
    const { json } = await ask(site, 'GET', '/api/storage/scratch/nodes')
    expect((json as { data: [] }).data).toEqual([])
    const { session_id: id } = await createSession(site)
    await sessionWithStatus(site, id, ['completed'])
    expect(existsSync(join(site.ready.folders.jobLogs, `${id}.log`))).toBe(false)
  })
  await onNode(`test -d '${node.home}' && test -d '${node.scratch}'`)
  const { session_id: id } = await createSession(site, 'after')
  expect(id).toContain('after')
})

test('job-folder-missing and job-folder-not-writable', async () => {
  await withFault('job-folder-missing', async () => {
    const { session_id: id } = await createSession(site)
    await sessionWithStatus(site, id, ['completed'])
  })
  expect(existsSync(site.ready.folders.jobLogs)).toBe(true)
  const mode = async () => (await lstat(site.ready.folders.sessions)).mode & 0o222
  await withFault('job-folder-not-writable', async () => {
    expect(await mode()).toBe(0)
    // To root every folder is writable.
    if (process.getuid?.() !== 0) await expect(createSession(site, 'bob')).rejects.toThrow('create: 500')
  })
  expect(await mode()).not.toBe(0)
})

test('sunshine-command-line: the job ends with 7, and its files say why', async () => {
  await withFault('sunshine-command-line', async () => {
    const { session_id: id } = await createSession(site)
    await sessionWithStatus(site, id, ['completed'])
    const log = await readFile(join(site.ready.folders.jobLogs, `${id}.log`), 'utf8')
    expect(log).toMatch(/exit status 7/)
    const hostLog = await readFile(join(site.ready.folders.sessions, id, 'logs', 'sunshine.log'), 'utf8')
    expect(hostLog).toBe('Unknown command: config\n')
  })
})

test('log-rotation-missing, sessions-not-cleaned', async () => {
  expect(await onLoginHost(`cat '${site.ready.folders.logRotation}'`)).toContain('rotate 14')
  await withFault('log-rotation-missing', () =>
    expect(onLoginHost(`cat '${site.ready.folders.logRotation}'`)).rejects.toThrow(),
  )
  expect(await onLoginHost(`cat '${site.ready.folders.logRotation}'`)).toContain('rotate 14')
  const old = async () => {
    const names = await readdir(site.ready.folders.sessions)
    return names.filter((name) => name.startsWith('ml-former')).length
  }
  expect(await old()).toBe(0)
  await withFault('sessions-not-cleaned', async () => {
    expect(await old()).toBe(30)
    const { sessions } = site.ready.folders
    expect((await onLoginHost(`find '${sessions}' -mindepth 1 -maxdepth 1 -mtime +30 | wc -l`)).trim()).toBe(
      '30',
    )
  })
  expect(await old()).toBe(0)
})
