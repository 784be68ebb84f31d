/** The auth portal (4430): what kind of login it wants, the unauthenticated test login, verify, refresh, logout. */
import { z } from 'zod'
import { fail } from '../../shared/errors.ts'
import { parseLenientJson } from '../lenient-json.ts'
import {
  answerEvidence,
  isRefusedInFront,
  readAnswer,
  unexpected,
  type PortalAnswer,
  type PortalSender,
} from './http.ts'
import { number } from './lenient.ts'
import { isGatewayError, serviceProbes, serviceStateOf, unknownPath } from './route-answers.ts'

/** Without single sign-on there is no page to sign in at. */
const infoShape = z.object({
  sso_enabled: z.boolean(),
  sso_type: z.string().catch(''),
  login_url: z.string().catch(''),
})
export type AuthInfo = z.infer<typeof infoShape>

/** Goes into a header: nothing that ends one. */
export const tokenSchema = z
  .string()
  .min(10)
  .max(8192)
  .regex(/^[\x21-\x7e]+$/)
const loginShape = z.object({
  token: tokenSchema,
  user: z.object({ username: z.string(), groups: z.array(z.string()).catch([]) }),
})
/** Seconds; beyond it a date cannot be shown. */
const latestExpiry = 1e11
/** Seconds of a claim as Unix ms; null for what is no time. */
const claimedTime = number.transform((exp) =>
  exp === null || exp > latestExpiry ? null : Math.round(exp * 1000),
)
const verifyShape = z.object({
  valid: z.literal(true),
  user: z.object({ sub: z.union([z.string(), z.int().transform(String)]), exp: claimedTime }),
})
const claimsShape = z.object({ exp: claimedTime })
const refreshShape = z.object({ token: tokenSchema })

export interface SignedIn {
  token: string
  user: string
  /** Unix ms by the server's clock. */
  expiresAt: number
  /** What the server's clock shows beyond ours, ms. */
  clockOffsetMs: number
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

export class AuthPortal {
  private readonly http: PortalSender
  private readonly base: string
  private readonly now: () => number

  /** @param now this computer's clock, Unix ms; it is never what a token is judged by */
  constructor(http: PortalSender, base: string, now: () => number = Date.now) {
    this.http = http
    this.base = base
    this.now = now
  }

  /** @throws portal-not-routed; portal-error fails-for-all: the same error comes for any path */
  async info(): Promise<AuthInfo> {
    const answer = await this.http.send(`${this.base}/info`)
    const evidence = answerEvidence('/auth/info', answer)
    if (answer.status === 404) throw fail('portal-not-routed', 'sign-in', { evidence })
    if (await this.failsForAll(answer)) throw fail('portal-error', 'fails-for-all', { evidence })
    return readAnswer('/auth/info', answer, infoShape)
  }

  private async failsForAll(answer: PortalAnswer): Promise<boolean> {
    if (!isGatewayError(answer)) return false
    const ask = (url: string): Promise<PortalAnswer | null> => this.http.send(url).catch(() => null)
    const unknown = await ask(new URL(unknownPath, this.base).href)
    const looked = { probe: serviceProbes.auth, base: this.base, unknown }
    return (await serviceStateOf(answer, looked, ask)) === 'unclear'
  }

  /** Password-less login of a portal without single sign-on. The result proves nothing about who the user is. */
  async testLogin(user: string, groups: readonly string[]): Promise<SignedIn> {
    const answer = await this.http.send(`${this.base}/test/login`, {
      method: 'POST',
      body: { username: user, groups },
    })
    if (answer.status === 400 || (answer.status === 403 && !isRefusedInFront(answer))) {
      throw fail('sign-in-refused', 'test-login', {
        evidence: answerEvidence('/auth/test/login', answer),
        retryable: false,
      })
    }
    return this.verify(readAnswer('/auth/test/login', answer, loginShape).token)
  }

  /** Asks the portal whose token this is. @throws token-expired, login-superseded */
  async verify(token: string): Promise<SignedIn> {
    const answer = await this.http.send(`${this.base}/verify`, { method: 'POST', headers: bearer(token) })
    if (isRefusedByPortal(answer)) throw refusedToken(token, '/auth/verify', answer, this.now())
    const { user } = readAnswer('/auth/verify', answer, verifyShape)
    const expiresAt = user.exp ?? expiryOf(token)
    if (expiresAt === null) throw unexpected('/auth/verify', answer)
    return {
      token,
      user: user.sub,
      expiresAt,
      clockOffsetMs: answer.serverTime === null ? 0 : answer.serverTime - this.now(),
    }
  }

  /** Gives an ID token of the site's identity provider for a token of the portal. @param url at the portal */
  async exchange(url: string, idToken: string): Promise<SignedIn> {
    const path = new URL(url).pathname
    const answer = await this.http.send(url, { method: 'POST', body: { id_token: idToken } })
    if (answer.status === 401 || answer.status === 403) {
      throw fail('sign-in-refused', 'oidc-not-accepted', {
        evidence: answerEvidence(path, answer),
        retryable: false,
      })
    }
    return this.verify(readAnswer(path, answer, refreshShape).token)
  }

  /** A new token for one that still holds, which is then worth nothing. @throws token-expired, login-superseded */
  async renew(token: string): Promise<string> {
    const answer = await this.http.send(`${this.base}/refresh`, { method: 'POST', headers: bearer(token) })
    if (isRefusedByPortal(answer)) throw refusedToken(token, '/auth/refresh', answer, this.now())
    return readAnswer('/auth/refresh', answer, refreshShape).token
  }

  async refresh(token: string): Promise<SignedIn> {
    return this.verify(await this.renew(token))
  }

  /** Revokes the token; errors do not matter to the caller, who forgets it anyway. */
  async logout(token: string): Promise<void> {
    await this.http.send(`${this.base}/logout`, { method: 'POST', headers: bearer(token), deadlineMs: 3000 })
  }
}

/** When a JWT expires by its own claim, Unix ms; null if it cannot be read. */
export function expiryOf(token: string): number | null {
  const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  return claimsShape.safeParse(parseLenientJson(text)).data?.exp ?? null
}

/** A refusal in front of the portal says nothing about the token, which must not be given up for it. */
const isRefusedByPortal = (answer: PortalAnswer): boolean =>
  answer.status === 401 && !isRefusedInFront(answer)

/** A refused token has expired by the server's clock, or another login of the same user took over. */
function refusedToken(token: string, path: string, answer: PortalAnswer, localTime: number): Error {
  const expiry = expiryOf(token)
  const now = answer.serverTime ?? localTime
  if (expiry !== null && expiry > now) {
    return fail('login-superseded', 'another-sign-in', { evidence: answerEvidence(path, answer) })
  }
  return fail('token-expired', 'expired', { evidence: answerEvidence(path, answer) })
}
