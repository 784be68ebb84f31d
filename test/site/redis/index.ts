/**
 * A real redis-server on the inner loopback address, as the portal uses one: one password for everything, or none (as some
 * were installed). A site may give its clients a user of their own that can only read session records.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { inside, outside } from '../support/addresses.ts'
import { makeAuthority } from '../support/certificate.ts'
import { freePorts } from '../support/ports.ts'
import { startDaemon, waitUntil } from '../support/processes.ts'
import type { Daemon } from '../support/processes.ts'
import { clusterFile, clusterLines, startOtherServer, type OtherServer } from './cluster.ts'

/** How a client may read session records: what an administrator would put into the site profile. */
export interface RedisAccess {
  address: string
  port: number
  user: string
  /** File (0600) that holds the password alone. */
  passwordFile: string
  /** Only where the server speaks TLS on this port. */
  tls?: { caFile: string }
}

export interface RedisServer {
  readonly port: number
  /** Connected as the portal's services are. */
  readonly client: Redis
  /** The reader's user; null where none was asked for. */
  readonly access: RedisAccess | null
  /** Stops the server, or starts it again with what it had saved. */
  setRunning(running: boolean): Promise<void>
  /** Lets everybody in without password and from outside, or no longer. Connections that are open stay open. */
  setPublic(open: boolean): Promise<void>
  /** Saves its data now and then (and when it ends), or never. The configuration file says the same. */
  setPersistent(persistent: boolean): Promise<void>
  /** Starts the server again as one of a cluster whose other server keeps all slots, or on its own. It has its data, but gives none. */
  setClusterMode(on: boolean): Promise<void>
  /** What the reader's TLS port shows; nothing changes where there is none. */
  setEncryption(shown: RedisEncryption): Promise<void>
  dispose(): Promise<void>
}

/** A certificate that fits, one for another host, or no TLS at all on the port that should have it. */
export type RedisEncryption = 'good' | 'wrong-name' | 'missing'

export interface RedisOptions {
  directory: string
  /** Where the configuration lies as an administrator finds it; it holds no secret. */
  configurationFile: string
  environment: NodeJS.ProcessEnv
  /** A user for clients, who may read session records and be notified of changes if `notifications`. */
  reader: { tls: boolean; notifications: boolean } | null
}

const readerName = 'vizlink'
const savePoints = '3600 1 300 100'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const password = (): string => randomBytes(24).toString('base64url')

/** What the reader may do: read session records and be notified of their changes, nothing else. */
const readerRules = [
  '%R~moonlight:session:*',
  '%R~vnc:session:*',
  'resetchannels',
  '&__keyspace@0__:moonlight:session:*',
  '&__keyspace@0__:vnc:session:*',
  '-@all',
  // Beyond the records only what a client library asks when it connects and ends.
  ...'+hgetall +scan +type +ttl +get +psubscribe +punsubscribe +ping +info +quit'.split(' '),
].join(' ')

