/** Host keys where the profile lists none, at real SSH servers: asked about once, known to the next run, and no other passes. */
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ClusterLogin } from '../../../src-main/services/cluster/cluster-login.ts'
import { ConfirmedHostKeys } from '../../../src-main/services/confirmed/host-keys.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../support/failure-of.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let dataFolder: string
let asked: string[]
beforeAll(async () => {
  servers = await startSshServers()
})
afterAll(() => servers.dispose())
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'vizlink-confirmed-'))
  asked = []
})
afterEach(async () => {
  await servers.login.setOtherHostKey(false)
  rmSync(dataFolder, { recursive: true, force: true })
})

const profile = (hostKeys: string[] = []) =>
  siteProfileSchema.parse({
    version: 1,
    id: 'site',
    name: 'Site',
    ssh: {
      user: servers.hops[0]?.user,
      loginHost: { address: '127.0.0.1', port: servers.login.port, hostKeys },
      nodes: { byName: { node1: { address: '127.0.0.1', port: servers.node.port } } },
    },
  })

/** One run of the client, up to a command on the node; its user gives this answer. */
async function run(answer: boolean, hostKeys?: string[]): Promise<string> {
  const cluster = new ClusterLogin(
    {
      profile: profile(hostKeys),
      identityFile: servers.identityFile,
      portalCa: null,
      jobTemplate: null,
      redisPasswordFile: null,
      redisCaFile: null,
    },
    createNodePlatform({ logger: collectingLogger(), dataFolder }),
    {
      verifyHostKey: ({ hop }) => {
        asked.push(hop)
        return Promise.resolve(answer)
      },
      answerPrompts: () => Promise.resolve(null),
    },
    () => undefined,
  )
  try {
    const node = await cluster.openNode('node1')
    return (await node.run({ script: 'echo there' }, 100)).stdout.trim()
  } finally {
    await cluster.close()
  }
}

const askedOnce = ['127.0.0.1', 'node1']

test('a key that was confirmed is known to the next run: of the login host and of the node behind it', async () => {
  expect(await run(true)).toBe('there')
  expect(asked).toEqual(askedOnce)
  expect(await run(false)).toBe('there')
  expect(asked).toEqual(askedOnce)
})

test('a refusal is not remembered', async () => {
  expect(await failureOf(run(false))).toMatchObject({ kind: 'host-key-unknown' })
  expect(await run(true)).toBe('there')
  expect(asked).toEqual(['127.0.0.1', ...askedOnce])
})

test('another key than the one that was confirmed stops the connection, and no user is asked to take it', async () => {
  await run(true)
  await servers.login.setOtherHostKey(true)
  expect(await failureOf(run(true))).toMatchObject({
    kind: 'host-key-changed',
    reason: 'changed',
    actions: ['forget-host-key'],
  })
  expect(asked).toEqual(askedOnce)
})

test('once they are forgotten the new key can be confirmed', async () => {
  await run(true)
  await servers.login.setOtherHostKey(true)
  const keys = new ConfirmedHostKeys(dataFolder, profile().ssh.loginHost)
  expect(await keys.forget()).toBe(true)
  expect(await keys.forget()).toBe(false)
  expect(await run(true)).toBe('there')
  expect(asked).toEqual([...askedOnce, ...askedOnce])
})

test('the profile’s keys come first', async () => {
  await run(true)
  expect(await run(true, servers.login.hostKeys)).toBe('there')
  await servers.login.setOtherHostKey(true)
  await new ConfirmedHostKeys(dataFolder, profile().ssh.loginHost).forget()
  expect(await failureOf(run(true, servers.login.hostKeys))).toMatchObject({ kind: 'host-key-changed' })
  expect(asked).toEqual(askedOnce)
})

test('a damaged file is not "never seen"', async () => {
  await run(true)
  const [folder = ''] = readdirSync(join(dataFolder, 'host-keys'))
  for (const name of readdirSync(join(dataFolder, 'host-keys', folder)))
    writeFileSync(join(dataFolder, 'host-keys', folder, name), '{')
  expect(await failureOf(run(true))).toMatchObject({ kind: 'host-key-unknown', retryable: false })
  expect(asked).toEqual(askedOnce)
})

test('where it cannot be kept the connection continues, and the next one asks', async () => {
  symlinkSync('/proc/nowhere', join(dataFolder, 'host-keys'))
  expect(await run(true)).toBe('there')
  expect(await run(true)).toBe('there')
  expect(asked).toEqual([...askedOnce, ...askedOnce])
})
