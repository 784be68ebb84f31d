/** Child processes by `fork`: the same Node.js, a minimal environment, no arguments. */
import { fork, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '../../ports/platform.ts'
import type { ChildEnd, ChildHandle, ChildName, ProcessHost } from '../../ports/process-host.ts'
import { logOutput, type ChildOutput } from '../child-output.ts'
import { childProcessEnvironment, killAfterMs, logFault } from '../child-processes.ts'

/** Entries of the children: beside this code in a bundle, TypeScript in the source tree. */
export function childEntry(name: ChildName): string {
  return import.meta.filename.endsWith('.ts')
    ? join(import.meta.dirname, '..', '..', `${name}-process`, 'index.ts')
    : join(import.meta.dirname, `${name}-process.js`)
}

export interface NodeProcessHost extends ProcessHost {
  /** Ends all children that still run. */
  dispose(): Promise<void>
}

export interface NodeProcessHostOptions {
  logger: Logger
  /** For tests: another program in the place of a child. */
  entries?: Partial<Record<ChildName, string>>
}

/** Makes the host. Children end by themselves when this process is gone: their IPC channel closes. */
export function createNodeProcessHost({ logger, entries = {} }: NodeProcessHostOptions): NodeProcessHost {
  const running = new Set<ChildHandle>()
  return {
    start(name) {
      const child = fork(entries[name] ?? childEntry(name), [], {
        // VIZLINK_NATIVE: where another build of the addon lies.
        env: childProcessEnvironment(process.env, ['VIZLINK_NATIVE']),
        execArgv: [],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const handle = handleOf(child, name, logOutput(child, name, logger), logger)
      running.add(handle)
      void handle.exited.then(({ code, signal }) => {
        running.delete(handle)
        logger.log(code === 0 ? 'info' : 'warn', `${name}-process.exited`, { pid: handle.pid, code, signal })
      })
      logger.log('info', `${name}-process.started`, { pid: handle.pid })
      return handle
    },
    async dispose() {
      await Promise.all([...running].map((child) => child.end()))
    },
  }
}

function handleOf(child: ChildProcess, name: ChildName, output: ChildOutput, logger: Logger): ChildHandle {
  let gone = false
  const exited = new Promise<ChildEnd>((resolve) => {
    const settle = (code: number | null, signal: string | null): void => {
      gone = true
      void output.lastErrors().then((errorOutput) => resolve({ code, signal, errorOutput }))
    }
    child.once('exit', settle)
    // Without a pid the program could not be started at all: no `exit` will come.
    child.on('error', (error) => {
      logger.log('error', `${name}-process.error`, { error })
      if (child.pid === undefined) settle(null, null)
    })
  })
  let ending: Promise<void> | null = null
  return {
    pid: child.pid ?? -1,
    exited,
    send(message, socket) {
      if (gone || !child.connected) {
        socket?.destroy()
        return false
      }
      if (socket) stopReading(socket)
      child.send(message, socket, {}, (error) => {
        if (error) logger.log('warn', `${name}-process.send-failed`, { error })
      })
      return true
    },
    onMessage(listener) {
      child.on('message', listener)
    },
    end(fault) {
      logFault(logger, name, fault)
      ending ??= (async () => {
        if (gone) return
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
        await exited
        clearTimeout(timer)
      })()
      return ending
    },
  }
}

/**
 * Node.js keeps reading a socket that it hands to another process until that one has said that it has it, and throws away
 * what it reads: the first words of a page that answers at once. There is no public call that stops the reading itself.
 */
function stopReading(socket: Socket): void {
  const { _handle: handle } = socket as { _handle?: { readStop?: () => void } | null }
  handle?.readStop?.()
}
