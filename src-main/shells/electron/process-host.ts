/** Child processes as Electron's utility processes: `fork` is switched off in the packaged app by a fuse. */
import { join } from 'node:path'
import type { MessagePortMain, UtilityProcess, utilityProcess } from 'electron'
import type { Logger } from '../../ports/platform.ts'
import type { EvidenceItem } from '../../shared/errors.ts'
import type { ChildEnd, ChildHandle, ProcessHost } from '../../ports/process-host.ts'
import { logOutput, type ChildOutput } from '../child-output.ts'
import { childProcessEnvironment, killAfterMs, logFault } from '../child-processes.ts'

/**
 * @param folder where `link-process.js` and `stream-process.js` lie
 * @param more of a child's environment
 */
export function createUtilityProcessHost(
  electron: Pick<typeof utilityProcess, 'fork'>,
  folder: string,
  logger: Logger,
  more: Record<string, string> = {},
): ProcessHost {
  return {
    start(name) {
      const child = electron.fork(join(folder, `${name}-process.js`), [], {
        serviceName: `vizlink-${name}`,
        stdio: 'pipe',
        env: { ...childProcessEnvironment(), ...more },
      })
      const handle = handleOf(child, logOutput(child, name, logger), (fault) => logFault(logger, name, fault))
      void handle.exited.then(({ code }) =>
        logger.log(code === 0 ? 'info' : 'warn', `${name}-process.exited`, { code }),
      )
      return handle
    },
  }
}

function handleOf(
  child: UtilityProcess,
  output: ChildOutput,
  onFault: (fault?: readonly EvidenceItem[]) => void,
): ChildHandle {
  let gone = false
  const exited = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (code) => {
      gone = true
      void output.lastErrors().then((errorOutput) => resolve({ code, signal: null, errorOutput }))
    })
  })
  const post = (message: object, ports: MessagePortMain[]): boolean => {
    if (gone) return false
    child.postMessage(message, ports)
    return true
  }
  return {
    get pid() {
      return child.pid ?? -1
    },
    exited,
    send(message, socket) {
      // Sockets cannot be handed to a utility process; nothing in this shell has one.
      socket?.destroy()
      return socket === undefined && post(message, [])
    },
    sendPort: (message, port) => post(message, [port as MessagePortMain]),
    onMessage(listener) {
      child.on('message', listener)
    },
    async end(fault) {
      onFault(fault)
      if (gone) return
      child.kill()
      const timer = setTimeout(() => {
        if (!gone && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      }, killAfterMs)
      await exited
      clearTimeout(timer)
    },
  }
}
