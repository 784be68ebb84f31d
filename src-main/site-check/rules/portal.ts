/** Rules about the portal's services, routes and response times. */
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import type { Observations, OutsideService, ServiceSight, Timed } from '../observations.ts'
import { failure, judged, pass, untested, warning, type Rule, type Rules, type Verdict } from './verdict.ts'

type Bad = (seen: Saying) => Verdict

type Service = Exclude<OutsideService, 'redis'>

/**
 * Where the web server answers as for every path without a route, the controller's own ports say whether the service runs, if
 * they can be seen.
 */
function stateOf(o: Observations, service: Service, { state }: ServiceSight): ServiceSight['state'] {
  if (state !== 'unclear' || !o.profile.loginIsController || !o.loginHost.ok) return state
  const { listening } = o.loginHost.value
  if (listening === null) return state
  return listening.some(({ port }) => port === o.profile.ports[service]) ? 'not-routed' : 'down'
}

/** A service that is not routed is another finding's matter. */
const service =
  (name: Service, bad: Bad): Rule =>
  (o) =>
    judged<ServiceSight>(o[name], (sight) => {
      const { seen } = sight
      const state = stateOf(o, name, sight)
      if (state === 'answers') return pass(seen)
      if (state === 'not-routed') return untested('noRoute', seen)
      return bad(state === 'unclear' ? asText('site-check-seen.downOrUnrouted', { seen }) : seen)
    })

const route =
  (name: Service, bad: Bad): Rule =>
  (o) =>
    judged<ServiceSight>(o[name], (sight) => {
      const state = stateOf(o, name, sight)
      if (state === 'unclear') return untested('routeUnclear', sight.seen)
      return state === 'not-routed' ? bad(sight.seen) : pass(sight.seen)
    })

/** Highest times that an answer may add to the web server's own, ms. */
const responseLimits: Readonly<Record<Timed, number>> = {
  dashboard: 50,
  moonlight: 30,
  dashboardPage: 20,
  moonlightPage: 20,
}

const time =
  (service: Timed): Rule =>
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
  'services.auth-portal': service('authPortal', failure),
  'services.moonlight': service('moonlight', failure),
  'services.dashboard': service('dashboard', failure),
  'services.cae': service('cae', failure),
  'services.cae-automation': service('caeAutomation', warning),
  'services.websocket': service('webSocket', warning),

  'routes.auth-portal': route('authPortal', failure),
  'routes.moonlight': route('moonlight', failure),
  'routes.dashboard': route('dashboard', failure),
  'routes.cae': route('cae', warning),
  'routes.cae-automation': route('caeAutomation', warning),
  'routes.websocket': route('webSocket', warning),
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
  'response-time.moonlight': time('moonlight'),
  'response-time.dashboard-page': time('dashboardPage'),
  'response-time.moonlight-page': time('moonlightPage'),

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
