/** Sessions by sbatch where Slurm has several clusters: stand-ins for its programs, run by a real shell as a login host would. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'
import { BatchSource } from '../../../../src-main/services/sessions/batch-source.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-clusters-'))
  mkdirSync(join(folder, 'jobs'))
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o700)
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Their options, and the clusters that they mean; of each cluster's jobs there is a file. */
const options = `for word; do case $word in
  --clusters=*) on=\${word#*=} ;; --job-name=*|--name=*) name=\${word#*=} ;; --format=*) format=\${word#*=} ;;
  --federation) federation=yes ;;
esac; done
on=\${on:-$SLURM_CLUSTERS}; echo "$0 \${on:-own}" >> "$HOME/asked"
cd "$HOME/jobs"; case \${on:-own} in *away*) echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"; exit 1 ;; esac`
const programs = {
  timeout: 'shift 3; exec "$@"',
  sbatch: `${options}
while read -r line; do case $line in '#SBATCH --clusters='*) on=\${on:-\${line#*=}} ;; esac; done
echo "4711|$name|RUNNING" >> "\${on:-own}"; echo "4711\${on:+;$on}"`,
  squeue: `${options}
[ -z "$federation" ] || on=$FEDERATION
for cluster in $(echo "\${on:-own}" | tr , " "); do
  [ -z "$on" ] || echo "CLUSTER: $cluster"
  [ ! -f "$cluster" ] || while IFS='|' read -r id name state; do
    echo "$format" | sed "s/%i/$id/; s/%j/$name/; s/%T/$state/; s/%V/1795438390/"
  done < "$cluster"
done`,
  scancel: `${options}
[ ! -f "\${on:-own}" ] || sed -i "/|$name|/d" "\${on:-own}"`,
  sacctmgr: 'echo north; echo south',
}

/** What a site says of its clusters. */
interface Site {
  clusters?: string[]
  template?: string
  environment?: Record<string, string>
}
const source = ({ clusters = [], template = '#!/bin/sh\n', environment = {} }: Site): BatchSource =>
  new BatchSource({
    cluster: {
      login: async () => undefined,
      userName: 'ada',
      onLogin: (command, _most, { input = '' } = {}) =>
        new Promise((resolve) => {
          const env = { HOME: folder, PATH: `${folder}:${process.env.PATH}`, ...environment }
          const child = execFile('sh', ['-c', command.script], { env }, (error, stdout) =>
            resolve({ stdout, code: error ? 1 : 0 }),
          )
          child.stdin?.on('error', () => undefined).end(input)
        }),
    },
    slurm: { partition: 'viz', jobSeconds: 60, clusters },
    template,
    identity: createIdentity,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  })
const wanted = new AbortController().signal
const jobsOn = (cluster: string): string => readFileSync(join(folder, 'jobs', cluster), 'utf8')

describe('a session is listed, found again and ended on the cluster that its job is on', () => {
  test.each<[string, Site, string]>([
    ['the profile', { clusters: ['north'] }, 'north'],
    ['the job script', { template: '#!/bin/sh\n#SBATCH --clusters=south\n' }, 'south'],
    ['SLURM_CLUSTERS of the login host', { environment: { SLURM_CLUSTERS: 'north' } }, 'north'],
  ])('that %s names', async (_what, site, cluster) => {
    const made = await source(site).create(wanted)
    expect(made.jobId).toBe(`4711;${cluster}`)
    const later = source(site)
    expect(await later.list()).toMatchObject([{ id: made.id, jobId: made.jobId, status: 'running' }])
    expect(await later.statusOf(made.id)).toBe('running')
    await later.remove(made.id)
    expect(jobsOn(cluster)).toBe('')
  })

  test('where Slurm names none they are its own, and those of the federation that it is in', async () => {
    const own = await source({}).create(wanted)
    expect(own.jobId).toBe('4711')
    expect(await source({}).list()).toMatchObject([{ jobId: '4711' }])
    writeFileSync(join(folder, 'jobs/sibling'), `67109991|${own.id}|PENDING\n`)
    const federation = { FEDERATION: 'own,sibling' }
    expect((await source({ environment: federation }).list()).map(({ jobId }) => jobId)).toEqual([
      '4711',
      '67109991',
    ])
  })

  test('all of them are asked by name', async () => {
    await source({ clusters: ['south'] }).create(wanted)
    const all = await source({ environment: { SLURM_CLUSTERS: 'all' } }).list()
    expect(all).toMatchObject([{ jobId: '4711;south' }])
  })
})

test('a cluster that is away hides no session of another, and is no reason for a second one', async () => {
  const { id } = await source({ clusters: ['north'] }).create(wanted)
  const both = source({ clusters: ['away', 'north'] })
  expect(await both.list()).toMatchObject([{ id }])
  expect(await both.findRunning(() => true)).toMatchObject({ id })
  expect(await failureOf(both.findRunning(() => false))).toMatchObject({ kind: 'slurm-unreachable' })
})
