/**
 * The login on a cluster: its link process, keys, commands, the route to a node and the owner of a port there.
 * Sessions, status and site check work over it; none of them opens a login of its own.
 */
export { clusterAccessOf } from './access-of-login.ts'
export type { ClusterAccess, ClusterForward, FindCluster, NodeLogin } from './access.ts'
export { ClusterLogin, hostPorts, type JobOfSession, type LoginQuestions } from './cluster-login.ts'
export { loadSigner, selectionOf } from './key-signer.ts'
export { createLinkClient, type LinkClient } from './link-client.ts'
export { clusterAddress, maximumUnacknowledgedBytes, openRelay, type Tunnel } from './route.ts'
export { checkPortOwner } from './port-owner.ts'
