/** Plots of the last hour from the site's Prometheus, where there is one that knows something. */
import type { History, Plot } from '../../shared/model/status.ts'
import { machineOf, machineQueries, Prometheus } from '../../protocols/prometheus/query.ts'
import type { StatusBoard } from './board.ts'
import type { ClusterAccess } from '../cluster/index.ts'
import type { PortalDashboard } from '../auth/index.ts'
import type { Dashboard } from '../../protocols/portal/dashboard.ts'

const seconds = 3600
const source = 'Prometheus'

interface HistoryOptions {
  board: StatusBoard
  portal: PortalDashboard<Dashboard>
  cluster: () => ClusterAccess | null
  /** Of Prometheus itself; null: by the dashboard. */
  url: string | null
}

export function showHistory({ board, portal, cluster, url }: HistoryOptions): Promise<void> {
  return board.ask('history', source, async () => {
    const found = await find(portal, url)
    // None at this site, or none that is up: no plot, and no fault either.
    if (found === null) {
      board.clear('history', source)
      return null
    }
    const { prometheus, invented } = found
    const machines = await prometheus.machines()
    const node = cluster()?.node ?? null
    const own = node === null ? null : machineOf(node, machines)
    // As shipped, a portal's Prometheus knows the portal's own machine alone.
    const machine =
      own ?? (machines.length <= 2 ? (machines.find((name) => /:9100$/.test(name)) ?? null) : null)
    const plots = machine === null ? [] : await plotsOf(prometheus, machine)
    const value: History[] =
      machine === null || plots.length === 0
        ? []
        : [{ machine: (own && node) || machine, ownNode: own !== null, plots }]
    return { value, invented }
  })
}

async function find(
  portal: HistoryOptions['portal'],
  url: string | null,
): Promise<{ prometheus: Prometheus; invented: boolean } | null> {
  const http = await portal.http()
  if (url !== null)
    return { prometheus: new Prometheus(http, `${url.replace(/\/+$/, '')}/api/v1`), invented: false }
  return portal.ask(async (dashboard) => {
    const { value, invented } = await dashboard.prometheus()
    return value ? { prometheus: new Prometheus(http, dashboard.prometheusBase), invented } : null
  })
}

async function plotsOf(prometheus: Prometheus, machine: string): Promise<Plot[]> {
  const plots = await Promise.all(
    (['cpu', 'memory'] as const).map(async (measure) => ({
      measure,
      points: await prometheus.history(machineQueries[measure](machine), seconds, Date.now()),
    })),
  )
  return plots.filter(({ points }) => points.some(([, value]) => value !== null))
}
