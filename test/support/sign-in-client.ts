/** The app's sign-in on a site, with a person who answers as a test says and a browser that is played. */
import { readFileSync } from 'node:fs'
import { SiteRegistry, type PortalSite } from '../../src-main/services/auth/site-registry.ts'
import type { Lease } from '../../src-main/services/auth/auth-service.ts'
import type { Interaction } from '../../src-main/services/auth/interaction.ts'
import type { LoadedProfile } from '../../src-main/services/sites/load-profile.ts'
import type { Question } from '../../src-main/shared/model/desktop.ts'
import { browse, type Visit } from './browser-player.ts'
import { collectingLogger, type CollectingLogger } from './silent-logger.ts'

/** What a person does with a question; `undefined`: leaves it open. */
export type Person = (question: Question) => string[] | null | undefined

export interface SignInClient {
  site: PortalSite
  auth: PortalSite['auth']
  logger: CollectingLogger
  /** Questions in the order in which they came. */
  asked: Question[]
  /** Those that are open. */
  open: Set<Question>
  /** Pages that the browser saw, once it has come to its end. */
  visits: Promise<Visit[]>[]
  interaction: Interaction
  signIn(options?: { user?: string | null; signal?: AbortSignal; unattended?: boolean }): Promise<Lease>
  dispose(): Promise<void>
}

export interface SignInClientOptions {
  loaded: LoadedProfile
  dataFolder: string
  handOffPort: number
  person?: Person
  /** Who signs in in the browser; null: the browser cannot be opened. */
  browserUser?: string | null
  /** Addresses that the browser is not to play are only noted. */
  play?: boolean
  caFile?: string
  now?: () => number
  token?: string
}

export function signInClient(options: SignInClientOptions): SignInClient {
  const { loaded, person = () => undefined, browserUser = null, play = true } = options
  const asked: Question[] = []
  const open = new Set<Question>()
  const visits: Promise<Visit[]>[] = []
  const logger = collectingLogger()
  const ca = options.caFile === undefined ? '' : readFileSync(options.caFile, 'utf8')
  const auths = new SiteRegistry(
    {
      clock: { now: options.now ?? Date.now },
      logger,
      dataFolder: options.dataFolder,
      systemProxy: null,
      openExternal: async (url) => {
        if (browserUser === null) throw new Error('there is no browser')
        if (!play) return
        const visit = browse(url, { user: browserUser, ca, handOffPort: options.handOffPort })
        // A site that is taken away meanwhile cuts the browser off, too; tests that look at it see that.
        visit.catch(() => undefined)
        visits.push(visit)
      },
    },
    [loaded],
    { handOffPort: options.handOffPort, token: options.token ?? null },
  )
  const interaction: Interaction = {
    ask: (question, signal) =>
      new Promise((resolve) => {
        asked.push(question)
        open.add(question)
        const settle = (values: string[] | null): void => {
          open.delete(question)
          resolve(values)
        }
        signal.addEventListener('abort', () => settle(null), { once: true })
        const answer = person(question)
        if (answer !== undefined) settle(answer)
      }),
  }
  const site = auths.portalOf(loaded.profile.id)
  const { auth } = site
  return {
    site,
    auth,
    logger,
    asked,
    open,
    visits,
    interaction,
    signIn: ({ user = null, signal = new AbortController().signal, unattended = false } = {}) =>
      auth.signIn({ user, interaction: unattended ? null : interaction, signal }),
    dispose: () => auths.dispose(),
  }
}
