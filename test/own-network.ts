/** Test files that start servers get a network of their own: nothing else on the machine can take a port from them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ForksPoolWorker, type PoolOptions, type PoolRunnerInitializer } from 'vitest/node'

const program = join(import.meta.dirname, 'own-network.sh')

/** Vitest's own worker process, started by another program: everything that the file starts is in its namespaces. */
class OwnNetworkWorker extends ForksPoolWorker {
  override readonly name = 'own-network'

  override start(): Promise<void> {
    const node = process.execPath
    this.env = { ...this.env, VIZLINK_NODE: node }
    // Vitest forks before it awaits anything, and has no option for the program that it forks.
    process.execPath = program
    try {
      return super.start()
    } finally {
      process.execPath = node
    }
  }
}

/** The pool for such files, or null where namespaces cannot be had: for ordinary users, and in some containers. */
export function ownNetworkPool(): PoolRunnerInitializer | null {
  const environment = { ...process.env, VIZLINK_NODE: process.execPath }
  const tried =
    process.getuid?.() === 0 && spawnSync(program, ['--version'], { env: environment, stdio: 'ignore' })
  if (!tried || tried.status !== 0) return null
  return {
    name: 'own-network',
    createPoolWorker: (options: PoolOptions) => new OwnNetworkWorker(options),
  }
}
