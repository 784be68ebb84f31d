/** Disk figures of the site's folders, as the dashboard and the WebSocket service measure them. */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { pythonTime } from './flask.ts'

export interface DiskFigures {
  totalBytes: number
  usedBytes: number
  availableBytes: number
  usagePercent: number
}

const rounded = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits

/** Figures of the file system that holds a folder, or null where the folder is not there. */
export async function diskFigures(folder: string): Promise<DiskFigures | null> {
  const disk = await statfs(folder).catch(() => null)
  if (!disk) return null
  const totalBytes = disk.blocks * disk.bsize
  const availableBytes = disk.bavail * disk.bsize
  const usedBytes = totalBytes - availableBytes
  return { totalBytes, usedBytes, availableBytes, usagePercent: rounded((usedBytes / totalBytes) * 100) }
}

/** A size as the services write it: `12.0 MB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${units[unit]}`
}

/** Folders and files below a folder: what the services call data sets and files. */
async function counts(folder: string): Promise<{ datasetCount: number; fileCount: number }> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return {
    datasetCount: entries.filter((entry) => entry.isDirectory() && entry.parentPath === folder).length,
    fileCount: entries.filter((entry) => entry.isFile()).length,
  }
}

const none: DiskFigures = { totalBytes: 0, usedBytes: 0, availableBytes: 0, usagePercent: 0 }

/** The shared data disk; zeros where it is missing. */
export async function dataStorage(folder: string): Promise<object> {
  const disk = (await diskFigures(folder)) ?? none
  return {
    totalCapacity: sizeText(disk.totalBytes),
    totalCapacityBytes: disk.totalBytes,
    usedSpace: sizeText(disk.usedBytes),
    usedSpaceBytes: disk.usedBytes,
    availableSpace: sizeText(disk.availableBytes),
    availableSpaceBytes: disk.availableBytes,
    usagePercent: disk.usagePercent,
    ...(await counts(folder)),
    lastUpdated: pythonTime(),
  }
}

/** `/api/storage/data/stats`: `folder` is `/data` to the user. */
export async function dataStats(folder: string): Promise<object | null> {
  const disk = await diskFigures(folder)
  if (!disk) return null
  return {
    totalCapacity: sizeText(disk.totalBytes),
    usedSpace: sizeText(disk.usedBytes),
    availableSpace: sizeText(disk.availableBytes),
    usagePercent: disk.usagePercent,
    ...(await counts(folder)),
    lastAnalysis: 'Just now',
  }
}

/** `/api/storage/usage`: figures of folders that are there, by the names users know them by. */
export async function storageUsage(folders: Record<string, string>): Promise<object[]> {
  const rows = await Promise.all(
    Object.entries(folders).map(async ([path, folder]) => {
      const disk = await diskFigures(folder)
      if (!disk) return []
      return [
        {
          path,
          name: path,
          used_gb: Math.ceil(disk.usedBytes / 2 ** 30),
          total_gb: Math.round(disk.totalBytes / 2 ** 30),
          usage_percent: disk.usagePercent,
        },
      ]
    }),
  )
  return rows.flat()
}

const monthDay = (date: Date): string =>
  `${date.toLocaleString('en-US', { month: 'short' })} ${String(date.getDate()).padStart(2, ' ')}`

/** One node's row of `/api/storage/scratch/nodes`, or null where its scratch is not there. */
export async function nodeScratch(node: string, folder: string, owner: string): Promise<object | null> {
  const disk = await diskFigures(folder)
  if (!disk) return null
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const directories = await Promise.all(
    entries.map(async ({ name }) => {
      const { mtime } = await stat(join(folder, name))
      return {
        id: `${node}-${name}`,
        name,
        path: `/scratch/${name}`,
        owner,
        group: owner,
        size: 'Calculating...',
        sizeBytes: 0,
        fileCount: 0,
        createdAt: monthDay(mtime),
        lastModified: monthDay(mtime),
      }
    }),
  )
  return {
    nodeId: node,
    nodeName: node,
    totalSpace: sizeText(disk.totalBytes),
    totalSpaceBytes: disk.totalBytes,
    usedSpace: sizeText(disk.usedBytes),
    usedSpaceBytes: disk.usedBytes,
    availableSpace: sizeText(disk.availableBytes),
    availableSpaceBytes: disk.availableBytes,
    usagePercent: disk.usagePercent,
    fileCount: directories.length,
    directories,
    status: 'online',
    lastUpdated: pythonTime(),
  }
}
