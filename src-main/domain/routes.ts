/**
 * The routes from the login host to a session's host on its node, best first. The portal's job runs as a service account, so a
 * user may not be admitted to the node: then a step inside the user's own job helps, at last the cluster's own network.
 */
import { means } from './failure-policy.ts'
import { bounded, longest } from '../shared/bounds.ts'
import { fail, type Failure } from '../shared/errors.ts'
import { sentenceOf } from '../shared/failure-text.ts'
import type { Route, RouteLimit, RouteResult } from '../shared/model/desktop.ts'
import { asText, saidIn, type Saying, type Text } from '../shared/texts/index.ts'

/** What is known before anything is tried. */
export interface RouteFacts {
  /** Whether the session's job runs as the user who logs in; null where Slurm did not say. */
  ownJob: boolean | null
  /** The route that held last time: a reconnection begins there. */
  last: Route | null
}

/** One route and why it is not even tried; null: it is. */
export interface PlannedRoute {
  route: Route
  skipped: Text | null
}

/** @param allowed the routes of the site profile, in its order */
export function planRoutes(allowed: readonly Route[], { ownJob, last }: RouteFacts): PlannedRoute[] {
  const order = [...new Set(allowed)].sort((a, b) => Number(b === last) - Number(a === last))
  return order.map((route) => ({
    route,
    skipped: route === 'srun' && ownJob === false ? asText('routes.why.not-own-job') : null,
  }))
}

export const mayTryNext = (failure: Failure): boolean => means(failure, 'next-route')

/** Why a route was refused: what the other side said, where it said something. */
export function whyRefused(failure: Failure): Saying {
  const { said } = failure.facts
  // With its lines: the first one is shown.
  return typeof said === 'string' && said.trim() !== ''
    ? bounded(said.trim(), longest.why)
    : sentenceOf(failure)
}

/** What a route cannot do. */
export const routeLimits: Record<Route, RouteLimit[]> = {
  'node-ssh': [],
  srun: ['shared-files'],
  'login-host': ['no-x-server', 'no-node-files', 'no-gpu', 'no-owner'],
}

/** What the user must know of a route; null: nothing. */
export const routeWarning = (route: Route): Text | null =>
  route === 'login-host' ? asText('routes.unencrypted') : null

/** One line about a route that was tried. */
function describeResult({ route, outcome, why }: RouteResult): Text {
  if (outcome === 'taken') return asText(`routes.results.${route}.taken`)
  const short =
    typeof why === 'string'
      ? bounded(why.split('\n')[0]!.trim(), 100)
      : (why ?? asText('status.access.noReason'))
  return asText(`routes.results.${route}.${outcome}`, { why: short })
}

/** What was tried, in its order. */
export function describeResults(results: readonly RouteResult[]): Text | null {
  const [first, second, third] = results.map(describeResult)
  if (!first || !second) return first ?? null
  return third
    ? asText('routes.tried.three', { first, second, third })
    : asText('routes.tried.two', { first, second })
}

/** No route holds. */
export function noRouteToNode(node: string, results: readonly RouteResult[]): Error {
  return fail('no-way-to-node', 'none-works', {
    facts: { node },
    evidence: [
      { label: 'node', value: node },
      ...results.map(({ route, outcome, why }) => ({
        label: `route-${route}`,
        value: `${outcome === 'skipped' ? 'not tried' : 'does not work'}: ${why === null ? 'no reason given' : saidIn(why, 'en')}`,
      })),
    ],
  })
}
