/** Composition root: the app over a platform. Shells bring pages, the command line calls the same surface. */
import { isDeepStrictEqual } from 'node:util'
import { contractVersion, calls, events, type EventName, type SiteSummary } from './shared/contract.ts'
import { fail } from './shared/errors.ts'
import type { VideoRequest } from './shared/model/connection.ts'
import { createEventCheck } from './ipc/event-check.ts'
import { createRouter, type Handlers } from './ipc/router.ts'
import type { AppSurface } from './ports/app-surface.ts'
import type { Platform } from './ports/platform.ts'
import { SiteRegistry } from './services/auth/index.ts'
import { type Connection, ConnectionService } from './services/connection/index.ts'
import { EndingRetries, KeptLogins, SessionRegistry, SessionService } from './services/sessions/index.ts'
import { knownSshUser, type LoadedProfile } from './services/sites/index.ts'
import { SettingsService } from './services/settings/index.ts'
import { SiteCheckService } from './site-check/index.ts'
import { type Pace, StatusService } from './services/status/index.ts'
import { VncService } from './services/vnc/index.ts'
import { version } from './version.ts'

export interface AppOptions {
  profiles: readonly LoadedProfile[]
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
  connection(connectionId: string): Connection
  /**
   * Adds a site where it is not there yet, and shows where one connects to it.
   * @throws VizlinkError bad-profile: another site has this id
   */
  openSite(loaded: LoadedProfile): void
}

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
  const auths = new SiteRegistry(platform, options.profiles, {
    token,
    ...(handOffPort === undefined ? {} : { handOffPort }),
  })
  const registry = new SessionRegistry(platform)
  const connections = new ConnectionService(platform, auths, registry, (snapshot) =>
    emit('connection.changed', snapshot),
  )
  const logins = new KeptLogins()
  const sessions = new SessionService(auths, platform, null, logins, registry)
  const status = new StatusService(auths, (snapshot) => emit('status.changed', snapshot), {
    findCluster: (siteId, preferred) => connections.clusterAccess(siteId, preferred),
    ...(options.statusPace ? { pace: options.statusPace } : {}),
  })
  const siteChecks = new SiteCheckService(platform, {
    version,
    profileOf: (siteId) => auths.of(siteId).loaded,
    findCluster: (siteId) => connections.clusterAccess(siteId),
    onChange: (snapshot) => emit('siteCheck.changed', snapshot),
  })
  const vnc = new VncService(platform, auths, (snapshot) => emit('vnc.changed', snapshot), null, registry)
  const endings = new EndingRetries({
    registry,
    logger: platform.logger,
    again: {
      stream: (siteId, { id, user }) => sessions.end(siteId, id, user),
      vnc: (siteId, { id, user }) => vnc.end(siteId, id, user),
    },
  })
  const resumed = [endings.resume(options.profiles.map(({ profile }) => profile.id))]
  const opened = (portId: string): { portId: string; path: string | null } => ({
    portId,
    path: platform.shell === 'browser' ? `/stream/${portId}` : null,
  })
  const tell = (connectionId: string, event: 'CANCEL' | 'DISCONNECT' | 'END'): null => {
    connections.get(connectionId).send(event)
    return null
  }

  const siteSummaries = (): SiteSummary[] =>
    auths.all().map(({ profile }) => ({
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
    }),
    'connection.start': async (input) => ({ connectionId: await connections.start(input) }),
    'connection.retry': async ({ connectionId }) => ({ connectionId: await connections.retry(connectionId) }),
    'connection.forget': async ({ connectionId }) => {
      await connections.forget(connectionId)
      return null
    },
    'connection.get': ({ connectionId }) => connections.get(connectionId).snapshot,
    'connection.list': () => connections.snapshots(),
    'connection.cancel': ({ connectionId }) => tell(connectionId, 'CANCEL'),
    'connection.disconnect': ({ connectionId }) => tell(connectionId, 'DISCONNECT'),
    'connection.end': ({ connectionId }) => tell(connectionId, 'END'),
    'connection.answer': ({ connectionId, questionId, values }) => {
      connections.get(connectionId).answer(questionId, values)
      return null
    },
    'stream.open': ({ connectionId }) => opened(connections.openPort(connectionId)),
    'signIn.look': ({ siteId }) => {
      const site = auths.of(siteId)
      return site.kind === 'portal' ? site.auth.outlook() : { kind: 'none' as const, user: null }
    },
    'signIn.out': async ({ siteId }) => {
      await auths.portalOf(siteId).auth.signOut()
      return null
    },
    'sessions.list': ({ siteId, user }) => sessions.list(siteId, user),
    'sessions.end': ({ siteId, sessionId, user }) => sessions.end(siteId, sessionId, user),
    'vnc.list': ({ siteId, user }) => vnc.list(siteId, user),
    'vnc.start': (input) => ({ desktopId: vnc.start(input) }),
    'vnc.retry': ({ desktopId }) => ({ desktopId: vnc.retry(desktopId) }),
    'vnc.get': ({ desktopId }) => vnc.get(desktopId).snapshot,
    'vnc.opened': () => vnc.snapshots(),
    'vnc.open': async ({ desktopId }) => opened(await vnc.openPort(desktopId)),
    'vnc.answer': ({ desktopId, questionId, values }) => {
      vnc.get(desktopId).answer(questionId, values)
      return null
    },
    'vnc.leave': async ({ desktopId }) => {
      await vnc.leave(desktopId)
      return null
    },
    'vnc.end': ({ siteId, sessionId, user }) => vnc.end(siteId, sessionId, user),
    'status.watch': async ({ siteId, connectionId = null, on }, sender) => {
      await status.watch(siteId, sender.id, on, connectionId)
      return null
    },
    'status.refresh': async ({ siteId, part }) => {
      await status.refresh(siteId, part)
      return null
    },
    'portal.open': async ({ siteId, page }) => {
      const { origin } = new URL(auths.portalOf(siteId).portal.origin)
      await platform.openExternal(`${origin}${page}`, origin)
      return null
    },
    'siteCheck.run': ({ siteId }) => siteChecks.run(siteId),
    'siteCheck.answer': ({ siteId, questionId, values }) => {
      siteChecks.answer(siteId, questionId, values)
      return null
    },
    'siteCheck.get': ({ siteId }) => siteChecks.get(siteId),
    'settings.get': () => settings.get(),
    'settings.set': async (change) => {
      await settings.set(change)
      return null
    },
  }

  return {
    call: createRouter(calls, handlers, platform.logger),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    senderGone: (senderId) => void status.forget(senderId),
    attachStreamSocket: (portId, upgrade, socket) =>
      vnc.attachSocket(portId, upgrade, socket) || connections.attachSocket(portId, upgrade, socket),
    attachStreamPort: (portId, port) => vnc.attachPort(portId, port) || connections.attachPort(portId, port),
    connection: (connectionId) => connections.get(connectionId),
    openSite(loaded) {
      const { id } = loaded.profile
      const known = auths.all().find(({ profile }) => profile.id === id)
      if (!known) {
        auths.add(loaded)
        resumed.push(endings.resume([id]))
      } else if (!isDeepStrictEqual(known, loaded)) throw otherSite(known)
      emit('site.opened', { siteId: id, sites: siteSummaries() })
    },
    async dispose() {
      listeners.clear()
      await Promise.all(resumed)
      await Promise.all([
        endings.dispose(),
        connections.dispose(),
        status.dispose(),
        siteChecks.dispose(),
        logins.dispose(),
        vnc.dispose(),
        settings.dispose(),
      ])
      // Last: whoever used the sign-ins is gone.
      await auths.dispose()
    },
  }
}

const otherSite = ({ profile }: LoadedProfile): Error =>
  fail('bad-profile', {
    message: `Another site with the id "${profile.id}" is open already: ${profile.name}.`,
    nextStep: 'Close Vizlink, then open this profile alone.',
    retryable: false,
  })
