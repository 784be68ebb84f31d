/**
 * Whose process is at the other end of a connection that came over loopback, by the kernel's table of sockets (proc_pid_net(5)).
 * Only Linux has one that an ordinary user may read.
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

/** `unknown`: this system does not report it. */
export type SocketOwner = 'own' | 'other' | 'unknown'

/** A TCP connection's addresses and ports as the accepting side has them. */
export type Ends = {
  [N in 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort']?: Socket[N] | undefined
}

const inWord = (bytes: number[]): string =>
  Buffer.from(endianness() === 'LE' ? bytes.toReversed() : bytes)
    .toString('hex')
    .toUpperCase()

/** An address as the tables write it: words of 32 bits in the machine's own order. Null for addresses that are not loopback's. */
function inTable(address: string): { tcp: string | null; tcp6: string } | null {
  if (address === '::1') return { tcp: null, tcp6: '0'.repeat(24) + inWord([0, 0, 0, 1]) }
  const bytes = address
    .replace(/^::ffff:/i, '')
    .split('.')
    .map(Number)
  if (bytes.length !== 4 || bytes[0] !== 127) return null
  const word = inWord(bytes)
  return { tcp: word, tcp6: `${'0'.repeat(16)}${inWord([0, 0, 0xff, 0xff])}${word}` }
}

const portInTable = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/**
 * Looks a connection's far end up in the tables.
 * @param tables text of /proc/net/tcp and /proc/net/tcp6
 * @returns null where it is in neither
 */
export function findOwner(
  { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 }: Ends,
  tables: { tcp: string; tcp6: string },
  user: number,
): 'own' | 'other' | null {
  const here = inTable(localAddress)
  const there = inTable(remoteAddress)
  if (!here || !there) return 'other'
  for (const name of ['tcp', 'tcp6'] as const) {
    const [from, to] = [there[name], here[name]]
    if (from === null || to === null) continue
    // Their local address is our remote one.
    const ends = ` ${from}:${portInTable(remotePort)} ${to}:${portInTable(localPort)} `
    const at = tables[name].indexOf(ends)
    if (at < 0) continue
    const rest = tables[name].slice(at + ends.length, at + ends.length + 160).split('\n', 1)[0] ?? ''
    const [, , , , uid, , inode] = rest.trim().split(/\s+/)
    // A socket that no process has any more is shown as root's.
    return Number(uid) === user && inode !== undefined && inode !== '0' ? 'own' : 'other'
  }
  return null
}

interface Question {
  ends: Ends
  answer: (owner: SocketOwner) => void
}

let waiting: Question[] = []
let reading = false

/** Whether a process of this user has the other end of a connection to loopback. Many at once share one look. */
export function ownerOf(socket: Ends): Promise<SocketOwner> {
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  return new Promise((answer) => {
    waiting.push({ ends: { localAddress, localPort, remoteAddress, remotePort }, answer })
    if (!reading) void answerAll()
  })
}

async function answerAll(): Promise<void> {
  reading = true
  while (waiting.length > 0) {
    const questions = waiting
    waiting = []
    const missing = await answerFrom(questions)
    // A table that changes while it is read may lack a line; one that lacks it twice has none.
    for (const question of await answerFrom(missing)) question.answer('other')
  }
  reading = false
}

/** Answers what the tables show; returns what they do not. */
async function answerFrom(questions: Question[]): Promise<Question[]> {
  if (questions.length === 0) return []
  const tables = await readTables()
  const user = process.geteuid?.()
  return questions.filter(({ ends, answer }) => {
    const owner = tables && user !== undefined ? findOwner(ends, tables, user) : 'unknown'
    if (owner) answer(owner)
    return owner === null
  })
}

async function readTables(): Promise<{ tcp: string; tcp6: string } | null> {
  if (process.platform !== 'linux') return null
  const read = (name: string): Promise<string> => readFile(`/proc/net/${name}`, 'latin1')
  try {
    // A kernel without IPv6 has no table of it.
    const [tcp, tcp6] = await Promise.all([read('tcp'), read('tcp6').catch(() => '')])
    return { tcp, tcp6 }
  } catch {
    return null
  }
}
