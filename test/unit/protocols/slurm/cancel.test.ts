/** The command that cancels, run by a real shell on stand-ins for Slurm's programs; the real ones are in integration/faults. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { desktopJob } from '../../../../src-main/domain/desktop-job.ts'
import { cancelCommand, parseCancelled, parseEnded } from '../../../../src-main/protocols/slurm/cancel.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-cancel-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const me = userInfo().username
const desktop = desktopJob('ml-ada-1760000000', 'viz,viz-large')!
const kindOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return toFailure(error).kind
  }
}

/** Runs the command where squeue says `seen` in the form that it is asked for; gives its output and scancel's arguments, null where it did not run. */
function run(
  seen: string,
  status = 0,
  known = 'slurm_load_jobs error: Invalid job id specified',
): { output: string; cancelled: string | null } {
  const log = join(folder, 'cancelled')
  const programs = {
    squeue: `for word; do case $word in --format=*) form=\${word#--format=} ;; esac; done
form=\${form%%%*}; printf '%s\\n' "$SEEN" | sed "s/^\\([^ |]*|\\)/$form\\1/"; exit ${status}`,
    scontrol: `printf '%s\\n' '${known}'; case '${known}' in slurm*) exit 1 ;; esac`,
    sacct: 'true',
    scancel: `echo "$*" > '${log}'`,
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const output = execFileSync('sh', ['-c', cancelCommand('4711', desktop).script], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, SEEN: seen },
    encoding: 'utf8',
  })
  return { output, cancelled: existsSync(log) ? readFileSync(log, 'utf8').trim() : null }
}

describe('only the desktop’s own job is cancelled', () => {
  test.each([
    ['viz', `${me}|viz|moonlight-ada`],
    ['viz-large', `${me}|viz-large|moonlight-ada`],
  ])('it is, in %s, and scancel compares once more', (partition, seen) => {
    const { output, cancelled } = run(seen)
    expect(kindOf(() => parseCancelled(output))).toBe('none')
    expect(cancelled).toBe(`--user=${me} --partition=${partition} --name=moonlight-ada 4711`)
  })

  test.each([
    ['another name', `${me}|viz|simulation`],
    ['a name that begins like it', `${me}|viz|moonlight-adam`],
    ['a name with a bar', `${me}|viz|moonlight-ada|x`],
    ['another partition', `${me}|batch|moonlight-ada`],
    ['another user', 'somebody|viz|moonlight-ada'],
    ['a pattern', `${me}|viz|*`],
    ['jobs of an array', `${me}|viz|moonlight-ada\n${me}|viz|moonlight-ada`],
  ])('not one with %s', (_what, seen) => {
    const { output, cancelled } = run(seen)
    expect(cancelled).toBeNull()
    expect(kindOf(() => parseCancelled(output))).toBe('foreign-job')
  })

  test.each([
    ['before', 'squeue: the queue is cached for 30 s\n'],
    ['with a bar, before', 'NOTE | maintenance on Friday | see the site\n'],
  ])('a line that a site’s own squeue prints %s does not keep it', (_what, line) => {
    const { output, cancelled } = run(`${line}${me}|viz|moonlight-ada`)
    expect(kindOf(() => parseCancelled(output))).toBe('none')
    expect(cancelled).toBe(`--user=${me} --partition=viz --name=moonlight-ada 4711`)
    expect(kindOf(() => parseCancelled(run(`${line}${me}|viz|simulation`).output))).toBe('foreign-job')
  })

  test('one that is gone is no error, a controller that is away is one', () => {
    expect(kindOf(() => parseCancelled(run('').output))).toBe('none')
    expect(
      kindOf(() => parseCancelled(run('slurm_load_jobs error: Invalid job id specified', 1).output)),
    ).toBe('none')
    const away = run('slurm_load_jobs error: Unable to contact slurm controller (connect failure)', 1)
    expect([away.cancelled, kindOf(() => parseCancelled(away.output))]).toEqual([null, 'slurm-unreachable'])
  })

  test('one of which squeue shows nothing is looked for at the controller', () => {
    const state = (name: string): string =>
      `JobId=4711 JobName=moonlight-ada\n   JobState=${name} Reason=None`
    expect(kindOf(() => parseCancelled(run('', 0, state('RUNNING')).output))).toBe('slurm-unreachable')
    expect(kindOf(() => parseCancelled(run('', 0, state('CANCELLED')).output))).toBe('none')
  })

  test.each(['', '1;2', '$(id)', '12_3_4'])('%j is no job id', (id) =>
    expect(() => cancelCommand(id, desktop)).toThrow('not a job id'),
  )
})

test('an end that Slurm did not take is none', () => {
  expect(kindOf(() => parseEnded('scancel ended: 0\n'))).toBe('none')
  expect(kindOf(() => parseEnded('scancel: error: no controller\nscancel ended: 1\n'))).toBe(
    'slurm-unreachable',
  )
})
