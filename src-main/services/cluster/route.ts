/** Opens a route to the node: the first one on which a relay runs. */
import {
  mayTryNext,
  noRouteToNode,
  describeResults,
  whyRefused,
  type PlannedRoute,
} from '../../domain/routes.ts'
import { fail, toFailure } from '../../shared/errors.ts'
import type { RelayPlace, Route, RouteResult } from '../../shared/model/desktop.ts'
import type { Hop, HostPorts } from '../../link-process/messages.ts'
import type { HostSockets } from '../../protocols/gamestream/host-client.ts'
import { shellWord } from '../../protocols/ssh/script.ts'
import type { JobStep } from '../../protocols/slurm/step.ts'
import type { LinkClient } from './link-client.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

const hopDeadlineMs = 15_000
const relayDeadlineMs = 20_000
const addressDeadlineMs = 10_000
/** Video that may be under way inside SSH on a line that takes it; on a narrow one the bound is a time (decision 0021). */
export const maximumUnacknowledgedBytes = 1024 * 1024

export interface Tunnel {
  route: Route
  relayId: string
  /** Where the relay lies on the node. */
  place: RelayPlace
  /** Login on the node, or null: everything goes through the login host. */
  hopId: string | null
  /** Where commands for the node run inside the job. */
  step: JobStep | null
  /** What leads through the relay to the host. */
  local: HostSockets
  /** What every route said, the last one taken. */
  tried: RouteResult[]
}

export interface RouteRequest {
  node: string
  jobId: string
  plan: PlannedRoute[]
  /** The node's own SSH server. */
  hop: Hop
  ports: HostPorts
  onProgress(text: Text): void
}

type Link = Pick<LinkClient, 'request'>

/** @throws VizlinkError no-way-to-node with what every route said; whatever must stop everything as it is */
export async function openRoute(link: Link, request: RouteRequest): Promise<Tunnel> {
  const tried: RouteResult[] = []
  for (const { route, skipped } of request.plan) {
    if (skipped !== null) {
      tried.push({ route, outcome: 'skipped', why: skipped })
      continue
    }
    const before = tried.at(-1)
    const trying = asText(`routes.trying.${route}`)
    const failed = before && describeResults([before])
    request.onProgress(failed ? asText('routes.tried.two', { first: failed, second: trying }) : trying)
    try {
      const way = await ways[route](link, request)
      return { route, ...way, tried: [...tried, { route, outcome: 'taken', why: null }] }
    } catch (error) {
      const failure = toFailure(error)
      if (!mayTryNext(failure)) throw error
      tried.push({ route, outcome: 'refused', why: whyRefused(failure) })
    }
  }
  throw noRouteToNode(request.node, tried)
}

type OpenedRoute = Pick<Tunnel, 'relayId' | 'place' | 'hopId' | 'step' | 'local'>

const ways: Record<Route, (link: Link, request: RouteRequest) => Promise<OpenedRoute>> = {
  async 'node-ssh'(link, { hop, ports }) {
    const { hopId } = await link.request('open-hop', { hop, deadlineMs: hopDeadlineMs })
    try {
      return { ...(await openRelay(link, hopId, null, ports)), hopId, step: null }
    } catch (error) {
      await link.request('close-hop', { hopId }).catch(() => undefined)
      throw error
    }
  },
  async srun(link, { node, jobId, ports }) {
    const step = { jobId, node }
    return { ...(await openRelay(link, null, step, ports)), hopId: null, step }
  },
  async 'login-host'(link, { node, hop, ports }) {
    const address = await clusterAddress(link, node, hop.address)
    return { ...(await openRelay(link, null, null, { ...ports, address })), hopId: null, step: null }
  },
}

/** The relay on a hop (null: the login host) or in a job's step, and what leads through it from here. */
export const openRelay = (link: Link, hopId: string | null, step: JobStep | null, ports: HostPorts) =>
  link.request('open-relay', { hopId, step, ports, maximumUnacknowledgedBytes, deadlineMs: relayDeadlineMs })

/** The node's IPv4 address as the login host knows it: the profile's, Slurm's, or that of its name. */
export async function clusterAddress(link: Link, node: string, named: string): Promise<string> {
  const script = [
    named === node
      ? `name=$(scontrol show node ${node} 2>/dev/null | sed -n 's/.*NodeAddr=\\([^ ]*\\).*/\\1/p')`
      : `name=${shellWord(named)}`,
    `getent ahostsv4 "\${name:-${node}}"`,
  ].join('; ')
  const { stdout } = await link.request('exec', {
    hopId: null,
    command: { script, wants: named === node ? ['scontrol'] : [] },
    deadlineMs: addressDeadlineMs,
    maximumBytes: 16 * 1024,
  })
  const address = /^(\d{1,3}(?:\.\d{1,3}){3})\s/m.exec(stdout)?.[1]
  if (address) return address
  throw fail('no-way-to-node', 'unknown-address', { facts: { node } })
}
