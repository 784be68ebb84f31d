/** What a user has on a machine, as root sees all of it and hands it to the attacker: nothing is safe by not being known. */

/** Whose side it is: the client, its browser, the desktop's host on its node, or the site, which guards itself. */
export type Part = 'client' | 'browser' | 'node' | 'site'

export interface Bound {
  address: string
  port: number
  part: Part
  /** Of a datagram socket: takes datagrams of one sender alone. */
  connected: boolean
}

export interface World {
  processes: { pid: number; part: Part }[]
  tcp: Bound[]
  udp: Bound[]
  /** Sockets by path; abstract ones begin with `@`. */
  unix: { path: string; part: Part }[]
  files: string[]
  folders: string[]
  /** Those of the folders that everybody may look into, as a home on most systems. */
  homes: string[]
  terminals: string[]
  /** Ids of System V shared memory, semaphores and message queues. */
  memory: number[]
  semaphores: number[]
  queues: number[]
}

/** What one attack came to: how often it was tried, and what it gained, a line each. */
export interface Outcome {
  tried: number
  gained: string[]
  /** Text that anybody can read; what is secret in it is for the test to say. */
  seen?: string[]
}
