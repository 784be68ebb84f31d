/** The end of a job, and the command that reads its log, run by a real shell. */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobEndCommand, jobLogCommand, parseJobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('whose job it was, and what it was called', () => {
  const output = `JobId=7 JobName=moonlight-ada
   UserId=koopark(995) GroupId=koopark(995) MCS_label=N/A
   JobState=FAILED Reason=NonZeroExitCode Dependency=(null)
   ExitCode=7:0
   NodeList=viz-node003
   Partition=viz AllocNode:Sid=login:1
   StdOut=/scratch/logs/ml-7.log\n`
  expect(parseJobEnd(output)).toEqual({
    ...{ state: 'FAILED', exitCode: '7:0', logFile: '/scratch/logs/ml-7.log' },
    ...{
      name: 'moonlight-ada',
      partition: 'viz',
      uid: 995,
      node: 'viz-node003',
      cancelledBy: null,
      restarts: 0,
    },
  })
})

/** What the command prints on a login host whose programs say this. */
function asked(controller: string, accounting: string | null): string {
  const program = (name: string, script: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o700 })
  program('timeout', 'shift 3; exec "$@"')
  program('scontrol', `cat <<'END'\n${controller}\nEND`)
  program('id', 'echo 1000')
  program(
    'getent',
    'case $2 in (0) echo root:x:0:0:: ;; (1000) echo ada:x:1000:: ;; (995) echo koopark:x:995:: ;; esac',
  )
  program('sacct', accounting === null ? 'echo "accounting is disabled" >&2; exit 1' : `echo '${accounting}'`)
  return execFileSync('sh', ['-c', jobEndCommand('7').script], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}` },
  })
}

describe('who cancelled a job', () => {
  const controller =
    'JobId=7 JobName=x\n   UserId=ada(1000) GroupId=ada(1000)\n   JobState=CANCELLED Reason=None Dependency=(null)\n   NodeList=n1'
  const kept = (state: string): string => `${state}|0:0|n1|1|2|ada|1000|viz|x|y`

  test.each([
    ['root', 'CANCELLED by 0', { uid: 0, name: 'root', self: false }],
    ['the user', 'CANCELLED by 1000', { uid: 1000, name: 'ada', self: true }],
    ['an account of the portal', 'CANCELLED by 995', { uid: 995, name: 'koopark', self: false }],
    ['one without a name here', 'CANCELLED by 4711', { uid: 4711, name: null, self: false }],
    ['Slurm does not say who', 'CANCELLED', null],
    ['no accounting', null, null],
  ])('%s', (_who, state, cancelledBy) => {
    const end = parseJobEnd(asked(controller, state === null ? null : kept(state)))
    expect(end).toMatchObject({ state: 'CANCELLED', node: 'n1', cancelledBy })
  })

  test('the accounting keeps the end that the controller has forgotten', () => {
    const unknown = 'slurm_load_jobs error: Invalid job id specified'
    expect(parseJobEnd(asked(unknown, kept('CANCELLED by 0')))).toEqual({
      ...{ state: 'CANCELLED', exitCode: '0:0', logFile: null, node: 'n1', name: 'x|y', partition: 'viz' },
      ...{ restarts: 0, uid: 1000, cancelledBy: { uid: 0, name: 'root', self: false } },
    })
    expect(parseJobEnd(asked(unknown, kept('TIMEOUT')))).toMatchObject({
      state: 'TIMEOUT',
      cancelledBy: null,
    })
    // It is late, and says nothing of an end.
    expect(parseJobEnd(asked(unknown, kept('RUNNING')))).toBe(null)
    expect(parseJobEnd(asked(unknown, null))).toBe(null)
  })

  test('a job that failed is not looked for in the accounting', () => {
    expect(asked('JobState=FAILED Reason=x', kept('FAILED'))).not.toContain('kept|')
  })
})

describe('the log of a job', () => {
  const uid = process.getuid?.() ?? 0
  const read = (logFile: string, owner: number | null = uid): string =>
    execFileSync('sh', ['-c', jobLogCommand({ logFile, uid: owner }).script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 15_000,
    })

  test('what is no file is not read: it might never end', () => {
    execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder })
    symlinkSync('pipe', join(folder, 'log'))
    expect([read(join(folder, 'pipe')), read(join(folder, 'log')), read(join(folder, 'none'))]).toEqual([
      '',
      '',
      '',
    ])
  })

  // Only root may give files away.
  test.runIf(uid === 0)('one that somebody else has put there says nothing of the job', () => {
    const file = join(folder, 'log')
    writeFileSync(file, 'words')
    chownSync(file, 65_534, 65_534)
    expect([read(file), read(file, null), read(file, 65_534)]).toEqual(['', '', 'words'])
  })
})
