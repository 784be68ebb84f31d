/** Rules about the portal's services, routes and response times. */
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import type { Seen, ServiceSight, TimedService } from '../observations.ts'
import { failure, judged, pass, untested, warning, type Rule, type Rules, type Verdict } from './verdict.ts'

type Bad = (seen: Saying) => Verdict

/** A service that is not routed is another finding's matter. */
const service = (sight: Seen<ServiceSight>, bad: Bad): Verdict =>
  judged(sight, ({ state, seen }) => {
    if (state === 'answers') return pass(seen)
    if (state === 'not-routed') return untested('noRoute', seen)
    return bad(seen)
  })

const route = (sight: Seen<ServiceSight>, bad: Bad): Verdict =>
  judged(sight, ({ state, seen }) => (state === 'not-routed' ? bad(seen) : pass(seen)))

/** Highest times that a service may add to the web server's own, ms. */
export const responseLimits: Readonly<Record<TimedService, number>> = {
  dashboard: 50,
  cae: 30,
  authPortal: 20,
  moonlight: 20,
}

const time =
  (service: TimedService): Rule =>
  ({ times }) =>
    judged(times, ({ [service]: ms }) => {
      const limit = responseLimits[service]
      if (ms === null) return untested('noAnswer')
      const words = asText('site-check-seen.responseTime', { ms: Math.round(ms), limit })
      return ms > limit ? warning(words) : pass(words)
    })

export const portalRules = {
  'services.portal': ({ portal, profile }) =>
    portal.ok
      ? pass(
          asText('site-check-seen.roundTrip', { origin: profile.origin ?? '', ms: portal.value.toFixed(1) }),
        )
      : failure(portal.reason),
  'services.auth-portal': (o) => service(o.authPortal, failure),
  'services.moonlight': (o) => service(o.moonlight, failure),
  'services.dashboard': (o) => service(o.dashboard, failure),
  'services.cae': (o) => service(o.cae, failure),
  'services.cae-automation': (o) => service(o.caeAutomation, warning),
  'services.websocket': (o) => service(o.webSocket, warning),

  'routes.moonlight': (o) => route(o.moonlight, failure),
  'routes.dashboard': (o) => route(o.dashboard, failure),
  'routes.cae': (o) => route(o.cae, warning),
  'routes.pages': (o) =>
    judged(o.pages, (pages) => {
      const missing = pages.filter(({ there }) => !there).map(({ page }) => page)
      const all = pages.map(({ page }) => page).join(' ')
      return missing.length > 0
        ? warning(asText('site-check-seen.pagesMissing', { pages: missing.join(' ') }))
        : pass(all)
    }),
  'routes.open-proxy': (o) =>
    judged(o.openProxy, ({ routed, seen }) => (routed ? failure(seen) : pass(seen))),
  'routes.terminal': (o) =>
    judged(o.dashboard, ({ terminal, state, seen }) => {
      if (state !== 'answers') return untested('dashboardSilent', seen)
      return terminal
        ? warning(asText('site-check-seen.terminal'))
        : pass(asText('site-check-seen.noTerminal'))
    }),

  'response-time.dashboard': time('dashboard'),
  'response-time.cae': time('cae'),
  'response-time.auth-portal': time('authPortal'),
  'response-time.moonlight': time('moonlight'),

  'upkeep.invented-data': (o) =>
    judged(o.dashboard, ({ mode, nodesMode, state, seen }) => {
      if (state !== 'answers' || mode === null) return untested('dashboardSilent', seen)
      const words =
        nodesMode === null
          ? asText('site-check-seen.modeUnknown', { mode })
          : asText('site-check-seen.mode', { mode, nodes: nodesMode })
      if (mode !== 'production') return warning(words)
      // With Slurm away the service makes nodes up; then Slurm is the finding, if it can be looked at.
      const slurmIsUp = o.slurm.ok && o.slurm.value.controller.up
      return nodesMode !== null && nodesMode !== 'production' && slurmIsUp ? warning(words) : pass(words)
    }),
  'upkeep.prometheus': (o) =>
    judged(o.dashboard, ({ prometheus, seen }) => {
      if (prometheus === null) return untested('dashboardVague', seen)
      return prometheus.healthy ? pass(prometheus.seen) : warning(prometheus.seen)
    }),
  'images.controller': (o) =>
    judged(o.moonlight, ({ image, seen }) => {
      if (image === null) return untested('imagesUnknown', seen)
      return image.available
        ? pass(asText('site-check-seen.imageThere', { image: image.id }))
        : failure(asText('site-check-seen.imageMissing', { image: image.id }))
    }),
} as const satisfies Rules
