/** What the end of a job's log says: what is waited for, and what ended the job. */
import { expect, test } from 'vitest'
import { basePortIn, causeIn, describeLog } from '../../../src-main/domain/job-log.ts'
import { said } from '../../support/texts.ts'

test.each([
  ['Node: viz-node001\nCreating Sunshine sandbox for ada...\n', /image is being unpacked/],
  ['INFO:    Starting build...\nINFO:    Extracting local image...\n', /image is being unpacked/],
  ['Creating Sunshine sandbox for ada...\nStarting Xorg on :12\n', /^The job says: Starting Xorg on :12$/],
])('%j', (log, words) => {
  expect(said(describeLog(log))).toMatch(words)
})

test('a log without a word says nothing', () => {
  expect(describeLog('\n\n')).toBeNull()
})

test.each([
  [
    'FATAL:   Unable to build from /opt/sunshine_gnome.sif: unable to open file',
    '',
    { reason: 'image', facts: { image: '/opt/sunshine_gnome.sif' } },
  ],
  [
    'FATAL:   could not open image /opt/a.sif: failed to retrieve path',
    '',
    { reason: 'image', facts: { image: '/opt/a.sif' } },
  ],
  [
    'ls: cannot access /opt/b.sif: No such file or directory',
    '',
    { reason: 'image', facts: { image: '/opt/b.sif' } },
  ],
  [
    '/var/spool/slurmd/job00042/slurm_script: line 30: apptainer: command not found\nERROR: Sunshine failed to start',
    '',
    { reason: 'program', facts: { program: 'apptainer' } },
  ],
  [
    'FATAL:   exec: "Xorg": executable file not found in $PATH',
    '',
    { reason: 'program', facts: { program: 'Xorg' } },
  ],
  [
    'ERROR: Sunshine failed to start',
    'Unknown command: config\n',
    { reason: 'host', facts: { words: 'Unknown command: config' } },
  ],
  [
    'ERROR: Sunshine failed to start',
    "[2024:05:01:10:00:00]: Fatal: Couldn't bind RTSP server to port [31510], Address already in use",
    {
      reason: 'host',
      facts: { words: "Couldn't bind RTSP server to port [31510], Address already in use" },
    },
  ],
  // What does not stop it has not ended it.
  ['Session ended', "[2024:05:01:10:00:00]: Error: Couldn't connect to pulseaudio", null],
])('%j with %j of the host', (log, hostLog, cause) => {
  expect(causeIn(log, hostLog)).toEqual(cause)
})

test.each([
  ['Info: Configuration UI available at [https://localhost:31090]\n', 31_089],
  ['UI available at [https://localhost:31090]', null],
  ['Configuration UI available at [https://localhost:1]', null],
  [
    'Configuration UI available at [https://localhost:31090]\nConfiguration UI available at [https://n1:47990]\n',
    47_989,
  ],
  ['', null],
])('a host whose log says %j has the base port %j', (log, port) => expect(basePortIn(log)).toBe(port))
