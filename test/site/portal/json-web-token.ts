/** JSON web tokens with HS256, as the portal's auth service issues them. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Claims {
  sub: unknown
  email: string
  groups: unknown
  permissions: string[]
  /** Unix time in seconds. */
  iat: number
  exp: number
  iss: 'auth-portal'
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signature = (text: string, secret: string): Buffer => createHmac('sha256', secret).update(text).digest()

export function signToken(claims: Claims, secret: string): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${signature(text, secret).toString('base64url')}`
}

/** The claims of a token with a good signature, or null. The caller judges `exp`. */
export function readToken(token: string, secret: string): Claims | null {
  const [header, payload, mac, ...rest] = token.split('.')
  if (!header || !payload || !mac || rest.length > 0) return null
  const given = Buffer.from(mac, 'base64url')
  const expected = signature(`${header}.${payload}`, secret)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
  } catch {
    return null
  }
}
