/**
 * The GameStream host on a node: pairing, launch, what we are known by there, and its stream's process.
 * It is reached through a tunnel that others have made.
 */
export { Host } from './host.ts'
export { pairHost } from './pair-host.ts'
export type { StreamClient } from './stream-client.ts'
export { loadIdentity, type Pairings, pairingsOf } from './pairings.ts'
