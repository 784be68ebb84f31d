/** Rules about encryption, signing in, and what can be reached from users' machines. */
import type { CertificateSight, Observations, OutsideService } from '../observations.ts'
import {
  failure,
  judged,
  notTestable,
  pass,
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
    o.certificate === null
      ? notTestable('The portal is served without encryption.')
      : judged(o.certificate, (value) => judge(value, o))

const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const outside =
  (name: OutsideService, bad: (seen: string) => Verdict): Rule =>
  (o) =>
    judged(o.ports, (ports) => {
      const { state, address } = ports[name]
      const words = { open: 'accepts connections', closed: 'refuses connections', silent: 'does not answer' }
      return state === 'open' ? bad(`${address} ${words[state]}`) : pass(`${address} ${words[state]}`)
    })

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
  'exposure.debugger': (o) =>
    judged(o.cae, ({ state, seen, ...cae }) => {
      if (state !== 'answers') return notTestable('The CAE service does not answer.', seen)
      return cae.debugger
        ? failure('the CAE service hands out the style sheet of Werkzeug’s debugger')
        : pass('no file of Werkzeug’s debugger is handed out')
    }),

  'tls.plain': ({ certificate, profile }) =>
    certificate === null ? failure(profile.origin ?? '') : pass(profile.origin ?? ''),
  'tls.self-signed': certificate(({ selfSigned, issuer }) =>
    selfSigned ? warning(`the certificate is its own issuer: ${issuer}`) : pass(`issued by ${issuer}`),
  ),
  'tls.chain': certificate(({ selfSigned, trustProblem, issuer, pin }) => {
    if (pin === 'differs')
      return failure(
        `another certificate than the one that you confirmed, issued by ${issuer}; if it was renewed, forget the old one (vizlink forget-certificate)`,
      )
    if (trustProblem === null) return pass(`trusted; issued by ${issuer}`)
    if (/EXPIRED|NOT_YET_VALID/.test(trustProblem))
      return notTestable('The certificate is not valid now; see tls.expiry.', trustProblem)
    if (pin === 'matches') return pass('trusted by this client alone: you confirmed this very certificate')
    if (selfSigned)
      return notTestable('The certificate is its own issuer; see tls.self-signed.', trustProblem)
    return failure(`${trustProblem}; issued by ${issuer}`)
  }),
  'tls.names': certificate(({ hasAlternativeNames, isCommonName, nameProblem, names }) => {
    if (!hasAlternativeNames && isCommonName)
      return warning(`only as common name, without subject alternative names: ${names}`)
    return nameProblem === null ? pass(names) : failure(nameProblem)
  }),
  'tls.expiry': certificate(({ validFrom, validTo }, { now }) => {
    if (validTo <= now) return failure(`expired on ${date(validTo)}`)
    if (validFrom > now) return failure(`not valid before ${date(validFrom)}`)
    const days = Math.floor((validTo - now) / dayMs)
    const words = `expires on ${date(validTo)}, in ${days} days`
    return days < expiryDays ? warning(words) : pass(words)
  }),

  'sign-in.type': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      if (info === null) return notTestable('The sign-in service does not say.', seen)
      const words = `/auth/info: sso_enabled ${info.ssoEnabled}, sso_type "${info.ssoType.slice(0, 60)}"`
      const sensible = knownTypes.includes(info.ssoType) && !(info.ssoEnabled && info.ssoType === 'mock')
      return sensible ? pass(words) : failure(words)
    }),
  'sign-in.test-login': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      if (info === null) return notTestable('The sign-in service does not say.', seen)
      if (info.ssoEnabled) return pass('single sign-on is on')
      const off = 'single sign-on is off: signing in proves nothing'
      // Only a site that says so means it.
      if (o.profile.singleSignOn === false) return pass(`${off}, as the site profile says that it is meant`)
      return warning(
        o.profile.singleSignOn === null
          ? `${off}, and the site profile does not say that this is meant`
          : `${off}, and the site profile expects it to be on`,
      )
    }),
  'sign-in.contradiction': (o) =>
    judged(o.authPortal, ({ info, seen }) => {
      const dashboard = o.dashboard.ok ? o.dashboard.value.ssoEnabled : null
      if (info === null || dashboard === null)
        return notTestable('One of the two services does not say.', seen)
      const words = `single sign-on: ${info.ssoEnabled ? 'on' : 'off'} by /auth/info, ${dashboard ? 'on' : 'off'} by the dashboard`
      return info.ssoEnabled === dashboard ? pass(words) : failure(words)
    }),
  'sign-in.token-refused': (o) => {
    if (o.token === null) return notTestable('Needs a signed-in user’s token, and none was given.')
    return judged(o.token, ({ accepted, seen }) => (accepted ? pass(seen) : failure(seen)))
  },
  'sign-in.login': () =>
    notTestable('Signing in would make a token and end an earlier one: it changes the site.'),
  'sign-in.user-header': () =>
    notTestable('Testing it means asking as somebody else. No version of this service is known to check it.'),
  'sign-in.published-secret': () =>
    notTestable('Testing it means forging a token. Compare your .env files with the public source.'),
  'sign-in.logout': () =>
    notTestable('Testing it means signing in and out. No version of the dashboard is known to check it.'),
  'sign-in.unprotected-calls': () =>
    notTestable(
      'Testing it means making such a call. No version of these services is known to protect them.',
    ),
  'host.ports': () =>
    notTestable('Seeing it takes two sessions on one node, and starting them would change the site.'),
  'host.web-user': () =>
    notTestable('Testing it means asking a session’s host, and whoever asks first owns it.'),
  'host.vnc-password': () =>
    notTestable(
      'Testing it means connecting to somebody’s desktop. Look at SecurityTypes in the job’s script.',
    ),
} as const satisfies Rules
