/** Root's look at everything that a user has on this machine, by the kernel's own tables. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { descendantsOf, processTable, socketInodes } from '../../support/process-table.ts'
import { serveCommands } from './commands.ts'
import type { Bound, Part, World } from './world.ts'

/** Where users have files on a machine. */
const places = ['/tmp', '/var/tmp', '/dev/shm', '/run', '/mnt/olive']
const listening = '0A'

function rows(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 1)
}

/** `0100007F:1F90`: bytes of the address in the machine's own order. */
function addressOf(text: string): { address: string; port: number } {
  const [address = '', port = ''] = text.split(':')
  const bytes = Buffer.from(address, 'hex').swap32()
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return {
    address: bytes.length === 4 ? [...bytes].join('.') : groups.join(':'),
    port: Number.parseInt(port, 16),
  }
}

/** @param siteFolder what the site keeps there is its own affair, but for homes and the user's key */
function filesOf(uid: number, siteFolder: string): { files: string[]; folders: string[] } {
  const found = { files: [] as string[], folders: [] as string[] }
  const visit = (path: string): void => {
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (!facts) return
    const inSite = path.startsWith(`${siteFolder}/`) ? path.slice(siteFolder.length + 1) : ''
    if (inSite !== '' && !/^(home|id_)/.test(inSite)) return
    if (facts.uid === uid && facts.isFile()) found.files.push(path)
    if (!facts.isDirectory()) return
    if (facts.uid === uid) found.folders.push(path)
    try {
      for (const name of readdirSync(path)) visit(join(path, name))
    } catch {
      // Gone meanwhile.
    }
  }
  for (const place of places) visit(place)
  return found
}

/** Programs that a user runs on a desktop are none of the client's, nor of the host's. */
const programOfUser = /^(openbox|xterm) /

/** Ids of one table of System V's, of those that the user made. */
function ids(table: string, uid: number): number[] {
  const [head = '', ...lines] = readFileSync(`/proc/sysvipc/${table}`, 'utf8').trim().split('\n')
  const columns = head.trim().split(/\s+/)
  const makers = new Set(
    processTable()
      .filter(({ argv }) => programOfUser.test(`${argv.join(' ')} `))
      .map(({ pid }) => pid),
  )
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(
      (fields) => fields[columns.indexOf('uid')] === uid && !makers.has(fields[columns.indexOf('cpid')] ?? 0),
    )
    .map((fields) => fields[1] ?? -1)
}

/** What a process holds open; nothing where it has ended. */
function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))
  } catch {
    return []
  }
}

/** Whose side a process is on, by its ancestors. */
function partsOf(clientPid: number): (pid: number) => Part {
  const table = processTable()
  const below = (pids: number[]): Set<number> =>
    new Set(pids.flatMap((pid) => [pid, ...descendantsOf(pid, table).map((row) => row.pid)]))
  const words = new Map(table.map(({ pid, argv }) => [pid, argv.join(' ')]))
  const named = (pattern: RegExp): number[] =>
    table.map(({ pid }) => pid).filter((pid) => pattern.test(words.get(pid) ?? ''))
  const client = below([clientPid])
  const node = below(named(/^slurmstepd: |\/vizlink\/relay-/))
  return (pid) => {
    if (client.has(pid)) return /chrom/.test(words.get(pid)?.split(' ')[0] ?? '') ? 'browser' : 'client'
    return node.has(pid) ? 'node' : 'site'
  }
}

export interface SurveyRequest {
  uid: number
  /** The client, or what is in its place. */
  clientPid: number
  siteFolder: string
  homes: string[]
}

const handlers = {
  look({ uid, clientPid, siteFolder, homes }: SurveyRequest): World {
    const partOf = partsOf(clientPid)
    const pids = processTable()
      .map(({ pid }) => pid)
      .filter((pid) => lstatSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid)
    const partOfSocket = new Map<string, Part>()
    const terminals = new Set<string>()
    for (const pid of pids) {
      const part = partOf(pid)
      // A socket that an app hands to its browser or gets from it is the app's.
      for (const inode of socketInodes(pid))
        if (partOfSocket.get(inode) !== 'client') partOfSocket.set(inode, part)
      for (const target of descriptorsOf(pid)) if (/^\/dev\/pts\/\d+$/.test(target)) terminals.add(target)
    }
    const bound = (protocol: 'tcp' | 'udp'): Bound[] =>
      [protocol, `${protocol}6`]
        .flatMap((table) => rows(`/proc/net/${table}`))
        .filter((fields) => protocol === 'udp' || fields[3] === listening)
        .flatMap((fields) => {
          const part = partOfSocket.get(fields[9] ?? '')
          const remote = addressOf(fields[2] ?? '')
          return part ? [{ ...addressOf(fields[1] ?? ''), part, connected: remote.port !== 0 }] : []
        })
    return {
      processes: pids.map((pid) => ({ pid, part: partOf(pid) })),
      tcp: bound('tcp'),
      udp: bound('udp'),
      unix: rows('/proc/net/unix')
        .filter((fields) => fields[7])
        .flatMap((fields) => {
          const part = partOfSocket.get(fields[6] ?? '')
          return part ? [{ path: fields[7] ?? '', part }] : []
        }),
      ...filesOf(uid, siteFolder),
      homes,
      terminals: [...terminals],
      memory: ids('shm', uid),
      semaphores: ids('sem', uid),
      queues: ids('msg', uid),
    }
  },
}
export type SurveyCommands = typeof handlers
serveCommands(handlers)
