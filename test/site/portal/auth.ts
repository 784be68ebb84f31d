/**
 * The portal's auth service: a test login without password while single sign-on is off, HS256 tokens, and an allow-list of
 * one token for each user in Redis (`jwt:<user>`), so that a later login makes the earlier token invalid.
 */
import type { Redis } from 'ioredis'
import { HtmlError, requestJson } from './flask.ts'
import type { FlaskAnswer, FlaskRequest, Handler, Routes } from './flask.ts'
import { readToken, signToken } from './json-web-token.ts'
import type { Claims } from './json-web-token.ts'
import type { Identity, IdentityProvider } from './identity-provider.ts'
import type { HeldFaults, SignIn } from './sign-in.ts'
import { singleSignOnRoutes } from './single-sign-on.ts'
import type { StandardsOidcServer } from './standards-oidc.ts'

export interface AuthOptions {
  redis: Redis
  secret: string
  held: HeldFaults
  signIn: () => SignIn
  identityProvider: IdentityProvider
  portalOrigin: () => string
  /** A portal that also takes tokens of a standards OIDC provider; null as the real ones are. */
  oidc: StandardsOidcServer | null
}

const lifetimeSeconds = 8 * 3600

const permissionsOfGroup: Record<string, string[]> = {
  'HPC-Admins': ['dashboard', 'cae', 'vnc', 'app', 'admin'],
  'DX-Users': ['dashboard', 'vnc', 'app'],
  'CAEG-Users': ['dashboard', 'cae', 'vnc', 'app'],
}

const services = [
  {
    permission: 'dashboard',
    name: 'Smart Twin Flow',
    url: '/dashboard',
    description: 'HPC Dashboard for DX Division',
    icon: 'flow',
  },
  {
    permission: 'cae',
    name: 'Smart Twin Cluster Extreme',
    url: '/cae',
    description: 'MX 스마트폰 전각도 낙하 해석 자동화 시스템',
    icon: 'cluster',
  },
  { permission: 'vnc', name: 'Smart Twin Desktop', url: '/vnc', description: 'VNC Desktop', icon: 'desktop' },
  {
    permission: 'app',
    name: 'Smart Twin App',
    url: '/app',
    description: 'Application Service with Remote Desktop',
    icon: 'app',
  },
]

const servicesFor = (permissions: string[]): object[] =>
  services
    .filter(({ permission }) => permissions.includes(permission))
    .map(({ name, url, description, icon }) => ({ name, url, description, icon }))

function permissionsOf(groups: unknown): string[] {
  if (!Array.isArray(groups)) return []
  return [
    ...new Set(
      groups.flatMap((group) => permissionsOfGroup[String(group).replace(/^CN=([^,]*).*/, '$1')] ?? []),
    ),
  ]
}

const error = (status: number, text: string, message?: string): FlaskAnswer => ({
  status,
  json: message === undefined ? { error: text } : { error: text, message },
})

