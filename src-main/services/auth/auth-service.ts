/**
 * Signing in at one site's portal. Connections, lists of sessions and everything else of the app share its one login: the
 * portal keeps a single token for each user. The token stays in memory here and goes nowhere but to the portal.
 */
import { decideSignIn } from '../../domain/sign-in.ts'
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { SignInOutlook } from '../../shared/model/sign-in.ts'
import type { AuthInfo, SignedIn } from '../../protocols/portal/auth.ts'
import { AuthClient } from './auth-client.ts'
import type { AuthPorts } from './auth-ports.ts'
import { PersonWait, type SignInRequest } from './interaction.ts'
import * as refusals from './refusals.ts'
import { SignInMethods } from './sign-in-methods.ts'
import { TokenLife } from './token-life.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

/** One user of the login. */
export interface Lease {
  user: string
  /** False for the portal's login without a password. */
  verified: boolean
  /** Sentences that the user should read. */
  warnings: Text[]
  /** Called at most once, when the portal does not know the login any more. */
  onLost(listener: (failure: Failure) => void): void
  release(): Promise<void>
}

const heartbeatMs = 30_000
const noPassword = asText('desktop.warning.noPassword')
const plainHttp = asText('desktop.warning.plainHttp')

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
  private readonly client: AuthClient
  private readonly wait = new PersonWait()
  private readonly ways: SignInMethods
  private login: Login | null = null
  /** Sign-ins happen one after the other. */
  private turn: Promise<unknown> = Promise.resolve()
  private heartbeat: NodeJS.Timeout | null = null
  /** How many sign-ins, sign-outs and looks at the portal are under way. */
  private underWay = 0

  constructor(ports: AuthPorts) {
    this.ports = ports
    this.client = new AuthClient(ports)
    this.ways = new SignInMethods(ports, this.client, this.wait)
  }

  /** What a sign-in will be like. Asks no person; a portal that does not answer is `unknown`. */
  async outlook(): Promise<SignInOutlook> {
    const user = this.login?.life.user ?? null
    const { portal } = this.ports
    if (portal.oidc) return { kind: 'browser', user }
    return this.atPortal(async () => {
      try {
        const way = decideSignIn(await (await this.client.auth()).info(), this.client.places())
        return { kind: way.kind, user }
      } catch {
        return { kind: 'unknown', user }
      }
    })
  }

  /** Signs in, or joins the login that exists. */
  async signIn(request: SignInRequest): Promise<Lease> {
    if (this.wait.going && !request.interaction) throw refusals.needsPerson()
    const before = this.turn
    const mine = this.atPortal(async () => {
      await before.catch(() => undefined)
      request.signal.throwIfAborted()
      return this.enter(request)
    })
    this.turn = mine
    return mine
  }

  /** The token of the existing login, renewed where that is due. */
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
    await this.atPortal(async () => login?.life.end({ revoke: login.lasts !== 'lent' }))
  }

  async dispose(): Promise<void> {
    await this.signOut()
    await this.client.close()
  }

  /** Runs `work`; where no user is signed in after it and nothing else is under way, no connection stays open. */
  private async atPortal<T>(work: () => Promise<T>): Promise<T> {
    this.underWay++
    try {
      return await work()
    } finally {
      this.underWay--
      if (this.underWay === 0 && this.login === null) await this.client.close()
    }
  }

  private async enter(request: SignInRequest): Promise<Lease> {
    const { portal } = this.ports
    const name = portal.user ?? request.user
    const standing = await this.standing(name)
    if (standing) return this.lease(standing)
    const info = await this.client.info(request, this.wait)
    if (!request.interaction && this.asksForNothing(info)) return this.unsigned(name)
    const entered = await this.authenticate(info, name, request)
    const { signedIn } = entered
    try {
      request.signal.throwIfAborted()
      if (name !== null && signedIn.user !== name) throw refusals.otherUser(name, signedIn.user)
    } catch (error) {
      if (entered.lasts !== 'lent')
        await (await this.client.auth()).logout(signedIn.token).catch(() => undefined)
      throw error
    }
    return this.lease(await this.begin(entered))
  }

  /** The existing login, if the portal still takes its token. */
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
    const way = decideSignIn(info, this.client.places())
    // A token of a portal without passwords proves nothing, whatever its way here.
    const verified = way.kind !== 'test' || portal.oidc !== undefined
    if (this.ports.token)
      return { signedIn: await this.ways.tryToken(this.ports.token), verified, lasts: 'lent' }
    if (portal.oidc) return { signedIn: await this.ways.byOidc(request), verified, lasts: 'program' }
    if (way.kind === 'test') {
      if (!name) throw refusals.nameMissing()
      const auth = await this.client.auth()
      const signedIn = await auth.testLogin(name, portal.testLoginGroups)
      return { signedIn, verified, lasts: 'use' }
    }
    const signedIn =
      way.kind === 'browser'
        ? await this.ways.byBrowser(way.url, request)
        : await this.ways.byToken(way.why, request)
    return { signedIn, verified, lasts: 'program' }
  }

  private async begin({ signedIn, verified, lasts }: Entered): Promise<Login> {
    const life = new TokenLife(await this.client.auth(), signedIn, this.ports.clock, (failure) => {
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
    return !this.ports.token && !portal.oidc && decideSignIn(info, this.client.places()).kind === 'test'
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
}
