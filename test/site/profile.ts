/** The site profile of a running demo site: the JSON file that a client is given. */
import { dirname, join } from 'node:path'
import type { SharedFolders } from './files/folders.ts'
import type { StandardsOidc } from './portal/standards-oidc.ts'
import type { RedisAccess } from './redis/index.ts'
import type { SshServer } from './ssh/index.ts'
import { outside } from './support/addresses.ts'

/** Nodes of which each has an address of its own. */
export const nodesByName = (nodes: Map<string, SshServer>): object => ({
  byName: Object.fromEntries(
    [...nodes].map(([name, { port, hostKeys }]) => [name, { address: outside, port, hostKeys }]),
  ),
})

/** As profiles spell what the portal announces. */
const oidcLogin = ({ scope, ...announced }: StandardsOidc): object => ({
  ...announced,
  scopes: scope.split(' '),
})

export function siteProfile(site: {
  origin: string
  caFile: string
  user: string
  sshUser: string
  identityFile: string
  login: { address: string; port: number; hostKeys: string[] }
  /** As the profile has them. */
  nodes: object
  /** Only where the site gives its clients a Redis user. */
  redis: RedisAccess | null
  /** Only where a standards OIDC provider runs beside the portal. */
  oidc: StandardsOidc | null
  /** Whether the site means its portal to use single sign-on. */
  singleSignOn: boolean
  /** Ports that the portal's services would have if they listened outside. */
  ports: Record<
    'redis' | 'cae' | 'caeAutomation' | 'dashboard' | 'webSocket' | 'moonlight' | 'authPortal',
    number
  >
  /** At which the dashboard's tunnel to a VNC desktop would listen. */
  vncTunnelPort: number
  folders: SharedFolders
}): Record<string, unknown> {
  return {
    version: 1,
    id: 'demo',
    name: 'Demo site',
    portal: {
      origin: site.origin,
      caFile: site.caFile,
      user: site.user,
      testLoginGroups: ['HPC-Admins'],
      ...(site.oidc ? { oidc: oidcLogin(site.oidc) } : {}),
    },
    ssh: {
      user: site.sshUser,
      loginHost: site.login,
      nodes: site.nodes,
      identityFile: site.identityFile,
    },
    pairing: 'claim',
    ...(site.redis ? { redis: site.redis } : {}),
    check: {
      singleSignOn: site.singleSignOn,
      ports: site.ports,
      // Sites side by side share this machine, and each has its own.
      vncTunnelPorts: { first: site.vncTunnelPort, last: site.vncTunnelPort },
      paths: {
        ...site.folders.controller,
        jobLogs: site.folders.logs,
        sessions: site.folders.sessions,
        logRotation: dirname(site.folders.logRotation),
        redisConfiguration: site.folders.redisConfiguration,
      },
      nodePaths: {
        ...site.folders.node,
        xConfiguration: site.folders.xConfiguration,
        inputDevice: site.folders.inputDevice,
        jobLogs: site.folders.nodeLogs,
        sessions: join(site.folders.node.scratch, 'sunshine_sessions'),
      },
    },
  }
}

/** @param template the job script, beside the profile */
export function batchProfile(profile: Record<string, unknown>, template: string): object {
  const { version, ssh } = profile
  return {
    version,
    id: 'demo-batch',
    name: 'Demo site without a portal',
    ssh,
    slurm: { jobTemplate: template },
    pairing: 'preregistered',
  }
}
