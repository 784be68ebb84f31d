/** How a portal lets people in, and what its faults make of it: asked at every request. */
import type { FaultName } from '../faults.ts'

/** What `/auth/info` calls it. `mock` is the test login without password; `ldap` means every type it does not know. */
export type SignIn = 'mock' | 'saml' | 'oidc' | 'ldap'

/** Lasting faults that hold now. */
export interface HeldFaults {
  has(name: FaultName): boolean
}

/** The sign-in in force: that of the installation, unless a fault is about another one. */
export function signInNow(held: HeldFaults, installed: SignIn): SignIn {
  if (held.has('saml-broken')) return 'saml'
  if (held.has('oidc-broken')) return 'oidc'
  if (held.has('sso-unknown-type')) return 'ldap'
  return installed
}

/** Whether the dashboard wants tokens: a setting of its own, which may contradict the auth portal's. */
export const dashboardWantsTokens = (held: HeldFaults, installed: SignIn): boolean =>
  signInNow(held, installed) !== 'mock' || held.has('test-login-open')
