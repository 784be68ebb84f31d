/** What both shells hold to with their child processes. */
import type { Logger } from '../ports/platform.ts'
import type { ChildName } from '../ports/process-host.ts'
import type { EvidenceItem } from '../shared/errors.ts'

/** How long a child may take to end after it was asked politely. */
export const killAfterMs = 2000

/** The last one is the folder in which Node.js keeps compiled code, where somebody named one: children start in half the time. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SYSTEMROOT', 'NODE_COMPILE_CACHE']

/**
 * What a child sees of our environment. The SSH agent's address is not in it: keys stay in the app.
 * @param more names that one shell alone passes on
 */
export function childProcessEnvironment(
  source: NodeJS.ProcessEnv = process.env,
  more: string[] = [],
): Record<string, string> {
  const taken = [...passedOn, ...more].flatMap((name) => {
    const value = source[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  // Each libuv loop would have a thread of the kernel's (io_uring), which serves files alone: no child reads any.
  return { ...Object.fromEntries(taken), UV_USE_IO_URING: '0' }
}

/** Logs how a child broke its contract, where it did. */
export function logFault(logger: Logger, name: ChildName, fault?: readonly EvidenceItem[]): void {
  if (fault) logger.log('error', `${name}-process.bad-message`, { issues: fault })
}
