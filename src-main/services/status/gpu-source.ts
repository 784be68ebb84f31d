/** GPU figures of the own node while a picture comes from it, and their last minutes. */
import { asText } from '../../shared/texts/index.ts'
import type { Gpu, Plot, Point } from '../../shared/model/status.ts'
import { fail } from '../../shared/errors.ts'
import { gpuCommand, gpuOutputBytes, noProgram, parseGpus } from '../../protocols/gpu/nvidia-smi.ts'
import type { StatusBoard } from './board.ts'
import type { ClusterAccess } from '../cluster/index.ts'

const keptMs = 5 * 60_000
const mostPoints = 120

const measures: Record<Plot['measure'], ((gpu: Gpu) => number | null) | null> = {
  gpu: ({ utilisation }) => utilisation,
  'gpu-memory': ({ memoryUsedMb, memoryTotalMb }) =>
    memoryUsedMb === null || !memoryTotalMb ? null : Math.min(100, (memoryUsedMb / memoryTotalMb) * 100),
  encoder: ({ encoder }) => encoder,
  temperature: ({ temperature }) => temperature,
  cpu: null,
  memory: null,
}

export class GpuSource {
  private readonly board: StatusBoard
  private readonly cluster: () => Pick<ClusterAccess, 'node' | 'onNode'> | null
  private node: string | null = null
  private readonly history = new Map<Plot['measure'], Point[]>()

  constructor(board: StatusBoard, cluster: () => Pick<ClusterAccess, 'node' | 'onNode'> | null) {
    this.board = board
    this.cluster = cluster
  }

  async figures(): Promise<void> {
    const cluster = this.cluster()
    const node = cluster?.node ?? null
    if (!cluster || node === null) return
    if (node !== this.node) this.history.clear()
    this.node = node
    await this.board.ask('gpu', asText('panels.sources.gpu', { node }), async () => {
      const { stdout, code } = await cluster.onNode(gpuCommand, gpuOutputBytes)
      const gpus = code === 0 ? parseGpus(stdout) : []
      // A node without an NVIDIA card is no fault.
      if (code !== noProgram && gpus.length === 0) throw fail('no-encoder', 'no-figures', { facts: { node } })
      return { value: { node, gpus, plots: gpus[0] ? this.remember(gpus[0]) : [] } }
    })
  }

  private remember(gpu: Gpu): Plot[] {
    const now = Date.now()
    return Object.entries(measures).flatMap(([name, valueOf]): Plot[] => {
      const measure = name as Plot['measure']
      if (!valueOf) return []
      const before = this.history.get(measure) ?? []
      const points = [...before, [now, valueOf(gpu)] satisfies Point]
        .filter(([at]) => at > now - keptMs)
        .slice(-mostPoints)
      this.history.set(measure, points)
      return points.some(([, value]) => value !== null) ? [{ measure, points }] : []
    })
  }
}
