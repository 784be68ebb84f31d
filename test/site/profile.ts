/** The site profile of a running demo site: the JSON file that a client is given. */
import type { SshServer } from './ssh/index.ts'

const address = '127.0.0.1'

export function siteProfile(site: {
  origin: string
  caFile: string
  user: string
  sshUser: string
  identityFile: string
  login: SshServer
  nodes: Map<string, SshServer>
}): object {
  const host = (server: SshServer): object => ({ address, port: server.port, hostKeys: server.hostKeys })
  return {
    version: 1,
    id: 'demo',
    name: 'Demo site',
    portal: {
      origin: site.origin,
      caFile: site.caFile,
      user: site.user,
      testLoginGroups: ['HPC-Admins'],
    },
    ssh: {
      user: site.sshUser,
      loginHost: host(site.login),
      nodes: {
        byName: Object.fromEntries([...site.nodes].map(([name, server]) => [name, host(server)])),
      },
      identityFile: site.identityFile,
    },
    pairing: 'claim',
  }
}
