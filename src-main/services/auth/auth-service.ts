/**
 * Signing in at one site's portal. Connections, lists of sessions and everything else of the app share its one login: the
 * portal keeps a single token for each user. The token stays in memory here and goes nowhere but to the portal.
 */
import { randomUUID } from 'node:crypto'
import { decideSignIn, pastedToken } from '../../domain/sign-in.ts'
import { toFailure, VizlinkError, type Failure } from '../../shared/errors.ts'
import type { SignInOutlook } from '../../shared/model/sign-in.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { Clock, Logger, Platform } from '../../ports/platform.ts'
import { AuthPortal, tokenSchema, type AuthInfo, type SignedIn } from '../../protocols/portal/auth.ts'
import { portalHandOffPort, type HandOff, type HandOffOptions } from '../../protocols/portal/hand-off.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { authBase } from '../../protocols/portal/probe.ts'
import type { Interaction } from './interaction.ts'
import { beginOidcLogin, callbackPath } from './oidc-login.ts'
import type { PortalAccess } from './portal-access.ts'
import * as refusals from './refusals.ts'
import { TokenLife } from './token-life.ts'

export interface AuthPorts {
  portal: PortalProfile
  access: PortalAccess
  clock: Clock
  logger: Logger
  openExternal: Platform['openExternal']
  openHandOff(options: HandOffOptions): Promise<HandOff>
  /** Where the portal sends browsers; another one only in tests. */
  handOffPort?: number
  /** A token that the caller brings (command line). */
  token?: string | null
}

export interface SignInRequest {
  /** Name that the user typed; the profile's wins. */
  user: string | null
  /** Null: nobody can answer; a login that proves nothing is not made then. */
  interaction: Interaction | null
  signal: AbortSignal
}

/** One user of the login. */
export interface Lease {
  user: string
  /** False for the portal's login without a password. */
  verified: boolean
  /** Sentences that the user should read. */
  warnings: string[]
  /** Called at most once, when the portal does not know the login any more. */
  onLost(listener: (failure: Failure) => void): void
  release(): Promise<void>
}

const heartbeatMs = 30_000
const attemptsToPaste = 5
const noPassword = 'This portal signs users in without a password: the sign-in proves nothing.'
const plainHttp = 'The portal speaks plain HTTP: your sign-in and your token travel unencrypted.'

/** What a sign-in came to. */
interface Entered {
  signedIn: SignedIn
  /** The portal knows who it is. */
  verified: boolean
  /** How the login ends: with its last use, with the program, or not by us at all. */
  lasts: 'use' | 'program' | 'lent'
}

interface Login extends Omit<Entered, 'signedIn'> {
  life: TokenLife
  leases: Set<Lease>
  listeners: Map<Lease, (failure: Failure) => void>
}

export class AuthService {
  private readonly ports: AuthPorts
  private http: PortalHttp | null = null
  private login: Login | null = null
  /** Sign-ins happen one after the other. */
  private turn: Promise<unknown> = Promise.resolve()
  /** A person is being asked or waited for. */
  private waiting = 0
  private heartbeat: NodeJS.Timeout | null = null

  constructor(ports: AuthPorts) {
    this.ports = ports
  }

  /** What a sign-in will be like. Asks nobody; a portal that does not answer is `unknown`. */
  async outlook(): Promise<SignInOutlook> {
    const user = this.login?.life.user ?? null
    const { portal } = this.ports
    if (portal.oidc) return { kind: 'browser', user }
    try {
      const way = decideSignIn(await (await this.auth()).info(), this.origins())
      return { kind: way.kind, user }
    } catch {
      return { kind: 'unknown', user }
    }
  }

  /** Signs in, or joins the login that stands. */
  async signIn(request: SignInRequest): Promise<Lease> {
    if (this.waiting > 0 && !request.interaction) throw refusals.needsPerson()
    const before = this.turn
    const mine = (async () => {
      await before.catch(() => undefined)
      request.signal.throwIfAborted()
      return this.enter(request)
    })()
    this.turn = mine
    return mine
  }

  /** The token of the login that stands, renewed where that is due. */
  async token(): Promise<string> {
    if (!this.login) throw refusals.needsPerson()
    return this.login.life.token()
  }

  /** Renews the token where half of its life is over. */
  async keepAlive(): Promise<void> {
    await this.login?.life.keepAlive()
  }

  /** Revokes the token and forgets it. */
  async signOut(): Promise<void> {
    const { login } = this
    this.drop()
    await login?.life.end({ revoke: login.lasts !== 'lent' })
  }

  async dispose(): Promise<void> {
    await this.signOut()
    await this.http?.close()
    this.http = null
  }

  private async enter(request: SignInRequest): Promise<Lease> {
    const { portal } = this.ports
    const name = portal.user ?? request.user
    const standing = await this.standing(name)
    if (standing) return this.lease(standing)
    const info = await this.info(request)
    if (!request.interaction && this.asksForNothing(info)) return this.unsigned(name)
    const entered = await this.authenticate(info, name, request)
    const { signedIn } = entered
    try {
      request.signal.throwIfAborted()
      if (name !== null && signedIn.user !== name) throw refusals.otherUser(name, signedIn.user)
    } catch (error) {
      if (entered.lasts !== 'lent') await (await this.auth()).logout(signedIn.token).catch(() => undefined)
      throw error
    }
    return this.lease(await this.begin(entered))
  }

