/** Rules about the portal's services, routes and response times. */
import type { Seen, ServiceSight, TimedService } from '../observations.ts'
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

type Bad = (seen: string) => Verdict

/** A service that is not routed is another finding's matter. */
const service = (sight: Seen<ServiceSight>, bad: Bad): Verdict =>
  judged(sight, ({ state, seen }) => {
    if (state === 'answers') return pass(seen)
    if (state === 'not-routed') return notTestable('The web server has no route to it.', seen)
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
      if (ms === null) return notTestable('It does not answer.')
      const words = `${Math.round(ms)} ms beyond the web server’s own time (medians); limit ${limit} ms`
      return ms > limit ? warning(words) : pass(words)
    })

export const portalRules = {
  'services.portal': ({ portal, profile }) =>
    portal.ok
      ? pass(`${profile.origin ?? ''}, one round trip takes ${portal.value.toFixed(1)} ms`)
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
      return missing.length > 0 ? warning(`not there: ${missing.join(' ')}`) : pass(all)
    }),
  'routes.open-proxy': (o) =>
    judged(o.openProxy, ({ routed, seen }) => (routed ? failure(seen) : pass(seen))),
  'routes.terminal': (o) =>
    judged(o.dashboard, ({ terminal, state, seen }) => {
      if (state !== 'answers') return notTestable('The dashboard does not answer.', seen)
      return terminal
        ? warning('/socket.io/ leads to the dashboard, and its terminal service says that it is there')
        : pass('no terminal service behind the dashboard, or no route to /socket.io/')
    }),

  'response-time.dashboard': time('dashboard'),
  'response-time.cae': time('cae'),
  'response-time.auth-portal': time('authPortal'),
  'response-time.moonlight': time('moonlight'),

  'upkeep.invented-data': (o) =>
    judged(o.dashboard, ({ mode, nodesMode, state, seen }) => {
      if (state !== 'answers' || mode === null) return notTestable('The dashboard does not answer.', seen)
      const words = `mode "${mode}", of nodes "${nodesMode ?? 'no answer'}"`
      if (mode !== 'production') return warning(words)
      // With Slurm away the service makes nodes up; then Slurm is the finding, if it can be looked at.
      const slurmIsUp = o.slurm.ok && o.slurm.value.controller.up
      return nodesMode !== null && nodesMode !== 'production' && slurmIsUp ? warning(words) : pass(words)
    }),
  'upkeep.prometheus': (o) =>
    judged(o.dashboard, ({ prometheus, seen }) => {
      if (prometheus === null) return notTestable('The dashboard does not say.', seen)
      return prometheus.healthy ? pass(prometheus.seen) : warning(prometheus.seen)
    }),
  'images.controller': (o) =>
    judged(o.moonlight, ({ image, seen }) => {
      if (image === null) return notTestable('The desktop service does not say which images it has.', seen)
      const words = `GET /images: "${image.id}" is ${image.available ? '' : 'not '}available`
      return image.available ? pass(words) : failure(words)
    }),
} as const satisfies Rules
