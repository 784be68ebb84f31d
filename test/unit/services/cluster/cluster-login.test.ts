/** What is asked of the cluster over SSH: each with its time, and no word of a job that a shell could take for more. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClusterLogin } from '../../../../src-main/services/cluster/cluster-login.ts'
import type { LoadedProfile } from '../../../../src-main/services/sites/load-profile.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import { answeringLink } from '../../../support/answering-link.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-cluster-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function cluster({ stdout = '', learned }: { stdout?: string; learned?: object } = {}) {
  const profile = siteProfileSchema.parse({
    version: 1,
    id: 'demo',
    name: 'Demo',
    ssh: { user: 'ada', loginHost: { address: 'login.example', hostKeys: ['ssh-ed25519 AAAA'] }, nodes: {} },
  })
  const loaded = { profile, identityFile: null } as LoadedProfile
  const link = answeringLink({
    exec: () => ({ stdout, stderr: '', code: 0, truncated: false, ...(learned ? { learned } : {}) }),
    'open-hop': () => ({ hopId: 'hop-1' }),
    'open-forward': () => ({ forwardId: 'forward-1', path: '/s' }),
  })
  const refuse = {
    verifyHostKey: async () => false,
    answerPrompts: async () => null,
    askPassphrase: async () => null,
  }
  const another = (): ClusterLogin =>
    new ClusterLogin(loaded, { processes: link.processes, dataFolder: folder }, refuse, () => undefined)
  return { side: another(), another, asked: link.asked }
}

test('login 20 seconds; a command, a forward and a node 15', async () => {
  const { side, asked } = cluster()
  await side.onLogin({ script: 'true' }, 1)
  await (await side.openNode('n1')).run({ script: 'true' }, 1)
  await side.openForward('127.0.0.1', 6379)
  expect(asked.map(({ name, input }) => [name, (input as { deadlineMs: number }).deadlineMs])).toEqual([
    ['login', 20_000],
    ['exec', 15_000],
    ['open-hop', 15_000],
    ['exec', 15_000],
    ['open-forward', 15_000],
  ])
  await side.close()
})

test.each(['log', 'my log', "it's", "'; touch broken; '", '$(touch broken)', '-n'])(
  'the log of a job is read where it lies: %s',
  async (name) => {
    const logFile = join(folder, name)
    writeFileSync(logFile, 'the end')
    const { side, asked } = cluster()
    const uid = process.getuid?.() ?? 0
    await side.jobLog({ logFile, uid })
    const { command } = asked.at(-1)?.input as { command: { script: string } }
    expect(execFileSync('sh', ['-c', command.script], { cwd: folder, encoding: 'utf8' })).toBe('the end')
    expect(existsSync(join(folder, 'broken'))).toBe(false)
    await side.close()
  },
)

test('what a login has learned of its host the site’s next login is given', async () => {
  const learned = {
    places: [['squeue', { folder: '/opt/slurm/bin', slurmConfiguration: '', libraries: '' }]],
    options: [['srun --overlap', false]],
  }
  const { side, asked, another } = cluster({ learned })
  await side.onLogin({ script: 'true' }, 1)
  await side.close()
  const next = another()
  await next.login()
  expect(asked.filter(({ name }) => name === 'login').map(({ input }) => input)).toMatchObject([
    {},
    { known: learned },
  ])
  await next.close()
})

test.each(['', '1; id', '$(id)'])('of no job %j an end is looked for', async (jobId) => {
  const { side, asked } = cluster()
  expect(await side.jobEnd({ id: 'ml-ada-1', jobId })).toBe(null)
  expect(asked).toEqual([])
  await side.close()
})

const jobLine = (state: string, name: string): string =>
  `squeue ended: 0\njob|${state}|None|n1|1795438390|1795467190|ada|1000||${name}\nnow: 1795438400\n`

test('a record that names another job of the user is no way into it', async () => {
  const session = { id: 'ml-ada-1', jobId: '4711' }
  const own = cluster({ stdout: jobLine('RUNNING', 'moonlight-ada') })
  expect(await own.side.job(session)).toMatchObject({ state: 'RUNNING', node: 'n1' })
  await own.side.close()
  for (const state of ['RUNNING', 'PENDING']) {
    const other = cluster({ stdout: jobLine(state, 'simulation') })
    expect((await failureOf(other.side.job(session))).kind).toBe('foreign-job')
    await other.side.close()
  }
})
