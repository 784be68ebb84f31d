/** What a client and a demo site have on the machine: processes, sockets, files, jobs. Two of them can be compared. */
import { vi } from 'vitest'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { siteMark } from '../site/support/processes.ts'
import type { Site } from '../site/types.ts'
import { descendantsOf, processTable, readProcessFile, socketInodes } from './process-table.ts'

export interface Footprint {
  /** Command lines of our children and of everything that the site runs. */
  processes: string[]
  /** Their and our own sockets, by protocol; with the port where one listens. */
  sockets: string[]
  /** Temporary files, files of the client's data folder, files beside the relay (itself excepted). */
  files: string[]
  /** Jobs that Slurm knows as pending or running. */
  jobs: string[]
}

const listening = '0A'
const memoryFile = /^sessions-[0-9a-f]{32}\.json$/
const relayFile = /^relay-[0-9a-f]{32}$/

/** Kernel tables of sockets by inode: what it is, and its port where it listens. */
function socketNames(): Map<string, string> {
  const names = new Map<string, string>()
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    if (!existsSync(`/proc/net/${protocol}`)) continue
    for (const line of readFileSync(`/proc/net/${protocol}`, 'latin1').split('\n').slice(1)) {
      const cells = line.trim().split(/\s+/)
      const inode = cells[9]
      if (inode === undefined) continue
      const port = parseInt(cells[1]?.split(':')[1] ?? '', 16)
      const bound = cells[3] === listening || protocol.startsWith('udp')
      names.set(inode, bound ? `${protocol} on ${port}` : `${protocol} connection`)
    }
  }
  return names
}

/** What a client remembers besides sessions (how good estimates were) may grow: Slurm estimates a start or does not. */
function rememberedSessions(path: string): string[] {
  try {
    const { sessions, endings } = JSON.parse(readFileSync(path, 'utf8')) as {
      sessions: { id: string }[]
      endings: { id: string }[]
    }
    return [
      ...sessions.map(({ id }) => `remembered: ${id}`),
      ...endings.map(({ id }) => `being ended: ${id}`),
    ]
  } catch {
    // Gone since it was listed.
    return []
  }
}

/** Programs by name, Node.js programs by their script. */
const shortName = (argv: string[]): string =>
  argv
    .slice(0, argv[0]?.endsWith('node') ? 2 : 1)
    .map((word) => word.split('/').slice(-2).join('/'))
    .join(' ')

const list = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []

/**
 * Takes the picture.
 * @param folders of temporary files (their first level counts) and of the client's data (all of it counts)
 */
export async function footprint(
  site: Site,
  folders: { temporary: string; data: string },
): Promise<Footprint> {
  const jobs = await site.activeJobs()
  const table = processTable()
  const marked = table.filter(({ pid }) =>
    readProcessFile(pid, 'environ').includes(`${siteMark}=${site.directory}\0`),
  )
  const ours = new Map([...descendantsOf(process.pid, table), ...marked].map((row) => [row.pid, row]))
  ours.delete(process.pid)
  const rows = [...ours.values()]
  const names = socketNames()
  const socketsOf = (name: string, pid: number): string[] =>
    socketInodes(pid).flatMap((inode) => (names.has(inode) ? [`${name}: ${names.get(inode)}`] : []))
  // The client's log grows as it works.
  const data = list(folders.data)
    .filter((name) => name !== 'vizlink.log')
    .flatMap((name) => (memoryFile.test(name) ? rememberedSessions(join(folders.data, name)) : [name]))
  const relays = list(join(site.ready.home, '.cache', 'vizlink')).filter((name) => !relayFile.test(name))
  return {
    processes: rows.map(({ argv }) => argv.join(' ').slice(0, 200)).sort(),
    sockets: [
      ...socketsOf('this process', process.pid),
      ...rows.flatMap(({ pid, argv }) => socketsOf(shortName(argv), pid)),
    ].sort(),
    files: [...readdirSync(folders.temporary), ...data, ...relays].sort(),
    jobs,
  }
}

/** Waits until the picture equals an earlier one; the error names what is more and what is less. */
export async function sameFootprint(
  before: Footprint,
  look: () => Promise<Footprint>,
  limitMs = 20_000,
): Promise<void> {
  let last = ''
  await vi
    .waitUntil(
      async () => {
        last = difference(before, await look())
        return last === ''
      },
      { timeout: limitMs, message: 'the machine is as it was' },
    )
    .catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${last}`)
    })
}

function difference(before: Footprint, after: Footprint): string {
  const lines: string[] = []
  for (const name of Object.keys(before) as (keyof Footprint)[]) {
    const rest = [...after[name]]
    const missing = before[name].filter((entry) => {
      const index = rest.indexOf(entry)
      if (index >= 0) rest.splice(index, 1)
      return index < 0
    })
    lines.push(
      ...rest.map((entry) => `+ ${name}: ${entry}`),
      // Slurm's daemons talk now and then: a connection that was seen in passing is not missed.
      ...missing.filter((entry) => !entry.endsWith('connection')).map((entry) => `- ${name}: ${entry}`),
    )
  }
  return lines.join('\n')
}
