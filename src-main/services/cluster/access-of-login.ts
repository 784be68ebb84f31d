/** What status and site check may use of a desktop's login: commands on login host and node, ports behind the login host. */
import type { ClusterAccess } from './access.ts'
import type { ClusterLogin } from './cluster-login.ts'
import type { Tunnel } from './route.ts'

/** @param session its node and the tunnel to it, null while there is none */
export function clusterAccessOf(
  cluster: ClusterLogin,
  session: { tunnel: Tunnel | null; node: string | null },
): ClusterAccess {
  const { tunnel } = session
  // From the login host the node is only reached by network: commands would run on the wrong machine.
  const node = tunnel && tunnel.route !== 'login-host' ? session.node : null
  return {
    node,
    login: cluster.loginName,
    onLogin: (command, maximumBytes, options) => cluster.onLogin(command, maximumBytes, options),
    openNode: (name) => cluster.openNode(name),
    async onNode(command, maximumBytes) {
      if (!tunnel || node === null) throw new Error('no node')
      return cluster.onNode(tunnel, command, maximumBytes)
    },
    openForward: (address, port) => cluster.openForward(address, port),
  }
}
