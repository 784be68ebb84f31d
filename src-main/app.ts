/** Composition root: the app over a platform. Shells bring pages, the command line calls the same surface. */
import { isDeepStrictEqual } from 'node:util'
import { contractVersion, calls, events, type EventName, type SiteSummary } from './shared/contract.ts'
import { fail } from './shared/errors.ts'
import type { VideoRequest } from './shared/model/desktop.ts'
import { createEventCheck } from './ipc/event-check.ts'
import { createRouter, type Handlers } from './ipc/router.ts'
import type { AppSurface } from './ports/app-surface.ts'
import type { Platform } from './ports/platform.ts'
import { atPortal } from './protocols/portal/service-bases.ts'
import { SiteRegistry } from './services/auth/index.ts'
import { CertificatePins, ConfirmedHostKeys } from './services/confirmed/index.ts'
import { type Desktop, DesktopService, FramePorts } from './services/desktop/index.ts'
import { EndingRetries, KeptLogins, SessionRegistry, SessionService } from './services/sessions/index.ts'
import { knownSshUser, type LoadedProfile, type UnusableProfile } from './services/sites/index.ts'
import { SettingsService } from './services/settings/index.ts'
import { SiteCheckService } from './site-check/index.ts'
import { type Pace, StatusService } from './services/status/index.ts'
import { version } from './version.ts'

export interface AppOptions {
  profiles: readonly LoadedProfile[]
  /** Those that are installed and cannot be used. */
  unusable?: readonly UnusableProfile[]
  defaultVideo?: VideoRequest
  /** A token of the portal that the caller brings, in the place of a sign-in. */
  token?: string | null
  /** For tests: where the portal sends browsers, in the place of the port that portals have built in. */
  handOffPort?: number
  /** For tests: a policy in another place than the system's. */
  policyFile?: string
  /** For tests: how often the panels' sources are asked, in the place of the pace that sites are promised. */
  statusPace?: Partial<Pace>
}

/** The app, with what only callers in the same process may use. */
export interface App extends AppSurface {
  desktop(desktopId: string): Desktop
  /**
   * Adds a site where it is not there yet, and shows where one connects to it.
   * @throws VizlinkError bad-profile: another site has this id
   */
  openSite(loaded: LoadedProfile): void
}

/** What the page learns of; it shows one line. */
const mostUnusable = 20
const defaultVideo: VideoRequest = { width: 1920, height: 1080, fps: 60, bitrateKbps: 20_000 }

