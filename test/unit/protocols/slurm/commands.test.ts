/** Words that reach a shell of the cluster: what is no id, no name and no path of ours never does. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync, chmodSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'
import { submitCommand } from '../../../../src-main/protocols/slurm/batch.ts'
import { cancelCommand } from '../../../../src-main/protocols/slurm/cancel.ts'
import { nodesCommand, parseQueue } from '../../../../src-main/protocols/slurm/cluster.ts'
import { jobEndCommand, parseJobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'
import { jobCommand } from '../../../../src-main/protocols/slurm/job.ts'
import { inStep } from '../../../../src-main/protocols/slurm/step.ts'
import { shellWord, type HostCommand } from '../../../../src-main/protocols/ssh/script.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-commands-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const bad = ['', '1; id', '1;id;', '1;-x', '1;$(id)', '1;', '1 2', '$(id)', '-1', '1\n2', '9'.repeat(13)]

test.each(bad)('no job %j is asked for, ended or entered', (id) => {
  const cancel = (jobId: string): HostCommand =>
    cancelCommand(jobId, { name: 'moonlight-ada', partitions: ['viz'] })
  for (const command of [jobCommand, jobEndCommand, cancel])
    expect(() => command(id), command.name).toThrow('not a job id')
  expect(() => inStep({ jobId: id, node: 'n1' }, 'true')).toThrow('no job step')
})

test('a job of another cluster is asked for, ended and entered there', () => {
  const id = '4711;north-2'
  const commands = [
    jobCommand(id),
    jobEndCommand(id),
    cancelCommand(id, { name: 'moonlight-ada', partitions: ['viz'] }),
    inStep({ jobId: id, node: 'n1' }, 'true'),
    nodesCommand('viz', ['north-2']),
  ]
  for (const { script } of commands) {
    const programs = script.match(/\b(squeue|scontrol|sacct|scancel|sinfo|exec srun) [^\n]*/g) ?? []
    const asking = programs.filter((line) => /\b4711\b|-p viz/.test(line))
    expect(asking.length).toBeGreaterThan(0)
    for (const line of asking) expect(line).toContain('--clusters=north-2 ')
    expect(script).not.toContain('4711;')
  }
  for (const cluster of ['', '-x', 'a b', '$(id)', 'a;b'])
    expect(() => nodesCommand('viz', [cluster])).toThrow('cannot be a cluster')
})

test.each(['', 'n1; id', '-w', 'n1 n2', '$(id)'])(
  'no node %j is entered, no partition of it looked at',
  (name) => {
    expect(() => inStep({ jobId: '1', node: name }, 'true')).toThrow('no job step')
    if (name !== '-w') expect(() => nodesCommand(name)).toThrow('cannot be a partition')
  },
)

test.each(['plain', 'it’s', "it's", "'; touch broken; '", '$(touch broken)', '`touch broken`', 'a\nb', '-n'])(
  'a shell gives back the word %j as it was',
  (word) => {
    const said = execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { cwd: folder, encoding: 'utf8' })
    expect(said).toBe(word)
    expect(existsSync(join(folder, 'broken'))).toBe(false)
  },
)

test.each(["/home/a'b/log", '/home/$(id)/log', '/home/a b/log', 'relative/log', '/home/a;b'])(
  'a job’s log at %j is not read',
  (path) => expect(parseJobEnd(`JobState=FAILED ExitCode=1:0 StdOut=${path}\n`)?.logFile).not.toBe(path),
)

/** Runs what a login host would be asked to run, with a program of Slurm that says `says` and ends with `status`. */
function onLoginHost(command: HostCommand, program: string, status: number): void {
  for (const [name, text] of [
    ['timeout', '#!/bin/sh\nshift 3\nexec "$@"\n'],
    [program, `#!/bin/sh\nexit ${status}\n`],
  ] as const) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o700)
  }
  const environment = { HOME: folder, PATH: `${folder}:${process.env.PATH}` }
  execFileSync('sh', ['-c', command.script], { env: environment, input: '#!/bin/sh\n' })
}

const name = 'vizlink-20260102-030405-ab12'
const sessionFolder = (): string => join(folder, '.cache/vizlink/sessions', name)

test('a session’s folder is its user’s alone, and goes when Slurm takes no job', async () => {
  const command = submitCommand({
    name,
    partition: 'viz',
    seconds: 60,
    clusters: [],
    client: await createIdentity(),
  })
  onLoginHost(command, 'sbatch', 0)
  expect(statSync(sessionFolder()).mode & 0o777).toBe(0o700)
  onLoginHost(command, 'sbatch', 1)
  expect(existsSync(sessionFolder())).toBe(false)
})

test('a queue of a hundred thousand jobs shows its first thousand', () => {
  const row = '1|ada|RUNNING|1:00|name'
  expect(parseQueue(Array.from({ length: 2000 }, () => row).join('\n')).length).toBe(1000)
})
