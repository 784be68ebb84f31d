/** An SSH connection to one host, whatever carries it: ssh2's `Client` is one, a process of the system's `ssh` another. */
import type { Duplex, Readable } from 'node:stream'

/** A channel of any kind. */
export interface ClosableChannel extends Duplex {
  close(): void
}

/** What a command takes of its channel. */
export interface ExecChannel extends ClosableChannel {
  readonly stderr: Readable
}

/** What commands take of a connection. */
export interface ExecLogin {
  exec(command: string, opened: (error: Error | undefined, channel: ExecChannel) => void): unknown
}

/** What forwarding takes of a connection. */
export interface ForwardingLogin {
  forwardOut(
    fromAddress: string,
    fromPort: number,
    address: string,
    port: number,
    opened: (error: Error | undefined, channel: Duplex) => void,
  ): unknown
}

/** What reaching a Unix socket of the host takes of a connection (OpenSSH's PROTOCOL 2.4). The name is ssh2's. */
export interface SocketLogin {
  openssh_forwardOutStreamLocal(
    path: string,
    opened: (error: Error | undefined, channel: ClosableChannel) => void,
  ): unknown
  /** Why the last channel was not opened, where that becomes known after `opened`; null: it was. */
  readonly refusal?: Error | null
}

/** What a login takes of a connection: channels, and its end. */
export interface SshConnection extends ExecLogin, ForwardingLogin, SocketLogin {
  /** Ends it with everything in it. */
  end(): unknown
  /** `close` comes once, also after `end`; an `error` may come before it. */
  on(event: 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}
