/** The ways in which a person signs in: the browser that comes back, a standards provider, a token that is pasted. */
import { randomUUID } from 'node:crypto'
import { pastedToken } from '../../domain/sign-in.ts'
import { toFailure, VizlinkError } from '../../shared/errors.ts'
import { tokenSchema, type SignedIn } from '../../protocols/portal/auth.ts'
import { portalHandOffPort, type HandOff } from '../../protocols/portal/hand-off.ts'
import { atPortal } from '../../protocols/portal/service-bases.ts'
import type { AuthClient } from './auth-client.ts'
import type { AuthPorts } from './auth-ports.ts'
import type { PersonWait, SignInRequest } from './interaction.ts'
import * as refusals from './refusals.ts'
import { asText, type Text } from '../../shared/texts/index.ts'
import { sentenceOf } from '../../shared/failure-text.ts'

const attemptsToPaste = 5

export class SignInMethods {
  private readonly ports: AuthPorts
  private readonly client: AuthClient
  private readonly wait: PersonWait

  constructor(ports: AuthPorts, client: AuthClient, wait: PersonWait) {
    this.ports = ports
    this.client = client
    this.wait = wait
  }

  /** SAML and the portal's own OIDC: the browser comes back with the portal's token. */
  async byBrowser(url: URL, request: SignInRequest): Promise<SignedIn> {
    if (!request.interaction) throw refusals.needsPerson()
    let handOff: HandOff
    try {
      handOff = await this.ports.openHandOff({
        port: this.ports.handOffPort ?? portalHandOffPort,
        accepts: (query) => tokenSchema.safeParse(query.get('token')).success,
      })
    } catch (error) {
      // The program that listens there would get the token: no browser is sent.
      const why = sentenceOf(toFailure(error))
      return this.byToken(asText('desktop.ask.noHandOff', { why }), request)
    }
    return this.inBrowser(url, handOff, request, (query) => this.tryToken(query.get('token') ?? ''))
  }

  /** A standards OpenID Connect provider beside the portal; the portal takes its ID token. */
  async byOidc(request: SignInRequest): Promise<SignedIn> {
    const { portal } = this.ports
    const { oidc } = portal
    if (!oidc || !request.interaction) throw refusals.needsPerson()
    const { beginOidcLogin, callbackPath } = await import('./oidc-login.ts')
    let accepts: (query: URLSearchParams) => boolean = () => false
    const handOff = await this.ports.openHandOff({
      port: 0,
      path: callbackPath,
      bothFamilies: false,
      accepts: (query) => accepts(query),
    })
    try {
      const login = await beginOidcLogin(oidc, await this.client.mustHttp(), handOff.port)
      accepts = (query) => login.accepts(query)
      return await this.inBrowser(login.url, handOff, request, async (query) => {
        const idToken = await login.redeem(query)
        const auth = await this.client.auth()
        return oidc.exchange === undefined
          ? this.tryToken(idToken)
          : auth.exchange(atPortal(portal, oidc.exchange), idToken)
      })
    } finally {
      void handOff.close()
    }
  }

  /** Opens the browser and waits until it comes back, or the user pastes a token or gives up. */
  private inBrowser(
    url: URL,
    handOff: HandOff,
    { interaction, signal }: SignInRequest,
    redeem: (query: URLSearchParams) => Promise<SignedIn>,
  ): Promise<SignedIn> {
    return this.wait.during(async () => {
      try {
        let opened = await this.open(url)
        let problem: Text | null = null
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
            if (!('problem' in tried)) return tried
            problem = tried.problem
          } else throw answer.values === null ? refusals.gaveUpSigningIn() : refusals.needsPerson()
        }
      } finally {
        void handOff.close()
      }
    })
  }

  /** The last resort. */
  async byToken(why: Text, { interaction, signal }: SignInRequest): Promise<SignedIn> {
    if (!interaction) throw refusals.needsPerson()
    const origin = new URL(this.ports.portal.origin).origin
    let problem: Text | null = null
    return this.wait.during(async () => {
      for (let attempt = 0; attempt < attemptsToPaste; attempt++) {
        const values = await interaction.ask(
          { type: 'token', id: randomUUID(), origin, why, problem },
          signal,
        )
        signal.throwIfAborted()
        if (values === null) throw refusals.gaveUpSigningIn()
        if (values[0] === undefined) throw refusals.needsPerson()
        const tried = await this.tryPasted(values[0])
        if (!('problem' in tried)) return tried
        problem = tried.problem
      }
      throw refusals.tokenRefused()
    })
  }

  /** @returns who it is, or what is wrong with it in a sentence */
  private async tryPasted(text: string): Promise<SignedIn | { problem: Text }> {
    try {
      return await this.tryToken(text)
    } catch (error) {
      if (error instanceof VizlinkError && error.kind === 'sign-in-refused')
        return { problem: asText('failures.sign-in-refused.token-refused.message') }
      throw error
    }
  }

  /** Asks the portal about a token that came from outside. */
  async tryToken(text: string): Promise<SignedIn> {
    const token = tokenSchema.safeParse(pastedToken(text))
    if (!token.success) throw refusals.tokenRefused()
    try {
      return await (await this.client.auth()).verify(token.data)
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
}