  /** The login that stands, if the portal still takes its token. */
  private async standing(name: string | null): Promise<Login | null> {
    const { login } = this
    if (!login) return null
    if (name !== null && login.life.user !== name) {
      if (login.leases.size > 0) throw refusals.inUse(login.life.user)
      await this.signOut()
      return null
    }
    try {
      await login.life.check()
      // Its last user may have given it back meanwhile.
      return this.login === login ? login : null
    } catch (error) {
      const { kind } = toFailure(error)
      if (kind === 'token-expired' || kind === 'login-superseded') return null
      throw error
    }
  }

  private async authenticate(info: AuthInfo, name: string | null, request: SignInRequest): Promise<Entered> {
    const { portal } = this.ports
    const way = decideSignIn(info, this.origins())
    // What a portal without passwords gives proves nothing, whoever brings it.
    const verified = way.kind !== 'test' || portal.oidc !== undefined
    if (this.ports.token) return { signedIn: await this.tryToken(this.ports.token), verified, lasts: 'lent' }
    if (portal.oidc) return { signedIn: await this.byOidc(request), verified, lasts: 'program' }
    if (way.kind === 'test') {
      if (!name) throw refusals.nameMissing()
      const auth = await this.auth()
      const signedIn = await auth.testLogin(name, portal.testLoginGroups)
      return { signedIn, verified, lasts: 'use' }
    }
    const signedIn =
      way.kind === 'browser' ? await this.byBrowser(way.url, request) : await this.byToken(way.why, request)
    return { signedIn, verified, lasts: 'program' }
  }

  /** SAML and the portal's own OIDC: the browser comes back with the portal's token. */
  private async byBrowser(url: URL, request: SignInRequest): Promise<SignedIn> {
    if (!request.interaction) throw refusals.needsPerson()
    let handOff: HandOff
    try {
      handOff = await this.ports.openHandOff({
        port: this.ports.handOffPort ?? portalHandOffPort,
        accepts: (query) => tokenSchema.safeParse(query.get('token')).success,
      })
    } catch (error) {
      // Whoever listens there would get the token: no browser is sent.
      const { message } = toFailure(error)
      return this.byToken(`${message} The browser cannot hand the sign-in over.`, request)
    }
    return this.inBrowser(url, handOff, request, (query) => this.tryToken(query.get('token') ?? ''))
  }

  /** A standards OpenID Connect provider beside the portal; the portal takes its ID token. */
  private async byOidc(request: SignInRequest): Promise<SignedIn> {
    const { oidc, origin } = this.ports.portal
    if (!oidc || !request.interaction) throw refusals.needsPerson()
    let accepts: (query: URLSearchParams) => boolean = () => false
    const handOff = await this.ports.openHandOff({
      port: 0,
      path: callbackPath,
      bothFamilies: false,
      accepts: (query) => accepts(query),
    })
    try {
      const login = await beginOidcLogin(oidc, await this.mustHttp(), handOff.port)
      accepts = (query) => login.accepts(query)
      return await this.inBrowser(login.url, handOff, request, async (query) => {
        const idToken = await login.redeem(query)
        const auth = await this.auth()
        return oidc.exchange === undefined
          ? this.tryToken(idToken)
          : auth.exchange(new URL(oidc.exchange, origin).href, idToken)
      })
    } finally {
      void handOff.close()
    }
  }

  /** Opens the browser and waits until it comes back, or the user pastes a token or gives up. */
  private async inBrowser(
    url: URL,
    handOff: HandOff,
    { interaction, signal }: SignInRequest,
    redeem: (query: URLSearchParams) => Promise<SignedIn>,
  ): Promise<SignedIn> {
    this.waiting++
    try {
      let opened = await this.open(url)
      let problem: string | null = null
      for (;;) {
        const withdraw = new AbortController()
        const answer: { query: URLSearchParams } | { values: string[] | null } = await Promise.race([
          handOff.arrived.then((query) => ({ query })),
          interaction!
            .ask(
              {
                type: 'browser-sign-in',
                id: randomUUID(),
                origin: new URL(this.ports.portal.origin).origin,
                address: url.href,
                opened,
                problem,
              },
              AbortSignal.any([signal, withdraw.signal]),
            )
            .then((values) => ({ values })),
        ]).finally(() => withdraw.abort())
        signal.throwIfAborted()
        if ('query' in answer) return await redeem(answer.query)
        const [what, text = ''] = answer.values ?? []
        if (what === 'open') opened = await this.open(url)
        else if (what === 'token') {
          const tried = await this.tryPasted(text)
          if (typeof tried !== 'string') return tried
          problem = tried
        } else throw answer.values === null ? refusals.gaveUpSigningIn() : refusals.needsPerson()
      }
    } finally {
      this.waiting--
      void handOff.close()
    }
  }

