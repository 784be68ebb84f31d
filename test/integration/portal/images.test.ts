/** Images on the running demo site: what is listed, what a new session gets, and that nothing is asked for that is not there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { calls, type CallInput } from '../../../src-main/shared/contract.ts'
import type { DesktopKind, DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { SettingChange } from '../../../src-main/shared/model/settings.ts'
import { startSite } from '../../site/index.ts'
import type { Site, SiteOptions } from '../../site/types.ts'
import { english } from '../../support/english.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { said } from '../../support/texts.ts'

const page = { id: 'page', trusted: true }
const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 }

/** A client on a site of its own, as pages use it. */
async function startBench(options: SiteOptions) {
  const home = mkdtempSync(join(tmpdir(), 'vizlink-images-'))
  const site: Site = await startSite({ desktop: 'plain', ...options })
  const client: TestClient = await startTestClient(site.ready.profile, { dataFolder: home })
  const siteId = 'demo'
  const ask = async (name: keyof typeof calls, input: unknown): Promise<unknown> => {
    const reply = await client.app.call(page, name, input)
    if (reply.ok) return reply.value
    throw new Error(JSON.stringify(reply.failure))
  }
  return {
    site,
    ask,
    list: async (kind: DesktopKind) =>
      calls['images.list'].output.parse(await ask('images.list', { siteId, kind, user: null })),
    remember: (change: Omit<Extract<SettingChange, { siteId: string }>, 'siteId'>) =>
      ask('settings.set', { ...change, siteId }),
    /** Asks for a session, and leaves it as soon as it is there or has failed. @returns how it was then */
    async start(kind: DesktopKind, wish: Partial<CallInput<'desktop.start'>> = {}): Promise<DesktopSnapshot> {
      const started = await ask('desktop.start', { siteId, kind, user: null, video, ...wish })
      const desktop = client.app.desktop(calls['desktop.start'].output.parse(started).desktopId)
      await expect
        .poll(() => desktop.snapshot.session !== null || isOver(desktop.snapshot), { timeout: 30_000 })
        .toBe(true)
      const { snapshot } = desktop
      desktop.send('END')
      await desktop.untilOver(60_000)
      await ask('desktop.forget', { desktopId: snapshot.desktopId })
      return snapshot
    },
    async dispose(): Promise<void> {
      await client.dispose()
      await site.dispose()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
type Bench = Awaited<ReturnType<typeof startBench>>

/** The image of its session, and what was said about it. */
const imageOf = ({ session, warnings, failure }: DesktopSnapshot) => ({
  image: session?.imageId ?? null,
  said: warnings.map(said).filter((text) => text.includes('image') || text.includes('this session has')),
  failure: failure && `${failure.kind}/${failure.reason}`,
})

describe('two images of three are installed', () => {
  let bench: Bench
  beforeAll(async () => void (bench = await startBench({ images: ['desktop', 'gnome'] })))
  afterAll(() => bench.dispose())
  afterEach(async () => {
    for (const key of ['image', 'vncImage', 'vncHours'] as const) await bench.remember({ key, value: null })
    expect(await bench.site.activeJobs()).toEqual([])
  })

  test('they are listed with name, description and availability before any user has signed in', async () => {
    const { images, standard } = await bench.list('stream')
    expect(images.map(({ id, available }) => [id, available])).toEqual([
      ['desktop', true],
      ['gnome', true],
      ['gnome_lsprepost', false],
    ])
    expect(images[1]).toMatchObject({
      name: 'GNOME Desktop (Sunshine)',
      description: 'Full-featured GNOME desktop with Sunshine streaming',
    })
    expect(standard).toBe('desktop')
    expect(await bench.ask('signIn.look', { siteId: 'demo' })).toMatchObject({ user: null })
  })

  test('the portal’s default one where nothing is chosen; the one that is remembered; the one that is named', async () => {
    expect(imageOf(await bench.start('stream'))).toEqual({ image: 'desktop', said: [], failure: null })
    await bench.remember({ key: 'image', value: 'gnome' })
    expect(imageOf(await bench.start('stream')).image).toBe('gnome')
    expect(imageOf(await bench.start('stream', { newSession: true })).image).toBe('gnome')
    expect(imageOf(await bench.start('stream', { image: 'desktop' })).image).toBe('desktop')
  })

  test.each([
    ['is not installed any more', 'gnome_lsprepost', 'GNOME + LS-PrePost (Sunshine)'],
    ['has vanished from the list', 'cad', 'cad'],
  ])('a remembered one that %s: another one, and one sentence', async (_what, id, name) => {
    await bench.remember({ key: 'image', value: id })
    expect(imageOf(await bench.start('stream'))).toEqual({
      image: 'desktop',
      said: [`${name} is not available at the portal: this session has XFCE4 Desktop (Sunshine).`],
      failure: null,
    })
  })

  test.each(['stream', 'vnc'] as const)(
    'a %s image that is named and not there is not asked for',
    async (kind) => {
      const { failure, session } = await bench.start(kind, { image: 'gnome_lsprepost' })
      expect([failure?.kind, failure?.reason, session]).toEqual(['image-missing', 'not-available', null])
      expect(english(failure).message).toMatch(/^The image GNOME \+ LS-PrePost .* is not available/)
    },
  )

  test('F2: where only another one than the default is installed, sessions have that one', async () => {
    const file = join(bench.site.ready.folders.login.images, 'sunshine_desktop.sif')
    await rename(file, `${file}.away`)
    try {
      expect(await bench.list('stream')).toMatchObject({ standard: 'gnome' })
      expect(imageOf(await bench.start('stream'))).toEqual({ image: 'gnome', said: [], failure: null })
    } finally {
      await rename(`${file}.away`, file)
    }
  })

  test('VNC desktops have images of their own, hours and size', async () => {
    const { images, standard } = await bench.list('vnc')
    expect(images.map(({ id, available }) => [id, available])).toEqual([
      ['xfce4', true],
      ['gnome', true],
      ['gnome_lsprepost', false],
    ])
    expect(standard).toBe('xfce4')
    expect((await bench.start('vnc')).session).toMatchObject({ imageId: 'xfce4' })
    await bench.remember({ key: 'vncImage', value: 'gnome' })
    await bench.remember({ key: 'vncHours', value: 2 })
    const { session } = await bench.start('vnc')
    expect(session?.imageId).toBe('gnome')
    expect((session?.endsAt ?? 0) - (session?.createdAt ?? 0)).toBe(2 * 3_600_000)
    const named = await bench.start('vnc', { image: 'xfce4', hours: 8 })
    expect(named.session).toMatchObject({ imageId: 'xfce4' })
    expect((named.session?.endsAt ?? 0) - (named.session?.createdAt ?? 0)).toBe(8 * 3_600_000)
  })
})

test('a portal from before there were lists of images: nothing to choose from, and sessions as ever', async () => {
  const bench = await startBench({ imagesListed: false, images: ['desktop', 'gnome'] })
  try {
    for (const kind of ['stream', 'vnc'] as const)
      expect(await bench.list(kind)).toEqual({ images: [], standard: null })
    expect(imageOf(await bench.start('stream')).failure).toBeNull()
    await bench.remember({ key: 'image', value: 'gnome' })
    expect(imageOf(await bench.start('stream'))).toEqual({ image: 'gnome', said: [], failure: null })
    expect((await bench.start('vnc')).session).toMatchObject({ imageId: 'xfce4' })
  } finally {
    await bench.dispose()
  }
})
