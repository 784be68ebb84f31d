/** The WebSocket service's figures of the nodes' scratch, from Slurm's nodes and the real file system. */
import { pythonTime } from './flask.ts'
import type { SlurmReader } from './slurm-reader.ts'
import { diskFigures, sizeText } from './storage.ts'

/** `blind`: the library with which the service logs in to nodes fails, so that no node ever counts as active. */
export async function scratchStorage(
  reader: SlurmReader,
  folder: string,
  blind: () => boolean,
): Promise<object> {
  const nodes = await reader.nodes().catch(() => [])
  const disk = blind() ? null : await diskFigures(folder)
  const answering = disk ? nodes.filter(({ stateWithFlag }) => !/\*|^down/.test(stateWithFlag)) : []
  const nodeDetails = answering.map(({ name }) => ({
    nodeId: name,
    nodeName: name,
    totalSpace: sizeText(disk!.totalBytes),
    usedSpace: sizeText(disk!.usedBytes),
    usagePercent: disk!.usagePercent,
    directories: [],
    status: 'active',
    lastChecked: pythonTime(),
  }))
  return {
    totalNodes: nodes.length,
    activeNodes: answering.length,
    averageUsage: answering.length === 0 ? 0 : disk!.usagePercent,
    nodeDetails,
    lastUpdated: pythonTime(),
  }
}
