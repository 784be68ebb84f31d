/** A real redis-server on loopback, as the portal uses one: one password for everything, or none (as some were installed). */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePorts } from '../support/ports.ts'
import { startDaemon, waitUntil } from '../support/processes.ts'

export interface RedisServer {
  readonly port: number
  /** Connected as the portal's services are. */
  readonly client: Redis
  /** Lets everybody in without password, or asks for it again. Connections that are open stay open. */
  setPublic(open: boolean): Promise<void>
  dispose(): Promise<void>
}

/** Starts the server and connects. The password stands in a 0600 file of `directory`, never in an argument. */
export async function startRedis(options: {
  directory: string
  environment: NodeJS.ProcessEnv
  public: boolean
}): Promise<RedisServer> {
  const { directory } = options
  const [port] = await freePorts(1)
  const password = randomBytes(24).toString('base64url')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const configurationFile = join(directory, 'redis.conf')
  await writeFile(
    configurationFile,
    `bind 127.0.0.1
port ${port}
daemonize no
save ""
appendonly no
dir ${directory}
protected-mode ${options.public ? 'no' : 'yes'}
${options.public ? '' : `requirepass ${password}\n`}`,
    { mode: 0o600 },
  )
  const daemon = startDaemon('redis-server', [configurationFile], {
    environment: options.environment,
    directory,
    logFile: join(directory, 'redis.log'),
  })
  const client = new Redis({
    host: '127.0.0.1',
    port: port!,
    ...(options.public ? {} : { password }),
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 50, 500),
    connectTimeout: 2000,
  })
  // Commands report their own failure; without a listener the event would end the process.
  client.on('error', () => undefined)
  const dispose = async (): Promise<void> => {
    client.disconnect()
    await daemon.stop()
  }
  try {
    await waitUntil('Redis answers', async () => (await client.ping().catch(() => '')) === 'PONG', {
      gone: () => !daemon.running(),
    })
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    port: port!,
    client,
    async setPublic(open) {
      await client.config('SET', 'requirepass', open ? '' : password)
      await client.config('SET', 'protected-mode', open ? 'no' : 'yes')
      client.options.password = open ? undefined : password
    },
    dispose,
  }
}
