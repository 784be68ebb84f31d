/** Rules about encryption, signing in, and what can be reached from users' machines. */
import type { Saying } from '../../shared/texts/index.ts'
import type { CertificateSight, Observations, OutsideService } from '../observations.ts'
import { asText } from '../../shared/texts/index.ts'
import {
  failure,
  judged,
  notTestable,
  pass,
  untested,
  warning,
  type Rule,
  type Rules,
  type Verdict,
} from './verdict.ts'

const dayMs = 86_400_000
/** A certificate that ends sooner is a warning. */
export const expiryDays = 14

const certificate =
  (judge: (value: CertificateSight, o: Observations) => Verdict): Rule =>
  (o) =>
    o.certificate === null ? untested('plainHttp') : judged(o.certificate, (value) => judge(value, o))

const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const portWords = {
  open: 'site-check-seen.portOpen',
  closed: 'site-check-seen.portClosed',
  silent: 'site-check-seen.portSilent',
} as const

const outside =
  (name: OutsideService, bad: (seen: Saying) => Verdict): Rule =>
  (o) =>
    judged(o.ports, (ports) => {
      const { state, address } = ports[name]
      const seen = asText(portWords[state], { address })
      return state === 'open' ? bad(seen) : pass(seen)
    })

/** Of the dashboard they show tracebacks, of the CAE service a console as well. */
function debuggers(o: Observations): Verdict {
  const services = (['cae', 'dashboard'] as const).flatMap((name) => {
    const sight = o[name]
    return sight.ok && sight.value.state === 'answers' ? [{ name, shows: sight.value.debugger }] : []
  })
  if (services.length === 0)
    return o.cae.ok ? untested('caeSilent', o.cae.value.seen) : notTestable(o.cae.reason)
  const found = services.filter(({ shows }) => shows).map(({ name }) => name)
  if (found.length === 0) return pass(asText('site-check-seen.noDebugger'))
  const seen = asText(`site-check-seen.debugger.${found.length === 2 ? 'both' : found[0]!}`)
  return found.includes('cae') ? failure(seen) : warning(seen)
}

/** Sign-in types that the portal's source knows. */
const knownTypes = ['mock', 'saml', 'oidc']

export const securityRules = {
  'exposure.redis': outside('redis', failure),
  'exposure.cae': outside('cae', failure),
  'exposure.dashboard': outside('dashboard', warning),
  'exposure.auth-portal': outside('authPortal', warning),
  'exposure.moonlight': outside('moonlight', failure),
  'exposure.cae-automation': outside('caeAutomation', warning),
  'exposure.websocket': outside('webSocket', warning),
  'exposure.debugger': debuggers,
  'exposure.vnc-tunnel': (o) =>
    judged(o.loginHost, ({ listening }) => {
      if (!o.profile.loginIsController) return untested('otherMachine')
      if (listening === null) return untested('noSockets')
      const { first, last } = o.profile.vncTunnelPorts
      const tunnels = listening.filter(({ port, open }) => open && port >= first && port <= last)
      const ports = tunnels.map(({ port }) => port).join(', ')
      return ports === ''
        ? pass(asText('site-check-seen.noTunnels', { first, last }))
        : failure(asText('site-check-seen.tunnels', { ports }))
    }),

  'tls.plain': ({ certificate, profile }) =>
    certificate === null ? failure(profile.origin ?? '') : pass(profile.origin ?? ''),
  'tls.chain': certificate(({ selfSigned, trustProblem, issuer, pin }) => {
    if (pin === 'differs') return failure(asText('site-check-seen.pinDiffers', { issuer }))
    if (trustProblem === null) return pass(asText('site-check-seen.trusted', { issuer }))
    if (/EXPIRED|NOT_YET_VALID/.test(trustProblem)) return untested('notValidNow', trustProblem)
    if (pin === 'matches') return pass(asText('site-check-seen.pinMatches'))
    if (selfSigned) return untested('ownIssuer', trustProblem)
    if (trustProblem === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
      return failure(asText('site-check-seen.issuerMissing', { issuer }))
    return failure(asText('site-check-seen.untrusted', { problem: trustProblem, issuer }))
  }),
  'tls.self-signed': certificate(({ selfSigned, isStranger, issuer }) =>
    selfSigned
      ? warning(asText(`site-check-seen.${isStranger ? 'ownIssuerStranger' : 'ownIssuer'}`, { issuer }))
      : pass(asText('site-check-seen.issuedBy', { issuer })),
  ),
  'tls.names': certificate(({ hasAlternativeNames, isCommonName, nameProblem, names }) => {
    if (!hasAlternativeNames && isCommonName)
      return warning(asText('site-check-seen.commonNameOnly', { names }))
    return nameProblem === null ? pass(names) : failure(nameProblem)
  }),
  'tls.expiry': certificate(({ validFrom, validTo }, { now }) => {
    if (validTo <= now) return failure(asText('site-check-seen.expired', { date: date(validTo) }))
    if (validFrom > now) return failure(asText('site-check-seen.notYetValid', { date: date(validFrom) }))
    const days = Math.floor((validTo - now) / dayMs)
    const words = asText('site-check-seen.expires', { date: date(validTo), count: days })
    return days < expiryDays ? warning(words) : pass(words)
  }),

  'sign-in.test-login': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      if (info === null) return untested('signInVague', seen)
      if (info.ssoEnabled) return pass(asText('site-check-seen.ssoOn'))
      // Only a site that says so means it.
      if (o.profile.singleSignOn === false) return pass(asText('site-check-seen.ssoOffMeant'))
      return warning(
        o.profile.singleSignOn === null
          ? asText('site-check-seen.ssoOffUnsaid')
          : asText('site-check-seen.ssoOffExpected'),
      )
    }),
  'sign-in.contradiction': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      const dashboard = o.dashboard.ok ? o.dashboard.value.ssoEnabled : null
      if (info === null || dashboard === null) return untested('oneVague', seen)
      const words = asText(
        `site-check-seen.sso.${info.ssoEnabled ? 'on' : 'off'}-${dashboard ? 'on' : 'off'}`,
      )
      return info.ssoEnabled === dashboard ? pass(words) : failure(words)
    }),
  'sign-in.type': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      if (info === null) return untested('signInVague', seen)
      const words = `/auth/info: sso_enabled ${info.ssoEnabled}, sso_type "${info.ssoType.slice(0, 60)}"`
      const sensible = knownTypes.includes(info.ssoType) && !(info.ssoEnabled && info.ssoType === 'mock')
      return sensible ? pass(words) : failure(words)
    }),
  'sign-in.login': () => untested('login'),
  'sign-in.token-refused': (o) => {
    if (o.token === null) return untested('noToken')
    return judged(o.token, ({ accepted, seen }) => {
      if (!accepted) return failure(seen)
      const checksTokens = !o.dashboard.ok || o.dashboard.value.ssoEnabled !== false
      return checksTokens ? pass(seen) : untested('anyToken', seen)
    })
  },
  'sign-in.user-header': () => untested('userHeader'),
  'sign-in.published-secret': () => untested('publishedSecret'),
  'sign-in.logout': () => untested('logout'),
  'sign-in.unprotected-calls': () => untested('unprotectedCalls'),

  'host.ports': () => untested('hostPorts'),
  'host.web-user': () => untested('webUser'),
  'host.vnc-password': () => untested('vncPassword'),
} as const satisfies Rules
