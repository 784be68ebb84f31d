/**
 * Code that the first screen does not need. It is loaded soon after: the first click finds it there, and a package that is upgraded
 * while the app runs replaces no file that is still to be read.
 */
const later: readonly (() => Promise<unknown>)[] = [
  () => import('undici'),
  () => import('ssh2'),
  () => import('write-file-atomic'),
  () => import('./protocols/gamestream/identity.ts'),
  () => import('./protocols/portal/web-socket.ts'),
  () => import('./protocols/redis/session-records.ts'),
]

/** Loads it part by part, so that the window is never held up for long. */
export async function loadLaterCode(): Promise<void> {
  for (const load of later) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    // The code that needs a part which cannot be loaded reports it.
    await load().catch(() => undefined)
  }
}