  /** The last resort. */
  private async byToken(why: string, { interaction, signal }: SignInRequest): Promise<SignedIn> {
    if (!interaction) throw refusals.needsPerson()
    const origin = new URL(this.ports.portal.origin).origin
    let problem: string | null = null
    this.waiting++
    try {
      for (let attempt = 0; attempt < attemptsToPaste; attempt++) {
        const values = await interaction.ask(
          { type: 'token', id: randomUUID(), origin, why, problem },
          signal,
        )
        signal.throwIfAborted()
        if (values === null) throw refusals.gaveUpSigningIn()
        if (values[0] === undefined) throw refusals.needsPerson()
        const tried = await this.tryPasted(values[0])
        if (typeof tried !== 'string') return tried
        problem = tried
      }
      throw refusals.tokenRefused()
    } finally {
      this.waiting--
    }
  }

  /** @returns who it is, or what is wrong with it in a sentence */
  private async tryPasted(text: string): Promise<SignedIn | string> {
    try {
      return await this.tryToken(text)
    } catch (error) {
      if (error instanceof VizlinkError && error.kind === 'sign-in-refused') return error.message
      throw error
    }
  }

  /** Asks the portal about a token that came from outside. */
  private async tryToken(text: string): Promise<SignedIn> {
    const token = tokenSchema.safeParse(pastedToken(text))
    if (!token.success) throw refusals.tokenRefused()
    try {
      return await (await this.auth()).verify(token.data)
    } catch (error) {
      // Forged, revoked or out of date: for a token that was never ours that is all the same.
      const { kind, evidence } = toFailure(error)
      if (kind === 'token-expired' || kind === 'login-superseded') throw refusals.tokenRefused(evidence)
      throw error
    }
  }

  private async open(url: URL): Promise<boolean> {
    try {
      await this.ports.openExternal(url.href, url.origin)
      return true
    } catch (error) {
      this.ports.logger.log('warn', 'sign-in.browser', { kind: toFailure(error).kind })
      return false
    }
  }

  private async info({ interaction, signal }: SignInRequest): Promise<AuthInfo> {
    try {
      return await (await this.auth()).info()
    } catch (error) {
      const http = await this.mustHttp()
      this.waiting++
      const confirmed = await this.ports.access
        .offer(error, http, interaction, signal)
        .finally(() => this.waiting--)
      if (!confirmed) throw error
      this.http = null
      await http.close()
      return (await this.auth()).info()
    }
  }

  private async begin({ signedIn, verified, lasts }: Entered): Promise<Login> {
    const life = new TokenLife(await this.auth(), signedIn, this.ports.clock, (failure) => {
      this.ports.logger.log('warn', 'sign-in.lost', { kind: failure.kind })
      const { login } = this
      if (login?.life !== life) return
      this.drop()
      for (const listener of login.listeners.values()) listener(failure)
    })
    this.login = { life, verified, lasts, leases: new Set(), listeners: new Map() }
    this.heartbeat ??= setInterval(() => void this.keepAlive(), heartbeatMs).unref()
    return this.login
  }

  private lease(login: Login): Lease {
    const { portal } = this.ports
    const lease: Lease = {
      user: login.life.user,
      verified: login.verified,
      warnings: [
        ...(login.verified ? [] : [noPassword]),
        ...(new URL(portal.origin).protocol === 'http:' ? [plainHttp] : []),
      ],
      onLost: (listener) => void login.listeners.set(lease, listener),
      release: async () => {
        login.listeners.delete(lease)
        if (!login.leases.delete(lease) || login.leases.size > 0) return
        // A login by a person is kept for the next connection; one that costs nothing is not.
        if (login.lasts === 'use' && this.login === login) await this.signOut()
      },
    }
    login.leases.add(lease)
    return lease
  }

  /** A portal without passwords believes every name, with a token or without. */
  private asksForNothing(info: AuthInfo): boolean {
    const { portal } = this.ports
    return !this.ports.token && !portal.oidc && decideSignIn(info, this.origins()).kind === 'test'
  }

  /** For those who only look by themselves: each login would end the one that the user has in a browser. */
  private unsigned(name: string | null): Lease {
    if (!name) throw refusals.nameMissing()
    return {
      user: name,
      verified: false,
      warnings: [noPassword],
      onLost: () => undefined,
      release: () => Promise.resolve(),
    }
  }

  private drop(): void {
    this.login = null
    if (this.heartbeat) clearInterval(this.heartbeat)
    this.heartbeat = null
  }

  private async mustHttp(): Promise<PortalHttp> {
    this.http ??= await this.ports.access.open()
    return this.http
  }

  private async auth(): Promise<AuthPortal> {
    const { portal, clock } = this.ports
    return new AuthPortal(await this.mustHttp(), authBase(portal), () => clock.now())
  }

  private origins(): [string, string] {
    const { portal } = this.ports
    return [new URL(portal.origin).origin, new URL(authBase(portal)).origin]
  }
}
