/** What the status may use of a connection: commands on login host and node, ports behind the login host. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterAccess } from '../status/cluster-access.ts'
import type { ClusterSide } from './cluster-side.ts'
import type { Tunnel } from './node-access.ts'

/** Longest path of a socket that every system takes. */
const longestPath = 100

/** A folder for one socket: the app's own, or a temporary one where its path is too long for sockets. Both 0700. */
async function socketFolder(dataFolder: string): Promise<string> {
  const start = join(dataFolder, 'forward-')
  const fits = Buffer.byteLength(start) + '123456/s'.length <= longestPath
  return mkdtemp(fits ? start : join(tmpdir(), 'vizlink-forward-'))
}

/** @param session its node and the way to it, null while there is none */
export function clusterAccessOf(
  cluster: ClusterSide,
  session: { tunnel: Tunnel | null; node: string | null },
  dataFolder: string,
): ClusterAccess {
  const { tunnel } = session
  // From the login host the node is only reached by network: commands would run on the wrong machine.
  const node = tunnel && tunnel.rung !== 'login-host' ? session.node : null
  return {
    node,
    login: cluster.loginName,
    onLogin: (command, maximumBytes, options) => cluster.onLogin(command, maximumBytes, options),
    openNode: (name) => cluster.openNode(name),
    async onNode(command, maximumBytes) {
      if (!tunnel || node === null) throw new Error('no node')
      return cluster.onNode(tunnel, command, maximumBytes)
    },
    async openForward(address, port) {
      const folder = await socketFolder(dataFolder)
      const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
      try {
        const forward = await cluster.openForward(address, port, folder)
        return { path: forward.path, close: () => forward.close().finally(remove) }
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}
