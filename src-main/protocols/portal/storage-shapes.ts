/** Storage figures that the dashboard and the WebSocket service give in nearly the same shape. */
import { z } from 'zod'
import { onceEach } from '../../shared/bounds.ts'
import type { DataDisk, Disk, Scratch } from '../../shared/model/status.ts'
import { amount, list, percentage, sizeText, text } from './lenient.ts'

const nodeDisk = z
  .object({
    nodeName: text(100),
    usedSpace: sizeText,
    totalSpace: sizeText,
    usedSpaceBytes: amount,
    totalSpaceBytes: amount,
    usagePercent: percentage,
  })
  .transform((disk): Disk => ({
    name: disk.nodeName,
    usedBytes: disk.usedSpaceBytes ?? disk.usedSpace,
    totalBytes: disk.totalSpaceBytes ?? disk.totalSpace,
    usedPercent: disk.usagePercent,
  }))

/** Scratch of nodes, those that answered. */
const eachNode = <T extends { name: string }>(nodes: readonly T[]): T[] => onceEach(nodes, ({ name }) => name)

export const scratchShape = list(nodeDisk, 500).transform(eachNode)

/** The shared data disk. */
export const dataDiskShape = z
  .object({
    usedSpace: sizeText,
    totalCapacity: sizeText,
    usedSpaceBytes: amount,
    totalCapacityBytes: amount,
    usagePercent: percentage,
    datasetCount: amount,
    fileCount: amount,
  })
  .transform((disk): DataDisk => ({
    name: '/data',
    usedBytes: disk.usedSpaceBytes ?? disk.usedSpace,
    totalBytes: disk.totalCapacityBytes ?? disk.totalCapacity,
    usedPercent: disk.usagePercent,
    files: disk.fileCount,
    folders: disk.datasetCount,
  }))

/** Figures in a message of the WebSocket service. */
export const pushedStorageShape = z.object({
  // Zeros: there is no /data.
  data_storage: dataDiskShape
    .transform((disk) => (disk.totalBytes ? disk : null))
    .nullable()
    .catch(null),
  scratch_storage: z
    .object({ totalNodes: amount, activeNodes: amount, nodeDetails: list(nodeDisk, 500) })
    .transform(({ nodeDetails, ...counts }): Scratch => {
      const nodes = eachNode(nodeDetails)
      const isCountedTwice = nodes.length < nodeDetails.length
      return isCountedTwice ? { nodes, totalNodes: null, activeNodes: nodes.length } : { nodes, ...counts }
    })
    .nullable()
    .catch(null),
})
