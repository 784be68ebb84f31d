/** An answer of the portal's: status 200 and nothing else, but for what a test gives. */
import type { PortalAnswer } from '../../src-main/protocols/portal/http.ts'

export const portalAnswer = (parts: Partial<PortalAnswer> = {}): PortalAnswer => ({
  path: '/',
  status: 200,
  json: null,
  text: '',
  location: null,
  serverTime: null,
  ms: 1,
  ...parts,
})
