/** A TCP port of a node over a plain connection: SSH to the node, else the cluster's own network. */
import { mayTryNext, noRouteToNode, whyRefused } from '../../domain/routes.ts'
import { toFailure } from '../../shared/errors.ts'
import type { Route, RouteResult } from '../../shared/model/desktop.ts'
import type { Hop } from '../../link-process/messages.ts'
import { clusterAddress, type LinkClient } from '../cluster/index.ts'
import { asText } from '../../shared/texts/index.ts'

const hopDeadlineMs = 15_000
const channelDeadlineMs = 15_000

export interface NodePortOptions {
  link: Pick<LinkClient, 'request' | 'openChannel'>
  node: string
  /** The node's own SSH server. */
  hop: Hop
  port: number
  /** Ways of the site profile, in its order. */
  allowed: readonly Route[]
}

export class NodePort {
  private readonly options: NodePortOptions
  private readonly tried: RouteResult[] = []
  private at = 0
  private place: { hopId: string | null; address: string } | null = null

  constructor(options: NodePortOptions) {
    this.options = options
  }

  /** The way that is being taken. */
  get route(): Route | null {
    return this.options.allowed[this.at] ?? null
  }

  /** Login on the node, or null where there is none. */
  get hopId(): string | null {
    return this.place?.hopId ?? null
  }

  /**
   * A channel to the port by the first way that holds; the next one begins with that way.
   * @param onEnded as of `LinkClient.openChannel`
   * @throws VizlinkError host-not-ready: no server listens there (yet); no-way-to-node
   */
  async open(onEnded: (byFarEnd: boolean) => void): Promise<string> {
    const { link, node, port } = this.options
    for (;;) {
      const { route } = this
      if (route === null) throw noRouteToNode(node, this.tried)
      try {
        this.place ??= await this.reach(route)
        const { place } = this
        return await link.openChannel({ ...place, port, deadlineMs: channelDeadlineMs }, onEnded)
      } catch (error) {
        const failure = toFailure(error)
        if (!mayTryNext(failure) && failure.kind !== 'forward-refused') throw error
        this.tried.push({ route, outcome: 'refused', why: whyRefused(failure) })
        await this.close()
        this.at++
      }
    }
  }

  async closeChannel(channelId: string): Promise<void> {
    await this.options.link.request('close-channel', { channelId }).catch(() => undefined)
  }

  /** Leaves the node again. */
  async close(): Promise<void> {
    const hopId = this.place?.hopId ?? null
    this.place = null
    if (hopId !== null) await this.options.link.request('close-hop', { hopId }).catch(() => undefined)
  }

  private async reach(route: Route): Promise<{ hopId: string | null; address: string }> {
    const { link, node, hop } = this.options
    if (route === 'node-ssh') {
      const { hopId } = await link.request('open-hop', { hop, deadlineMs: hopDeadlineMs })
      return { hopId, address: '127.0.0.1' }
    }
    if (route === 'login-host') return { hopId: null, address: await clusterAddress(link, node, hop.address) }
    throw noRouteToNode(node, [{ route, outcome: 'skipped', why: asText('routes.why.no-connections') }])
  }
}
