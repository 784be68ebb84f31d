/** The portal's job table against the recording, and against what is no table. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { jobFromTable } from '../../../src-main/protocols/portal/job-table.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

const recordings = JSON.parse(
  readFileSync(new URL('../../fixtures/portal/cae.json', import.meta.url), 'utf8'),
) as { name: string; response: { body: string } }[]
const recorded = recordings.find(({ name }) => name === 'no job: /api/slurm/squeue')?.response.body ?? ''

const answers = JSON.parse(
  readFileSync(new URL('../../fixtures/portal/answers.json', import.meta.url), 'utf8'),
) as { name: string; status: number; contentType: string; body: string }[]

let http: PortalHttp
let server: StandIn
let body: string
let status: number
let contentType: string
beforeEach(async () => {
  http = new PortalHttp(null)
  body = recorded
  status = 200
  contentType = 'application/json'
  server = await startStandIn(({ path }, response) => {
    if (path !== '/cae/api/slurm/squeue') return void response.writeHead(404).end()
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
})
afterEach(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})

const ask = (jobId = '7') =>
  jobFromTable(
    http,
    siteProfileSchema.parse({
      version: 1,
      id: 'x',
      name: 'x',
      portal: { origin: server.origin },
      ssh: { loginHost: { address: 'login.example' }, nodes: {} },
    }).portal!,
    jobId,
  )
const header = 'JOBID|USER|NAME|STATE|CPUS|TIME|NODELIST'
const table = (...rows: string[]): string => JSON.stringify({ output: [header, ...rows].join('\n') })

test('the recorded table has no job', async () => expect(await ask()).toBeNull())

test.each<[string, string, string | null]>([
  ['77|bob|moonlight-bob|RUNNING|4|1:00|n7', 'absent', null],
  ['7|alice|moonlight-alice|RUNNING|4|1:00|viz-node[003-004]', 'RUNNING', 'viz-node003'],
  ['7|alice|a|b|PENDING|4|0:00|', 'PENDING', null],
])('%s', async (row, state, node) => {
  body = table(row)
  const job = await ask()
  expect([job?.state ?? 'absent', job?.node ?? null]).toEqual([state, node])
})

test.each<[string, number | null]>([
  ['0:07', 7000],
  ['1:02', 62_000],
  ['11:00:03', 39_603_000],
  ['2-03:04:05', 183_845_000],
  ['INVALID', null],
])('%s of run time', async (time, ageMs) => {
  body = table(`7|alice|moonlight-alice|RUNNING|4|${time}|n7`)
  expect((await ask())?.ageMs).toBe(ageMs)
  body = table(`7|alice|moonlight-alice|PENDING|4|${time}|`)
  expect((await ask())?.ageMs).toBeNull()
})

test.each([
  ['no header', JSON.stringify({ output: '' })],
  ['another table', JSON.stringify({ output: 'PARTITION|AVAIL\nviz|up' })],
  ['another shape', '[]'],
  ['no JSON', '<html>'],
])('%s does not mean that the job is over', async (_name, text) => {
  body = text
  expect((await failureOf(ask())).kind).toBe('portal-error')
})

test('nor does the recorded page of a debugger, sent while Slurm’s controller was down', async () => {
  const page = answers.find(({ name }) => name === 'slurmctld down: /api/slurm/squeue')
  ;({ status, contentType, body } = page!)
  expect((await failureOf(ask())).kind).toBe('portal-error')
})

test.each([
  ['7', 'RUNNING'],
  ['7;north', 'RUNNING'],
  ['7;south', 'PENDING'],
  ['7;west', null],
])('several clusters, each named before its rows or in a column: %s', async (id, state) => {
  body = JSON.stringify({
    output: [
      ...['CLUSTER: north', header, '7|alice|a|b|RUNNING|4|1:00|n7'],
      ...['', 'CLUSTER: south', header, '7|bob|c|PENDING|4|0:00|'],
    ].join('\n'),
  })
  expect((await ask(id))?.state ?? null).toBe(state)
  for (const [columns, rows] of [
    [`CLUSTER|${header}`, ['north|7|alice|a|b|RUNNING|4|1:00|n7', 'south|7|bob|c|PENDING|4|0:00|']],
    [
      header.replace('NODELIST', 'CLUSTER|NODELIST'),
      ['7|alice|a|b|RUNNING|4|1:00|north|n7', '7|bob|c|PENDING|4|0:00|south|'],
    ],
  ] as const) {
    body = JSON.stringify({ output: [columns, ...rows].join('\n') })
    const job = await ask(id)
    expect(job?.state ?? null).toBe(state)
    if (state === 'RUNNING') expect(job).toMatchObject({ node: 'n7', name: 'a|b' })
  }
})
