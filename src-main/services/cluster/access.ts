/** What the status takes from an open connection: commands and forwards through its login. */
import type { HostCommand } from '../../protocols/ssh/script.ts'

/** What a command printed, and how it ended. */
export interface NodeOutput {
  stdout: string
  code: number
}

export interface CommandOptions {
  /** How long the command may take; a quarter of a minute where nothing is said. */
  deadlineMs?: number
  /** Text for its standard input. */
  input?: string
}

/** A login at a node, through the login host. */
export interface NodeLogin {
  run(command: HostCommand, maximumBytes: number, options?: CommandOptions): Promise<NodeOutput>
  close(): Promise<void>
}

export interface ClusterForward {
  /** Socket of this computer that leads to the port. */
  path: string
  close(): Promise<void>
}

/** Each part rejects with a `VizlinkError` when the login or the node has gone meanwhile. */
export interface ClusterAccess {
  /** Who is logged in, and where: `user@address:port`. */
  readonly login: string
  /** The session's own node, while a picture comes from it and commands can be run there. */
  readonly node: string | null
  onLogin(command: HostCommand, maximumBytes: number, options?: CommandOptions): Promise<NodeOutput>
  /** Logs in to any node; the caller closes it. */
  openNode(node: string): Promise<NodeLogin>
  onNode(command: HostCommand, maximumBytes: number): Promise<NodeOutput>
  /** A TCP port as the login host reaches it. */
  openForward(address: string, port: number): Promise<ClusterForward>
}

/** An open connection to a site (the preferred one, where it is among them), or null. */
export type FindCluster = (siteId: string, preferred: string | null) => ClusterAccess | null