/** Starts the server and connects. Passwords are in 0600 files of `directory`, never in an argument. */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const { directory, configurationFile, reader } = options
  const [port, tlsPort, busPort] = await freePorts(3)
  const portalPassword = password()
  const readerPassword = password()
  await Promise.all(
    [directory, dirname(configurationFile)].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })),
  )
  const file = (name: string): string => join(directory, name)
  const users = [
    `user default on #${sha256(portalPassword)} ~* &* +@all`,
    ...(reader ? [`user ${readerName} on #${sha256(readerPassword)} ${readerRules}`] : []),
  ]
  await writeFile(file('users.acl'), `${users.join('\n')}\n`, { mode: 0o600 })
  if (reader) await writeFile(file('reader-password'), `${readerPassword}\n`, { mode: 0o600 })
  if (reader?.tls) {
    const authority = await makeAuthority()
    await writeFile(file('ca.pem'), authority.pem)
    for (const kind of ['good', 'wrong-name'] as const) {
      const { certificate, privateKey } = await authority.issue(kind, [inside])
      await writeFile(file(`${kind}.pem`), certificate)
      await writeFile(file(`${kind}.key`), privateKey, { mode: 0o600 })
    }
  }
  let other: OtherServer | null = null
  const writeConfiguration = (persistent: boolean): Promise<void> =>
    writeFile(
      configurationFile,
      `bind ${inside}
port ${port}
${reader?.tls ? `tls-port ${tlsPort}\ntls-cert-file ${file('good.pem')}\ntls-key-file ${file('good.key')}\ntls-ca-cert-file ${file('ca.pem')}\ntls-auth-clients no\n` : ''}daemonize no
save ${persistent ? savePoints : '""'}
appendonly no
dir ${directory}
protected-mode yes
aclfile ${file('users.acl')}
${reader?.notifications ? 'notify-keyspace-events Kg$hx\n' : ''}${other ? clusterLines(busPort!) : ''}`,
      { mode: 0o644 },
    )
  let persistent = true
  let daemon: Daemon | null = null
  const client = new Redis({
    host: inside,
    port: port!,
    password: portalPassword,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 50, 500),
    connectTimeout: 2000,
  })
  // Commands report their own failure; without a listener the event would end the process.
  client.on('error', () => undefined)
  const start = async (): Promise<void> => {
    await writeConfiguration(persistent)
    const starting = startDaemon('redis-server', [configurationFile], {
      environment: options.environment,
      directory,
      logFile: file('redis.log'),
    })
    daemon = starting
    await waitUntil('Redis answers', async () => (await client.ping().catch(() => '')) === 'PONG', {
      gone: () => !starting.running(),
    })
  }
  const stop = async (): Promise<void> => {
    await daemon?.stop()
    daemon = null
  }
  let plainInstead: Server | null = null
  const endPlain = async (): Promise<void> => {
    const ending = plainInstead
    plainInstead = null
    if (ending) await new Promise((resolve) => ending.close(resolve))
  }
  const dispose = async (): Promise<void> => {
    client.disconnect()
    await endPlain()
    await stop()
    await other?.dispose()
  }
  try {
    await start()
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    port: port!,
    client,
    access: reader && {
      address: inside,
      port: reader.tls ? tlsPort! : port!,
      user: readerName,
      passwordFile: file('reader-password'),
      ...(reader.tls ? { tls: { caFile: file('ca.pem') } } : {}),
    },
    async setRunning(running) {
      if (running && !daemon) await start()
      else if (!running) await stop()
    },
    async setClusterMode(on) {
      if (on === (other !== null)) return
      const ran = daemon !== null
      await stop()
      await other?.dispose()
      other = null
      if (on)
        other = await startOtherServer({
          directory: file('other'),
          accessFile: file('users.acl'),
          password: portalPassword,
          environment: options.environment,
        })
      // Next time the cluster is a new one.
      else
        for (const folder of [directory, file('other')]) await rm(join(folder, clusterFile), { force: true })
      if (!ran) return
      await start()
      await other?.adopt(client)
    },
    async setPublic(open) {
      const secret = open ? ['nopass'] : ['resetpass', `#${sha256(portalPassword)}`]
      await client.call('ACL', 'SETUSER', 'default', ...secret)
      await client.config('SET', 'protected-mode', open ? 'no' : 'yes')
      // The outer address is a loopback one too: no other machine gets in.
      await client.config('SET', 'bind', open ? `${inside} ${outside}` : inside)
    },
    async setEncryption(shown) {
      if (!reader?.tls) return
      await endPlain()
      if (shown !== 'missing') {
        await client.config(
          'SET',
          'tls-cert-file',
          file(`${shown}.pem`),
          'tls-key-file',
          file(`${shown}.key`),
        )
        await client.config('SET', 'tls-port', tlsPort!)
        return
      }
      await client.config('SET', 'tls-port', 0)
      // The server has one port without TLS, which is the portal's: the other leads to it.
      plainInstead = createServer((socket) => {
        const server = connect({ host: inside, port: port! })
        for (const end of [socket, server]) end.on('error', () => end.destroy())
        socket.pipe(server).pipe(socket)
      })
      const listening = plainInstead
      await new Promise<void>((resolve) => listening.listen(tlsPort, inside, resolve))
    },
    async setPersistent(wanted) {
      persistent = wanted
      await writeConfiguration(wanted)
      await client.config('SET', 'save', wanted ? savePoints : '')
    },
    dispose,
  }
}
