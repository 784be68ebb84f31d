/** The other server of a Redis cluster: a real redis-server that keeps every slot, beside the one that the portal knows. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { inside } from '../support/addresses.ts'
import { freePorts } from '../support/ports.ts'
import { startDaemon, waitUntil } from '../support/processes.ts'

/** File that a server in cluster mode keeps its view of the cluster in, beside its data. */
export const clusterFile = 'nodes.conf'

/** Lines of redis.conf that make a server part of a cluster. `busPort`: where its servers meet. */
export const clusterLines = (busPort: number): string =>
  `cluster-enabled yes\ncluster-config-file ${clusterFile}\ncluster-port ${busPort}\n`

export interface OtherServer {
  /** Makes a server in cluster mode a part of this cluster, without any slot: from then on it sends everybody here. */
  adopt(server: Redis): Promise<void>
  dispose(): Promise<void>
}

/** Starts it with all slots. `accessFile`: the users of the site's own server, which are its too. */
export async function startOtherServer(options: {
  directory: string
  accessFile: string
  password: string
  environment: NodeJS.ProcessEnv
}): Promise<OtherServer> {
  const { directory, environment } = options
  const [port, busPort] = await freePorts(2)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const configuration = join(directory, 'redis.conf')
  await writeFile(
    configuration,
    `bind ${inside}
port ${port}
daemonize no
save ""
dir ${directory}
aclfile ${options.accessFile}
${clusterLines(busPort!)}`,
    { mode: 0o600 },
  )
  const logFile = join(directory, 'redis.log')
  const daemon = startDaemon('redis-server', [configuration], { environment, directory, logFile })
  const client = new Redis({
    host: inside,
    port: port!,
    password: options.password,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 50, 500),
  })
  client.on('error', () => undefined)
  const dispose = async (): Promise<void> => {
    client.disconnect()
    await daemon.stop()
  }
  try {
    await waitUntil('the other Redis answers', async () => (await client.ping().catch(() => '')) === 'PONG', {
      gone: () => !daemon.running(),
    })
    await client.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    async adopt(server) {
      // A server that starts with keys takes their slots, as long as no other server has them.
      for (const [first, last] of (await server.call('CLUSTER', 'SLOTS')) as [number, number][])
        await server.call('CLUSTER', 'DELSLOTSRANGE', first, last)
      await server.call('CLUSTER', 'MEET', inside, port!, busPort!)
      const answer = (): Promise<string> =>
        server.get('jwt:no-user').then(
          () => '',
          (error: Error) => error.message,
        )
      await waitUntil('the site’s Redis is part of the cluster', async () =>
        (await answer()).startsWith('MOVED '),
      )
    },
    dispose,
  }
}
