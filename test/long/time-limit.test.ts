/** A job's time limit on the site's real Slurm: whole minutes, looked at twice a minute. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startSlurm } from '../site/slurm/index.ts'

test('the time limit ends a job', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
  const slurm = await startSlurm({
    directory: join(directory, 'slurm'),
    nodes: 1,
    gpusPerNode: 1,
    user: userInfo().username,
    environment: { PATH: process.env.PATH, HOME: directory, USER: userInfo().username },
  })
  stack.defer(() => slurm.dispose())
  const words = ['--parsable', '--time=1', `--output=${join(directory, 'job.log')}`, '--wrap', 'sleep 600']
  const submitted = await slurm.run('sbatch', words)
  expect(submitted.code, submitted.stderr).toBe(0)
  const job = submitted.stdout.trim()
  const seen: string[] = []
  await vi.waitUntil(
    async () => {
      const { stdout } = await slurm.run('squeue', ['-h', '-t', 'all', '-j', job, '-o', '%T %r'])
      if (stdout.trim() !== seen.at(-1)) seen.push(stdout.trim())
      return !/^(PENDING|RUNNING|COMPLETING|$)/.test(stdout.trim())
    },
    { timeout: 200_000, message: 'the job is over' },
  )
  expect(seen.filter((state) => /^RUNNING/.test(state))).toHaveLength(1)
  expect(seen.at(-1)).toBe('TIMEOUT TimeLimit')
})
