/** The end of a job, and the command that reads its log, run by a real shell. */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobLogCommand, parseJobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('whose job it was, and what it was called', () => {
  const output = `JobId=7 JobName=moonlight-ada
   UserId=koopark(995) GroupId=koopark(995) MCS_label=N/A
   JobState=FAILED Reason=NonZeroExitCode Dependency=(null)
   ExitCode=7:0
   Partition=viz AllocNode:Sid=login:1
   StdOut=/scratch/logs/ml-7.log\n`
  expect(parseJobEnd(output)).toEqual({
    ...{ state: 'FAILED', exitCode: '7:0', logFile: '/scratch/logs/ml-7.log' },
    ...{ name: 'moonlight-ada', partition: 'viz', uid: 995 },
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