/** Routes of the auth service. */
export function authRoutes(options: AuthOptions): Routes {
  const { redis, secret, held, signIn } = options
  const issue = async (user: Pick<Claims, 'sub' | 'email' | 'groups' | 'permissions'>): Promise<string> => {
    const now = Math.floor(Date.now() / 1000) - (held.has('token-expired') ? lifetimeSeconds + 60 : 0)
    const token = signToken({ ...user, iat: now, exp: now + lifetimeSeconds, iss: 'auth-portal' }, secret)
    await redis.setex(`jwt:${String(user.sub)}`, lifetimeSeconds, token)
    return token
  }
  const bearer = (request: FlaskRequest): string | null => {
    const value = request.header('authorization')
    return value?.startsWith('Bearer ') ? (value.split(' ')[1] ?? '') : null
  }
  /** Claims of the request's token when it is the user's current one, else the refusal. */
  const judge = async (request: FlaskRequest): Promise<Claims | FlaskAnswer> => {
    const token = bearer(request)
    if (token === null) return error(401, 'No authorization header')
    const claims = readToken(token, secret)
    const good =
      claims !== null &&
      typeof claims.sub === 'string' &&
      claims.exp > Date.now() / 1000 &&
      (await redis.get(`jwt:${claims.sub}`)) === token
    return good ? claims : error(401, 'Invalid or expired token')
  }
  const guarded =
    (failure: string, use: (claims: Claims) => object | Promise<object>): Handler =>
    async (request) => {
      try {
        const claims = await judge(request)
        return 'status' in claims ? claims : { status: 200, json: await use(claims) }
      } catch (reason) {
        return error(500, failure, (reason as Error).message)
      }
    }

  const login: Handler = async (request) => {
    if (signIn() !== 'mock' || held.has('sign-in-refused'))
      return error(403, 'Test login disabled when SSO is enabled')
    try {
      const body = requestJson(request) as { username?: unknown; email?: unknown; groups?: unknown } | null
      if (Array.isArray(body))
        return error(500, 'Test login failed', 'list indices must be integers or slices, not str')
      if (typeof body !== 'object' || body === null || !('username' in body))
        return error(400, 'Username required')
      const { username } = body
      const groups = body.groups === undefined ? ['HPC-Users'] : body.groups
      if (groups === null) return error(500, 'Test login failed', "'NoneType' object is not iterable")
      const email = typeof body.email === 'string' ? body.email : `${String(username)}@hpc.local`
      const permissions = permissionsOf(groups)
      const token = await issue({ sub: username, email, groups, permissions })
      return {
        status: 200,
        json: { success: true, token, user: { username, email, groups }, services: servicesFor(permissions) },
      }
    } catch (reason) {
      const messages: Record<number, string> = {
        400: '400 Bad Request: The browser (or proxy) sent a request that this server could not understand.',
        415: "415 Unsupported Media Type: Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
      }
      const message = reason instanceof HtmlError ? messages[reason.status] : (reason as Error).message
      return error(500, 'Test login failed', message ?? 'unknown')
    }
  }
  const logout: Handler = async (request) => {
    try {
      await revoke(bearer(request) ?? '')
      return { status: 200, json: { message: 'Logged out successfully' } }
    } catch (reason) {
      return error(500, 'Logout failed', (reason as Error).message)
    }
  }
  const listServices = guarded('Failed to get services', ({ permissions }) => ({
    services: servicesFor(permissions),
  }))
  const revoke = async (token: string): Promise<void> => {
    const claims = readToken(token, secret)
    if (claims) await redis.del(`jwt:${String(claims.sub)}`)
  }
  const issueFor = ({ user, email, groups }: Identity): Promise<string> =>
    issue({ sub: user, email, groups, permissions: permissionsOf(groups) })
  const exchange = (oidc: StandardsOidcServer): Routes[string] => ({
    POST: async (request) => {
      const { id_token: given } = requestJson(request) as { id_token?: unknown }
      const identity = typeof given === 'string' ? await oidc.readIdToken(given) : null
      return identity
        ? { status: 200, json: { token: await issueFor(identity) } }
        : error(401, 'Invalid or expired ID token')
    },
  })
  const addresses = (): { login_url: string; logout_url: string } => {
    const kind = signIn()
    if (kind === 'saml') return { login_url: '/auth/saml/login', logout_url: '/auth/saml/sls' }
    if (kind === 'oidc') return { login_url: '/auth/oidc/login', logout_url: '/auth/oidc/logout' }
    return { login_url: '/auth/test/login', logout_url: '/auth/logout' }
  }

  return {
    '/health': {
      GET: () => ({
        status: 200,
        json: { status: 'healthy', service: 'auth-portal', version: '2.0.0', sso_type: signIn() },
      }),
    },
    '/auth/info': {
      GET: () => ({
        status: 200,
        json: {
          sso_enabled: signIn() !== 'mock',
          sso_type: signIn(),
          ...addresses(),
          ...(options.oidc ? { oidc: options.oidc.announcement } : {}),
        },
      }),
    },
    '/auth/test/login': { POST: login },
    '/test/login': { POST: login },
    ...singleSignOnRoutes({
      ...options,
      issue: issueFor,
      revoke,
    }),
    ...(options.oidc ? { [options.oidc.announcement.exchange]: exchange(options.oidc) } : {}),
    '/auth/verify': { POST: guarded('Verification failed', (claims) => ({ valid: true, user: claims })) },
    '/auth/refresh': {
      POST: guarded('Refresh failed', async ({ sub, email, groups, permissions }) => ({
        token: await issue({ sub, email, groups, permissions }),
      })),
    },
    '/auth/logout': { POST: logout },
    '/auth/user': {
      GET: guarded('Failed to get user info', ({ sub, email, groups, permissions }) => ({
        username: sub,
        email,
        groups,
        permissions,
      })),
    },
    '/auth/services': { GET: listServices },
    '/services': { GET: listServices },
  }
}
