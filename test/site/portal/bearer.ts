/** The dashboard's check of tokens: signature and expiry alone, so that tokens which the auth portal has revoked still pass. */
import type { FlaskAnswer, FlaskRequest, Handler } from './flask.ts'
import { readToken } from './json-web-token.ts'

export interface Person {
  name: string
  email: string
  groups: string[]
  permissions: string[]
}

export interface BearerOptions {
  wanted: () => boolean
  secret: () => string
}

/** Whom every request is while tokens are not wanted. It lacks `dashboard`. */
const everybody: Person = {
  name: 'admin',
  email: 'admin@local',
  groups: ['admin', 'users', 'GPU-Users', 'HPC-Admins'],
  permissions: ['admin', 'user', 'read', 'write', 'execute', 'delete'],
}

const refuse = (error: string, message: string): FlaskAnswer => ({ status: 401, json: { error, message } })
const invalid = (reason: string): FlaskAnswer => refuse('Invalid token', `Token validation failed: ${reason}`)

function judge(request: FlaskRequest, options: BearerOptions): Person | FlaskAnswer {
  if (!options.wanted()) return everybody
  const header = request.header('authorization')
  if (header === null) return refuse('No authorization header', 'Authorization header is required')
  const [scheme, token] = header.split(' ')
  if (scheme !== 'Bearer' || !token)
    return refuse('Invalid authorization header', 'Authorization header must start with "Bearer "')
  if (token.split('.').length !== 3) return invalid('Not enough segments')
  const claims = readToken(token, options.secret())
  if (!claims) return invalid('Signature verification failed')
  if (claims.exp <= Date.now() / 1000)
    return refuse('Token expired', 'Your session has expired. Please log in again.')
  if (typeof claims.sub !== 'string') return invalid('Subject must be a string')
  return {
    name: claims.sub,
    email: claims.email,
    groups: Array.isArray(claims.groups) ? claims.groups.map(String) : [],
    permissions: claims.permissions ?? [],
  }
}

/** Lets a handler see who asks; one of `groups` or `permissions` is enough, where any are wanted. */
export function guarded(
  options: BearerOptions,
  wanted: { groups?: string[]; permissions?: string[] },
  handler: (request: FlaskRequest, person: Person) => Promise<FlaskAnswer> | FlaskAnswer,
): Handler {
  return (request) => {
    const person = judge(request, options)
    if ('status' in person) return person
    const { groups, permissions } = wanted
    if (groups && !groups.some((group) => person.groups.includes(group)))
      return {
        status: 403,
        json: {
          error: 'Forbidden',
          message: `Required groups: ${groups.join(', ')}`,
          user_groups: person.groups,
        },
      }
    if (permissions && !permissions.some((one) => person.permissions.includes(one)))
      return {
        status: 403,
        json: {
          error: 'Forbidden',
          message: `Required permissions: ${permissions.join(', ')}`,
          user_permissions: person.permissions,
        },
      }
    return handler(request, person)
  }
}
