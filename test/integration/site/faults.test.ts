/** Each fault of the demo site as seen at the portal, in Slurm and over SSH. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { faultNames } from '../../site/faults.ts'
import type { FaultName } from '../../site/faults.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { overSsh as overSiteSsh } from './ssh.ts'
import { longTest } from '../../support/long-run.ts'
import { ask, createSession, duringFault, endSessions, sessionWithStatus } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', faults: ['host-not-ready'] })
})
afterAll(() => site.dispose())
afterEach(() => endSessions(site))

const login = () =>
  ask(site, 'POST', '/auth/test/login', {
    headers: { 'content-type': 'application/json' },
    body: '{"username":"alice","groups":["HPC-Admins"]}',
  })

const run = promisify(execFile)

const overSsh = (command: string): Promise<string> => overSiteSsh(site, command)

const withFault = (name: FaultName, use: () => Promise<void>): Promise<void> => duringFault(site, name, use)

test('sign-in-refused', async () => {
  await withFault('sign-in-refused', async () => {
    const refused = await login()
    expect([refused.status, refused.json]).toEqual([
      403,
      { error: 'Test login disabled when SSO is enabled' },
    ])
  })
  expect((await login()).status).toBe(200)
})

test('token-expired', async () => {
  await withFault('token-expired', async () => {
    const { token } = (await login()).json as { token: string }
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number }
    expect(claims.exp).toBeLessThan(Date.now() / 1000)
    const verified = await ask(site, 'POST', '/auth/verify', {
      headers: { authorization: `Bearer ${token}` },
    })
    expect([verified.status, verified.json]).toEqual([401, { error: 'Invalid or expired token' }])
  })
})

test('portal-502', async () => {
  await withFault('portal-502', async () => {
    const answer = await ask(site, 'GET', '/api/moonlight/images')
    expect([answer.status, answer.contentType]).toEqual([502, 'text/html'])
    expect((await ask(site, 'GET', '/api/health')).status).toBe(200)
  })
  expect((await ask(site, 'GET', '/api/moonlight/images')).status).toBe(200)
})

test('image-missing', async () => {
  await withFault('image-missing', async () => {
    await expect(createSession(site)).rejects.toThrow(
      /create: 404 {"error":"Image not found: .*sunshine_desktop.sif"}/,
    )
    const { images } = (await ask(site, 'GET', '/api/moonlight/images')).json as {
      images: { available: boolean }[]
    }
    expect(images.map(({ available }) => available)).toEqual([false, false, false])
  })
})

const logOf = (id: string): Promise<string> =>
  readFile(join(site.directory, 'scratch', 'sunshine_logs', `${id}.log`), 'utf8')

test('sif-missing', async () => {
  await withFault('sif-missing', async () => {
    const { session_id } = await createSession(site)
    await sessionWithStatus(site, session_id, ['completed'])
    expect(await logOf(session_id)).toContain('ERROR: Failed to create sandbox')
  })
})

test('job-ends-early', async () => {
  await withFault('job-ends-early', async () => {
    const { session_id } = await createSession(site)
    await sessionWithStatus(site, session_id, ['completed'])
    expect(await logOf(session_id)).toContain('ERROR: Sunshine failed to start')
  })
})

test('host-not-ready: the job runs, nothing listens', async () => {
  const { session_id, sunshine_port } = await createSession(site)
  await sessionWithStatus(site, session_id, ['running'])
  await expect(fetch(`http://127.0.0.1:${sunshine_port}/serverinfo`)).rejects.toThrow()
})

test('node-down: sessions stay pending, Slurm names the reason', async () => {
  await withFault('node-down', async () => {
    const { session_id, slurm_job_id } = await createSession(site)
    const reason = await vi.waitUntil(
      async () => {
        const text = (await overSsh(`squeue -h -j ${slurm_job_id} -o '%T %r'`)).trim()
        return /^PENDING (?!None|Priority)/.test(text) ? text : null
      },
      { timeout: 30_000, message: 'a reason' },
    )
    expect(reason).toMatch(/ReqNodeNotAvail|Resources|PartitionDown|Nodes.required/)
    await sessionWithStatus(site, session_id, ['pending'])
    const nodes = (await ask(site, 'GET', '/api/nodes')).json as { nodes: { state: string }[] }
    expect(nodes.nodes.every(({ state }) => state.startsWith('down'))).toBe(true)
    await ask(site, 'DELETE', `/api/moonlight/sessions/${session_id}`)
  })
  const { session_id } = await createSession(site, 'later')
  await vi.waitUntil(
    async () => {
      const text = await overSsh("squeue -h -o '%T'")
      return text.trim() === 'RUNNING'
    },
    { timeout: 30_000, message: 'sessions run again' },
  )
  expect(session_id).toContain('later')
})

test('host-key-changed', async () => {
  await withFault('host-key-changed', async () => {
    await expect(overSsh('true')).rejects.toThrow(/REMOTE HOST IDENTIFICATION HAS CHANGED/)
  })
  expect(await overSsh('echo fine')).toBe('fine\n')
})

test('ssh-key-refused', async () => {
  await withFault('ssh-key-refused', async () => {
    await expect(overSsh('true')).rejects.toThrow(/Permission denied \(publickey\)/)
  })
  expect(await overSsh('echo fine')).toBe('fine\n')
})

test('sshd-stopped cuts what is open and refuses what comes', async () => {
  const standing = overSsh('echo here; sleep 60').then(
    () => 'ended well',
    () => 'cut',
  )
  await vi.waitUntil(
    async () => {
      const { stdout } = await run('ps', ['-eo', 'args'])
      return stdout.includes('echo here; sleep 60')
    },
    { timeout: 30_000, message: 'the login is open' },
  )
  await withFault('sshd-stopped', async () => {
    expect(await standing).toBe('cut')
    await expect(overSsh('true')).rejects.toThrow(/Connection refused/)
  })
  expect(await overSsh('echo fine')).toBe('fine\n')
})

test('redis-public', async () => {
  const keys = async (): Promise<string> => {
    const redis = new Redis(`redis://${site.ready.redis}`, { retryStrategy: () => null, lazyConnect: true })
    redis.on('error', () => undefined)
    try {
      return (await redis.keys('*')).length >= 0 ? 'open' : ''
    } catch (error) {
      return (error as Error).message
    } finally {
      redis.disconnect()
    }
  }
  expect(await keys()).toMatch(/NOAUTH/)
  await withFault('redis-public', async () => expect(await keys()).toBe('open'))
  expect(await keys()).toMatch(/NOAUTH/)
  expect((await login()).status).toBe(200)
})

longTest('every fault can be switched on and off', async () => {
  for (const name of faultNames) {
    await site.setFault(name, true)
    await site.setFault(name, false)
  }
  await site.setFault('host-not-ready', true)
  expect((await ask(site, 'GET', '/api/moonlight/images')).status).toBe(200)
})
