/** Slurm's programs may take their time, but never longer than their caller waits. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jobCommand } from '../../../../src-main/protocols/slurm/job.ts'
import { saidBy, wasSilent } from '../../../../src-main/protocols/slurm/silence.ts'

test('a program is asked to end after eight seconds, is killed two later, and its status is reported', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-patience-'))
  try {
    // In timeout's place: its arguments, and the status that it has when the time is over.
    const stand = join(folder, 'timeout')
    writeFileSync(stand, '#!/bin/sh\necho "$@"\nexit 124\n')
    chmodSync(stand, 0o700)
    const environment = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
    const output = execFileSync('sh', ['-c', jobCommand('17').script], { env: environment, encoding: 'utf8' })
    const [ending, words] = output.trim().split('\n')
    expect(words).toMatch(/^-k 2 8 squeue /)
    expect(ending).toBe('squeue ended: 124')
    expect(wasSilent(output)).toBe(true)
    expect(saidBy('squeue', output).value).toContain('no answer in 8 s')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['squeue ended: 0', false],
  ['squeue ended: 1', false],
  ['squeue ended: 137', true],
  ['slurm_load_jobs error: Unable to contact slurm controller (connect failure)\nsqueue ended: 1', true],
  ['sbatch: error: Batch job submission failed: Socket timed out on send/recv operation', true],
  ['slurm_load_jobs error: Slurm backup controller in standby mode', true],
  ['sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received', true],
  ['sbatch: error: Batch job submission failed: Invalid account or account/partition combination', false],
  ['a name like ended: 124', false],
])('%s: silent %s', (output, silent) => {
  expect(wasSilent(output)).toBe(silent)
})
