/** Attacks on sockets by path, on X servers, and on memory that processes share. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { attempt, exchange, unixAddress, type Attack } from './attack-kit.ts'
import type { World } from './world.ts'

type UnixSocket = World['unix'][number]
const isDisplay = ({ path }: UnixSocket): boolean => /\.X11-unix\/X\d+$/.test(path)
const itself = ({ path }: UnixSocket): string => path

/** An X client's first words, little endian: with a cookie, or none. */
function xGreeting(cookie: Buffer | null): Buffer {
  const name = cookie ? 'MIT-MAGIC-COOKIE-1' : ''
  const head = Buffer.from([0x6c, 0, 11, 0, 0, 0, name.length, 0, cookie?.length ?? 0, 0, 0, 0])
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
  return Buffer.concat([head, padded(Buffer.from(name)), padded(cookie ?? Buffer.alloc(0))])
}

const entering =
  (cookie: () => Buffer | null): Attack =>
  ({ unix }) =>
    attempt(unix.filter(isDisplay), itself, async ({ path }) => {
      const answer = await exchange(unixAddress(path), xGreeting(cookie()), 'answered')
      // 1: in, with the server's setup; 0: refused.
      return answer?.[0] === 1
    })

/** Tries all ids of a table; Perl has System V's calls built in. */
function systemV(script: string, ids: number[]): { tried: number; gained: string[] } {
  const { stdout } = spawnSync('perl', ['-e', script, ...ids.map(String)], {
    encoding: 'utf8',
    timeout: 5000,
  })
  return { tried: ids.length, gained: stdout.split(' ').filter(Boolean) }
}

export const socketAttacks: Record<string, Attack> = {
  'sockets.connect': ({ unix }) =>
    attempt(
      unix.filter((socket) => socket.part !== 'site' && !isDisplay(socket)),
      itself,
      async ({ path }) => (await exchange(unixAddress(path), '', 'connected')) !== null,
    ),
  'x11.no-cookie': entering(() => null),
  'x11.guessed-cookie': entering(() => randomBytes(16)),
  'x11.empty-cookie': entering(() => Buffer.alloc(16)),
  'memory.shared': ({ memory }) =>
    systemV('for (@ARGV) { my $bytes; print "$_ " if shmread($_, $bytes, 0, 1) }', memory),
  'memory.semaphores': ({ semaphores }) =>
    systemV('for (@ARGV) { print "$_ " if defined(semctl($_, 0, 12, 0)) }', semaphores),
  'memory.queues': ({ queues }) =>
    systemV('for (@ARGV) { my $text; print "$_ " if msgrcv($_, $text, 9, 0, 04000) || $!{ENOMSG} }', queues),
}