export function createApp(platform: Platform, options: AppOptions): App {
  const listeners = new Set<(event: EventName, data: unknown) => void>()
  const check = createEventCheck(events, platform.logger)
  const emit = (event: EventName, data: unknown): void => {
    check(event, data)
    for (const listener of listeners) listener(event, data)
  }
  const { token = null, handOffPort, policyFile } = options
  const settings = new SettingsService(platform, {
    onChange: (snapshot) => emit('settings.changed', snapshot),
    ...(policyFile === undefined ? {} : { policyFile }),
  })
  const sites = new SiteRegistry(platform, options.profiles, {
    token,
    ...(handOffPort === undefined ? {} : { handOffPort }),
  })
  const registry = new SessionRegistry(platform)
  const desktops = new DesktopService(platform, sites, registry, (snapshot) =>
    emit('desktop.changed', snapshot),
  )
  const framePorts = new FramePorts()
  const logins = new KeptLogins()
  const sessions = new SessionService(sites, platform, null, logins, registry)
  const status = new StatusService(sites, (snapshot) => emit('status.changed', snapshot), {
    findCluster: (siteId, preferred) => desktops.clusterAccess(siteId, preferred),
    ...(options.statusPace ? { pace: options.statusPace } : {}),
  })
  const siteChecks = new SiteCheckService(platform, {
    version,
    profileOf: (siteId) => sites.of(siteId).loaded,
    findCluster: (siteId) => desktops.clusterAccess(siteId),
    onChange: (snapshot) => emit('siteCheck.changed', snapshot),
  })
  const endings = new EndingRetries({
    registry,
    logger: platform.logger,
    again: (siteId, { id, kind, user }) => sessions.end({ siteId, kind, user }, id),
  })
  const resumed = [endings.resume(options.profiles.map(({ profile }) => profile.id))]

  const siteSummaries = (): SiteSummary[] =>
    sites.all().map(({ profile }) => ({
      id: profile.id,
      name: profile.name,
      portalOrigin: profile.portal?.origin ?? null,
      portalUser: profile.portal?.user ?? null,
      sshUser: knownSshUser(profile),
    }))

  const handlers: Handlers<typeof calls> = {
    'app.info': () => ({
      version,
      contractVersion,
      shell: platform.shell,
      defaultVideo: options.defaultVideo ?? defaultVideo,
      sites: siteSummaries(),
      ...(options.unusable?.length ? { unusableProfiles: options.unusable.slice(0, mostUnusable) } : {}),
    }),
    'desktop.start': async (input) => ({
      desktopId: await desktops.start(input, await settings.chosenAt(input.siteId, input.kind)),
    }),
    'desktop.retry': async ({ desktopId }) => ({ desktopId: await desktops.retry(desktopId) }),
    'desktop.forget': ({ desktopId }) => done(desktops.forget(desktopId)),
    'desktop.get': ({ desktopId }) => desktops.get(desktopId).snapshot,
    'desktop.list': () => desktops.snapshots(),
    'desktop.cancel': ({ desktopId }) => done(desktops.get(desktopId).send('CANCEL')),
    'desktop.disconnect': ({ desktopId }) => done(desktops.get(desktopId).send('DISCONNECT')),
    'desktop.end': ({ desktopId }) => done(desktops.get(desktopId).send('END')),
    'desktop.answer': ({ desktopId, questionId, values }) =>
      done(desktops.get(desktopId).answer(questionId, values)),
    'desktop.openPort': async ({ desktopId }) => {
      const portId = framePorts.add(await desktops.get(desktopId).takePort())
      return { portId, path: platform.shell === 'browser' ? `/stream/${portId}` : null }
    },
    'signIn.look': ({ siteId }) => {
      const site = sites.of(siteId)
      return site.kind === 'portal' ? site.auth.outlook() : { kind: 'none' as const, user: null }
    },
    'signIn.out': ({ siteId }) => done(sites.portalOf(siteId).auth.signOut()),
    'confirmed.forget': async ({ siteId, what }) => {
      const { dataFolder } = platform
      if (what === 'host-keys') {
        const { loginHost } = sites.of(siteId).loaded.profile.ssh
        return done(new ConfirmedHostKeys(dataFolder, loginHost).forget())
      }
      const { portal, auth } = sites.portalOf(siteId)
      // Its connections trust the certificate as long as they are open; it may be why the portal cannot be asked.
      await auth.signOut().catch(() => undefined)
      return done(new CertificatePins(dataFolder).forget(new URL(portal.origin).origin))
    },
    'images.list': (of) => sessions.images(of),
    'sessions.list': (of) => sessions.list(of),
    'sessions.end': ({ sessionId, ...of }) => desktops.endSession(sessions, of, sessionId),
    'status.watch': ({ siteId, desktopId = null, on }, sender) =>
      done(status.watch(siteId, sender.id, on, desktopId)),
    'status.refresh': ({ siteId, part }) => done(status.refresh(siteId, part)),
    'portal.open': ({ siteId, page }) => {
      const { portal } = sites.portalOf(siteId)
      return done(platform.openExternal(atPortal(portal, page), new URL(portal.origin).origin))
    },
    'siteCheck.run': ({ siteId }) => siteChecks.run(siteId),
    'siteCheck.answer': ({ siteId, questionId, values }) =>
      done(siteChecks.answer(siteId, questionId, values)),
    'siteCheck.get': ({ siteId }) => siteChecks.get(siteId),
    'settings.get': () => settings.get(),
    'settings.set': (change) => done(settings.set(change)),
  }

  return {
    call: createRouter(calls, handlers, platform.logger),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    senderGone: (senderId) => void status.forget(senderId),
    attachStreamSocket: (portId, upgrade, socket) => framePorts.attachSocket(portId, upgrade, socket),
    attachStreamPort: (portId, port) => framePorts.attachPort(portId, port),
    desktop: (desktopId) => desktops.get(desktopId),
    openSite(loaded) {
      const { id } = loaded.profile
      const known = sites.all().find(({ profile }) => profile.id === id)
      if (!known) {
        sites.add(loaded)
        resumed.push(endings.resume([id]))
      } else if (!isDeepStrictEqual(known, loaded)) throw otherSite(known)
      emit('site.opened', { siteId: id, sites: siteSummaries() })
    },
    async dispose() {
      listeners.clear()
      await Promise.all(resumed)
      await Promise.all([
        endings.dispose(),
        desktops.dispose(),
        status.dispose(),
        siteChecks.dispose(),
        logins.dispose(),
        settings.dispose(),
      ])
      // Last: everything that used the sign-ins has ended.
      await sites.dispose()
    },
  }
}

/** The answer of a call that answers nothing. */
async function done(work: unknown): Promise<null> {
  await work
  return null
}

const otherSite = ({ profile }: LoadedProfile): Error =>
  fail('bad-profile', 'id-taken', { facts: { id: profile.id, name: profile.name }, retryable: false })
