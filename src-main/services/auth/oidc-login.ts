/** A standards OpenID Connect login (RFC 8252): authorization code with PKCE in the system's browser, ending at a free port. */
import * as oidc from 'openid-client'
import { fetch as undiciFetch } from 'undici'
import { fail, VizlinkError } from '../../shared/errors.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'

type OidcProfile = NonNullable<PortalProfile['oidc']>

export interface OidcLogin {
  /** What the browser opens. */
  url: URL
  /** Whether a query at the callback belongs to this login. */
  accepts(query: URLSearchParams): boolean
  /** The ID token, its signature and nonce checked. */
  redeem(query: URLSearchParams): Promise<string>
}

export const callbackPath = '/callback'

/** @param port of the callback on 127.0.0.1 */
export async function beginOidcLogin(
  profile: Pick<OidcProfile, 'issuer' | 'clientId' | 'scopes'>,
  http: Pick<PortalHttp, 'dispatcherOf'>,
  port: number,
): Promise<OidcLogin> {
  const issuer = new URL(profile.issuer)
  const customFetch: oidc.CustomFetch = async (url, options) =>
    // eslint-disable-next-line no-restricted-syntax -- the answer of undici's package is the global `Response` under another type
    (await undiciFetch(url, {
      ...(options as object),
      dispatcher: await http.dispatcherOf(new URL(url)),
      redirect: 'manual',
    })) as unknown as Response
  const configuration = await guarded(issuer, () =>
    oidc.discovery(issuer, profile.clientId, undefined, oidc.None(), {
      [oidc.customFetch]: customFetch,
      timeout: 10,
      execute: [
        oidc.enableNonRepudiationChecks,
        // The profile says http: allowed where the schema allows it, on this computer.
        ...(issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
      ],
    }),
  )
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  const nonce = oidc.randomNonce()
  const challenge = await oidc.calculatePKCECodeChallenge(verifier)
  // It refuses a sign-in page without encryption, unless the issuer has none either.
  const url = await guarded(issuer, async () =>
    oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `http://127.0.0.1:${port}${callbackPath}`,
      scope: ['openid', ...profile.scopes.filter((scope) => scope !== 'openid')].join(' '),
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state,
      nonce,
    }),
  )
  return {
    url,
    accepts: (query) => query.get('state') === state && (query.has('code') || query.has('error')),
    redeem: (query) =>
      guarded(issuer, async () => {
        const here = new URL(`http://127.0.0.1:${port}${callbackPath}?${query}`)
        const tokens = await oidc.authorizationCodeGrant(configuration, here, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        if (tokens.id_token === undefined) throw refused(issuer, 'it gave no ID token')
        return tokens.id_token
      }),
  }
}

const refused = (issuer: URL, reason: string): VizlinkError =>
  fail('sign-in-refused', 'identity-provider', {
    evidence: [
      { label: 'identity-provider', value: issuer.origin },
      { label: 'reason', value: reason },
    ],
  })

/** The library's errors in the words of ours: never with a code, a token or an address with a query. */
async function guarded<T>(issuer: URL, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof VizlinkError) throw error
    const { code, error: answered, cause } = error as { code?: unknown; error?: unknown; cause?: unknown }
    const deeper = (cause as { code?: unknown } | undefined)?.code
    const words = [answered, deeper, code, (error as Error).name].filter((one) => typeof one === 'string')
    throw refused(issuer, words.join(', ').slice(0, 200))
  }
}
