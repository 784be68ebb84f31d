/** What a sign-in takes from the world around it, at a portal that a test plays. */
import type { AuthPorts } from '../../../../src-main/services/auth/auth-ports.ts'
import type { PortalSender } from '../../../../src-main/protocols/portal/http.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

const absent = (what: string) => (): Promise<never> => Promise.reject(new Error(`there is no ${what}`))

/** @param send answers every request; no certificate is offered, no browser comes back */
export const portsTo = (origin: string, send: PortalSender['send']): AuthPorts => ({
  portal: { origin, testLoginGroups: [] },
  access: {
    open: async () => ({
      send,
      shownCertificate: absent('certificate'),
      dispatcherOf: absent('connection'),
      close: async () => undefined,
    }),
    offer: async () => false,
  },
  clock: { now: () => Date.now() },
  logger: collectingLogger(),
  openExternal: async () => undefined,
  openHandOff: absent('hand-off'),
})
