/**
 * A shell that is reached by a Unix socket of its host (`vizlink-relay --on-socket`): servers that allow one session in a connection
 * do not count forwarded channels.
 */
import { PassThrough, type Duplex } from 'node:stream'
import { asText } from '../../shared/texts/index.ts'
import type { Timer } from './connect.ts'
import type { ClosableChannel, SocketLogin } from './connection.ts'
import type { ExecEnd, OpenExec } from './exec.ts'
import { bootCommand, mostErrors, shellWord } from './script.ts'

/** Bytes of the last line of a report. */
const lastLine = 32

/** Script that starts the shell and prints the path of its socket. @param program a `vizlink-relay` on the host */
export const socketScript = (program: string): string =>
  `exec ${shellWord(program)} --on-socket /bin/sh -c ${shellWord(bootCommand)}`

/** The socket in the output of `socketScript`. @returns null: it has printed something else */
export const socketIn = (output: string): string | null => /^(\/[^\0\n]{1,107})\n$/.exec(output)?.[1] ?? null

/** How the program ended and what it said of errors, from its report; a report that was cut off has no end. */
export function readReport(report: Buffer): { end: ExecEnd['value']; errors: string } {
  const text = report.toString('utf8')
  const [, errors = text, how = '', value = ''] =
    /^([\s\S]*)\n(exit|signal) (\d{1,3}|[A-Z][A-Z0-9]{1,15}|unknown)$/.exec(text) ?? []
  if (how === '') return { end: null, errors }
  return {
    end: how === 'exit' ? { code: Number(value), signal: null } : { code: null, signal: `SIG${value}` },
    errors,
  }
}

function openSocketChannel(client: SocketLogin, path: string): Promise<ClosableChannel> {
  return new Promise((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

/**
 * Connects to a socket of `socketScript`: it takes a program's channel and one for its end, in this order.
 * @throws VizlinkError deadline-exceeded; an Error: the server opens no such channel
 */
export async function openOnSocket(client: SocketLogin, path: string, timer: Timer): Promise<OpenExec> {
  const opening = openSocketChannel(client, path).then(async (channel) => {
    channel.on('error', () => undefined)
    try {
      return withReport(channel, await openSocketChannel(client, path))
    } catch (error) {
      channel.close()
      throw error
    }
  })
  try {
    return await timer.race(asText('work.channel'), opening)
  } catch (error) {
    void opening.then(({ channel }) => channel.close()).catch(() => undefined)
    throw error
  }
}

/** The channel ends at both sides when the report has come: then it is known how the program ended. */
function withReport(channel: ClosableChannel, reporting: Duplex & ClosableChannel): OpenExec {
  const end: ExecEnd = { value: null }
  const errors = new PassThrough()
  let report = Buffer.alloc(0)
  reporting.on('error', () => undefined)
  reporting.on('data', (chunk: Buffer) => {
    report = Buffer.concat([report, chunk]).subarray(-mostErrors - lastLine)
  })
  reporting.once('end', () => {
    if (!errors.writable) return
    const read = readReport(report)
    end.value = read.end
    errors.end(read.errors)
    reporting.close()
    channel.end()
  })
  channel.once('close', () => {
    errors.end()
    reporting.close()
  })
  return { channel, errors, end }
}
