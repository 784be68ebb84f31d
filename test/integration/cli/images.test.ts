/** Images on the command line: listed, remembered, named for one run, and wrong ones reported in one line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runReportSchema } from '../../../src-main/shared/model/run-report.ts'
import { sessionSchema } from '../../../src-main/shared/model/desktop.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { vizlink } from '../../support/running-program.ts'

const home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
let site: Site
beforeAll(async () => {
  site = await startSite({ desktop: 'plain', images: ['desktop', 'gnome'] })
})
afterAll(async () => {
  await site.dispose()
  rmSync(home, { recursive: true, force: true })
})

const run = (...args: string[]) => vizlink([...args, '--site', site.ready.profile], home)
const rows = async () => (await run('images')).stdout.trimEnd().split('\n').slice(1)
const sessions = async () => sessionSchema.array().parse((await run('sessions', '--json')).report)

test('images: those of streamed and of VNC desktops, with state, name and description', async () => {
  const listed = await rows()
  expect(listed.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
    ['desktop', 'streamed', 'for new sessions'],
    ['gnome', 'streamed', 'available'],
    ['gnome_lsprepost', 'streamed', 'not available'],
    ['xfce4', 'VNC', 'for new sessions'],
    ['gnome', 'VNC', 'available'],
    ['gnome_lsprepost', 'VNC', 'not available'],
  ])
  expect(listed[1]).toMatch(
    /GNOME Desktop \(Sunshine\): Full-featured GNOME desktop with Sunshine streaming$/,
  )
  const { code, report } = await run('images', '--json')
  expect(code).toBe(0)
  expect(report).toContainEqual({
    ...{ kind: 'stream', id: 'gnome_lsprepost', available: false, default: false, used: false },
    name: 'GNOME + LS-PrePost (Sunshine)',
    description: 'GNOME desktop with LS-PrePost CAE software and Sunshine streaming',
  })
})

test('images: what can be listed is, where one service is away', async () => {
  await site.setFault('portal-502', true)
  try {
    const { code, stdout, stderr } = await run('images')
    expect(code).toBe(0)
    expect(stdout).not.toContain('streamed')
    expect(stdout).toMatch(/^xfce4 +VNC/m)
    expect(stderr).toContain('Images of streamed desktops are not listed:')
  } finally {
    await site.setFault('portal-502', false)
  }
})

test.each([
  ['connect', '--image', 'cad', '--seconds', '1'],
  ['images', '--use', 'cad'],
])('%s %s with an id that the portal does not list is wrong usage, in one line', async (...args) => {
  const { code, stderr } = await run(...args)
  expect([code, stderr]).toEqual([
    2,
    'The portal has no image cad. Its images are desktop, gnome, gnome_lsprepost.\n',
  ])
  expect(await site.activeJobs()).toEqual([])
})

test('connect --image is for sites, and sites without a portal have no images', async () => {
  const direct = await vizlink(['connect', '--host', '127.0.0.1:47989', '--image', 'gnome'], home)
  expect([direct.code, direct.stdout]).toEqual([2, ''])
  const own = await vizlink(['connect', '--image', 'gnome', '--site', site.ready.batchProfile], home)
  expect(own.code).toBe(2)
  expect(own.stderr.trim().split('\n')).toHaveLength(1)
})

test('an image that is not available is neither remembered nor asked for', async () => {
  const words = 'The image GNOME + LS-PrePost (Sunshine) is not available at the portal.'
  const used = await run('images', '--use', 'gnome_lsprepost')
  expect([used.code, used.stderr.includes(words)]).toEqual([1, true])
  const { code, report, stderr } = await run('connect', '--image', 'gnome_lsprepost', '--json')
  const { error } = runReportSchema.parse(report)
  expect([code, error?.kind, error?.reason]).toEqual([1, 'image-missing', 'not-available'])
  expect(stderr).toContain(words)
  expect(await site.activeJobs()).toEqual([])
})

test('a remembered image is that of every new session, unless one is named for a run; one that has gone is said', async () => {
  expect(await run('images', '--use', 'gnome')).toMatchObject({
    ...{ code: 0, stderr: 'New sessions have GNOME Desktop (Sunshine) from now on.\n' },
  })
  expect((await rows())[1]).toMatch(/^gnome +streamed +for new sessions/)
  expect(await run('connect', '--keep', '--seconds', '1', '--json')).toMatchObject({ code: 0 })
  const [kept] = await sessions()
  expect(kept?.imageId).toBe('gnome')
  // It is taken up as it is.
  const again = await run('connect', '--image', 'desktop', '--seconds', '1', '--json')
  expect(again.code).toBe(0)
  expect(again.stderr).toContain('Your running session has the image gnome; desktop is for a new session.')

  const file = join(site.ready.folders.login.images, 'sunshine_gnome.sif')
  await rename(file, `${file}.away`)
  try {
    const { code, stderr } = await run('connect', '--keep', '--seconds', '1', '--json')
    expect(code).toBe(0)
    expect(stderr).toContain(
      'GNOME Desktop (Sunshine) is not available at the portal: this session has XFCE4 Desktop (Sunshine).',
    )
  } finally {
    await rename(`${file}.away`, file)
  }
  const [other] = await sessions()
  expect(other?.imageId).toBe('desktop')
  expect(await run('end', other?.id ?? '')).toMatchObject({ code: 0 })
})
