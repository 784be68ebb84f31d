/** Nodes and queue: from Slurm itself where there is a login, else from the portal, whose answers know less. */
import { asText } from '../../shared/texts/index.ts'
import { nodeCondition } from '../../shared/node-state.ts'
import type { NodeStatus } from '../../shared/model/status.ts'
import type { Dashboard, NodeDetail } from '../../protocols/portal/dashboard.ts'
import {
  clusterOutputBytes,
  nodesCommand,
  parseNodes,
  parseQueue,
  queueCommand,
} from '../../protocols/slurm/cluster.ts'
import type { HostCommand } from '../../protocols/ssh/script.ts'
import { slurmSilent } from '../../protocols/slurm/silence.ts'
import type { StatusBoard } from './board.ts'
import type { ClusterAccess } from '../cluster/index.ts'
import type { PortalDashboard } from '../auth/index.ts'

const bySsh = asText('panels.sources.slurm')
const byPortal = asText('panels.sources.dashboard')
/** The portal asks Slurm once for each node: only so many, and not each time. */
const mostDetails = 8
const detailLifeMs = 60_000

const troubled = ({ state }: NodeStatus): boolean => nodeCondition(state) !== 'usable'

export interface NodeSourceOptions {
  board: StatusBoard
  /** Null at a site without one. */
  portal: PortalDashboard<Dashboard> | null
  cluster: () => ClusterAccess | null
  partition: string
  /** None: the login host's own. */
  clusters: readonly string[]
}

export class NodeSource {
  private readonly options: NodeSourceOptions
  private readonly details = new Map<string, NodeDetail & { at: number }>()

  constructor(options: NodeSourceOptions) {
    this.options = options
  }

  async nodes(): Promise<void> {
    const { board, portal } = this.options
    const output = await this.bySlurm('sinfo', nodesCommand)
    if (typeof output === 'string') return board.set('nodes', parseNodes(output), bySsh)
    if (!portal) return this.cannotAsk('nodes', output)
    await board.ask('nodes', byPortal, async () => {
      const { value, invented } = await portal.ask((dashboard) => dashboard.nodes())
      const withDetails = (): NodeStatus[] =>
        value.map((node) => {
          const detail = invented ? undefined : this.details.get(node.name)
          return detail ? { ...node, reason: detail.reason, gpus: detail.gpus } : node
        })
      board.set('nodes', withDetails(), byPortal, invented)
      if (invented) return null
      await this.look(portal, value)
      return { value: withDetails() }
    })
  }

  async jobs(): Promise<void> {
    const { board, portal } = this.options
    const output = await this.bySlurm('squeue', queueCommand)
    if (typeof output === 'string') return board.set('jobs', parseQueue(output), bySsh)
    if (!portal) return this.cannotAsk('jobs', output)
    await board.ask('jobs', byPortal, () => portal.ask((dashboard) => dashboard.jobs()))
  }

  /** Without a login there is nothing to say yet. */
  private cannotAsk(part: 'nodes' | 'jobs', problem: Error | null): void {
    if (problem) this.options.board.fail(part, problem, bySsh)
  }

  /** What the program says, or why it says nothing; null where there is no login to ask by. */
  private async bySlurm(
    program: string,
    command: (partition: string, clusters: readonly string[]) => HostCommand,
  ): Promise<string | Error | null> {
    const cluster = this.options.cluster()
    if (!cluster) return null
    try {
      const { partition, clusters } = this.options
      const { stdout, code } = await cluster.onLogin(command(partition, clusters), clusterOutputBytes)
      return code === 0 ? stdout : slurmSilent(program, `${stdout}\n${program} ended: ${code}`)
    } catch (error) {
      return error as Error
    }
  }

  /** Reasons and GPUs, of nodes in trouble first. */
  private async look(portal: PortalDashboard<Dashboard>, nodes: NodeStatus[]): Promise<void> {
    const old = Date.now() - detailLifeMs
    const wanted = nodes
      .filter(({ name }) => (this.details.get(name)?.at ?? 0) < old)
      .sort((left, right) => Number(troubled(right)) - Number(troubled(left)))
    for (const { name } of wanted.slice(0, mostDetails)) {
      const answer = await portal.ask((dashboard) => dashboard.node(name)).catch(() => null)
      if (answer?.invented) continue
      // One that cannot be had is not asked for again at once.
      this.details.set(name, { reason: null, gpus: null, ...answer?.value, at: Date.now() })
    }
    for (const name of this.details.keys())
      if (!nodes.some((node) => node.name === name)) this.details.delete(name)
  }
}
